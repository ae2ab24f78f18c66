//! Showing source text around findings.
//!
//! In: the sources, and the findings of one place. Out: lines of text with all their places marked, clipped to the width there
//! is. The line index is asked for each line, so that ten thousand findings in a large file stay cheap, and of a very long line
//! only what is shown is looked at.
//!
//! What would deceive is written out in the text before it is drawn, so that columns and marks fit what is shown.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::escape::{self, Shown};
use crate::finding::{Finding, Label, Severity};
use crate::source::{Position, Source, SourceId, SourceMap, Span};

use super::Report;
use super::drawing::{Drawing, Pen};
use super::style::Options;

/// Most further places that are drawn: of a namespace with a hundred workloads the first say enough.
const MAX_RELATED: usize = 10;
/// Most bytes of a line that a label underlines.
const MAX_LABEL: usize = 160;

/// The texts that excerpts are taken from.
pub struct Texts<'a> {
    sources: &'a SourceMap,
    /// Of files with characters that are written out: the text as shown.
    shown: FxHashMap<SourceId, (Source, Shown)>,
}

impl<'a> Texts<'a> {
    /// The texts of a report's findings.
    pub fn new(report: &'a Report, options: &Options) -> Self {
        let places =
            report.shown(options).flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related));
        let ids: BTreeSet<SourceId> = places.map(|label| label.span.source).collect();
        Self::of(&report.sources, ids)
    }

    fn of(sources: &'a SourceMap, ids: impl IntoIterator<Item = SourceId>) -> Self {
        let shown = ids.into_iter().filter_map(|id| {
            let source = sources.get(id);
            let shown = Shown::new(&source.text)?;
            Some((id, (Source::from_text(id, source.name.clone(), shown.text.as_str()), shown)))
        });
        Self { sources, shown: shown.collect() }
    }

    /// A file as it is shown.
    pub fn get(&self, id: SourceId) -> &Source {
        self.shown.get(&id).map_or_else(|| self.sources.get(id), |(source, _)| source)
    }

    /// The line and column, in the file as it is written, of a byte of the text as shown.
    pub fn position(&self, id: SourceId, at: usize) -> Position {
        let at = self.shown.get(&id).map_or(at, |(_, shown)| shown.origin(at));
        self.sources.get(id).position(at as u32)
    }

    /// Where a span lies in the file as it is shown.
    fn place(&self, span: Span) -> (usize, usize) {
        let (start, end) = (span.start as usize, span.end as usize);
        self.shown.get(&span.source).map_or((start, end), |(_, shown)| (shown.place(start), shown.place(end)))
    }
}

/// An excerpt as it goes out.
pub struct Drawn(String);

impl Drawn {
    /// The text, styles included.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A stretch of one line, and what is said of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The file.
    pub source: SourceId,
    /// The line, from 0, in the file as it is shown.
    pub line: usize,
    /// The bytes of the line.
    pub start: usize,
    /// One past them.
    pub end: usize,
    /// Whether it is what the findings are at.
    pub primary: bool,
    /// What is said.
    pub text: String,
}

/// The places of some findings.
pub struct Excerpt<'a> {
    texts: &'a Texts<'a>,
    /// The place that all findings are at, then the others.
    marks: Vec<Mark>,
    severity: Severity,
}

impl<'a> Excerpt<'a> {
    /// The places of findings that are at the same one, the worst first. What repeats another place is shown once.
    pub fn new(findings: &[&Finding], texts: &'a Texts<'a>) -> Self {
        let severity = findings.first().map_or(Severity::Info, |finding| finding.severity);
        let mut excerpt = Self { texts, marks: Vec::new(), severity };
        let said = findings.iter().find(|finding| !finding.primary.message.is_empty()).or(findings.first());
        said.into_iter().for_each(|finding| excerpt.add(&finding.primary, true));
        for label in findings.iter().flat_map(|finding| finding.related.iter().take(MAX_RELATED)) {
            if excerpt.marks.len() <= MAX_RELATED {
                excerpt.add(label, false);
            }
        }
        excerpt
    }

    fn add(&mut self, label: &Label, primary: bool) {
        let (start, end) = self.texts.place(label.span);
        let source = self.texts.get(label.span.source);
        let (start, end) = underlined(source, start, end);
        let line = source.line_of(start as u32);
        let begins = source.line_starts()[line] as usize;
        let text = escape::line(&label.message).into_owned();
        // A line break is no part of the line.
        let length = source.line(line).len();
        let (start, end) = ((start - begins).min(length), (end - begins).min(length));
        let mark = Mark { source: label.span.source, line, start, end, primary, text };
        if !self.marks.iter().any(|known| known.repeats(&mark)) {
            self.marks.push(mark);
        }
    }

    /// Draws it.
    pub fn draw(&self, pen: &Pen) -> Drawn {
        let mut order: Vec<SourceId> = Vec::new();
        for mark in &self.marks {
            if !order.contains(&mark.source) {
                order.push(mark.source);
            }
        }
        let last = self.marks.iter().map(|mark| mark.line + 2).max().unwrap_or(1);
        let mut drawing = Drawing::new(pen, last, self.severity);
        for (index, &id) in order.iter().enumerate() {
            let mut marks: Vec<&Mark> = self.marks.iter().filter(|mark| mark.source == id).collect();
            let name = (index > 0).then(|| self.place_of(marks[0]));
            marks.sort_by_key(|mark| (mark.line, mark.start, !mark.primary));
            drawing.open(name.as_deref(), index > 0);
            self.lines(self.texts.get(id), &marks, &mut drawing);
        }
        drawing.close();
        Drawn(drawing.text)
    }

    /// The marked lines of a file, with one around each.
    fn lines(&self, source: &Source, marks: &[&Mark], drawing: &mut Drawing<'_>) {
        let count = source.line_starts().len();
        let is_marked = |line: usize| marks.iter().any(|mark| mark.line == line);
        // Behind the last line break there is a line only where something is said of it.
        let is_line = |line: &usize| *line + 1 < count || is_marked(*line) || !source.line(*line).is_empty();
        let around = |mark: &&Mark| mark.line.saturating_sub(1)..=(mark.line + 1).min(count - 1);
        let lines: BTreeSet<usize> = marks.iter().flat_map(around).filter(is_line).collect();
        let mut before = None;
        for line in lines {
            if before.is_some_and(|before| before + 1 < line) {
                drawing.gap();
            }
            let here: Vec<&Mark> = marks.iter().copied().filter(|mark| mark.line == line).collect();
            drawing.line(line + 1, source.line(line), &here);
            before = Some(line);
        }
    }

    /// Where a mark is, as the file has it.
    fn place_of(&self, mark: &Mark) -> String {
        let source = self.texts.get(mark.source);
        let at = self.texts.position(mark.source, source.line_starts()[mark.line] as usize + mark.start);
        format!("{}:{}:{}", escape::line(&source.name), at.line, at.column)
    }
}

impl Mark {
    /// Whether another mark says the same of the same place.
    fn repeats(&self, other: &Mark) -> bool {
        let place = |mark: &Mark| (mark.source, mark.line, mark.start, mark.end);
        place(self) == place(other) && (self.text == other.text || other.text.is_empty())
    }
}

/// The bytes to underline: no more than the first line of a span, and of a very long line only the start.
fn underlined(source: &Source, start: usize, end: usize) -> (usize, usize) {
    let text = &source.text;
    let mut start = floor(text, start.min(text.len()));
    if start == text.len() {
        // At the very end there is nothing to underline: show the last character.
        start = floor(text, start.saturating_sub(1));
    }
    let next_line = source.line_starts().get(source.line_of(start as u32) + 1);
    let line_end = next_line.map_or(text.len(), |&next| next as usize - 1);
    let end = floor(text, end.min(start + MAX_LABEL).min(text.len())).clamp(start, line_end.max(start));
    (start, end)
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Category;

    fn draw(texts: &[&str], labels: &[(u32, usize, usize, &str)]) -> String {
        let sources = texts.iter().enumerate();
        let sources = sources.map(|(id, text)| Source::from_text(SourceId(id as u32), format!("f{id}.yaml"), *text));
        let sources = SourceMap::new(sources.collect());
        let span = |&(file, start, end, _): &(u32, usize, usize, &str)| Span::new(SourceId(file), start, end);
        let mut finding = Finding::new("rule", Category::Hygiene, Severity::Info, "message", span(&labels[0]));
        finding.primary.message = labels[0].3.to_owned();
        for label in &labels[1..] {
            finding = finding.related(span(label), label.3);
        }
        let texts = Texts::of(&sources, sources.iter().map(|source| source.id));
        Excerpt::new(&[&finding], &texts).draw(&Pen { unicode: false, color: false, columns: 100 }).0
    }

    #[test]
    fn places_in_other_files_follow_with_their_names() {
        let drawn = draw(&["a: 1\nb: 2\n", "c: 3\nd: 4\n"], &[(1, 5, 6, "here"), (0, 0, 1, "and there")]);
        let own = drawn.find("d: 4").expect("the primary place is shown");
        let other = drawn.find("[f0.yaml:1:1]").expect("the other file is named");
        assert!(own < other, "{drawn}");
        assert!(drawn.contains("here") && drawn.contains("and there"), "{drawn}");
    }

    #[test]
    fn places_near_each_other_share_an_excerpt() {
        let drawn = draw(&["a: 1\nb: 2\nc: 3\n"], &[(0, 10, 11, "second"), (0, 0, 1, "first")]);
        assert_eq!(drawn.matches("b: 2").count(), 1, "{drawn}");
    }

    #[test]
    fn a_very_long_line_is_shown_around_the_place_alone() {
        let text = format!("{{\"a\": \"{}\", \"here\": 1, \"b\": \"{}\"}}", "x".repeat(9000), "ä".repeat(9000));
        let at = text.find("here").expect("it is there");
        let drawn = draw(&[&text], &[(0, at, at + 4, ""), (0, 2, 3, "far away"), (0, at, text.len(), "long")]);
        assert!(drawn.len() < 2000 && drawn.contains("here") && drawn.contains("far away"), "{drawn}");
    }

    #[test]
    fn what_deceives_is_written_out_and_marked_all_the_same() {
        let text = "a: \u{1b}[31m\u{202e}x\u{feff} # b\r\nc: \u{7f}\u{9b}d\n";
        let (x, d) = (text.find('x').expect("x"), text.find('d').expect("d"));
        let drawn = draw(&["e: 1\n", text], &[(1, x, x + 1, "h\u{1b}\nere"), (0, 0, 1, ""), (1, d, d + 1, "there")]);
        let lines: Vec<_> = drawn.lines().collect();
        for (shown, mark, c) in
            [("a: \\u{1b}[31m\\u{202e}x\\u{feff} # b", "h\\u{1b}\\nere", 'x'), ("c: \\u{7f}\\u{9b}d", "there", 'd')]
        {
            let at = lines.iter().position(|line| line.ends_with(shown)).unwrap_or_else(|| panic!("{shown}: {drawn}"));
            let column = lines[at].find(shown).expect("it is there") + shown.rfind(c).expect("it is there");
            let under = lines[at + 1].char_indices().nth(column).map(|(_, c)| c);
            assert!(under.is_some_and(|c| c != ' '), "{drawn}");
            assert!(drawn.contains(mark), "{drawn}");
        }
        let own = draw(&["e: 1\n", text], &[(0, 0, 1, ""), (1, d, d + 1, "")]);
        assert!(own.contains("[f1.yaml:2:6]"), "{own}");
    }

    #[test]
    fn a_place_at_the_end_of_a_file_is_marked() {
        for text in ["a: \"x", "a: \"x\n", "x", "", "ä"] {
            let drawn = draw(&[text], &[(0, text.len(), text.len(), "ends here")]);
            assert!(text.is_empty() || drawn.contains("ends here"), "{text:?} {drawn}");
        }
    }

    #[test]
    fn any_span_can_be_drawn() {
        let text = "a: é\r\n  b: \u{1F600}\n\n\tc: d";
        for start in 0..=text.len() + 1 {
            for end in start..=text.len() + 2 {
                draw(&[text, "x: 1"], &[(0, start, end, "one"), (1, 0, 4, "two"), (0, end, end, "three")]);
            }
        }
    }
}
