//! What may stand in each schema.
//!
//! In: a schema. Out: violations. Mirrors `ValidateCustomResourceDefinitionOpenAPISchema` and
//! `specStandardValidatorV3.validate`.

use super::MAX_DEPTH;
use super::budget::Budget;
use super::cursor::Cursor;
use super::view::{Schema, Sub};
use super::{cel_rules, lists, sizes};
use crate::api::{ErrorType, Report};
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

/// Judges the whole schema; rules are compiled only if it is sound so far.
pub(super) fn validate<'t>(cursor: &Cursor<'t>, root: Schema<'t>, sound: bool, report: &mut Report<'t>) {
    let above = Above { no_defaults: None, in_metadata: false, uncorrelated: None, count: Some(1), compile: sound };
    let mut walk = Walk { cursor, errors: 0, budget: Budget::default() };
    walk.schema(root, above, 0, report);
    walk.budget.settle(cursor, root.0, report);
}

struct Walk<'a, 't> {
    cursor: &'a Cursor<'t>,
    /// Errors of the schema itself, those of rules left out: they keep rules from being compiled.
    errors: usize,
    budget: Budget<'t>,
}

impl<'t> Walk<'_, 't> {
    fn schema(&mut self, s: Schema<'t>, above: Above<'t>, depth: usize, report: &mut Report<'t>) {
        if depth > MAX_DEPTH {
            return;
        }
        let errors = self.errors;
        self.count(report, |report| {
            standard(self.cursor, s, above, report);
            lists::validate(self.cursor, s, report);
            cel_rules::shape(self.cursor, s, report);
        });
        self.children(s, above, depth + 1, report);
        if above.compile && self.errors == errors {
            cel_rules::compile(self.cursor, s, above, &mut self.budget, report);
        }
    }

    fn count(&mut self, report: &mut Report<'t>, check: impl FnOnce(&mut Report<'t>)) {
        let before = report.len();
        check(report);
        self.errors += report.len() - before;
    }

    fn children(&mut self, s: Schema<'t>, above: Above<'t>, depth: usize, report: &mut Report<'t>) {
        let count = above.count.zip(sizes::children(s)).map(|(all, each)| all.saturating_mul(each));
        let above = Above { count, ..above };
        if let Some(sub) = s.additional_schema() {
            let reason = above.in_metadata.then_some("in `additionalProperties` of metadata").or(above.no_defaults);
            self.schema(sub, Above { no_defaults: reason, ..above }, depth, report);
        }
        for (entry, property) in s.properties() {
            let mut above = above;
            let root = self.cursor.is_root(s);
            if (root || s.embedded()) && matches!(entry.name, "metadata" | "kind" | "apiVersion") {
                above.in_metadata = true;
                above.no_defaults = root.then_some("in the metadata of the resource").or(above.no_defaults);
            }
            self.schema(property, above, depth, report);
        }
        self.conditions(s, Above { compile: false, ..above }, depth, report);
        self.items(s, above, depth, report);
    }

    fn conditions(&mut self, s: Schema<'t>, above: Above<'t>, depth: usize, report: &mut Report<'t>) {
        let lists = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|field| s.list(field));
        for sub in s.not().into_iter().chain(lists) {
            self.schema(sub, above, depth, report);
        }
        let dependencies = s.named("dependencies").filter(|(entry, _)| entry.value.is_mapping());
        for (_, sub) in s.named("definitions").chain(dependencies) {
            self.schema(sub, above, depth, report);
        }
    }

    fn items(&mut self, s: Schema<'t>, mut above: Above<'t>, depth: usize, report: &mut Report<'t>) {
        if s.text("x-kubernetes-list-type") != "map" {
            above.uncorrelated = above.uncorrelated.or(Some(s.0));
        }
        match s.items() {
            Sub::Schema(items) => self.schema(items, above, depth, report),
            Sub::Many(list) => list.items().for_each(|items| self.schema(Schema(items), above, depth, report)),
            _ => {}
        }
    }
}

fn standard<'t>(cursor: &Cursor<'t>, s: Schema<'t>, above: Above<'t>, report: &mut Report<'t>) {
    if !s.ty().is_empty() && !TYPES.contains(&s.ty()) {
        let message = format!("`{}` is no type: use one of {}", s.ty(), TYPES.join(", "));
        cursor.error(ErrorType::NotSupported, s, "type", &message, report);
    }
    if s.ty() == "null" {
        cursor.forbid(s, "type", "use `nullable` instead of the type null", report);
    }
    if let Some(reason) = above.no_defaults.filter(|_| s.get("default").is_some()) {
        cursor.forbid(s, "default", &format!("no defaults {reason}"), report);
    }
    if above.in_metadata && s.embedded() {
        cursor.forbid(s, "x-kubernetes-embedded-resource", "not inside of metadata", report);
    }
    unsupported(cursor, s, report);
    let shut = |sub: Sub<'_>| !matches!(sub, Sub::Absent | Sub::Bool(true));
    if shut(s.additional()) && s.filled("properties").is_some() {
        cursor.forbid(s, "additionalProperties", "it does not go with `properties`", report);
    }
    let preserve = s.get("x-kubernetes-preserve-unknown-fields").filter(|node| node.as_bool() == Some(false));
    if preserve.is_some() {
        let message = "`x-kubernetes-preserve-unknown-fields` must be true or absent";
        cursor.error(ErrorType::Invalid, s, "x-kubernetes-preserve-unknown-fields", message, report);
    }
}

fn unsupported<'t>(cursor: &Cursor<'t>, s: Schema<'t>, report: &mut Report<'t>) {
    const WHY: &str = "it is not supported";
    if !s.text("id").is_empty() {
        cursor.forbid(s, "id", WHY, report);
    }
    for field in ["additionalItems", "dependencies", "$ref"] {
        if s.get(field).is_some() {
            cursor.forbid(s, field, WHY, report);
        }
    }
    for field in ["patternProperties", "definitions"] {
        if s.filled(field).is_some() {
            cursor.forbid(s, field, WHY, report);
        }
    }
    if s.flag("uniqueItems") {
        let why = "it would take time that grows with the square of the length: use the list type set";
        cursor.forbid(s, "uniqueItems", why, report);
    }
    if let Sub::Many(list) = s.items()
        && !list.is_empty()
    {
        let message = "`items` must be one schema, not a list of them";
        report.error_at_path(ErrorType::Forbidden, Place::Key(list), cursor.field_path(s, "items"), message);
    }
}
