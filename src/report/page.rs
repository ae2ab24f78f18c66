//! The page that every format made of lines is written on.
//!
//! In: texts of ours, texts from strangers, styles, links. Out: lines, broken where they would be wider than the terminal. A
//! renderer holds no writer, so that whatever it shows passes here, where what a terminal or a CI log would take for a command is
//! written out; styles, links and line breaks are added behind that.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::Style;

use crate::escape;

use super::style::Options;
use super::wrap;

/// Lines on their way to a writer.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    color: bool,
    links: bool,
    width: Option<usize>,
    /// The line so far.
    pieces: Vec<Piece>,
    /// Nothing but white space stands in the line yet.
    blank: bool,
}

/// A part of a line, fit to be shown.
struct Piece {
    text: String,
    style: Style,
    link: Option<String>,
}

impl<'w> Page<'w> {
    /// A page for programs: without colours, links and line breaks of its own.
    pub fn plain(out: &'w mut dyn Write) -> Self {
        Self { out, color: false, links: false, width: None, pieces: Vec::new(), blank: true }
    }

    /// A page for people, as their terminal can show it.
    pub fn new(out: &'w mut dyn Write, options: &Options) -> Self {
        let Options { color, links, width, .. } = *options;
        Self { color, links, width, ..Self::plain(out) }
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
        self.pieces.push(Piece { text: shown.into_owned(), style, link: None });
        Ok(self)
    }

    /// Adds a text that leads to an address, where the terminal follows links. The address is one of ours.
    pub fn linked(&mut self, style: Style, text: impl Display, address: String) -> io::Result<&mut Self> {
        self.styled(style, text)?;
        self.pieces.iter_mut().last().into_iter().for_each(|piece| piece.link = Some(address.clone()));
        Ok(self)
    }

    /// Adds a text of ours, written in the code.
    pub fn own(&mut self, text: &'static str) -> io::Result<&mut Self> {
        self.blank &= text.trim().is_empty();
        self.pieces.push(Piece { text: text.to_owned(), style: Style::new(), link: None });
        Ok(self)
    }

    /// Ends the line.
    pub fn end(&mut self) -> io::Result<()> {
        self.blank = true;
        let mut breaks = self.breaks().into_iter().peekable();
        let indent = " ".repeat(self.indent());
        let mut at = 0;
        for piece in std::mem::take(&mut self.pieces) {
            let style = if self.color { piece.style } else { Style::new() };
            let link = piece.link.filter(|_| self.links);
            let end = at + piece.text.len();
            let mut from = at;
            loop {
                let broken = breaks.next_if(|&place| place < end);
                let part = &piece.text[from - at..broken.unwrap_or(end) - at];
                self.part(part, style, link.as_deref())?;
                let Some(broken) = broken else { break };
                write!(self.out, "\n{indent}")?;
                from = broken + 1;
            }
            at = end;
        }
        self.out.write_all(b"\n")
    }

    fn part(&mut self, text: &str, style: Style, link: Option<&str>) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if let Some(address) = link {
            write!(self.out, "\u{1b}]8;;{address}\u{1b}\\")?;
        }
        write!(self.out, "{}{text}{}", style.render(), style.render_reset())?;
        if link.is_some() {
            self.out.write_all(b"\x1b]8;;\x1b\\")?;
        }
        Ok(())
    }

    /// Where the line is to be broken.
    fn breaks(&self) -> Vec<usize> {
        let Some(columns) = self.width else { return Vec::new() };
        let line: String = self.pieces.iter().map(|piece| piece.text.as_str()).collect();
        wrap::breaks(&line, columns, self.indent())
    }

    /// How far the rest of a broken line is indented: a little more than its beginning.
    fn indent(&self) -> usize {
        let spaces = |text: &str| text.len() - text.trim_start_matches(' ').len();
        self.pieces.first().map_or(0, |piece| spaces(&piece.text)) + 2
    }

    /// Adds lines drawn around source text that [`escape::Shown`] made fit, styles included.
    pub fn drawn(&mut self, excerpt: &super::excerpt::Drawn) -> io::Result<()> {
        self.out.write_all(excerpt.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(options: &Options, write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Page::new(&mut out, options)).expect("a vector takes all");
        String::from_utf8(out).expect("it is text")
    }

    fn colored() -> Options {
        Options { color: true, ..Options::default() }
    }

    #[test]
    fn only_what_is_ours_breaks_lines_and_colours_them() {
        let bold = Style::new().bold();
        let written =
            page(&colored(), |page| page.styled(bold, "a\u{1b}[2J\n::error::b")?.own(": ")?.text("c\r\nd")?.end());
        assert_eq!(written, "\u{1b}[1ma\\u{1b}[2J\\n::error::b\u{1b}[0m: c\\r\\nd\n");
    }

    #[test]
    fn no_line_begins_as_a_command() {
        let written = page(&colored(), |page| {
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

    #[test]
    fn a_line_is_broken_where_the_terminal_ends_and_its_styles_go_on() {
        let options = Options { color: true, width: Some(12), ..Options::default() };
        let bold = Style::new().bold();
        let written = page(&options, |page| page.own("  ")?.styled(bold, "one two three")?.text(" four")?.end());
        assert_eq!(written, "  \u{1b}[1mone two\u{1b}[0m\n    \u{1b}[1mthree\u{1b}[0m\n    four\n");
    }

    #[test]
    fn links_are_there_where_the_terminal_follows_them() {
        let link = |page: &mut Page<'_>| page.linked(Style::new(), "a", "https://example.com".to_owned())?.end();
        assert_eq!(page(&Options::default(), link), "a\n");
        let options = Options { links: true, ..Options::default() };
        assert_eq!(page(&options, link), "\u{1b}]8;;https://example.com\u{1b}\\a\u{1b}]8;;\u{1b}\\\n");
    }
}
