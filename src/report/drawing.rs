//! The frame around source lines.
//!
//! In: lines with their numbers, and the marks on them. Out: the frame's text. A line that is wider than there is room is clipped
//! around its marks; one whose marks lie too far apart is shown once for each.

use std::fmt::Write;

use anstyle::{Effects, Style};

use crate::finding::Severity;

use super::excerpt::Mark;
use super::style;
use super::wrap::{self, width, width_of};

/// Columns that a tab takes.
const TAB: &str = "  ";
/// Fewest columns that are left to a line.
const LEAST: usize = 24;
/// Bytes of a line up to which its width is taken.
const LONG: usize = 4096;

/// What there is to draw with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    /// Drawing characters beyond ASCII.
    pub unicode: bool,
    /// Colours.
    pub color: bool,
    /// How wide a row may be.
    pub columns: usize,
}

/// A frame that is being drawn.
pub(super) struct Drawing<'p> {
    pen: &'p Pen,
    /// Columns of the line numbers.
    digits: usize,
    severity: Severity,
    /// What is drawn.
    pub text: String,
}

/// A part of a line that is shown.
struct Window {
    from: usize,
    to: usize,
    /// Something is left out before, and behind.
    cut: (bool, bool),
}

impl<'p> Drawing<'p> {
    /// A frame for lines up to a number, around a finding of a severity.
    pub fn new(pen: &'p Pen, last: usize, severity: Severity) -> Self {
        Self { pen, digits: last.to_string().len(), severity, text: String::new() }
    }

    /// Begins the lines of a file; the name is that of another file than the findings'.
    pub fn open(&mut self, name: Option<&str>, more: bool) {
        let corner = match (more, self.pen.unicode) {
            (false, true) => "╭────",
            (false, false) => ",----",
            (true, true) => "├─",
            (true, false) => "|-",
        };
        let name = name.map_or_else(String::new, |name| format!("[{name}]"));
        let margin = " ".repeat(self.digits + 2);
        let dim = self.dim();
        self.row(&[(&margin, Style::new()), (corner, dim), (&name, Style::new())]);
    }

    /// Ends the frame.
    pub fn close(&mut self) {
        let margin = " ".repeat(self.digits + 2);
        let dim = self.dim();
        self.row(&[(&margin, Style::new()), (if self.pen.unicode { "╰────" } else { "`----" }, dim)]);
    }

    /// Tells that lines are left out.
    pub fn gap(&mut self) {
        let margin = " ".repeat(self.digits + 2);
        let dim = self.dim();
        self.row(&[(&margin, Style::new()), (if self.pen.unicode { "⋮" } else { "..." }, dim)]);
    }

    /// A line of the file, without its line break, and the marks on it from left to right.
    pub fn line(&mut self, number: usize, text: &str, marks: &[&Mark]) {
        let mut window = self.window(text, marks.first().map_or((0, 0), |mark| (mark.start, mark.end)));
        self.source(number, text, &window);
        for mark in marks {
            if mark.start < window.from || mark.start > window.to || (mark.start == window.to && window.cut.1) {
                window = self.window(text, (mark.start, mark.end));
                self.source(number, text, &window);
            }
            self.mark(text, &window, mark);
        }
    }

    /// Columns for the text of lines.
    fn room(&self) -> usize {
        self.pen.columns.saturating_sub(self.digits + 4).max(LEAST)
    }

    /// The part of a line to show, around some bytes of it.
    fn window(&self, text: &str, (start, end): (usize, usize)) -> Window {
        let room = self.room();
        if text.len() <= LONG && columns(text) <= room {
            return Window { from: 0, to: text.len(), cut: (false, false) };
        }
        let room = room - 2 * self.dots().chars().count();
        // Of what stands before the mark, as much as fits beside it; a third of the room at most where the mark is wide.
        let marked = columns(&text[start..end.min(start + LONG).max(start)]).min(room);
        let before = (room - marked).max(room / 3);
        let mut from = start;
        let mut used = 0;
        for (at, c) in text[..start].char_indices().rev() {
            used += columns_of(c);
            if used > before {
                break;
            }
            from = at;
        }
        let mut to = from;
        let mut used = 0;
        for (at, c) in text[from..].char_indices() {
            used += columns_of(c);
            if used > room {
                break;
            }
            to = from + at + c.len_utf8();
        }
        Window { from, to, cut: (from > 0, to < text.len()) }
    }

    fn source(&mut self, number: usize, text: &str, window: &Window) {
        let shown = text[window.from..window.to].replace('\t', TAB);
        let dots = |cut: bool| if cut { self.dots() } else { "" };
        let (before, behind) = (dots(window.cut.0), dots(window.cut.1));
        let dim = self.dim();
        let number = format!(" {number:digits$} ", digits = self.digits);
        let bar = if self.pen.unicode { "│" } else { "|" };
        let space = if text.is_empty() { "" } else { " " };
        let plain = Style::new();
        self.row(&[(&number, dim), (bar, dim), (space, plain), (before, dim), (&shown, plain), (behind, dim)]);
    }

    /// The row below a line that marks a part of it; what is said of it stands behind, or below where it is long.
    fn mark(&mut self, text: &str, window: &Window, mark: &Mark) {
        let cut = if window.cut.0 { self.dots().chars().count() } else { 0 };
        let at = cut + columns(&text[window.from..mark.start.max(window.from)]);
        let marked = columns(&text[mark.start..mark.end.min(window.to).max(mark.start)]).max(1);
        let (sign, style) = match (mark.primary, self.pen.unicode) {
            (true, _) => ("^", style::severity(self.severity)),
            (false, true) => ("─", style::aside()),
            (false, false) => ("-", style::aside()),
        };
        let (line, space) = (sign.repeat(marked), " ".repeat(at));
        let fits = at + marked + 1 + width(&mark.text) <= self.room();
        let beside = if fits && !mark.text.is_empty() { format!(" {}", mark.text) } else { String::new() };
        self.below(&[(&space, Style::new()), (&line, style), (&beside, style)]);
        if fits || mark.text.is_empty() {
            return;
        }
        let indent = at.min(self.room() / 2);
        let space = " ".repeat(indent);
        let mut from = 0;
        let ends = wrap::breaks(&mark.text, self.room() - indent, 0);
        for end in ends.into_iter().chain([mark.text.len()]) {
            self.below(&[(&space, Style::new()), (&mark.text[from..end], style)]);
            from = end + 1;
        }
    }

    /// A row without a line number.
    fn below(&mut self, parts: &[(&str, Style)]) {
        let margin = " ".repeat(self.digits + 2);
        let dim = self.dim();
        let mut all = vec![(margin.as_str(), Style::new()), (if self.pen.unicode { "·" } else { ":" }, dim)];
        all.push((" ", Style::new()));
        all.extend(parts);
        self.row(&all);
    }

    fn row(&mut self, parts: &[(&str, Style)]) {
        for (text, style) in parts.iter().filter(|(text, _)| !text.is_empty()) {
            let style = if self.pen.color { *style } else { Style::new() };
            // Writing to a string does not fail.
            let _ = write!(self.text, "{}{text}{}", style.render(), style.render_reset());
        }
        self.text.push('\n');
    }

    fn dots(&self) -> &'static str {
        if self.pen.unicode { "…" } else { "..." }
    }

    fn dim(&self) -> Style {
        Style::new().effects(Effects::DIMMED)
    }
}

/// Columns that a part of a line takes.
fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    if c == '\t' { TAB.len() } else { width_of(c) }
}
