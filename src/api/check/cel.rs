//! CEL expressions in fields.
//!
//! In: the node that holds an expression and the environment of its place. Out: its type, or one violation that points
//! at the part that is wrong.

use super::text;
use crate::api::{ErrorType, Errors};
use crate::cel::{self, CelError, Compiled, Env, Type};
use crate::source::Span;
use crate::yaml::Node;

/// Compiles the expression in `node`, whose type must be one of `wanted` (any, if there are none). Reports at `path`.
pub fn expression<'t>(
    node: Node<'t>,
    path: String,
    env: &mut Env<'_>,
    wanted: &[Type],
    errors: &mut Errors<'t>,
) -> Option<Compiled> {
    let source = text(node);
    match cel::compile(source, env) {
        Ok(compiled) if wanted.is_empty() || wanted.contains(&compiled.result) => Some(compiled),
        Ok(compiled) => {
            let names: Vec<_> = wanted.iter().map(Type::to_string).collect();
            let message = format!("the expression must give {}, not {}", names.join(" or "), compiled.result);
            errors.error_at_path(ErrorType::Invalid, node, path, message);
            None
        }
        Err(causes) => {
            refuse(node, path, &causes, errors);
            None
        }
    }
}

/// Reports what is wrong with an expression: the first error, and how many more there are.
fn refuse<'t>(node: Node<'t>, path: String, causes: &[CelError], errors: &mut Errors<'t>) {
    let Some(first) = causes.first() else { return };
    let more = match causes.len() {
        1 => String::new(),
        count => format!(" ({} more)", count - 1),
    };
    let finding = errors.error_at_path(ErrorType::Invalid, node, path, format!("CEL: {}{more}", first.message));
    if let Some(span) = part(node, first.start as usize, first.end as usize) {
        finding.primary.span = span;
    }
}

/// The bytes of the document that hold a part of an expression: where the text stands as it is written, or line by line
/// in a block.
fn part(node: Node<'_>, start: usize, end: usize) -> Option<Span> {
    let (source, raw) = (text(node), node.raw());
    let start = start.min(source.len());
    if let Some(at) = raw.find(source) {
        return Some(within(node, at + start, at + end.min(source.len())));
    }
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
    let line = source[line_start..line_end].trim_end();
    let mut found = raw.match_indices(line);
    let (at, _) = found.next().filter(|_| !line.is_empty())?;
    if found.next().is_some() {
        return None;
    }
    Some(within(node, at + start - line_start, at + end.min(line_start + line.len()).max(start) - line_start))
}

fn within(node: Node<'_>, start: usize, end: usize) -> Span {
    let whole = node.span();
    let base = whole.start as usize;
    let span = Span::new(whole.source, base + start, base + end.max(start));
    if whole.contains(span) && !span.is_empty() { span } else { whole }
}
