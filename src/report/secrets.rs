//! Values that are not shown.
//!
//! In: a report that knows where the values of secrets are. Out: the same with these values hidden in its texts and in what findings
//! say: each character gives way to one of as many bytes, so that every line stays as long, and every place where it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::finding::{Category, Finding};
use crate::source::{Source, SourceId, Span};

use super::Report;

/// What a message has in place of a value.
const HIDDEN: &str = "***";
/// Shortest value that is hidden in a message wherever it occurs; others only in quotes.
const SHORT: usize = 4;

impl Report {
    /// Hides the values of secrets.
    pub fn hide_secrets(&mut self) {
        let mut by_source: BTreeMap<SourceId, Vec<Span>> = BTreeMap::new();
        for span in std::mem::take(&mut self.secrets) {
            let spans = by_source.entry(span.source).or_default();
            match spans.last_mut().filter(|last| span.start < last.end) {
                Some(last) => last.end = last.end.max(span.end),
                None => spans.push(span),
            }
        }
        // Rules on secrets name what holds a value, and quote none: a container may be called as its password is.
        for finding in self.findings.iter_mut().filter(|finding| finding.category != Category::Secrets) {
            if let Some(spans) = by_source.get(&finding.source()) {
                hide_in_words(finding, self.sources.get(finding.primary.span.source), spans);
            }
        }
        for (id, spans) in by_source {
            let hidden = hidden(self.sources.get(id), &spans);
            self.sources.put(hidden);
        }
    }
}

/// What a finding says of a value that it points at, without it.
fn hide_in_words(finding: &mut Finding, source: &Source, spans: &[Span]) {
    let place = finding.primary.span;
    // They are in order, and none meets another.
    let first = spans.partition_point(|span| span.end <= place.start);
    let met = spans[first..].iter().take_while(|span| span.start < place.end);
    for value in met.map(|span| source.slice(*span).trim_matches(['"', '\'']).trim()) {
        for text in std::iter::once(&mut finding.message).chain(finding.help.as_mut()) {
            if let Cow::Owned(other) = without(text, value) {
                *text = other;
            }
        }
    }
}

/// A text without a value.
fn without<'t>(text: &'t str, value: &str) -> Cow<'t, str> {
    if value.is_empty() || !text.contains(value) {
        return Cow::Borrowed(text);
    }
    if value.len() >= SHORT {
        return text.replace(value, HIDDEN).into();
    }
    let quoted =
        |text: &str, quote: char| text.replace(&format!("{quote}{value}{quote}"), &format!("{quote}{HIDDEN}{quote}"));
    quoted(&quoted(text, '`'), '"').into()
}

/// A text with what stands at some places hidden.
fn hidden(source: &Source, spans: &[Span]) -> Source {
    let text = &*source.text;
    let mut shown = String::with_capacity(text.len());
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        let (Some(before), Some(value)) = (text.get(shown.len()..start), text.get(start..end)) else { continue };
        shown.push_str(before);
        hide(value, &mut shown);
    }
    shown.push_str(&text[shown.len()..]);
    Source::from_text(source.id, source.name.clone(), shown).encoded_as(source)
}

/// A value hidden; quotes, the head of a block and white space stay.
fn hide(value: &str, out: &mut String) {
    let head = match value.starts_with(['|', '>']) {
        true => value.find('\n').unwrap_or(value.len()),
        false => usize::from(value.starts_with(['"', '\''])),
    };
    let tail = value.len() - usize::from(value.len() > 1 && value.ends_with(['"', '\'']));
    out.push_str(&value[..head]);
    for c in value[head..tail.max(head)].chars() {
        out.push(match c.len_utf8() {
            _ if c.is_whitespace() => c,
            1 => '*',
            2 => '·',
            3 => '•',
            _ => '𝗑',
        });
    }
    out.push_str(&value[tail.max(head)..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::report::tests::sample;
    use crate::report::{Format, Options};
    use crate::source::SourceMap;

    fn span(text: &str, part: &str) -> Span {
        let start = text.find(part).expect("it is there");
        Span::new(SourceId(0), start, start + part.len())
    }

    fn report(text: &str, values: &[&str], finding: Finding) -> Report {
        let sources = SourceMap::new(vec![Source::from_text(SourceId(0), "a.yaml", text)]);
        let secrets = values.iter().map(|value| span(text, value)).collect();
        Report { findings: vec![finding], sources, secrets, ..sample::report() }
    }

    #[test]
    fn no_format_shows_the_value_of_a_secret() {
        let text = "kind: Secret\nstringData:\n  password: \"hunter2 x\"\n  pin: 8731\n  é: {a: ü€𝄞, b: 1}\n";
        let message = "`stringData.pin` must be a string, not an integer `8731`";
        let finding = Finding::new("wrong-type", Category::Schema, Severity::Error, message, span(text, "8731"))
            .help("put it in quotes: \"8731\"");
        let mut report = report(text, &["\"hunter2 x\"", "8731", "{a: ü€𝄞, b: 1}"], finding);
        let before = report.sources.get(SourceId(0)).clone();
        report.hide_secrets();
        let after = report.sources.get(SourceId(0));
        assert_eq!(after.text.len(), before.text.len());
        assert_eq!(after.line(2), "  password: \"******* *\"");
        assert_eq!(after.text.chars().count(), before.text.chars().count());
        for format in Format::ALL {
            let mut out = Vec::new();
            format.write(&report, &Options::default(), &mut out).expect("a vector takes all");
            let out = String::from_utf8(out).expect("it is text");
            assert!(!out.contains("8731") && !out.contains("hunter2"), "{out}");
        }
    }

    #[test]
    fn a_block_keeps_its_head_and_its_lines() {
        let text = "stringData:\n  key: |-\n    one two\n    three\nkind: Secret\n";
        let finding = Finding::new("a", Category::Hygiene, Severity::Info, "m", span(text, "key"));
        let mut report = report(text, &["|-\n    one two\n    three"], finding);
        report.hide_secrets();
        let shown = &report.sources.get(SourceId(0)).text;
        assert_eq!(&**shown, "stringData:\n  key: |-\n    *** ***\n    *****\nkind: Secret\n");
    }
}
