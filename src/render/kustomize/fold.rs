//! What a folded scalar (`>`) is after it was written and read again.
//!
//! In: its text. Out: the text that is read. go-yaml writes two line breaks wherever a line ends that does not begin with a
//! blank, also where the next line does, before which one would do: such texts grow by a blank line.

use std::sync::Arc;

/// The text that is read.
pub fn reread(text: &Arc<str>) -> Arc<str> {
    if !text.contains('\n') || !foldable(text) {
        return text.clone();
    }
    read(&write(text), text).into()
}

/// Whether the text is written in folded style at all, and not in quotes.
fn foldable(text: &str) -> bool {
    let printable =
        |c: char| c == '\n' || c == '\t' || !(c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}'));
    !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(printable)
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// The lines as they are written, without their indentation.
fn write(text: &str) -> String {
    // The writer looks at the text's own beginning, where it means to look at the next line.
    let doubled = text.trim_start_matches('\n').starts_with(|c| !is_blank(c));
    let (mut out, mut begins, mut indented) = (String::with_capacity(text.len() + 8), true, true);
    for c in text.chars() {
        if c == '\n' {
            if !begins && !indented && doubled {
                out.push('\n');
            }
            begins = true;
        } else if begins {
            indented = is_blank(c);
            begins = false;
        }
        out.push(c);
    }
    out
}

/// The text that such lines are read as; what ends it is as with the text they were written for.
fn read(lines: &str, text: &str) -> String {
    let (mut out, mut joins, mut blanks, mut before) =
        (String::with_capacity(lines.len()), false, String::new(), false);
    for line in lines.split('\n') {
        if line.is_empty() {
            blanks.push('\n');
            continue;
        }
        let indented = line.starts_with(is_blank);
        match joins {
            true if before || indented => out.push('\n'),
            true if blanks.is_empty() => out.push(' '),
            _ => {}
        }
        out.push_str(&blanks);
        out.push_str(line);
        (joins, before) = (true, indented);
        blanks.clear();
    }
    match text.len() - text.trim_end_matches('\n').len() {
        0 => {}
        1 => out.push('\n'),
        // All line breaks at the end are kept, those that were doubled as well.
        _ => out.push_str(&blanks),
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_before_an_indented_one_gets_a_blank_line() {
        let read = |text: &str| super::reread(&text.into()).to_string();
        assert_eq!(read("f(c,\n  c.image\n)\n"), "f(c,\n\n  c.image\n)\n");
        assert_eq!(read("a b\nc\n\nd"), "a b\nc\n\nd");
        assert_eq!(read("one line\n"), "one line\n");
        assert_eq!(read("  a\nb\n"), "  a\nb\n");
    }
}
