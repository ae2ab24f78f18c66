//! The types that a schema gives to CEL.
//!
//! In: a schema. Out: types; those of objects are made when a field of them is looked up. Mirrors `SchemaDeclType` of
//! `k8s.io/apiserver/pkg/cel/common/schemas.go` and `Escape` of `pkg/cel/escaping.go`.

use super::MAX_DEPTH;
use super::sizes::Shortest;
use super::view::Schema;
use crate::cel::{StructName, StructTypes, Type, is_reserved};

/// The type of the metadata where the schema does not say more.
const METADATA: &str = "ObjectMeta";

/// The object types of a schema, by where they are written.
pub(crate) struct Places<'t> {
    known: Vec<(u32, Schema<'t>, bool)>,
    /// What the shortest values of its schemas take.
    pub(super) shortest: Shortest,
}

impl<'t> Places<'t> {
    /// The types of a schema; `resource` says whether it is that of a whole resource.
    pub fn new(root: Schema<'t>, resource: bool) -> Self {
        Self { known: vec![(root.0.id().0, root, resource)], shortest: Shortest::default() }
    }

    /// The schema that all began with, and whether it is that of a resource.
    pub(super) fn root(&self) -> (Schema<'t>, bool) {
        let (_, root, resource) = self.known[0];
        (root, resource)
    }

    /// The type of values of a schema; nothing where it is not known well enough.
    pub fn declare(&mut self, s: Schema<'t>, resource: bool) -> Option<Type> {
        self.at_depth(s, resource, 0)
    }

    fn at_depth(&mut self, s: Schema<'t>, resource: bool, depth: usize) -> Option<Type> {
        if depth > MAX_DEPTH {
            return None;
        }
        if s.int_or_string() {
            return Some(Type::Dyn);
        }
        match s.ty() {
            "array" => {
                let items = s.item()?;
                self.at_depth(items, items.embedded(), depth + 1).map(Type::list)
            }
            "object" => match s.additional_schema() {
                Some(sub) => {
                    let value = self.at_depth(sub, sub.embedded(), depth + 1)?;
                    Some(Type::map(Type::String, value))
                }
                None => Some(self.object(s, resource)),
            },
            "string" => Some(match s.text("format") {
                "byte" => Type::Bytes,
                "duration" => Type::Duration,
                "date" | "date-time" => Type::Timestamp,
                _ => Type::String,
            }),
            "boolean" => Some(Type::Bool),
            "number" => Some(Type::Double),
            "integer" => Some(Type::Int),
            _ => None,
        }
    }

    fn object(&mut self, s: Schema<'t>, resource: bool) -> Type {
        let id = s.0.id().0;
        if !self.known.iter().any(|(known, ..)| *known == id) {
            self.known.push((id, s, resource));
        }
        Type::Struct(StructName::Place(id))
    }

    fn place(&self, of: &StructName) -> Option<(Schema<'t>, bool)> {
        let StructName::Place(id) = of else { return None };
        self.known.iter().find(|(known, ..)| known == id).map(|(_, schema, resource)| (*schema, *resource))
    }
}

impl StructTypes for Places<'_> {
    fn field(&mut self, of: &StructName, field: &str) -> Option<Type> {
        let Some((schema, resource)) = self.place(of) else {
            let metadata = matches!(of, StructName::Named(name) if &**name == METADATA);
            return (metadata && matches!(field, "name" | "generateName")).then_some(Type::String);
        };
        if resource && !declares_metadata(schema) {
            match field {
                "kind" | "apiVersion" => return Some(Type::String),
                "metadata" => return Some(Type::message(METADATA)),
                _ => {}
            }
        }
        let (_, property) = schema.properties().find(|(entry, _)| escape(entry.name).as_deref() == Some(field))?;
        self.declare(property, property.embedded())
    }

    fn fields(&self, of: &StructName) -> Vec<String> {
        let Some((schema, _)) = self.place(of) else { return Vec::new() };
        schema.properties().filter_map(|(entry, _)| escape(entry.name)).collect()
    }
}

/// Whether a schema declares kind, API version and names itself: only then it is taken as it is.
pub(super) fn declares_metadata(s: Schema<'_>) -> bool {
    let is = |schema: Option<Schema<'_>>, ty: &str| schema.is_some_and(|schema| schema.ty() == ty);
    let meta = s.property("metadata");
    let name = |field: &str| is(meta.and_then(|meta| meta.property(field)), "string");
    let typed = is(s.property("kind"), "string") && is(s.property("apiVersion"), "string");
    typed && is(meta, "object") && name("name") && name("generateName")
}

/// How a property's name is written in CEL; nothing where it cannot be.
pub(crate) fn escape(name: &str) -> Option<String> {
    let first = name.bytes().next()?;
    if first.is_ascii_digit() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b)) {
        return None;
    }
    if is_reserved(name) {
        return Some(format!("__{name}__"));
    }
    let escaped = name.replace("__", "__underscores__");
    Some(escaped.replace('.', "__dot__").replace('-', "__dash__").replace('/', "__slash__"))
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn names_are_escaped() {
        assert_eq!(escape("a-b.c/d").as_deref(), Some("a__dash__b__dot__c__slash__d"));
        assert_eq!(escape("namespace").as_deref(), Some("__namespace__"));
        assert_eq!(escape("a__b").as_deref(), Some("a__underscores__b"));
        assert_eq!(escape("ä"), None);
        assert_eq!(escape("1a"), None);
    }
}
