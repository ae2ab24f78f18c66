//! The page that every format made of lines is written on.
//!
//! In: texts of ours, texts from strangers, styles. Out: lines. A renderer holds no writer, so that whatever it shows
//! passes here, where what a terminal or a CI log would take for a command is written out; styles and line breaks are
//! added behind that.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::Style;

use crate::escape;

/// Lines on their way to a writer.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    color: bool,
    /// Nothing but white space stands in the line yet.
    blank: bool,
}

impl<'w> Page<'w> {
    /// A page on a writer, in colour or not.
    pub fn new(out: &'w mut dyn Write, color: bool) -> Self {
        Self { out, color, blank: true }
    }

    /// Adds a text to the line.
    ///
    /// # Errors
    /// Those of the writer, here and below.
    pub fn text(&mut self, text: impl Display) -> io::Result<&mut Self> {
        self.styled(Style::new(), text)
    }

    /// Adds a text in a style, where colours are wanted.
    pub fn styled(&mut self, style: Style, text: impl Display) -> io::Result<&mut Self> {
        let text = text.to_string();
        let line = escape::line(&text);
        let shown = if self.blank { escape::start(&line) } else { line.as_ref().into() };
        self.blank &= shown.trim().is_empty();
        let style = if self.color { style } else { Style::new() };
        write!(self.out, "{}{shown}{}", style.render(), style.render_reset())?;
        Ok(self)
    }

    /// Adds a text of ours, written in the code.
    pub fn own(&mut self, text: &'static str) -> io::Result<&mut Self> {
        self.blank &= text.trim().is_empty();
        self.out.write_all(text.as_bytes())?;
        Ok(self)
    }

    /// Ends the line.
    pub fn end(&mut self) -> io::Result<()> {
        self.blank = true;
        self.out.write_all(b"\n")
    }

    /// Adds lines drawn around source text that [`escape::Shown`] made fit, styles included.
    pub fn drawn(&mut self, excerpt: &super::excerpt::Drawn) -> io::Result<()> {
        self.out.write_all(excerpt.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Page::new(&mut out, true)).expect("a vector takes all");
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn only_what_is_ours_breaks_lines_and_colours_them() {
        let bold = Style::new().bold();
        let written = page(|page| page.styled(bold, "a\u{1b}[2J\n::error::b")?.own(": ")?.text("c\r\nd")?.end());
        assert_eq!(written, "\u{1b}[1ma\\u{1b}[2J\\n::error::b\u{1b}[0m: c\\r\\nd\n");
    }

    #[test]
    fn no_line_begins_as_a_command() {
        let written = page(|page| {
            page.text("::error::a")?.end()?;
            page.own("  ")?.text("\u{a0}::error::b ::c")?.end()?;
            page.own("::")?.text("notice::d ##[error]e ##vso[task.x]f ###[g")?.end()
        });
        assert_eq!(
            written,
            "\\u{3a}:error::a\n  \u{a0}\\u{3a}:error::b ::c\n\
             ::notice::d #\\u{23}[error]e #\\u{23}vso[task.x]f ##\\u{23}[g\n"
        );
    }
}
