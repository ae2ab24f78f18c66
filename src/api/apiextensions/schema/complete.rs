//! Whether every value that a condition is about is defined outside of conditions.
//!
//! In: a schema. Out: violations. Mirrors `validateStructuralCompleteness` of
//! `apiextensions-apiserver/pkg/apiserver/schema/complete.go`: only the conditions of the root are followed there.

use super::MAX_DEPTH;
use super::cursor::Cursor;
use super::view::Schema;
use crate::api::{ErrorType, Report};
use crate::yaml::Place;

/// Judges the conditions of the root.
pub(super) fn validate<'t>(cursor: &Cursor<'t>, root: Schema<'t>, report: &mut Report<'t>) {
    let path = cursor.prefix.clone();
    conditions(cursor, root, Some(root), &path, 0, report);
}

fn conditions<'t>(
    cursor: &Cursor<'t>,
    condition: Schema<'t>,
    defined: Option<Schema<'t>>,
    path: &str,
    depth: usize,
    report: &mut Report<'t>,
) {
    let lists = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|field| condition.list(field));
    for sub in condition.not().into_iter().chain(lists) {
        values(cursor, sub, defined, path, depth + 1, report);
    }
}

/// `path` is that of the definition, which may be missing.
fn values<'t>(
    cursor: &Cursor<'t>,
    condition: Schema<'t>,
    defined: Option<Schema<'t>>,
    path: &str,
    depth: usize,
    report: &mut Report<'t>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    if defined.is_none() {
        let message = "a condition is about this, but it is defined nowhere";
        report.error_at_path(ErrorType::Required, Place::Key(condition.0), path, message);
        return;
    }
    conditions(cursor, condition, defined, path, depth, report);
    if let Some(items) = condition.item() {
        let below = defined.and_then(Schema::item);
        values(cursor, items, below, &format!("{path}.items"), depth + 1, report);
    }
    for (entry, property) in condition.properties() {
        let below = defined.and_then(|schema| schema.property(entry.name));
        values(cursor, property, below, &format!("{path}.properties[{}]", entry.name), depth + 1, report);
    }
}
