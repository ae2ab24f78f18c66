//! How a YAML scalar is written.
//!
//! In: a text. Out: its style, by libyaml's analysis and go-yaml's rules; escapes; and the order of keys.

use super::yaml_out::Version;
use crate::yaml::{Resolved, is_timestamp, resolve_plain};

/// The style of a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn printable(c: char) -> bool {
    c == '\n'
        || (' '..='~').contains(&c)
        || matches!(c, '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

/// What the reader between JSON and YAML refuses; controls below the blank are escaped in JSON.
pub(super) fn refused(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

pub(super) fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            return match c as u32 {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0x100..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}

/// The line breaks U+0085 of a text, as the reader between JSON and YAML folds them.
pub(super) fn fold_next_lines(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\u{85}') {
        out.push_str(rest[..at].trim_end_matches([' ', '\t']));
        let behind = &rest[at..];
        let end = behind.find(|c| !matches!(c, '\u{85}' | ' ' | '\t')).unwrap_or(behind.len());
        let breaks = behind[..end].matches('\u{85}').count();
        out.push_str(&if breaks == 1 { " ".to_owned() } else { "\n".repeat(breaks - 1) });
        rest = &behind[end..];
    }
    out.push_str(rest);
    out
}

/// Whether a plain text would be read as something else than a text.
fn resolves(text: &str) -> bool {
    let resolved = resolve_plain(text);
    if resolved != Resolved::String || is_timestamp(text) {
        return true;
    }
    sexagesimal(text)
}

/// `190:20:30`: a number in YAML 1.1, so that others read it right.
fn sexagesimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    let rest: Vec<_> = parts.collect();
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    !rest.is_empty()
        && first.starts_with(|c: char| c.is_ascii_digit())
        && number(first)
        && number(fraction)
        && rest.iter().all(|part| match part.as_bytes() {
            [b] => b.is_ascii_digit(),
            [tens, ones] => (b'0'..=b'5').contains(tens) && ones.is_ascii_digit(),
            _ => false,
        })
}

/// What libyaml's analysis of a scalar allows.
struct Analysis {
    plain: bool,
    single: bool,
    block: bool,
    multiline: bool,
}

fn analyze(text: &str, version: Version) -> Analysis {
    if text.is_empty() {
        return Analysis { plain: true, single: true, block: false, multiline: false };
    }
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut breaks, mut special, mut tab) = (false, false, false);
    let (mut space_break, mut break_space) = (false, false);
    let (mut before_space, mut before_break, mut after_white) = (false, false, true);
    let last = text.len() - text.chars().next_back().map_or(0, char::len_utf8);
    let (mut leading, mut trailing, mut trailing_space) = (false, false, false);
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        let white_next = next.is_none_or(|c| c == ' ' || c == '\t');
        indicators |= match c {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
                if at == 0 =>
            {
                true
            }
            '?' | '-' if at == 0 => white_next,
            ':' => white_next,
            '#' => after_white,
            _ => false,
        };
        if c == '\t' && version == Version::Three {
            tab = true;
        } else if !printable(c) {
            special = true;
        }
        if c == ' ' {
            leading |= at == 0;
            trailing |= at == last;
            trailing_space |= at == last;
            break_space |= before_break;
            (before_space, before_break) = (true, false);
        } else if is_break(c) {
            breaks = true;
            leading |= at == 0;
            trailing |= at == last;
            space_break |= before_space;
            (before_space, before_break) = (false, true);
        } else {
            (before_space, before_break) = (false, false);
        }
        after_white = c == ' ' || c == '\t' || is_break(c);
    }
    let odd = space_break || special;
    Analysis {
        plain: !(leading || trailing || break_space || odd || tab || breaks || indicators),
        single: !(break_space || odd || tab),
        block: !(trailing_space || odd),
        multiline: breaks,
    }
}

pub(super) fn style(text: &str, simple_key: bool, version: Version) -> Style {
    let analysis = analyze(text, version);
    let mut style = if text.contains('\n') {
        Style::Literal
    } else if resolves(text) {
        Style::Double
    } else {
        Style::Plain
    };
    if simple_key && analysis.multiline {
        style = Style::Double;
    }
    if style == Style::Plain && (!analysis.plain || text.is_empty() && simple_key) {
        style = Style::Single;
    }
    if style == Style::Single && !analysis.single {
        style = Style::Double;
    }
    if style == Style::Literal && (!analysis.block || simple_key) {
        style = Style::Double;
    }
    style
}

/// go-yaml's order of keys: numbers in them by their value, letters behind everything else. Version 3 puts letters before
/// what is no letter where digits stand before both.
pub(super) fn natural(a: &str, b: &str, after_digits: bool) -> std::cmp::Ordering {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let less = |yes: bool| if yes { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
    let mut digits = false;
    for i in 0..left.len().min(right.len()) {
        let (x, y) = (left[i], right[i]);
        if x == y {
            digits = x.is_numeric();
            continue;
        }
        match (x.is_alphabetic(), y.is_alphabetic()) {
            (true, true) => return x.cmp(&y),
            (false, false) => {}
            (x_letter, y_letter) => return less(if after_digits && digits { x_letter } else { y_letter }),
        }
        let zero = x == '0' || y == '0';
        let lead = zero && left[..i].iter().rev().take_while(|c| c.is_numeric()).any(|c| *c != '0');
        let (x_number, x_end) = run(&left, i, lead);
        let (y_number, y_end) = run(&right, i, lead);
        return x_number.cmp(&y_number).then(x_end.cmp(&y_end)).then(x.cmp(&y));
    }
    left.len().cmp(&right.len())
}

fn run(chars: &[char], start: usize, lead: bool) -> (i64, usize) {
    let mut number = i64::from(lead);
    let mut at = start;
    while let Some(digit) = chars.get(at).and_then(|c| c.to_digit(10)) {
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
        at += 1;
    }
    (number, at)
}
