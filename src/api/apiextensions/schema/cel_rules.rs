//! Validation rules in CEL.
//!
//! In: a schema with `x-kubernetes-validations`. Out: violations. Mirrors the last part of
//! `ValidateCustomResourceDefinitionOpenAPISchema`, and `compileRule` of
//! `apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go`. What rules may cost is checked in `budget`.

use super::budget::Budget;
use super::openapi::Above;
use super::schema_root::SchemaRoot;
use super::types::Places;
use super::view::Schema;
use super::{field_path, sizes, unsupported};
use crate::api::check::{cel, text, text_at};
use crate::api::errors::{quote, show};
use crate::api::{ErrorType, Errors};
use crate::cel::{Compiled, Env, Type, Variable, cost};
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

const RULES: &str = "x-kubernetes-validations";

const REASONS: &[&str] = &["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

fn has_newline(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

/// One rule and its path.
struct CelRule<'a, 't> {
    node: Node<'t>,
    cursor: &'a SchemaRoot<'t>,
}

impl<'t> CelRule<'_, 't> {
    fn text(&self, field: &str) -> &'t str {
        text_at(self.node, field)
    }

    fn path(&self, field: &str) -> String {
        format!("{}.{field}", self.cursor.path(self.node))
    }

    fn error(&self, kind: ErrorType, field: &str, message: &str, errors: &mut Errors<'t>) {
        errors.error_at_path(kind, Place::field(self.node, field), self.path(field), message);
    }
}

fn rules<'a, 't>(cursor: &'a SchemaRoot<'t>, s: Schema<'t>) -> impl Iterator<Item = CelRule<'a, 't>> {
    s.get(RULES).into_iter().flat_map(Node::items).map(move |node| CelRule { node, cursor })
}

/// Validates everything about rules except their expressions.
pub(super) fn shape<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    for rule in rules(cursor, s) {
        message(&rule, errors);
        if !rule.text("messageExpression").is_empty() && rule.text("messageExpression").trim().is_empty() {
            rule.error(ErrorType::Required, "messageExpression", "`messageExpression` is blank", errors);
        }
        if let Some(reason) = rule.node.get("reason").filter(|node| !REASONS.contains(&text(*node))) {
            let why = format!("{} is not supported: use one of {}", show(reason), REASONS.join(", "));
            rule.error(ErrorType::NotSupported, "reason", &why, errors);
        }
        path(&rule, s, errors);
    }
}

fn message<'t>(rule: &CelRule<'_, 't>, errors: &mut Errors<'t>) {
    let (expression, message) = (rule.text("rule").trim(), rule.text("message"));
    if expression.is_empty() {
        rule.error(ErrorType::Required, "rule", "`rule` is required", errors);
    } else if !message.is_empty() && message.trim().is_empty() {
        rule.error(ErrorType::Invalid, "message", "`message` is blank", errors);
    } else if has_newline(message.trim()) {
        rule.error(ErrorType::Invalid, "message", "`message` must not contain line breaks", errors);
    } else if has_newline(expression) && message.trim().is_empty() {
        rule.error(ErrorType::Required, "message", "a rule of several lines needs a `message`", errors);
    }
}

fn path<'t>(rule: &CelRule<'_, 't>, s: Schema<'t>, errors: &mut Errors<'t>) {
    let path = rule.text("fieldPath");
    if path.is_empty() {
        return;
    }
    if path.trim().is_empty() {
        rule.error(ErrorType::Invalid, "fieldPath", "`fieldPath` is blank", errors);
    }
    if has_newline(path) {
        rule.error(ErrorType::Invalid, "fieldPath", "`fieldPath` must not contain line breaks", errors);
    }
    if unsupported(s).is_none()
        && let Err(why) = field_path::resolve(path, s, true)
    {
        rule.error(ErrorType::Invalid, "fieldPath", &format!("{} {why}", quote(path)), errors);
    }
}

/// Compiles the expressions of a schema's rules, and checks what they may cost.
pub(super) fn compile<'t>(
    cursor: &SchemaRoot<'t>,
    s: Schema<'t>,
    above: Above<'t>,
    budget: &mut Budget<'t>,
    errors: &mut Errors<'t>,
) {
    if s.filled(RULES).is_none() {
        return;
    }
    let resource = cursor.is_root(s) || s.embedded();
    let mut places = Places::new(s, resource);
    let Some(ty) = places.declare(s, resource) else {
        let message = "rules need a schema whose type is known";
        cursor.error(ErrorType::Internal, s, RULES, message, errors);
        return;
    };
    let count = above.count.unwrap_or_else(|| sizes::fitting(places.shortest.of(s, resource).unwrap_or(0)));
    let mut rules_of = CelRules { places, ty, count, uncorrelated: above.uncorrelated, budget };
    for rule in rules(cursor, s) {
        rules_of.check(&rule, errors);
    }
}

/// What the rules of a schema have in common.
struct CelRules<'b, 't> {
    places: Places<'t>,
    ty: Type,
    /// How many values of the schema there may be.
    count: u64,
    uncorrelated: Option<Node<'t>>,
    budget: &'b mut Budget<'t>,
}

impl<'t> CelRules<'_, 't> {
    fn check(&mut self, rule: &CelRule<'_, 't>, errors: &mut Errors<'t>) {
        let Some(node) = rule.node.get("rule").filter(|node| !text(*node).trim().is_empty()) else { return };
        let rule_path = rule.path("rule");
        let compiled = self.expression(rule, node, Type::Bool, errors);
        if let Some(compiled) = &compiled {
            let most = cost(compiled, &mut self.places).saturating_mul(self.count);
            self.budget.spend(node, rule_path, most, errors);
            if let Some(node) = rule.node.get("messageExpression").filter(|node| !text(*node).is_empty())
                && let Some(compiled) = self.expression(rule, node, Type::String, errors)
            {
                let most = cost(&compiled, &mut self.places);
                self.budget.spend(node, rule.path("messageExpression"), most, errors);
            }
        }
        old_self(rule, compiled.is_some_and(|compiled| compiled.ast.mentions("oldSelf")), self.uncorrelated, errors);
    }

    fn expression(
        &mut self,
        rule: &CelRule<'_, 't>,
        node: Node<'t>,
        wanted: Type,
        errors: &mut Errors<'t>,
    ) -> Option<Compiled> {
        let variables = variables(rule.node, &self.ty);
        let mut env = Env::new(errors.version, variables, &mut self.places);
        cel::expression(node, rule.path(node.entry()?.name), &mut env, &[wanted], errors)
    }
}

/// The variables of a rule.
fn variables(rule: Node<'_>, ty: &Type) -> Vec<Variable> {
    let optional = rule.get("optionalOldSelf").and_then(Node::as_bool) == Some(true);
    let old = if optional { Type::optional(ty.clone()) } else { ty.clone() };
    vec![Variable::new("self", ty.clone()), Variable::new("oldSelf", old)]
}

fn old_self<'t>(rule: &CelRule<'_, 't>, uses_old: bool, uncorrelated: Option<Node<'t>>, errors: &mut Errors<'t>) {
    let optional = rule.node.get("optionalOldSelf");
    if uses_old && let Some(list) = uncorrelated {
        let message = format!(
            "`oldSelf` cannot be used here: {} cannot be matched with their old values",
            rule.cursor.path(list)
        );
        rule.error(ErrorType::Invalid, "rule", &message, errors);
    }
    if !uses_old && optional.is_some() {
        let message = "`optionalOldSelf` is only allowed for a rule that uses `oldSelf`";
        rule.error(ErrorType::Invalid, "optionalOldSelf", message, errors);
    }
}

/// Why the rules of a schema do not compile, if they do not: a default cannot be held against them then.
pub(super) fn failure(s: Schema<'_>, resource: bool, version: KubeVersion) -> Option<String> {
    let mut places = Places::new(s, resource);
    let rules = s.filled(RULES)?;
    let ty = places.declare(s, resource)?;
    rules.items().find_map(|rule| {
        let mut env = Env::new(version, variables(rule, &ty), &mut places);
        let source = text_at(rule, "rule");
        let outcome = crate::cel::compile(source, &mut env);
        outcome.err().filter(|_| !source.trim().is_empty()).and_then(|causes| Some(causes.first()?.message.clone()))
    })
}
