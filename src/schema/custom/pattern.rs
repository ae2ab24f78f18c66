//! Go's regular expressions.
//!
//! In: a pattern as a CRD has it, in the syntax of Go's `regexp`. Out: the same for the `regex` crate, which reads some
//! things otherwise: `\d`, `\w`, `\s` and `\b` are ASCII in Go, a `{` that starts no repetition is itself, and `&&`, `--`,
//! `~~` or `[` mean nothing inside a class.

use regex::Regex;

/// Compiles a pattern of Go's; nothing where it is none.
pub fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&translate(pattern)).ok()
}

fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    let mut class_start = None;
    let mut behind_class = false;
    while let Some(c) = rest.chars().next() {
        let taken = match (c, class_start.is_some()) {
            ('\\', in_class) => escape(&mut out, rest, in_class),
            ('[', false) => open_class(&mut out, rest, &mut class_start),
            ('[', true) => inner_bracket(&mut out, rest),
            (']', true) => {
                class_start = None;
                out.push(']');
                1
            }
            // Behind a class such as `\w` a hyphen begins no range.
            ('-', true) if behind_class => {
                out.push_str("\\-");
                1
            }
            ('&' | '~' | '-', true) if rest[1..].starts_with(c) => {
                out.push('\\');
                out.push(c);
                1
            }
            ('{', false) if !is_repetition(rest) => {
                out.push_str("\\{");
                1
            }
            _ => {
                out.push(c);
                c.len_utf8()
            }
        };
        behind_class = matches!(rest.get(..2), Some("\\d" | "\\D" | "\\w" | "\\W" | "\\s" | "\\S"));
        rest = &rest[taken..];
    }
    out
}

/// `[`, `[^`, and a `]` right behind it, which is itself.
fn open_class(out: &mut String, rest: &str, class_start: &mut Option<()>) -> usize {
    *class_start = Some(());
    let negated = rest[1..].starts_with('^');
    let head = 1 + usize::from(negated);
    out.push_str(&rest[..head]);
    if rest[head..].starts_with(']') {
        out.push_str("\\]");
        return head + 1;
    }
    head
}

/// A `[` inside a class: a named class as it is, else itself.
fn inner_bracket(out: &mut String, rest: &str) -> usize {
    let named = rest.starts_with("[:").then(|| rest.find(":]")).flatten();
    match named {
        Some(end) => {
            out.push_str(&rest[..end + 2]);
            end + 2
        }
        None => {
            out.push_str("\\[");
            1
        }
    }
}

fn escape(out: &mut String, rest: &str, in_class: bool) -> usize {
    let Some(c) = rest[1..].chars().next() else {
        out.push('\\');
        return 1;
    };
    let ascii = match (c, in_class) {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('D', _) => "[^0-9]",
        ('w', true) => "0-9A-Za-z_",
        ('w', false) => "[0-9A-Za-z_]",
        ('W', _) => "[^0-9A-Za-z_]",
        ('s', true) => "\\t\\n\\x0C\\r ",
        ('s', false) => "[\\t\\n\\x0C\\r ]",
        ('S', _) => "[^\\t\\n\\x0C\\r ]",
        ('b', false) => "(?-u:\\b)",
        _ => "",
    };
    if !ascii.is_empty() {
        out.push_str(ascii);
        return 1 + c.len_utf8();
    }
    // `\p{L}` and `\x{1F600}` have braces of their own.
    let braced = matches!(c, 'p' | 'P' | 'x') && rest[2..].starts_with('{');
    let end = braced.then(|| rest.find('}')).flatten().map_or(1 + c.len_utf8(), |end| end + 1);
    out.push_str(&rest[..end]);
    end
}

/// Whether a text starts with `{n}`, `{n,}` or `{n,m}`.
fn is_repetition(text: &str) -> bool {
    let Some(end) = text.find('}') else { return false };
    let (low, high) = text[1..end].split_once(',').unwrap_or((&text[1..end], "0"));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    !low.is_empty() && digits(low) && digits(high)
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_mean_what_they_mean_in_go() {
        for (pattern, yes, no) in [
            (r"^\d+$", "12", "١"),
            (r"^[\w.-]+$", "a_b.c", "ä"),
            (r"^{a}$", "{a}", "a"),
            (r"^a{2,3}$", "aa", "a"),
            (r"^[[a]$", "[", "b"),
            (r"^[]x]$", "]", "y"),
            (r"^[[:alpha:]-]+$", "a-b", "1"),
            (r"^[a&&b]$", "&", "c"),
            (r"^[\w-\.]+$", "a-.", "+"),
            (r"^\p{L}+$", "äb", "1"),
            (r"^(?i)ab$", "AB", "b"),
        ] {
            let regex = compile(pattern).unwrap_or_else(|| panic!("{pattern} compiles"));
            assert!(regex.is_match(yes) && !regex.is_match(no), "{pattern}");
        }
        assert!(compile("(").is_none());
    }
}
