//! Comments in inline patches.
//!
//! In: a document with patches that are texts in it. Out: the comments in these texts, and what each covers. A text is looked at
//! by its lines and their indentation: what is deeper than a line belongs to it.

use crate::source::{Source, Span};
use crate::yaml::{Document, Node, Style};

/// The comments in the inline patches of a document, each with what it covers: at the end of a line that line; on a line of its
/// own the next entry with what is in it; before the first entry the whole patch.
pub(super) fn comments(document: &Document, source: &Source) -> Vec<(Span, Span)> {
    let Ok(tree) = &document.tree else { return Vec::new() };
    let patches = tree.nodes().flat_map(patches).filter(|patch| patch.raw().contains("ubevet"));
    patches.flat_map(|patch| of(patch, source)).collect()
}

/// The patches that are texts in a map.
fn patches(map: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let texts = map.entries().flat_map(|entry| match entry.name {
        "patch" => vec![entry.value],
        "patchesStrategicMerge" => entry.value.items().collect(),
        _ => Vec::new(),
    });
    texts.filter(|text| text.style() == Style::Literal)
}

/// A line of a patch: where it begins and ends.
struct Line<'t> {
    start: u32,
    text: &'t str,
}

impl Line<'_> {
    fn end(&self) -> u32 {
        self.start + self.text.trim_end().len() as u32
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn is_item(&self) -> bool {
        self.text.trim_start().starts_with("- ")
    }

    /// Where its comment begins.
    fn comment(&self) -> Option<usize> {
        let starts = |(at, _): &(usize, &str)| self.text[..*at].chars().next_back().is_none_or(char::is_whitespace);
        self.text.match_indices('#').find(starts).map(|(at, _)| at)
    }

    /// Whether something but a comment stands on it.
    fn holds(&self) -> bool {
        let text = self.text.trim();
        !text.is_empty() && !text.starts_with('#')
    }
}

fn of(patch: Node<'_>, source: &Source) -> Vec<(Span, Span)> {
    let (whole, mut start) = (patch.span(), patch.span().start);
    let lines = source.slice(whole).split_inclusive('\n').map(|text| {
        let line = Line { start, text };
        start += text.len() as u32;
        line
    });
    // The first line is that of the `|`.
    let lines: Vec<_> = lines.skip(1).collect();
    let first = lines.iter().position(Line::holds).unwrap_or(lines.len());
    let one = |(number, line): (usize, &Line<'_>)| {
        let at = line.start + line.comment()? as u32;
        let region = match () {
            () if line.holds() => (line.start, line.end()),
            () if number < first => (whole.start, whole.end),
            () => entry(&lines[number + 1..])?,
        };
        Some((Span { start: at, end: line.end(), ..whole }, Span { start: region.0, end: region.1, ..whole }))
    };
    lines.iter().enumerate().filter_map(one).collect()
}

/// The first entry of some lines, with what is in it.
fn entry(lines: &[Line<'_>]) -> Option<(u32, u32)> {
    let first = lines.iter().position(Line::holds)?;
    let head = &lines[first];
    let belongs = |line: &&Line<'_>| {
        let list = line.indent() == head.indent() && line.is_item() && !head.is_item();
        !line.holds() || line.indent() > head.indent() || list
    };
    let rest = lines[first + 1..].iter().take_while(belongs).filter(|line| line.holds());
    Some((head.start, rest.last().unwrap_or(head).end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Limits};

    fn covered(patch: &str) -> Vec<String> {
        let text = format!("patches:\n- patch: |\n{patch}");
        let source = Source::from_text(SourceId(0), "kustomization.yaml", text);
        let documents = yaml::read(&source, &Limits::default());
        comments(&documents[0], &source).iter().map(|(_, region)| source.slice(*region).trim().to_owned()).collect()
    }

    #[test]
    fn a_comment_in_a_patch_covers_what_it_stands_at() {
        let at_end = "    kind: A\n    spec:\n      a: 1 # kubevet: ignore[x]\n      b: 2\n";
        assert_eq!(covered(at_end), ["a: 1 # kubevet: ignore[x]"]);
        let above = "    spec:\n      # kubevet: ignore[x]\n      a:\n        b: 1\n\n        c: 2\n      d: 1\n";
        assert_eq!(covered(above), ["a:\n        b: 1\n\n        c: 2"]);
        let item =
            "    - op: add\n      path: /a\n    # kubevet: ignore[x]\n    - op: add\n      path: /b\n    - op: add\n";
        assert_eq!(covered(item), ["- op: add\n      path: /b"]);
        let list = "    kind: A\n    # kubevet: ignore[x]\n    a:\n    - 1\n    - 2\n    b: 1\n";
        assert_eq!(covered(list), ["a:\n    - 1\n    - 2"]);
        let whole = "    # kubevet: ignore[x]\n    kind: A\n    a: 1\n";
        assert!(covered(whole)[0].ends_with("kind: A\n    a: 1"), "{:?}", covered(whole));
        assert_eq!(covered("    kind: A\n    # kubevet: ignore[x]\n"), [""; 0]);
    }
}
