//! Validation rules in CEL.
//!
//! In: a schema with `x-kubernetes-validations`. Out: violations. Mirrors the last part of
//! `ValidateCustomResourceDefinitionOpenAPISchema`, and `compileRule` of
//! `apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go`. What rules may cost is judged in `budget`.

use super::budget::Budget;
use super::cursor::Cursor;
use super::openapi::Above;
use super::types::Places;
use super::view::Schema;
use super::{field_path, sizes, unsupported};
use crate::api::check::{cel, text, text_at};
use crate::api::report::{quote, show};
use crate::api::{ErrorType, Report};
use crate::cel::{Compiled, Env, Type, Variable, cost};
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

const RULES: &str = "x-kubernetes-validations";

const REASONS: &[&str] = &["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

fn has_newline(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

/// One rule and its path.
struct Rule<'a, 't> {
    node: Node<'t>,
    cursor: &'a Cursor<'t>,
}

impl<'t> Rule<'_, 't> {
    fn text(&self, field: &str) -> &'t str {
        text_at(self.node, field)
    }

    fn path(&self, field: &str) -> String {
        format!("{}.{field}", self.cursor.path(self.node))
    }

    fn error(&self, kind: ErrorType, field: &str, message: &str, report: &mut Report<'t>) {
        report.error_at_path(kind, Place::field(self.node, field), self.path(field), message);
    }
}

fn rules<'a, 't>(cursor: &'a Cursor<'t>, s: Schema<'t>) -> impl Iterator<Item = Rule<'a, 't>> {
    s.get(RULES).into_iter().flat_map(Node::items).map(move |node| Rule { node, cursor })
}

/// Judges everything about rules but their expressions.
pub(super) fn shape<'t>(cursor: &Cursor<'t>, s: Schema<'t>, report: &mut Report<'t>) {
    for rule in rules(cursor, s) {
        message(&rule, report);
        if !rule.text("messageExpression").is_empty() && rule.text("messageExpression").trim().is_empty() {
            rule.error(ErrorType::Required, "messageExpression", "`messageExpression` holds only white space", report);
        }
        if let Some(reason) = rule.node.get("reason").filter(|node| !REASONS.contains(&text(*node))) {
            let why = format!("{} is not supported: use one of {}", show(reason), REASONS.join(", "));
            rule.error(ErrorType::NotSupported, "reason", &why, report);
        }
        path(&rule, s, report);
    }
}

fn message<'t>(rule: &Rule<'_, 't>, report: &mut Report<'t>) {
    let (expression, message) = (rule.text("rule").trim(), rule.text("message"));
    if expression.is_empty() {
        rule.error(ErrorType::Required, "rule", "`rule` is required", report);
    } else if !message.is_empty() && message.trim().is_empty() {
        rule.error(ErrorType::Invalid, "message", "`message` holds only white space", report);
    } else if has_newline(message.trim()) {
        rule.error(ErrorType::Invalid, "message", "`message` must not contain line breaks", report);
    } else if has_newline(expression) && message.trim().is_empty() {
        rule.error(ErrorType::Required, "message", "a rule of several lines needs a `message`", report);
    }
}

fn path<'t>(rule: &Rule<'_, 't>, s: Schema<'t>, report: &mut Report<'t>) {
    let path = rule.text("fieldPath");
    if path.is_empty() {
        return;
    }
    if path.trim().is_empty() {
        rule.error(ErrorType::Invalid, "fieldPath", "`fieldPath` holds only white space", report);
    }
    if has_newline(path) {
        rule.error(ErrorType::Invalid, "fieldPath", "`fieldPath` must not contain line breaks", report);
    }
    if unsupported(s).is_none()
        && let Err(why) = field_path::resolve(path, s, true)
    {
        rule.error(ErrorType::Invalid, "fieldPath", &format!("{} {why}", quote(path)), report);
    }
}

/// Compiles the expressions of a schema's rules, and judges what they may cost.
pub(super) fn compile<'t>(
    cursor: &Cursor<'t>,
    s: Schema<'t>,
    above: Above<'t>,
    budget: &mut Budget<'t>,
    report: &mut Report<'t>,
) {
    if s.filled(RULES).is_none() {
        return;
    }
    let resource = cursor.is_root(s) || s.embedded();
    let mut places = Places::new(s, resource);
    let Some(ty) = places.declare(s, resource) else {
        let message = "rules need a schema whose type is known";
        cursor.error(ErrorType::Internal, s, RULES, message, report);
        return;
    };
    let count = above.count.unwrap_or_else(|| sizes::fitting(places.shortest.of(s, resource).unwrap_or(0)));
    let mut rules_of = Rules { places, ty, count, uncorrelated: above.uncorrelated, budget };
    for rule in rules(cursor, s) {
        rules_of.judge(&rule, report);
    }
}

/// What the rules of a schema have in common.
struct Rules<'b, 't> {
    places: Places<'t>,
    ty: Type,
    /// How many values of the schema there may be.
    count: u64,
    uncorrelated: Option<Node<'t>>,
    budget: &'b mut Budget<'t>,
}

impl<'t> Rules<'_, 't> {
    fn judge(&mut self, rule: &Rule<'_, 't>, report: &mut Report<'t>) {
        let Some(node) = rule.node.get("rule").filter(|node| !text(*node).trim().is_empty()) else { return };
        let rule_path = rule.path("rule");
        let compiled = self.expression(rule, node, Type::Bool, report);
        if let Some(compiled) = &compiled {
            let most = cost(compiled, &mut self.places).saturating_mul(self.count);
            self.budget.spend(node, rule_path, most, report);
            if let Some(node) = rule.node.get("messageExpression").filter(|node| !text(*node).is_empty())
                && let Some(compiled) = self.expression(rule, node, Type::String, report)
            {
                let most = cost(&compiled, &mut self.places);
                self.budget.spend(node, rule.path("messageExpression"), most, report);
            }
        }
        old_self(rule, compiled.is_some_and(|compiled| compiled.ast.mentions("oldSelf")), self.uncorrelated, report);
    }

    fn expression(
        &mut self,
        rule: &Rule<'_, 't>,
        node: Node<'t>,
        wanted: Type,
        report: &mut Report<'t>,
    ) -> Option<Compiled> {
        let variables = variables(rule.node, &self.ty);
        let mut env = Env::new(report.version, variables, &mut self.places);
        cel::expression(node, rule.path(node.entry()?.name), &mut env, &[wanted], report)
    }
}

/// The variables of a rule.
fn variables(rule: Node<'_>, ty: &Type) -> Vec<Variable> {
    let optional = rule.get("optionalOldSelf").and_then(Node::as_bool) == Some(true);
    let old = if optional { Type::optional(ty.clone()) } else { ty.clone() };
    vec![Variable::new("self", ty.clone()), Variable::new("oldSelf", old)]
}

fn old_self<'t>(rule: &Rule<'_, 't>, uses_old: bool, uncorrelated: Option<Node<'t>>, report: &mut Report<'t>) {
    let optional = rule.node.get("optionalOldSelf");
    if uses_old && let Some(list) = uncorrelated {
        let message =
            format!("`oldSelf` is of no use here: {} cannot be matched with the old ones", rule.cursor.path(list));
        rule.error(ErrorType::Invalid, "rule", &message, report);
    }
    if !uses_old && optional.is_some() {
        let message = "`optionalOldSelf` makes sense with a rule that uses `oldSelf` only";
        rule.error(ErrorType::Invalid, "optionalOldSelf", message, report);
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
        outcome.err().filter(|_| !source.trim().is_empty()).and_then(|errors| Some(errors.first()?.message.clone()))
    })
}
