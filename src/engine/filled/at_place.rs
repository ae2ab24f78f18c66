//! What stands at the place of a finding.
//!
//! In: a file, and a finding on a value that is missing or wrong there. Out: the text in the place of that value, where it stands for one
//! that comes later: behind the key, in a comment, in a line of the item, or in a field with a default that a program knows.

use crate::finding::Finding;
use crate::placeholder::{PIPED, in_value};
use crate::source::Source;

use super::super::texts::short_line;

/// Longer items are looked at no further.
const LINES: usize = 6;

/// What stands behind the key of a value that is said to be missing, where that is a variable: nothing is known to be put there, so
/// that Flux leaves nothing.
pub(super) fn emptied<'s>(source: &'s Source, finding: &Finding) -> Option<&'s str> {
    let (key, value) = short_line(source, source.line_of(finding.primary.span.start)).split_once(':')?;
    let field = finding.path.rsplit('.').next().unwrap_or_default();
    let own = key.trim_start_matches([' ', '-']) == field;
    Some(value.trim()).filter(|value| own && value.contains("${"))
}

/// Whether ytt gives the value that a finding is about, or one in the line below it, in the map that begins there.
pub(super) fn is_of_ytt(source: &Source, finding: &Finding) -> bool {
    let at = source.line_of(finding.primary.span.start);
    let gives = |line: &str| line.contains(": #@ ") || line.trim_start().starts_with("- #@ ");
    gives(short_line(source, at)) || (finding.rule == "required" && gives(short_line(source, at + 1)))
}

/// The line of a list's item with a placeholder in it, where the item is what a finding is about.
pub(super) fn in_item<'s>(source: &'s Source, finding: &Finding) -> Option<&'s str> {
    let at = source.line_of(finding.primary.span.start);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = short_line(source, at);
    let own = indent(first);
    let rest = (at + 1..at + LINES).map(|line| short_line(source, line));
    let rest = rest.take_while(|line| indent(line) > own && !line.trim().is_empty());
    std::iter::once(first)
        .chain(rest)
        .find(|line| in_value(line).is_some())
        .filter(|_| first.trim_start().starts_with("- "))
}

/// The placeholder in the place of a value that is missing, `image: #{IMAGE}`.
pub(super) fn in_comment<'s>(source: &'s Source, finding: &Finding) -> Option<&'s str> {
    let line = short_line(source, source.line_of(finding.primary.span.start));
    let (_, value) = line.split_once(": ")?;
    let value = value.trim();
    (value.starts_with("#{") && value.ends_with('}')).then_some(value)
}

/// What stands in the place of a field that is missing and has its name in it, with a default: `WEB_IMAGE|-image: web:1.2-|`.
pub(super) fn piped_field<'s>(source: &'s Source, finding: &Finding) -> Option<&'s str> {
    let at = source.line_of(finding.primary.span.start);
    let field = format!("{PIPED}{}:", finding.path.rsplit('.').next().unwrap_or_default());
    let line = (at..at + LINES).map(|line| short_line(source, line)).find(|line| line.contains(&field))?;
    in_value(line.trim_start().trim_start_matches("- "))
}

/// The key that a form leaves without a value, for whoever fills the form in: `name:`.
pub(super) fn left_open<'s>(source: &'s Source, finding: &Finding) -> Option<&'s str> {
    let at = source.line_of(finding.primary.span.start);
    let field = finding.path.rsplit('.').next().unwrap_or_default();
    let mut lines = (at..at + LINES).map(|line| short_line(source, line).trim().trim_start_matches("- "));
    lines.find(|line| line.strip_suffix(':') == Some(field))
}
