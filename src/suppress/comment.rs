//! Suppression by comments: `# kubevet: ignore[rule-id, ...] reason`.
//!
//! In: a document's comments. Out: [`Directive`]s with the bytes they speak of: at the end of a line the entry on that
//! line; on a line of its own the next entry and what is in it; before the first key the whole document. Those in an inline patch
//! likewise.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::finding::Finding;
use crate::rule::Registry;
use crate::source::{Source, Span};
use crate::yaml::{Comment, Document};

use super::inline;
use super::outline::Outline;
use super::{RuleSelectors, invalid};

/// One comment that suppresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The comment.
    pub span: Span,
    /// What it covers: findings whose place begins here.
    pub region: Span,
    /// Which rules.
    pub rules: RuleSelectors,
    /// What follows the brackets.
    pub reason: String,
}

/// Most rules of one comment that do not exist and are named.
const MAX_UNKNOWN: usize = 20;
/// Most names in a run for which the one that was meant is looked for.
const MAX_HINTS: usize = 200;

/// Kubevet's own name without its first letter, which may be a capital.
static NAMES: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["ubevet", "UBEVET"].map(Finder::new));

/// What was probably meant by names that are no rules. Looking it up takes time: of very many names only the first get it.
pub struct Hints<'r> {
    registry: &'r Registry,
    asked: usize,
}

impl<'r> Hints<'r> {
    /// Hints among these rules.
    pub fn new(registry: &'r Registry) -> Self {
        Self { registry, asked: 0 }
    }

    fn of(&mut self, name: &str) -> Option<String> {
        self.asked += 1;
        if self.asked <= MAX_HINTS { self.registry.hint(name) } else { None }
    }
}

/// Whether a document may have directives. Most have none: a look at the bytes is cheaper than a look at every comment.
pub fn speaks(document: &Document, source: &Source) -> bool {
    let start = separator(document, source).map_or(document.span.start, |comment| comment.start);
    let text = source.slice(Span { start, ..document.span }).as_bytes();
    NAMES.iter().any(|name| name.find(text).is_some())
}

/// The comment behind the separator that a document begins with: it belongs to no document's text.
fn separator(document: &Document, source: &Source) -> Option<Span> {
    let end = document.span.start as usize;
    let line = source.text.get(..end)?.strip_suffix('\n')?;
    let start = line.rfind('\n').map_or(0, |at| at + 1);
    let comment = line[start..].strip_prefix("---").and_then(|rest| rest.find('#'))?;
    Some(Span { start: (start + 3 + comment) as u32, end: line.len() as u32, ..document.span })
}

/// The directives of a document, and what is wrong with those that cannot be read.
pub fn directives(document: &Document, source: &Source, hints: &mut Hints<'_>) -> (Vec<Directive>, Vec<Finding>) {
    let (mut directives, mut wrong) = (Vec::new(), Vec::new());
    if !speaks(document, source) {
        return (directives, wrong);
    }
    let Ok(tree) = &document.tree else { return (directives, wrong) };
    let outline = Outline::new(tree.root());
    let above = separator(document, source).map(|span| (span, document.span));
    let inside = tree.comments().iter().map(|comment| (comment.span, region(comment, &outline, document, source)));
    for (span, region) in above.into_iter().chain(inside).chain(inline::comments(document, source)) {
        match parse(source.slice(span)) {
            Ok(None) => {}
            Ok(Some((rules, reason))) => {
                let mut unknown = rules.0.iter().filter(|name| !hints.registry.is_selector(name));
                wrong.extend(unknown.by_ref().take(MAX_UNKNOWN).map(|name| unknown_rule(name, span, hints)));
                let more = unknown.count();
                if more > 0 {
                    wrong.push(invalid(format!("{more} more names here are neither rules nor categories"), span));
                }
                directives.push(Directive { span, region, rules, reason });
            }
            Err(message) => wrong.push(invalid(message, span)),
        }
    }
    (directives, wrong)
}

/// A finding on a rule that does not exist, with the one that was probably meant.
pub(super) fn unknown_rule(name: &str, span: Span, hints: &mut Hints<'_>) -> Finding {
    let finding = invalid(format!("no such rule or category: `{name}`"), span);
    match hints.of(name) {
        Some(hint) => finding.help(hint),
        None => finding,
    }
}

/// The rules and the reason of a comment; nothing for a comment that is none of ours.
///
/// # Errors
/// What is wrong with one that is.
fn parse(text: &str) -> Result<Option<(RuleSelectors, String)>, &'static str> {
    const FORM: &str = "write `# kubevet: ignore[rule-id] reason`";
    // It may stand behind another comment of the line.
    let parts = text.match_indices('#').map(|(at, _)| text[at + 1..].trim_start_matches(['#', ' ', '\t']));
    let Some(rest) = parts.filter_map(|part| after_word(part, "kubevet")).find(|rest| speaks_to_us(rest)) else {
        return Ok(None);
    };
    let Some(rest) = rest.strip_prefix(':').and_then(|rest| after_word(rest.trim_start(), "ignore")) else {
        return Err(FORM);
    };
    let Some((names, reason)) = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return Err(FORM);
    };
    let names: Vec<_> = names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err(FORM);
    }
    Ok(Some((RuleSelectors(names), reason.trim().to_owned())))
}

/// What follows a word, whatever its case.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    start.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

/// Whether a comment that begins with our name wants something of us: `kubevet: …`, `kubevet-ignore …`, `kubevet ignore[…]`.
fn speaks_to_us(rest: &str) -> bool {
    let word = |rest: &str| after_word(rest.trim_start(), "ignore").is_some();
    rest.starts_with(':') || rest.strip_prefix(['-', '.', '/', '_', ' ']).is_some_and(word)
}

fn region(comment: &Comment, outline: &Outline<'_>, document: &Document, source: &Source) -> Span {
    if !comment.own_line {
        return line(comment.span, source);
    }
    if comment.span.start < outline.root().span().start {
        return document.span;
    }
    outline.next_entry(comment.span.end).unwrap_or(comment.span)
}

/// The whole line a comment stands on.
pub(super) fn line(span: Span, source: &Source) -> Span {
    let index = source.line_of(span.start);
    let start = source.line_starts()[index];
    Span { start, ..span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Limits};

    fn covered(text: &str) -> Vec<String> {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = yaml::read(&source, &Limits::default());
        let (directives, wrong) = directives(&documents[0], &source, &mut Hints::new(&crate::rules::registry()));
        assert_eq!(wrong, []);
        directives.iter().map(|d| source.slice(d.region).to_owned()).collect()
    }

    /// What is covered in the second document.
    fn in_second(text: &str) -> Vec<String> {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = yaml::read(&source, &Limits::default());
        let (directives, _) = directives(&documents[1], &source, &mut Hints::new(&crate::rules::registry()));
        directives.iter().map(|d| source.slice(d.region).to_owned()).collect()
    }

    #[test]
    fn a_comment_covers_what_it_stands_at() {
        assert_eq!(
            covered("a: 1\nb: 2 # kubevet: ignore[images] because\n"),
            ["b: 2 # kubevet: ignore[images] because"]
        );
        assert_eq!(covered("a: 1\n# kubevet: ignore[images]\nb:\n  c: 1\n  d: 2\ne: 3\n"), ["b:\n  c: 1\n  d: 2"]);
        assert_eq!(
            covered("l:\n  - a: 1\n  # kubevet: ignore[images]\n  - b: 1\n    c: 2\n  - d: 1\n"),
            ["b: 1\n    c: 2"]
        );
        let whole = "# kubevet: ignore[images]\na: 1\n";
        let after = in_second("a: 1\n--- # kubevet: ignore[images]\nb: 1\n");
        assert_eq!(after, ["b: 1\n"]);
        assert_eq!(covered(whole), [whole]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(parse("# kubevet: ignore latest").is_err());
        assert!(parse("# kubevet: ignore[]").is_err());
        assert!(parse("# kubevet-ignore latest-image-tag").is_err());
        assert!(parse("# kubevet ignore[images]").is_err());
        assert_eq!(parse("# about kubevet: nothing"), Ok(None));
        assert_eq!(parse("# kubevet is good"), Ok(None));
        let other = Ok(Some((RuleSelectors(vec!["images".into()]), "because #3".into())));
        assert_eq!(parse("# noqa # kubevet: ignore[images] because #3"), other);
        assert_eq!(parse("# Kubevet: Ignore[images] because #3"), other);
        let good = parse("#kubevet: ignore[a, b] the reason");
        assert_eq!(good, Ok(Some((RuleSelectors(vec!["a".into(), "b".into()]), "the reason".into()))));
    }
}
