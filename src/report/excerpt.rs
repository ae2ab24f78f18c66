//! Showing source text around a finding.
//!
//! In: the sources and a finding's labels. Out: lines of text with the labels drawn under them, by miette's graphical
//! handler over a [`SourceCode`] of our own. The stock one reads the file from its start for every label; this one asks
//! the line index, so that ten thousand findings in a large file stay cheap, and shows a window where a line is very long.
//!
//! What would deceive is written out in the text before it is drawn, so that columns and marks fit what is shown.
//!
//! Labels of one finding may lie in several files. For miette they all lie in one text: the file of the primary label
//! comes first, every other one a fixed stretch of offsets after it.

use std::collections::BTreeSet;
use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use rustc_hash::FxHashMap;

use crate::escape::{self, Shown};
use crate::finding::{Finding, Label};
use crate::source::{Position, Source, SourceId, SourceMap, Span};

use super::Report;

/// Distance between the offsets of two files: more than any file's length.
const STRETCH: usize = 1 << 33;
/// Most bytes shown of one place, context lines included.
const MAX_SHOWN: usize = 1600;
/// Bytes shown on either side of a label in a very long line.
const MARGIN: usize = 60;
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
    pub fn new(report: &'a Report) -> Self {
        let places = report.active().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related));
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
    fn get(&self, id: SourceId) -> &Source {
        self.shown.get(&id).map_or_else(|| self.sources.get(id), |(source, _)| source)
    }

    /// The line and column, in the file as it is written, of a byte of the text as shown.
    fn position(&self, id: SourceId, at: usize) -> Position {
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

/// A finding as miette sees it: places alone, the rest is written by the caller.
pub struct Excerpt<'a> {
    files: Files<'a>,
    labels: Vec<LabeledSpan>,
}

impl<'a> Excerpt<'a> {
    /// The places of a finding; places that repeat one another are shown once.
    pub fn new(finding: &Finding, texts: &'a Texts<'a>) -> Self {
        let mut excerpt = Self { files: Files { texts, order: Vec::new() }, labels: Vec::new() };
        excerpt.add(&finding.primary, true);
        for label in finding.related.iter().take(MAX_RELATED) {
            excerpt.add(label, false);
        }
        excerpt
    }

    fn add(&mut self, label: &Label, primary: bool) {
        let texts = self.files.texts;
        let (start, end) = texts.place(label.span);
        let (start, end) = underlined(texts.get(label.span.source), start, end);
        let place = SourceSpan::from((self.files.base(label.span.source) + start, end - start));
        let text = Some(escape::line(&label.message).into_owned()).filter(|text| !text.is_empty());
        self.labels.push(match primary {
            true => LabeledSpan::new_primary_with_span(text, place),
            false => LabeledSpan::new_with_span(text, place),
        });
    }

    /// Draws it.
    pub fn draw(&self, handler: &GraphicalReportHandler) -> Drawn {
        let mut out = String::new();
        // Writing to a string does not fail, and every place was checked when it was added.
        let drawn = handler.render_report(&mut out, self);
        debug_assert!(drawn.is_ok());
        // The first line is miette's own message line: ours is empty.
        Drawn(out.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned()))
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

/// Several files in one row of offsets.
struct Files<'a> {
    texts: &'a Texts<'a>,
    order: Vec<SourceId>,
}

impl<'a> Files<'a> {
    /// The offset at which a file starts; files take their places as they are first asked for.
    fn base(&mut self, source: SourceId) -> usize {
        let known = self.order.iter().position(|&id| id == source);
        let index = known.unwrap_or_else(|| {
            self.order.push(source);
            self.order.len() - 1
        });
        index * STRETCH
    }

    /// The bytes around a range of a file, as wide as they can be shown.
    fn window(source: &Source, range: (usize, usize), before: usize, after: usize) -> Option<(usize, usize)> {
        let starts = source.line_starts();
        let (first, last) = (source.line_of(range.0 as u32), source.line_of(range.1 as u32));
        let line_start = |line: usize| starts.get(line).map_or(source.text.len(), |&at| at as usize);
        let whole = (line_start(first.saturating_sub(before)), line_start(last + 1 + after));
        if whole.1 - whole.0 <= MAX_SHOWN {
            return Some(whole);
        }
        let start = floor(&source.text, line_start(first).max(range.0.saturating_sub(MARGIN)));
        let end = floor(&source.text, line_start(last + 1).min(range.1 + MARGIN));
        (end - start <= MAX_SHOWN).then_some((start, end))
    }
}

impl SourceCode for Files<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (index, start) = (span.offset() / STRETCH, span.offset() % STRETCH);
        // Labels that cannot be shown together (in two files, or far apart in one line) are shown one by one.
        let id = self.order.get(index).ok_or(MietteError::OutOfBounds)?;
        let source = self.texts.get(*id);
        let range = (start, start + span.len());
        let in_file = range.1 <= source.text.len();
        let window = in_file.then(|| Self::window(source, range, before, after)).flatten();
        let (from, to) = window.ok_or(MietteError::OutOfBounds)?;
        let data = &source.text.as_bytes()[from..to];
        let (line, lines) = (source.line_of(from as u32), memchr::memchr_iter(b'\n', data).count());
        let shown = SourceSpan::from((index * STRETCH + from, to - from));
        let column = source.position(from as u32).column - 1;
        Ok(Box::new(match index {
            0 => MietteSpanContents::new(data, shown, line, column, lines),
            _ => {
                let at = self.texts.position(*id, start);
                let name = format!("{}:{}:{}", escape::line(&source.name), at.line, at.column);
                MietteSpanContents::new_named(name, data, shown, line, column, lines)
            }
        }))
    }
}

impl Diagnostic for Excerpt<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.files)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl std::error::Error for Excerpt<'_> {}

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.labels).finish()
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

    use super::*;
    use crate::finding::{Category, Severity};

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
        let theme = GraphicalTheme { characters: ThemeCharacters::ascii(), styles: ThemeStyles::none() };
        let texts = Texts::of(&sources, sources.iter().map(|source| source.id));
        let handler = GraphicalReportHandler::new_themed(theme).without_primary_span_start();
        Excerpt::new(&finding, &texts).draw(&handler).0
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
