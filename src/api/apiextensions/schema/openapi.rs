//! What may stand in each schema.
//!
//! In: a schema. Out: violations. Mirrors `ValidateCustomResourceDefinitionOpenAPISchema` and
//! `specStandardValidatorV3.validate`.

use super::MAX_DEPTH;
use super::budget::Budget;
use super::schema_root::SchemaRoot;
use super::view::{Schema, Sub};
use super::{cel_rules, lists, sizes};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// What a schema takes over from those above it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Above<'t> {
    /// Why defaults are forbidden, where they are.
    no_defaults: Option<&'static str>,
    /// Whether it is about the metadata of a resource.
    in_metadata: bool,
    /// The schema whose items cannot be told apart between two states of an object: `oldSelf` is of no use below.
    pub uncorrelated: Option<Node<'t>>,
    /// How many values of the schema there may be, if there is a limit.
    pub count: Option<u64>,
    /// Whether rules are compiled: only in sound schemas, and not in conditions.
    pub compile: bool,
}

/// Validates the whole schema; rules are compiled only if it is sound so far.
pub(super) fn validate<'t>(cursor: &SchemaRoot<'t>, root: Schema<'t>, sound: bool, errors: &mut Errors<'t>) {
    let above = Above { no_defaults: None, in_metadata: false, uncorrelated: None, count: Some(1), compile: sound };
    let mut walk = Walk { cursor, failed: 0, budget: Budget::default() };
    walk.schema(root, above, 0, errors);
    walk.budget.settle(cursor, root.0, errors);
}

struct Walk<'a, 't> {
    cursor: &'a SchemaRoot<'t>,
    /// Errors of the schema itself, those of rules left out: they keep rules from being compiled.
    failed: usize,
    budget: Budget<'t>,
}

impl<'t> Walk<'_, 't> {
    fn schema(&mut self, s: Schema<'t>, above: Above<'t>, depth: usize, errors: &mut Errors<'t>) {
        if depth > MAX_DEPTH {
            return;
        }
        let failed = self.failed;
        self.count(errors, |errors| {
            standard(self.cursor, s, above, errors);
            lists::validate(self.cursor, s, errors);
            cel_rules::shape(self.cursor, s, errors);
        });
        self.children(s, above, depth + 1, errors);
        if above.compile && self.failed == failed {
            cel_rules::compile(self.cursor, s, above, &mut self.budget, errors);
        }
    }

    fn count(&mut self, errors: &mut Errors<'t>, check: impl FnOnce(&mut Errors<'t>)) {
        let before = errors.len();
        check(errors);
        self.failed += errors.len() - before;
    }

    fn children(&mut self, s: Schema<'t>, above: Above<'t>, depth: usize, errors: &mut Errors<'t>) {
        let count = above.count.zip(sizes::children(s)).map(|(all, each)| all.saturating_mul(each));
        let above = Above { count, ..above };
        if let Some(sub) = s.additional_schema() {
            let reason = above.in_metadata.then_some("in `additionalProperties` of metadata").or(above.no_defaults);
            self.schema(sub, Above { no_defaults: reason, ..above }, depth, errors);
        }
        for (entry, property) in s.properties() {
            let mut above = above;
            let root = self.cursor.is_root(s);
            if (root || s.embedded()) && matches!(entry.name, "metadata" | "kind" | "apiVersion") {
                above.in_metadata = true;
                above.no_defaults = root.then_some("in the metadata of the resource").or(above.no_defaults);
            }
            self.schema(property, above, depth, errors);
        }
        self.conditions(s, Above { compile: false, ..above }, depth, errors);
        self.items(s, above, depth, errors);
    }

    fn conditions(&mut self, s: Schema<'t>, above: Above<'t>, depth: usize, errors: &mut Errors<'t>) {
        let lists = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|field| s.list(field));
        for sub in s.not().into_iter().chain(lists) {
            self.schema(sub, above, depth, errors);
        }
        let dependencies = s.named("dependencies").filter(|(entry, _)| entry.value.is_mapping());
        for (_, sub) in s.named("definitions").chain(dependencies) {
            self.schema(sub, above, depth, errors);
        }
    }

    fn items(&mut self, s: Schema<'t>, mut above: Above<'t>, depth: usize, errors: &mut Errors<'t>) {
        if s.text("x-kubernetes-list-type") != "map" {
            above.uncorrelated = above.uncorrelated.or(Some(s.0));
        }
        match s.items() {
            Sub::Schema(items) => self.schema(items, above, depth, errors),
            Sub::Many(list) => list.items().for_each(|items| self.schema(Schema(items), above, depth, errors)),
            _ => {}
        }
    }
}

fn standard<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, above: Above<'t>, errors: &mut Errors<'t>) {
    if !s.ty().is_empty() && !TYPES.contains(&s.ty()) {
        let message = format!("`{}` is not a type: use one of {}", s.ty(), TYPES.join(", "));
        cursor.error(ErrorType::NotSupported, s, "type", &message, errors);
    }
    if s.ty() == "null" {
        cursor.forbid(s, "type", "use `nullable` instead of the type null", errors);
    }
    if let Some(reason) = above.no_defaults.filter(|_| s.get("default").is_some()) {
        cursor.forbid(s, "default", &format!("no defaults {reason}"), errors);
    }
    if above.in_metadata && s.embedded() {
        cursor.forbid(s, "x-kubernetes-embedded-resource", "not inside `metadata`", errors);
    }
    unsupported(cursor, s, errors);
    let shut = |sub: Sub<'_>| !matches!(sub, Sub::Absent | Sub::Bool(true));
    if shut(s.additional()) && s.filled("properties").is_some() {
        cursor.forbid(s, "additionalProperties", "it cannot be combined with `properties`", errors);
    }
    let preserve = s.get("x-kubernetes-preserve-unknown-fields").filter(|node| node.as_bool() == Some(false));
    if preserve.is_some() {
        let message = "`x-kubernetes-preserve-unknown-fields` must be true or absent";
        cursor.error(ErrorType::Invalid, s, "x-kubernetes-preserve-unknown-fields", message, errors);
    }
}

fn unsupported<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    const WHY: &str = "it is not supported";
    if !s.text("id").is_empty() {
        cursor.forbid(s, "id", WHY, errors);
    }
    for field in ["additionalItems", "dependencies", "$ref"] {
        if s.get(field).is_some() {
            cursor.forbid(s, field, WHY, errors);
        }
    }
    for field in ["patternProperties", "definitions"] {
        if s.filled(field).is_some() {
            cursor.forbid(s, field, WHY, errors);
        }
    }
    if s.flag("uniqueItems") {
        let why = "it would take time that grows with the square of the length: use the list type set";
        cursor.forbid(s, "uniqueItems", why, errors);
    }
    if let Sub::Many(list) = s.items()
        && !list.is_empty()
    {
        let message = "`items` must be one schema, not a list of them";
        errors.error_at_path(ErrorType::Forbidden, Place::Key(list), cursor.field_path(s, "items"), message);
    }
}
