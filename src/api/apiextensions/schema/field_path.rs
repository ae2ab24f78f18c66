//! Paths to fields of a schema: `.spec.code`, `.labels['a.b']`.
//!
//! In: a path and a schema. Out: its steps and the schema they lead to, or why they lead nowhere. Mirrors
//! `ValidFieldPath` of `apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go`.

use super::view::{Schema, Sub};
use crate::api::errors::quote;

/// Follows a path; `brackets` says whether `['…']` may be used.
pub(crate) fn resolve<'t>(path: &str, root: Schema<'t>, brackets: bool) -> Result<(Vec<String>, Schema<'t>), String> {
    let (mut rest, mut schema, mut steps) = (path, root, Vec::new());
    while !rest.is_empty() {
        let (name, tail) = step(rest, brackets)?;
        schema = child(schema, &name).ok_or_else(|| "is not a field of the schema".to_owned())?;
        steps.push(name);
        rest = tail;
    }
    Ok((steps, schema))
}

/// The first step of a path, and what follows it.
fn step(path: &str, brackets: bool) -> Result<(String, &str), String> {
    const END: &str = "ends unexpectedly";
    if let Some(rest) = path.strip_prefix('.') {
        let (token, tail) = token(rest);
        return if token.is_empty() { Err(END.to_owned()) } else { Ok((token.to_owned(), tail)) };
    }
    let Some(rest) = path.strip_prefix('[') else {
        return Err(format!("must continue with `.` or `[`, not {}", quote(token(path).0)));
    };
    if !brackets {
        return Err("must not use brackets".to_owned());
    }
    let (token, tail) = token(rest);
    let inner = token.strip_prefix('\'').and_then(|token| token.strip_suffix('\'')).filter(|_| token.len() > 1);
    let name = inner.ok_or_else(|| "needs a name in single quotes between brackets".to_owned())?;
    let tail = tail.strip_prefix(']').ok_or_else(|| "is missing a `]`".to_owned())?;
    Ok((unescape(name)?, tail))
}

/// The token at the start: a delimiter, a quoted text, or what stands before the next delimiter.
fn token(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let end = match bytes.first() {
        Some(b'\'') => {
            let close = (1..bytes.len()).find(|&at| bytes[at] == b'\'' && bytes[at - 1] != b'\\');
            close.map_or(text.len(), |at| at + 1)
        }
        Some(b'.' | b'[' | b']') => 1,
        _ => text.find(['.', '[', ']']).unwrap_or(text.len()),
    };
    text.split_at(end)
}

fn unescape(name: &str) -> Result<String, String> {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        out.push(match chars.next() {
            Some(c @ ('\'' | '"' | '\\')) => c,
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            _ => return Err("contains an unknown escape".to_owned()),
        });
    }
    Ok(out)
}

fn child<'t>(schema: Schema<'t>, name: &str) -> Option<Schema<'t>> {
    if schema.filled("properties").is_some() {
        return schema.property(name);
    }
    match schema.additional() {
        Sub::Schema(sub) => Some(sub),
        _ => None,
    }
}
