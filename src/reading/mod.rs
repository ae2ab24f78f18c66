//! What there is to say about the text of a document, apart from reading it.
//!
//! In: a document as `yaml` read it, and its source. Out: findings of category `syntax`: an error where the server refuses the document, a
//! warning where it loses text silently, info where it only reads otherwise than it looks. Each says what the
//! server gets.

mod characters;
mod surprises;

use crate::finding::{Applicability, Category, Edit, Finding, Fix, Severity};
use crate::source::{Encoding, Source, Span};

use crate::yaml::{Document, Entry, Kind, Node, Note, NoteKind, SyntaxError, Tree, to_json};

/// All findings about the text of a document, in the order of the text.
pub fn findings(source: &Source, document: &Document) -> Vec<Finding> {
    let entries = entries_of(document);
    let notes = document.notes.iter().zip(entries).filter_map(|(note, entry)| of_note(source, note, entry));
    let mut out: Vec<Finding> = notes.collect();
    join_objects(&mut out);
    match &document.tree {
        Ok(tree) => surprises::collect(tree, &mut out),
        Err(error) => {
            out.push(of_error(document, error));
            out.extend(document.also.iter().map(|error| of_error(document, error)));
        }
    }
    // Of a binary file there is one thing to say.
    let undecodable = source.undecodable.partition_point(|&at| at < document.span.start);
    if source.undecodable.get(undecodable).is_none_or(|&at| at >= document.span.end) {
        characters::collect(source, document, &mut out);
    }
    if source.encoding == Encoding::FromUtf16 && document.number == 0 {
        out.push(utf16(document));
    }
    for finding in &mut out {
        finding.document = Some(document.number);
    }
    out.sort_by(|a, b| (a.primary.span, &a.rule).cmp(&(b.primary.span, &b.rule)));
    out
}

/// What a kustomization loses: the entries under a key that is there again. It is no object, and nothing else is said of its text.
pub fn lost(source: &Source, document: &Document) -> Vec<Finding> {
    if document.notes.is_empty() {
        return Vec::new();
    }
    let mut found = findings(source, document);
    found.retain(|finding| finding.rule == *"duplicate-key" && finding.severity == Severity::Error);
    for finding in &mut found {
        finding.help =
            Some("kustomize takes the last one, and what stands under the others is lost: join them".to_owned());
    }
    found
}

/// Says once that several objects stand in one document: where the keys at its top that say what an object is are there again, all
/// the others that are there again have the same cause.
fn join_objects(findings: &mut Vec<Finding>) {
    let again = |finding: &Finding| finding.rule == *"duplicate-key" && finding.severity == Severity::Error;
    let at_top = |finding: &Finding| again(finding) && !finding.path.contains(['.', '[']);
    let has = |key: &str| findings.iter().any(|finding| at_top(finding) && finding.path == key);
    if !has("apiVersion") || !has("kind") {
        return;
    }
    let Some(first) = findings.iter().position(at_top) else { return };
    let objects = findings.iter().filter(|finding| at_top(finding) && finding.path == "kind").count() + 1;
    findings[first].message = format!("{objects} objects stand in one document: lines `---` are missing between them");
    let mut number = 0;
    findings.retain(|finding| {
        number += 1;
        number == first + 1 || !at_top(finding)
    });
}

/// What there is to say of a file in UTF-16, once.
fn utf16(document: &Document) -> Finding {
    let span = Span { end: document.span.start, ..document.span };
    let message = "this file is in UTF-16".to_owned();
    syntax("utf-16-encoding", Severity::Info, message, span).help(
        "kubectl and kustomize can read it, many other tools cannot; save it as UTF-8 (PowerShell: `Out-File -Encoding utf8`)",
    )
}

/// A finding of this category.
fn syntax(rule: &'static str, severity: Severity, message: String, span: Span) -> Finding {
    Finding::new(rule, Category::Syntax, severity, message, span)
}

/// What putting a plain scalar into double quotes does.
fn quote_fix(span: Span, text: &str) -> Fix {
    let edits = vec![Edit { span, text: format!("\"{text}\"") }];
    Fix { applicability: Applicability::Unsafe, description: "quote it to make it a string".to_owned(), edits }
}

fn of_error(document: &Document, error: &SyntaxError) -> Finding {
    let bad_separator = document.notes.iter().any(|note| note.kind == NoteKind::BadSeparator);
    let rule = if bad_separator { "bad-document-separator" } else { "yaml-syntax" };
    let mut finding = syntax(rule, Severity::Error, error.message.clone(), error.span);
    if let Some((span, message)) = &error.related {
        finding = finding.related(*span, message.clone());
    }
    if bad_separator {
        finding = finding.help(
            "the server stops reading the file here, and loses the document before this line too; indent the line if it \
             is meant as text",
        );
    }
    finding
}

fn of_note(source: &Source, note: &Note, entry: Option<Entry<'_>>) -> Option<Finding> {
    let finding = match note.kind {
        NoteKind::DuplicateKey | NoteKind::AmbiguousKey | NoteKind::OverruledByMerge => clash(source, note, entry),
        // What is merged in is there to be overridden: clients do it before the server sees the object.
        NoteKind::MergeOverride => return None,
        NoteKind::BooleanKey => boolean_key(source, note, entry),
        NoteKind::IgnoredTail => ignored_tail(source, note),
        NoteKind::SplitBlockScalar => split_block_scalar(note),
        NoteKind::ReadAsJson => read_as_json(note),
        NoteKind::BadSeparator => return None,
    };
    Some(finding)
}

/// For each note, the first entry whose key has its span.
fn entries_of(document: &Document) -> Vec<Option<Entry<'_>>> {
    let notes = &document.notes;
    let mut found: Vec<Option<Node<'_>>> = vec![None; notes.len()];
    let tree = document.tree.as_ref().ok().filter(|_| !notes.is_empty());
    for key in tree.into_iter().flat_map(Tree::keys) {
        let span = key.span();
        // Notes are sorted by their spans.
        let first = notes.partition_point(|note| note.span < span);
        let same = notes[first..].iter().take_while(|note| note.span == span).count();
        found[first..first + same].iter_mut().for_each(|known| *known = known.or(Some(key)));
    }
    found.into_iter().map(|key| key?.entry()).collect()
}

fn path_of(entry: Option<Entry<'_>>) -> String {
    entry.map_or_else(String::new, |entry| entry.value.path())
}

fn clash(source: &Source, note: &Note, entry: Option<Entry<'_>>) -> Finding {
    let key = source.slice(note.span);
    let (severity, message, help) = match note.kind {
        NoteKind::DuplicateKey => (
            Severity::Error,
            format!("the key `{key}` is in this map twice"),
            "the server refuses this under strict field validation; without it the last one wins and the others are lost",
        ),
        NoteKind::OverruledByMerge => (
            Severity::Warning,
            format!("the key `{key}` is in this map, and `<<` after it merges in another one"),
            "to kubectl, Argo CD and Flux the later one in the text wins, here the one that is merged; move `<<` to the top of \
             the map to have this one win",
        ),
        _ => (
            Severity::Warning,
            format!("the key `{key}` and an earlier one of another type become the same JSON key"),
            "which of the two the server keeps is random; write both the same way and remove one",
        ),
    };
    let mut finding = syntax("duplicate-key", severity, message, note.span).help(help);
    finding.path = path_of(entry);
    match note.related {
        Some(first) if note.kind == NoteKind::OverruledByMerge => finding.related(first, "merged from here"),
        Some(first) => finding.related(first, "the first one"),
        None => finding,
    }
}

fn boolean_key(source: &Source, note: &Note, entry: Option<Entry<'_>>) -> Finding {
    let key = source.slice(note.span);
    let read = entry.map_or("a boolean", |entry| entry.name);
    let message = format!("the server reads the key `{key}` as the boolean `{read}`");
    let mut finding = syntax("boolean-key", Severity::Warning, message, note.span);
    finding.path = path_of(entry);
    finding.fix = Some(quote_fix(note.span, key));
    finding.help("put the key in quotes")
}

fn ignored_tail(source: &Source, note: &Note) -> Finding {
    let lines = source.slice(note.span).lines().count();
    let plural = if lines == 1 { "line is" } else { "lines are" };
    let message = format!("the document ends before this line; the server drops {lines} {plural} without an error");
    let first = source.slice(note.span).lines().next().unwrap_or("").trim_end().len();
    let span = Span { end: note.span.start + first as u32, ..note.span };
    syntax("ignored-tail", Severity::Warning, message, span).help(
        "the root is complete above: what belongs to it must be indented as its first line is, and another document \
         begins with a line `---`",
    )
}

fn split_block_scalar(note: &Note) -> Finding {
    let message = "this separator ends the block scalar above it".to_owned();
    let finding = syntax("split-block-scalar", Severity::Warning, message, note.span)
        .help("a line that starts with `---` ends a document wherever it is; indent it if it is part of the text");
    match note.related {
        Some(scalar) => finding.related(scalar, "the block scalar"),
        None => finding,
    }
}

fn read_as_json(note: &Note) -> Finding {
    let message = "this is JSON that the server's YAML reader refuses; it is checked as JSON".to_owned();
    syntax("json-only", Severity::Info, message, note.span).help(
        "`kubectl` tries JSON first where a file begins with `{`, so it is applied; other tools may read it as YAML",
    )
}

/// A number's JSON text, to show what the server reads.
fn shown(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Bool(b) => b.to_string(),
        _ => to_json(node).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Limits, read};

    /// Rule, severity and the text a finding covers, of all documents.
    fn found(text: &str) -> Vec<(crate::finding::RuleId, Severity, String)> {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let all = read(&source, &Limits::default());
        let all = all.iter().flat_map(|document| findings(&source, document));
        all.map(|f| (f.rule, f.severity, source.slice(f.primary.span).to_owned())).collect()
    }

    fn one(text: &str, rule: &'static str, severity: Severity, covers: &str) {
        assert_eq!(found(text), [(rule.into(), severity, covers.to_owned())], "{text:?}");
    }

    #[test]
    fn what_the_server_refuses_is_an_error() {
        use Severity::Error;
        one("a: 1\na: 2\n", "duplicate-key", Error, "a");
        one("a: 1\n--- x\n", "bad-document-separator", Error, "--- x");
        one("a: 1\nb: [1\n", "yaml-syntax", Error, "[");
        one("a: .inf\n", "yaml-syntax", Error, ".inf");
    }

    #[test]
    fn what_is_lost_is_a_warning() {
        use Severity::Warning;
        one("80: a\n\"80\": b\n", "duplicate-key", Warning, "\"80\"");
        one("x: &x {a: 1}\nz:\n  a: 2\n  <<: *x\n", "duplicate-key", Warning, "a");
        one("  a: 1\nb: 2\nc: 3\n", "ignored-tail", Warning, "b: 2");
        one("on: 1\n", "boolean-key", Warning, "on");
        one("a: 1234e56\n", "float-looking-string", Warning, "1234e56");
        one("a: 123456789012345678901\n", "float-looking-string", Warning, "123456789012345678901");
        one("a: b\n  - c\n", "swallowed-list-item", Warning, "-");
        one("a: b\u{a0}c\n", "invisible-character", Warning, "\u{a0}");
        one("a: |\n  b\n---\n  c\n", "split-block-scalar", Warning, "---");
    }

    #[test]
    fn a_sentence_that_goes_on_with_a_dash_is_no_list() {
        let found = found("description: Ensure that it is there\n  - or absent\n");
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn what_only_looks_otherwise_is_info() {
        use Severity::Info;
        one("a: yes\n", "boolean-value", Info, "yes");
        one("a: 0644\n", "octal-number", Info, "0644");
        one("a: [1_000]\n", "underscored-number", Info, "1_000");
        one("a:\tb\n", "tab-character", Info, "\t");
        one("a: 1\r\nb: 2\nc: 3\n", "mixed-line-endings", Info, "\r");
        one("{\"a\": \"\\/\"}\n", "json-only", Info, "{");
    }

    #[test]
    fn what_is_meant_is_left_alone() {
        for text in [
            "a: true\ndefaultMode: 0644\nmode: 0400\n",
            "a: \"yes\"\nb: '0644'\nc: 1e3\nd: 12345678901234567890\n",
            "a: |\n  x\ty\u{a0}z\n# a\tcomment\n",
            "\u{feff}a: 1\r\nb: 2\r\n",
            "a: 1\n---\nb: 2\n...\n",
            "a: |\n  b\n---\nc: 1\n",
            "x: &x {a: 1}\nz:\n  <<: *x\n  a: 2\n",
            "x: &x {a: 1}\nw: &w {a: 2}\nz: {<<: [*x, *w]}\n",
        ] {
            assert_eq!(found(text), [], "{text:?}");
        }
    }

    #[test]
    fn one_bad_line_does_not_hide_the_rest() {
        let text = "a: [1\nb: 2\nc: 'x\nd: @\ne: 1\n";
        let covered: Vec<_> = found(text).into_iter().map(|(_, _, covers)| covers).collect();
        assert_eq!(covered, ["[", "'", "@"]);
    }
}
