//! Match conditions and variables: the named expressions of webhooks and policies.
//!
//! In: lists of them. Out: violations. Mirrors `validateMatchConditions`, `validateMatchCondition`, `validateVariable`.

use super::environment::{Has, Types, declared};
use crate::api::check::{self, cel, names, text, text_at};
use crate::api::{ErrorType, Report};
use crate::cel::{Compiled, Env, Type, is_reserved};
use crate::yaml::{Node, Place};

/// Most match conditions of a webhook or a policy.
const MOST: usize = 64;

/// The match conditions under `parent`.
pub(super) fn match_conditions<'t>(parent: Node<'t>, params: bool, report: &mut Report<'t>) {
    let Some(list) = parent.get("matchConditions") else { return };
    if list.len() > MOST {
        report.error(ErrorType::TooMany, list, format!("at most {MOST} match conditions are allowed"));
    }
    for condition in list.items() {
        required(
            condition,
            "expression",
            |node, report| {
                compile(
                    node,
                    &mut Types::default(),
                    Has { params, authorizer: true, patches: false },
                    &[Type::Bool],
                    report,
                );
            },
            report,
        );
        check::required_text(condition, "name", names::qualified, report);
    }
    let named = list.items().filter_map(|condition| condition.get("name"));
    check::unique(named.filter(|name| !text(*name).is_empty()), report);
}

/// A text that must hold more than white space, and what is then asked of it.
pub(super) fn required<'t>(
    parent: Node<'t>,
    field: &str,
    then: impl FnOnce(Node<'t>, &mut Report<'t>),
    report: &mut Report<'t>,
) {
    match parent.get(field).filter(|node| !text(*node).trim().is_empty()) {
        Some(node) => then(node, report),
        None => {
            report.required(parent, field);
        }
    }
}

/// Compiles an expression in the environment of admission.
pub(super) fn compile<'t>(
    node: Node<'t>,
    types: &mut Types,
    has: Has,
    wanted: &[Type],
    report: &mut Report<'t>,
) -> Option<Compiled> {
    types.patches = has.patches;
    let variables = types.declarations(has);
    let mut env = Env::new(report.version, variables, types);
    env.patches = has.patches;
    let path = Place::Value(node).path(report.root);
    cel::expression(node, path, &mut env, wanted, report)
}

/// The variables of a policy: each may use those before it.
pub(super) fn variables<'t>(spec: Node<'t>, types: &mut Types, params: bool, report: &mut Report<'t>) {
    for variable in spec.get("variables").into_iter().flat_map(Node::items) {
        required(
            variable,
            "name",
            |node, report| {
                if !is_identifier(text(node)) {
                    report.invalid(node, "must be a CEL identifier: letters, digits or `_`, and no reserved word");
                }
            },
            report,
        );
        let mut ty = Type::Dyn;
        required(
            variable,
            "expression",
            |node, report| {
                let has = Has { params, authorizer: true, patches: false };
                if let Some(compiled) = compile(node, types, has, &[], report) {
                    ty = declared(&compiled.result);
                }
            },
            report,
        );
        let name = text_at(variable, "name").to_owned();
        types.variables.get_or_insert_default().push((name, ty));
    }
}

fn is_identifier(name: &str) -> bool {
    names::c_identifier(name).is_ok() && !is_reserved(name)
}
