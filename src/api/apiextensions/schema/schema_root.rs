//! Where a schema lies, as the server prints it.
//!
//! In: a node below `openAPIV3Schema`. Out: its path: the names of properties stand in brackets, and the beginning is that
//! of the place in which the server checks the schema. Paths are made only for what is reported.

use super::view::Schema;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// The root of a schema and its path.
pub(super) struct SchemaRoot<'t> {
    root: Node<'t>,
    /// The server's path of the root.
    pub prefix: String,
}

/// What the node above is, which decides how the next step is written.
#[derive(Clone, Copy, PartialEq)]
enum Above {
    Schema,
    Names,
    Schemas,
    Other,
}

impl<'t> SchemaRoot<'t> {
    /// A cursor on the schema at `root`, which the server calls `prefix`.
    pub fn new(root: Node<'t>, prefix: String) -> Self {
        Self { root, prefix }
    }

    /// Whether this is the root.
    pub fn is_root(&self, schema: Schema<'t>) -> bool {
        schema.0 == self.root
    }

    /// The path of a node.
    pub fn path(&self, node: Node<'t>) -> String {
        let mut chain = Vec::new();
        let mut at = node;
        while at != self.root {
            chain.push(at);
            let Some(parent) = at.parent() else { break };
            at = parent;
        }
        let mut path = self.prefix.clone();
        let mut above = Above::Schema;
        for node in chain.into_iter().rev() {
            above = push(&mut path, node, above);
        }
        path
    }

    /// The path of a field of a schema, there or not.
    pub fn field_path(&self, schema: Schema<'t>, field: &str) -> String {
        format!("{}.{field}", self.path(schema.0))
    }

    /// Reports something about a field of a schema, there or not.
    pub fn error(&self, kind: ErrorType, schema: Schema<'t>, field: &str, message: &str, errors: &mut Errors<'t>) {
        let place = Place::field(schema.0, field);
        errors.error_at_path(kind, place, self.field_path(schema, field), message);
    }

    /// Reports that a field must not stand there.
    pub fn forbid(&self, schema: Schema<'t>, field: &str, why: &str, errors: &mut Errors<'t>) {
        let place = schema.0.get_entry(field).map_or_else(|| Place::missing(schema.0, field), Place::key);
        let message = format!("`{field}` is forbidden: {why}");
        errors.error_at_path(ErrorType::Forbidden, place, self.field_path(schema, field), message);
    }
}

fn push<'t>(path: &mut String, node: Node<'t>, above: Above) -> Above {
    let Some(entry) = node.entry() else {
        path.push_str(&format!("[{}]", node.index().unwrap_or(0)));
        return if above == Above::Schemas { Above::Schema } else { Above::Other };
    };
    if above == Above::Names {
        path.push_str(&format!("[{}]", entry.name));
        return Above::Schema;
    }
    path.push('.');
    path.push_str(entry.name);
    if above != Above::Schema {
        return Above::Other;
    }
    match entry.name {
        "properties" | "definitions" | "patternProperties" | "dependencies" => Above::Names,
        "allOf" | "anyOf" | "oneOf" => Above::Schemas,
        "items" if node.is_sequence() => Above::Schemas,
        "items" | "not" | "additionalProperties" | "additionalItems" => Above::Schema,
        _ => Above::Other,
    }
}
