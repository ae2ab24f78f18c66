//! Fixing findings.
//!
//! In: findings with fixes, and the texts they point into. Out: the texts with as many fixes carried out as fit together.
//! A fix is carried out as a whole or not at all; of two that touch the same bytes the first one wins, and the other has
//! its turn in the next round. Nothing but the bytes of the edits changes: comments, order and style stay.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::finding::{Applicability, Edit, Finding, Fix};
use crate::source::{Encoding, SourceId, SourceMap, Span};

/// Texts after one round, by source, and how many fixes made them.
#[derive(Debug, Default)]
pub struct Round {
    /// The new text of each source that changed.
    pub texts: BTreeMap<SourceId, String>,
    /// Number of fixes carried out.
    pub fixes: usize,
}

/// Carries out the fixes of findings that count, up to the given applicability.
pub fn round<'f>(findings: impl IntoIterator<Item = &'f Finding>, sources: &SourceMap, most: Applicability) -> Round {
    let mut taken: BTreeMap<SourceId, Taken<'_>> = BTreeMap::new();
    let mut fixes = 0;
    for fix in findings.into_iter().filter(|finding| finding.suppressed.is_none()).filter_map(|f| f.fix.as_ref()) {
        if fix.applicability <= most && is_possible(fix, sources) && is_free(fix, &taken) {
            for edit in &fix.edits {
                taken.entry(edit.span.source).or_default().entry(edit.span.start).or_default().push(edit);
            }
            fixes += 1;
        }
    }
    let texts = taken.into_iter().map(|(source, edits)| {
        let edits = edits.into_values().flatten().collect();
        (source, apply(&sources.get(source).text, edits))
    });
    Round { texts: texts.collect(), fixes }
}

/// Edits are only made in texts that are on disk as they are in memory, and where they change something.
fn is_possible(fix: &Fix, sources: &SourceMap) -> bool {
    let changes = |edit: &Edit| sources.get(edit.span.source).slice(edit.span) != edit.text;
    fix.edits.iter().any(changes)
        && fix.edits.iter().all(|edit| {
            let source = sources.get(edit.span.source);
            matches!(source.encoding, Encoding::Utf8 | Encoding::Utf8Bom) && source.undecodable.is_empty()
        })
}

/// The edits that will be made in a source, by where they begin.
type Taken<'f> = BTreeMap<u32, Vec<&'f Edit>>;

fn is_free(fix: &Fix, taken: &BTreeMap<SourceId, Taken<'_>>) -> bool {
    fix.edits.iter().all(|edit| {
        // They do not overlap: going back, the first that ends before this edit is behind all others that could meet it.
        let others = taken.get(&edit.span.source).into_iter().flat_map(|taken| taken.range(..=edit.span.end).rev());
        let near = others.flat_map(|(_, edits)| edits).take_while(|other| other.span.end >= edit.span.start);
        near.copied().all(|other| !touch(edit.span, other.span) || are_lines_apart(edit, other))
    })
}

/// Whether two edits add lines at the same place that do not belong to the same field: of different depth, or of the same
/// with different keys. (Dashes may stand as deep as the key above them, so they do not count.)
fn are_lines_apart(a: &Edit, b: &Edit) -> bool {
    let (Some((deep, first)), Some((other, second))) = (new_line(a), new_line(b)) else { return false };
    a.span == b.span
        && (deep != other || key(first) != key(second))
        && !first.starts_with('-')
        && !second.starts_with('-')
}

/// The depth and the rest of the line that an insertion begins with a line break.
fn new_line(edit: &Edit) -> Option<(usize, &str)> {
    let line =
        edit.text.strip_prefix("\r\n").or_else(|| edit.text.strip_prefix('\n')).filter(|_| edit.span.is_empty())?;
    let inner = line.trim_start_matches(' ');
    Some((line.len() - inner.len(), inner))
}

fn key(line: &str) -> &str {
    line.split(':').next().unwrap_or(line)
}

/// Whether two edits would meet: overlapping bytes, or an insertion at the border of the other.
fn touch(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

fn apply(text: &str, mut edits: Vec<&Edit>) -> String {
    // Of lines added at the same place the deepest comes first: it belongs to what ends there first.
    edits.sort_by_key(|edit| (edit.span, Reverse(new_line(edit).map(|(depth, _)| depth))));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Category, Severity};
    use crate::source::Source;

    fn finding(edits: &[(usize, usize, &str)], applicability: Applicability) -> Finding {
        let edits = edits
            .iter()
            .map(|&(start, end, text)| Edit { span: Span::new(SourceId(0), start, end), text: text.into() });
        let mut finding = Finding::new("x", Category::Schema, Severity::Error, "m", Span::default());
        finding.fix = Some(Fix { applicability, description: String::new(), edits: edits.collect() });
        finding
    }

    #[test]
    fn fixes_are_whole_and_do_not_meet() {
        let sources = SourceMap::new(vec![Source::from_text(SourceId(0), "a", "abcdef")]);
        let safe = Applicability::Safe;
        let findings = [
            finding(&[(0, 1, "A"), (5, 6, "F")], safe),
            finding(&[(1, 2, "B"), (3, 4, "D")], safe), // meets the first one at 1
            finding(&[(3, 3, "-")], Applicability::Unsafe),
        ];
        let round = round(&findings, &sources, safe);
        assert_eq!((round.fixes, round.texts[&SourceId(0)].as_str()), (1, "AbcdeF"));
    }

    #[test]
    fn lines_for_different_maps_are_added_at_once() {
        let sources = SourceMap::new(vec![Source::from_text(SourceId(0), "a", "a:\n  b: 1\n")]);
        let findings = [
            finding(&[(9, 9, "\ne: 1")], Applicability::Safe),
            finding(&[(9, 9, "\n  c: 1")], Applicability::Safe),
            finding(&[(9, 9, "\n  c: 2")], Applicability::Safe), // the same field
            finding(&[(9, 9, "\n  d: 1")], Applicability::Safe),
            finding(&[(9, 9, "\n  - x")], Applicability::Safe), // may be a list at the depth of `d`
            finding(&[(8, 9, "2")], Applicability::Safe),       // not at the same place alone
        ];
        let round = round(&findings, &sources, Applicability::Safe);
        assert_eq!((round.fixes, round.texts[&SourceId(0)].as_str()), (3, "a:\n  b: 1\n  c: 1\n  d: 1\ne: 1\n"));
    }
}
