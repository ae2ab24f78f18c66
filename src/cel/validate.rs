//! What Kubernetes checks of a tree whose types fit: literals that could never be evaluated, and mixed collections.
//!
//! In: a checked tree. Out: nothing, or errors. Mirrors `cel/validator.go` of cel-go: `ValidateDurationLiterals`,
//! `ValidateTimestampLiterals`, `ValidateRegexLiterals`, `ValidateHomogeneousAggregateLiterals`, of which Kubernetes
//! uses the first three for new expressions since 1.30, the last always (`cel/environment/base.go`).

use super::CelError;
use super::ast::{Ast, Entry, Expr, ExprId, Literal};
use super::types::Type;
use crate::go::{duration, time};
use crate::openapi::goregex;
use crate::version::KubeVersion;

/// Runs all validators over a checked tree.
pub(crate) fn run(ast: &Ast, types: &[Type], version: KubeVersion) -> Result<(), Vec<CelError>> {
    let mut errors = Vec::new();
    // What `format` is given may be mixed, at any depth.
    let is_format = |expr: &Expr| matches!(expr, Expr::Call { function, .. } if function == "format");
    let formats = ast.nodes().iter().filter(|node| is_format(&node.expr));
    let formats: Vec<_> = formats.map(|node| (node.start, node.end)).collect();
    for node in ast.nodes() {
        let exempt = formats.iter().any(|&(start, end)| start <= node.start && node.end <= end);
        match &node.expr {
            Expr::Call { function, args, .. } if version >= KubeVersion(30) => call(ast, function, args, &mut errors),
            Expr::List(_) | Expr::Map(_) if exempt => {}
            Expr::List(items) => same(ast, types, items.iter().copied(), &mut errors),
            Expr::Map(entries) => map(ast, types, entries, &mut errors),
            _ => {}
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn error(ast: &Ast, id: ExprId, message: String) -> CelError {
    let node = ast.node(id);
    CelError::new(message, node.start, node.end)
}

fn call(ast: &Ast, function: &str, args: &[ExprId], errors: &mut Vec<CelError>) {
    let Some(&id) = args.first() else { return };
    let Expr::Literal(literal) = ast.expr(id) else { return };
    let wrong = match (function, literal) {
        ("duration", Literal::String(text)) if duration::parse(text).is_none() => format!("`{text}` is not a duration"),
        ("timestamp", Literal::String(text)) if !is_timestamp(text) => format!("`{text}` is not an RFC 3339 time"),
        ("matches", Literal::String(text)) => match goregex::check(text) {
            Err(why) => format!("`{text}` is not a valid regular expression: {why}"),
            Ok(()) => return,
        },
        _ => return,
    };
    errors.push(error(ast, id, wrong));
}

/// The elements must be of one type exactly; `dyn` is a type of its own here.
fn same(ast: &Ast, types: &[Type], items: impl Iterator<Item = (ExprId, bool)>, errors: &mut Vec<CelError>) {
    let mut first: Option<&Type> = None;
    for (id, optional) in items {
        let ty = &types[id.index()];
        let ty = if optional { ty.unwrap_optional().0 } else { ty };
        match first {
            Some(wanted) if wanted != ty => {
                let message = format!("this is of type {ty}, but the first element is of type {wanted}");
                errors.push(error(ast, id, message));
                return;
            }
            Some(_) => {}
            None => first = Some(ty),
        }
    }
}

fn map(ast: &Ast, types: &[Type], entries: &[Entry], errors: &mut Vec<CelError>) {
    same(ast, types, entries.iter().map(|entry| (entry.key, false)), errors);
    same(ast, types, entries.iter().map(|entry| (entry.value, entry.optional)), errors);
}

/// Go's `time.Parse(time.RFC3339, …)`.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |from: usize, len: usize| -> Option<u32> {
        let digits = text.get(from..from + len)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let punctuation = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !punctuation.iter().all(|&(at, byte)| bytes.get(at) == Some(&byte)) {
        return false;
    }
    let parts = [number(0, 4), number(5, 2), number(8, 2), number(11, 2), number(14, 2), number(17, 2)];
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)] = parts else { return false };
    let date = (1..=12).contains(&month) && (1..=time::days(year, month)).contains(&day);
    date && year >= 1 && hour < 24 && minute < 60 && second < 60 && is_zone(text.get(19..).unwrap_or(""))
}

/// A fraction of a second and a zone: `.5Z`, `+02:00`.
fn is_zone(text: &str) -> bool {
    let zone = match text.strip_prefix(['.', ',']) {
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return false;
            }
            &rest[digits..]
        }
        None => text,
    };
    let Some(offset) = zone.strip_prefix(['+', '-']) else { return zone == "Z" };
    let two =
        |text: Option<&str>| text.filter(|t| t.bytes().all(|b| b.is_ascii_digit())).and_then(|t| t.parse::<u32>().ok());
    let (hours, minutes) = (two(offset.get(..2)), two(offset.get(3..)));
    offset.len() == 5
        && offset.as_bytes()[2] == b':'
        && hours.is_some_and(|h| h <= 24)
        && minutes.is_some_and(|m| m < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_rfc_3339() {
        for good in ["2023-01-02T03:04:05Z", "2024-02-29T00:00:00.5+02:00"] {
            assert!(is_timestamp(good), "{good}");
        }
        for bad in ["2023-02-29T00:00:00Z", "2023-01-02", "2023-01-02T03:04:05", "2023-01-02 03:04:05Z", "x"] {
            assert!(!is_timestamp(bad), "{bad}");
        }
    }
}
