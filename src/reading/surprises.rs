//! Scalars that the server reads otherwise than they look.
//!
//! In: a tree. Out: findings on plain values that became booleans, octal or floating-point numbers, and on list items that
//! became part of the text above them.

use crate::finding::{Finding, Severity};
use crate::source::Span;
use crate::yaml::{Kind, Node, Style, Tree};

use super::{quote_fix, shown, syntax};

/// Digits of an integer that a 64-bit float keeps for certain.
const EXACT_DIGITS: usize = 15;

/// Adds the findings about a tree's values.
pub(super) fn collect(tree: &Tree, out: &mut Vec<Finding>) {
    out.extend(tree.written_values().filter(may_surprise).filter_map(surprise));
}

/// A quick look: most scalars are strings on one line, which are as they stand in the source.
fn may_surprise(node: &Node<'_>) -> bool {
    let scalar = match node.is_string() {
        true => node.is_decoded(),
        false => matches!(node.kind(), Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)),
    };
    scalar && node.style() == Style::Plain && !node.is_aliased()
}

fn surprise(node: Node<'_>) -> Option<Finding> {
    let raw = node.raw();
    let mut finding = match node.kind() {
        Kind::Bool(_) => boolean(node, raw)?,
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => number(node, raw)?,
        _ => return swallowed_item(node, raw),
    };
    finding.path = node.path();
    finding.fix = Some(quote_fix(node.span(), raw));
    Some(finding)
}

fn boolean(node: Node<'_>, raw: &str) -> Option<Finding> {
    if !matches!(raw.as_bytes()[0], b'y' | b'Y' | b'n' | b'N' | b'o' | b'O') {
        return None;
    }
    let message = format!("the server reads `{raw}` as the boolean `{}`", shown(node));
    let help = "write `true` or `false` if that is meant, or put it in quotes";
    Some(syntax("boolean-value", Severity::Info, message, node.span()).help(help))
}

fn number(node: Node<'_>, raw: &str) -> Option<Finding> {
    let digits = raw.trim_start_matches(['+', '-']);
    let read = shown(node);
    let (rule, severity, message) = if digits.contains('_') {
        let message = format!("the server reads `{raw}` as the number {read}: it ignores underscores");
        ("underscored-number", Severity::Info, message)
    } else if has_leading_zero(digits) && !is_mode(node) {
        let what = if digits.bytes().all(|b| b < b'8') { "an octal number" } else { "a number" };
        ("octal-number", Severity::Info, format!("the server reads `{raw}` as {what}: {read}"))
    } else if is_digits_e_digits(digits) {
        let message = format!("the server reads `{raw}` as a floating-point number: {read}");
        ("float-looking-string", Severity::Warning, message)
    } else if digits.len() > EXACT_DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) && is_float(node) {
        let message = format!("`{raw}` is too large for an integer: the server reads {read} and loses digits");
        ("float-looking-string", Severity::Warning, message)
    } else {
        return None;
    };
    Some(syntax(rule, severity, message, node.span()).help("put it in quotes if it is meant as text"))
}

fn is_float(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Float(_))
}

fn has_leading_zero(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'0', b'0'..=b'9', ..]) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A commit id such as `1234e56`.
fn is_digits_e_digits(digits: &str) -> bool {
    let digits_only = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits
        .split_once(['e', 'E'])
        .is_some_and(|(whole, exponent)| digits_only(whole) && digits_only(exponent) && digits.len() >= 6)
}

/// File modes are meant as octal numbers.
fn is_mode(node: Node<'_>) -> bool {
    node.entry().is_some_and(|entry| entry.name == "mode" || entry.name.ends_with("Mode"))
}

/// The most words on the line above for a list item to be meant; more are a sentence that goes on with a dash.
const WORDS: usize = 3;

/// A further line of a plain scalar that looks like a list item.
fn swallowed_item(node: Node<'_>, raw: &str) -> Option<Finding> {
    let first = raw.find('\n')?;
    if raw[..first].split(' ').count() > WORDS {
        return None;
    }
    let mut at = first + 1;
    for line in raw[first + 1..].split('\n') {
        let text = line.trim_start();
        if text.starts_with("- ") {
            let start = node.span().start + (at + line.len() - text.len()) as u32;
            let span = Span { start, end: start + 1, ..node.span() };
            let message = "this is not a list item: it continues the string on the line above".to_owned();
            let mut finding = syntax("swallowed-list-item", Severity::Warning, message, span)
                .related(Span { end: node.span().start + first as u32, ..node.span() }, "the text begins here")
                .help("put the list under a key of its own, or the whole text in quotes");
            finding.path = node.path();
            return Some(finding);
        }
        at += line.len() + 1;
    }
    None
}
