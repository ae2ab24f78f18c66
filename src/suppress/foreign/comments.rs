//! Other tools' comments.
//!
//! In: a document's comments. Out: what they suppress, with the bytes each speaks of, by the rules of its tool.

use crate::source::{Source, Span};
use crate::yaml::{Comment, Document};

use super::super::comment::line;
use super::super::outline::Outline;
use super::Foreign;

/// Any of these must stand in a text that suppresses anything.
const MARKS: [&[u8]; 5] = [b":skip=", b"trivy:ignore:", b"tfsec:ignore:", b"-scan", b"nosem"];

/// The suppressions in a document's comments. `today` is `YYYY-MM-DD`: what expired by then suppresses nothing.
pub fn of(document: &Document, source: &Source, today: &str) -> Vec<Foreign> {
    let text = source.slice(document.span).as_bytes();
    let Ok(tree) = &document.tree else { return Vec::new() };
    if !MARKS.iter().any(|mark| memchr::memmem::find(text, mark).is_some()) {
        return Vec::new();
    }
    let (mut found, outline) = (Vec::new(), Outline::new(tree.root()));
    for comment in tree.comments() {
        let words = source.slice(comment.span).trim_start_matches(['#', ' ', '\t']).trim_end();
        let place = Place { comment, outline: &outline, document, source };
        of_checkov(words, &place, &mut found);
        of_trivy(words, &place, today, &mut found);
        of_kics(words, &place, &mut found);
        of_semgrep(words, &place, &mut found);
    }
    found
}

/// Where a comment stands.
struct Place<'p> {
    comment: &'p Comment,
    outline: &'p Outline<'p>,
    document: &'p Document,
    source: &'p Source,
}

impl Place<'_> {
    /// Before the first key.
    fn is_head(&self) -> bool {
        self.comment.own_line && self.comment.span.start < self.outline.root().span().start
    }

    /// All that begins on the comment's line, or, for a comment on its own line, the next entry; before the first key the
    /// whole document.
    fn block(&self) -> Option<Span> {
        if self.is_head() {
            return Some(self.document.span);
        }
        if self.comment.own_line {
            return self.outline.next_entry(self.comment.span.end);
        }
        let line = line(self.comment.span, self.source);
        self.outline.next_entry(line.start).filter(|entry| entry.start < line.end).map(|entry| entry.to(line))
    }

    /// The comment's line and the one below.
    fn two_lines(&self) -> Span {
        let this = line(self.comment.span, self.source);
        let starts = self.source.line_starts();
        let after = starts.get(self.source.line_of(this.start) + 2).copied();
        Span { end: after.unwrap_or(self.source.text.len() as u32), ..this }
    }
}

/// `checkov:skip=CHECK,CHECK:REASON` anywhere in a document is about the whole of it.
fn of_checkov(words: &str, place: &Place<'_>, found: &mut Vec<Foreign>) {
    for prefix in ["checkov:skip=", "bridgecrew:skip=", "cortex:skip="] {
        let Some((_, rest)) = words.split_once(prefix) else { continue };
        let rest = rest.trim_start();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ','))).unwrap_or(rest.len());
        let (checks, reason) = rest.split_at(end);
        let reason = reason.trim_start_matches(':').trim();
        for check in checks.split(',').filter(|check| !check.is_empty()) {
            let region = Some(place.document.span);
            found.push(Foreign { tool: "checkov", check: check.to_owned(), reason: reason.to_owned(), region });
        }
    }
}

/// `trivy:ignore:CHECK:exp:DATE trivy:ignore:CHECK`: what begins on that line or on the next one.
fn of_trivy(words: &str, place: &Place<'_>, today: &str, found: &mut Vec<Foreign>) {
    for word in words.split_whitespace().map(|word| word.trim_start_matches(['#', '/', '*'])) {
        let Some(rest) = word.strip_prefix("trivy:").or_else(|| word.strip_prefix("tfsec:")) else { continue };
        let parts: Vec<&str> = rest.split(':').collect();
        let of = |key: &str| parts.chunks_exact(2).find(|pair| pair[0] == key).map(|pair| pair[1]);
        let Some(check) = of("ignore").map(|check| check.split('[').next().unwrap_or(check)) else { continue };
        let expired = of("exp").is_some_and(|date| !is_date(date) || date <= today);
        if let (false, false, Some(region)) = (check.is_empty(), expired, place.block()) {
            let (check, reason) = (check.to_owned(), String::new());
            found.push(Foreign { tool: "trivy", check, reason, region: Some(region) });
        }
    }
}

fn is_date(text: &str) -> bool {
    text.split('-').map(str::len).eq([4, 2, 2]) && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// `kics-scan ignore-line` (the line below), `ignore-block` (the next entry), `ignore` at the head of a file (all of it).
fn of_kics(words: &str, place: &Place<'_>, found: &mut Vec<Foreign>) {
    let lower = words.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("kics-scan") else { return };
    let command = rest.split_whitespace().next().unwrap_or("").trim_end_matches(':');
    let region = match command {
        "ignore-line" => Some(place.two_lines()),
        "ignore-block" => place.block(),
        "ignore" if place.is_head() && place.document.number == 0 => {
            Some(Span::new(place.source.id, 0, place.source.text.len()))
        }
        _ => None,
    };
    if let Some(region) = region {
        found.push(Foreign { tool: "kics", check: "*".to_owned(), reason: String::new(), region: Some(region) });
    }
}

/// `nosemgrep`, or `nosemgrep: CHECK, CHECK`, on the line or above it. A check's name may have the folders it lies in before
/// it, with dots.
fn of_semgrep(words: &str, place: &Place<'_>, found: &mut Vec<Foreign>) {
    let Some(rest) = words.strip_prefix("nosemgrep").or_else(|| words.strip_prefix("nosem")) else { return };
    let own = place.comment.own_line;
    let region = Some(if own { place.two_lines() } else { line(place.comment.span, place.source) });
    let foreign = |check: &str| Foreign { tool: "semgrep", check: check.to_owned(), reason: String::new(), region };
    match rest.strip_prefix(':') {
        Some(checks) => {
            let checks = checks.split([',', ' ']).filter(|check| !check.is_empty());
            found.extend(checks.map(|check| foreign(check.rsplit('.').next().unwrap_or(check))));
        }
        None if rest.is_empty() || rest.starts_with([' ', '\t']) => found.push(foreign("*")),
        None => {}
    }
}
