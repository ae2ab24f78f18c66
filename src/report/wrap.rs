//! Lines that fit into a width.
//!
//! In: a line and the columns there are. Out: where to break it. Words stay whole: a path that is longer than a line can still be
//! copied.

use unicode_width::UnicodeWidthChar;

/// Columns that a character takes.
pub fn width_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(width_of).sum() }
}

/// The bytes at which the spaces stand that are to become line breaks, so that no line is wider than `columns`; lines but the
/// first are indented by `indent`. No line is made to begin as a command of a CI system.
pub fn breaks(text: &str, columns: usize, indent: usize) -> Vec<usize> {
    let mut breaks = Vec::new();
    if width(text) <= columns {
        return breaks;
    }
    let lead = text.len() - text.trim_start_matches(' ').len();
    let (mut used, mut from) = (lead, lead);
    for (at, word) in words(text, lead) {
        let (between, needed) = (width(&text[from..at]), width(word));
        if used + between + needed > columns && at > from && !word.starts_with("::") {
            breaks.push(at - 1);
            used = indent + needed;
        } else {
            used += between + needed;
        }
        from = at + word.len();
    }
    breaks
}

/// The words of a text, with where each begins.
fn words(text: &str, from: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text[from..].split(' ').filter_map(move |word| {
        let begins = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some((begins, word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, columns: usize) -> Vec<String> {
        let (mut lines, mut from) = (Vec::new(), 0);
        for at in breaks(text, columns, 2) {
            lines.push(text[from..at].to_owned());
            from = at + 1;
        }
        lines.push(text[from..].to_owned());
        lines
    }

    #[test]
    fn lines_break_between_words_and_words_stay_whole() {
        assert_eq!(wrapped("one two three", 20), ["one two three"]);
        assert_eq!(wrapped("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrapped("a/very/long/path.yaml:1:1: error", 10), ["a/very/long/path.yaml:1:1:", "error"]);
        assert_eq!(wrapped("  wide 漢字漢字 end", 12), ["  wide", "漢字漢字", "end"]);
        assert_eq!(wrapped("some words ::error::x and more", 12), ["some words ::error::x", "and more"]);
    }

    #[test]
    fn any_text_is_kept_whole() {
        for text in ["", " ", "a  b   c", "  ", "ä ö ü    ", "::a ::b"] {
            for columns in 0..12 {
                assert_eq!(wrapped(text, columns).join(" "), text, "{columns}");
            }
        }
    }
}
