//! URIs, e-mail addresses and host names.
//!
//! Mirrors `url.ParseRequestURI` and `mail.ParseAddress` of Go, and the `hostname` format of kube-openapi.

/// Whether it is an absolute URI or an absolute path.
pub(super) fn is_request_uri(text: &str) -> bool {
    if text.is_empty() || text.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return false;
    }
    if text == "*" {
        return true;
    }
    let Some((scheme, rest)) = split_scheme(text) else { return false };
    let rest = rest.split('?').next().unwrap_or(rest);
    if !rest.starts_with('/') {
        return !scheme.is_empty(); // an opaque one, such as mailto:a@b
    }
    let authority = rest.strip_prefix("//").filter(|after| !scheme.is_empty() && !after.starts_with('/'));
    match authority {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            is_authority(&after[..end]) && has_good_escapes(&after[end..])
        }
        None => has_good_escapes(rest),
    }
}

/// The scheme, empty where there is none, and what follows; nothing where the text starts with a colon.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at > 0 => return Some((&text[..at], &text[at + 1..])),
            ':' => return None,
            _ => return Some(("", text)),
        }
    }
    Some(("", text))
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    let user_byte = |b: u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b);
    if !user.bytes().all(user_byte) || !has_good_escapes(user) {
        return false;
    }
    let (name, port) = match host.strip_prefix('[') {
        Some(inner) => match inner.split_once(']') {
            Some((name, port)) => (name, port),
            None => return false,
        },
        None => host.rfind(':').map_or((host, ""), |colon| host.split_at(colon)),
    };
    let digits = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let port_good = port.is_empty() || port.strip_prefix(':').is_some_and(digits);
    let host_byte = |b: u8| !b.is_ascii() || b.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&b);
    port_good && name.bytes().all(host_byte) && has_good_escapes(name)
}

/// Every `%` is followed by two hex digits.
fn has_good_escapes(text: &str) -> bool {
    let bytes = text.as_bytes();
    let good = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    (0..bytes.len()).all(|at| bytes[at] != b'%' || good(at))
}

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
    inner.is_some_and(|inner| inner.strip_prefix("IPv6:").unwrap_or(inner).parse::<std::net::IpAddr>().is_ok())
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
    let last_good = (2..=63).contains(&count) && last.chars().all(char::is_alphabetic);
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

/// A letter, a digit, or a symbol as Unicode has it (`+`, `$`, `€` ...).
fn is_host_char(c: char) -> bool {
    c.is_ascii_digit()
        || c.is_alphabetic()
        || "$+<=>^`|~".contains(c)
        || !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}
