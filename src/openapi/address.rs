//! E-mail addresses and host names.
//!
//! In: a text. Out: whether it is one. Mirrors Go's `mail.ParseAddress`, and the `hostname` format of kube-openapi.

use std::net::IpAddr;
use std::sync::LazyLock;

use regex::Regex;

use super::goregex;

/// Whether it is one address, with or without a display name: `a@b.c`, `Ann Bee <a@b.c>`.
pub(super) fn is_email(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => is_phrase(name.trim_matches([' ', '\t'])) && is_addr_spec(address),
        None => is_addr_spec(text),
    }
}

fn is_phrase(text: &str) -> bool {
    if let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return is_quoted(inner);
    }
    text.split([' ', '\t']).filter(|word| !word.is_empty()).all(|word| word.chars().all(|c| is_atext(c) || c == '.'))
}

fn is_quoted(text: &str) -> bool {
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            c if c.is_control() && c != '\t' => return false,
            _ => {}
        }
    }
    !escaped
}

fn is_addr_spec(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let local_good = match quoted {
        Some(inner) => local.len() > 1 && is_quoted(inner),
        None => is_dot_atom(local),
    };
    local_good && (is_dot_atom(domain) || is_literal(domain))
}

fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|inner| inner.strip_prefix("IPv6:").unwrap_or(inner).parse::<IpAddr>().is_ok())
}

fn is_dot_atom(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii() && !c.is_control()
}

/// One label with a dash at most, or labels with dots between them of which the last has letters alone.
pub(super) fn is_hostname(text: &str) -> bool {
    if text.len() > 255 || text.split('.').any(|label| label.len() > 63) {
        return false;
    }
    let Some((head, last)) = text.rsplit_once('.') else { return is_single_label(text) };
    let count = last.chars().count();
    let last_good = (2..=63).contains(&count) && last.chars().all(is_letter);
    last_good && head.split('.').all(is_label)
}

fn is_single_label(text: &str) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    let rest = chars.as_str();
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    is_host_char(first) && rest.chars().all(is_host_char)
}

fn is_label(label: &str) -> bool {
    let ends = label.chars().next().is_some_and(is_host_char) && label.chars().last().is_some_and(is_host_char);
    ends && label.chars().all(|c| c == '-' || is_host_char(c))
}

static LETTER: LazyLock<Option<Regex>> = LazyLock::new(|| goregex::compile(r"\p{L}").ok());
static LETTER_OR_SYMBOL: LazyLock<Option<Regex>> = LazyLock::new(|| goregex::compile(r"[\p{L}\p{S}]").ok());

fn is_in(class: &Option<Regex>, c: char) -> bool {
    class.as_ref().is_some_and(|regex| regex.is_match(c.encode_utf8(&mut [0; 4])))
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && is_in(&LETTER, c)
}

/// A letter, a digit of ASCII, or a symbol as Unicode has it (`+`, `$`, `€` ...).
fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "$+<=>^`|~".contains(c) || !c.is_ascii() && is_in(&LETTER_OR_SYMBOL, c)
}
