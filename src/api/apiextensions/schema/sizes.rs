//! How large the values of a schema may become.
//!
//! In: a schema, or a path that an expression takes through its types. Out: the largest count of elements or characters,
//! and the shortest JSON. Mirrors the estimates in `SchemaDeclType` of `k8s.io/apiserver/pkg/cel/common/schemas.go`, and
//! `sizeEstimator` of `apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go`.

use std::collections::HashMap;

use super::MAX_DEPTH;
use super::types::{Places, declares_metadata, escape};
use super::view::Schema;
use crate::cel::Sizes;
use crate::yaml::Node;

/// The largest request the server takes, in bytes.
pub(super) const REQUEST: u64 = 3 * 1024 * 1024;

/// The longest text in such a request, without its quotes.
const TEXT: u64 = REQUEST - 2;

/// How often data of a shortest size fits into a request (`maxCardinality`).
pub(super) fn fitting(shortest: u64) -> u64 {
    REQUEST / shortest.saturating_add(1)
}

/// The shortest JSON of schemas that were asked for, by their nodes.
#[derive(Default)]
pub(crate) struct Shortest {
    known: HashMap<u32, Option<u64>>,
}

impl Shortest {
    /// The bytes that the shortest value takes; nothing where CEL has no type for it.
    pub fn of(&mut self, s: Schema<'_>, resource: bool) -> Option<u64> {
        self.at_depth(s, resource, 0)
    }

    fn at_depth(&mut self, s: Schema<'_>, resource: bool, depth: usize) -> Option<u64> {
        if depth > MAX_DEPTH {
            return None;
        }
        let id = s.0.id().0;
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let found = self.measure(s, resource, depth);
        self.known.insert(id, found);
        found
    }

    fn measure(&mut self, s: Schema<'_>, resource: bool, depth: usize) -> Option<u64> {
        if s.int_or_string() {
            return Some(1);
        }
        match s.ty() {
            "array" => {
                let items = s.item()?;
                self.at_depth(items, items.embedded(), depth + 1).map(|_| 2)
            }
            "object" => match s.additional_schema() {
                Some(values) => self.at_depth(values, values.embedded(), depth + 1).map(|_| 2),
                None => Some(self.object(s, resource, depth)),
            },
            "string" => Some(match s.text("format") {
                "duration" => 3,
                "date" => 12,
                "date-time" => 21,
                _ => 2,
            }),
            "boolean" => Some(4),
            "number" | "integer" => Some(1),
            _ => None,
        }
    }

    /// An object with its required properties: those with a default may be left out.
    fn object(&mut self, s: Schema<'_>, resource: bool, depth: usize) -> u64 {
        let replaced = resource && !declares_metadata(s);
        let mut names: Vec<_> = s.names("required").collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().fold(2, |sum: u64, name| {
            let shortest = if replaced && matches!(name, "kind" | "apiVersion" | "metadata") {
                Some(2)
            } else {
                let property = s.property(name).filter(|property| property.get("default").is_none());
                property.and_then(|property| self.at_depth(property, property.embedded(), depth + 1))
            };
            shortest.map_or(sum, |bytes| sum.saturating_add(name.len() as u64 + bytes + 4))
        })
    }
}

/// Where a path has led to.
#[derive(Clone, Copy)]
enum At<'t> {
    Schema(Schema<'t>, bool),
    /// The metadata of a resource whose schema does not say more.
    Metadata,
    /// The name, the kind or the API version of a resource.
    Text,
    /// The key of a map.
    Key,
}

impl<'t> At<'t> {
    fn step(self, step: &str) -> Option<Self> {
        let within = |s: Schema<'t>| At::Schema(s, s.embedded());
        match (self, step) {
            (At::Schema(s, _), "@items" | "@values") => match typed(s) {
                "array" => s.item().map(within),
                "object" => s.additional_schema().map(within),
                _ => None,
            },
            (At::Schema(s, _), "@keys") if typed(s) == "object" => s.additional_schema().map(|_| At::Key),
            (At::Schema(s, resource), field) => {
                if typed(s) != "object" || s.additional_schema().is_some() {
                    return None;
                }
                if resource && !declares_metadata(s) {
                    match field {
                        "kind" | "apiVersion" => return Some(At::Text),
                        "metadata" => return Some(At::Metadata),
                        _ => {}
                    }
                }
                let mut properties = s.properties();
                properties.find(|(entry, _)| escape(entry.name).as_deref() == Some(field)).map(|(_, s)| within(s))
            }
            (At::Metadata, "name" | "generateName") => Some(At::Text),
            _ => None,
        }
    }
}

/// The type of a schema that CEL may look into.
fn typed(s: Schema<'_>) -> &str {
    if s.int_or_string() { "" } else { s.ty() }
}

impl Sizes for Places<'_> {
    fn largest(&mut self, path: &[&str]) -> Option<u64> {
        let (root, resource) = self.root();
        let mut at = At::Schema(root, resource);
        for step in path.get(1..)? {
            at = at.step(step)?;
        }
        match at {
            At::Schema(s, resource) => {
                self.shortest.of(s, resource)?;
                Some(largest(s, &mut self.shortest))
            }
            At::Text => Some(TEXT),
            At::Metadata | At::Key => Some(0),
        }
    }
}

fn largest(s: Schema<'_>, shortest: &mut Shortest) -> u64 {
    if s.int_or_string() {
        return limit(s, "maxLength").map_or(TEXT, |characters| characters.saturating_mul(4));
    }
    let mut each = |s: Schema<'_>| shortest.of(s, s.embedded()).unwrap_or(0);
    match (s.ty(), s.text("format")) {
        ("array", _) => limit(s, "maxItems").unwrap_or_else(|| TEXT / (s.item().map_or(0, &mut each) + 1)),
        ("object", _) => s.additional_schema().map_or(0, |values| {
            // A key takes two quotes, a colon, a comma and at least one character more.
            limit(s, "maxProperties").unwrap_or_else(|| TEXT / (each(values) + 6))
        }),
        ("string", "byte") => limit(s, "maxLength").unwrap_or(TEXT),
        ("string", "duration" | "date-time") => 32,
        ("string", "date") => 12,
        ("string", _) => match (limit(s, "maxLength"), s.filled("enum")) {
            (Some(characters), _) => characters.saturating_mul(4),
            (None, Some(values)) => {
                values.items().filter_map(Node::as_str).map(|value| value.len() as u64).max().unwrap_or(0)
            }
            (None, None) => TEXT,
        },
        _ => 0,
    }
}

/// A limit that a schema sets; what is negative is zero.
fn limit(s: Schema<'_>, field: &str) -> Option<u64> {
    s.int(field).map(|limit| u64::try_from(limit).unwrap_or(0))
}

/// How many children a value of a schema may have; nothing where there is no limit (`extractMaxElements`).
pub(super) fn children(s: Schema<'_>) -> Option<u64> {
    match s.ty() {
        "object" if s.get("additionalProperties").is_some() => limit(s, "maxProperties"),
        "array" => limit(s, "maxItems"),
        _ => Some(1),
    }
}
