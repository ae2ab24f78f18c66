//! Match conditions and variables: the named expressions of webhooks and policies.
//!
//! In: lists of them. Out: violations. Mirrors `validateMatchConditions`, `validateMatchCondition`, `validateVariable`.

use super::environment::{Has, Types, declared};
use crate::api::check::{self, cel, names, text, text_at};
use crate::api::{ErrorType, Errors};
use crate::cel::{Compiled, Env, Type, is_reserved};
use crate::yaml::{Node, Place};

/// Most match conditions of a webhook or a policy.
const MOST: usize = 64;

/// The match conditions under `parent`.
pub(super) fn match_conditions<'t>(parent: Node<'t>, params: bool, errors: &mut Errors<'t>) {
    let Some(list) = parent.get("matchConditions") else { return };
    if list.len() > MOST {
        errors.error(ErrorType::TooMany, list, format!("at most {MOST} match conditions are allowed"));
    }
    for condition in list.items() {
        required(
            condition,
            "expression",
            |node, errors| {
                compile(
                    node,
                    &mut Types::default(),
                    Has { params, authorizer: true, patches: false },
                    &[Type::Bool],
                    errors,
                );
            },
            errors,
        );
        check::required_text(condition, "name", names::qualified, errors);
    }
    let named = list.items().filter_map(|condition| condition.get("name"));
    check::unique(named.filter(|name| !text(*name).is_empty()), errors);
}

/// A text that must not be blank, and what is then asked of it.
pub(super) fn required<'t>(
    parent: Node<'t>,
    field: &str,
    then: impl FnOnce(Node<'t>, &mut Errors<'t>),
    errors: &mut Errors<'t>,
) {
    match parent.get(field).filter(|node| !text(*node).trim().is_empty()) {
        Some(node) => then(node, errors),
        None => {
            errors.required(parent, field);
        }
    }
}

/// Compiles an expression in the environment of admission.
pub(super) fn compile<'t>(
    node: Node<'t>,
    types: &mut Types,
    has: Has,
    wanted: &[Type],
    errors: &mut Errors<'t>,
) -> Option<Compiled> {
    types.patches = has.patches;
    let variables = types.declarations(has);
    let mut env = Env::new(errors.version, variables, types);
    env.patches = has.patches;
    let path = Place::Value(node).path(errors.root);
    cel::expression(node, path, &mut env, wanted, errors)
}

/// The variables of a policy: each may use those before it.
pub(super) fn variables<'t>(spec: Node<'t>, types: &mut Types, params: bool, errors: &mut Errors<'t>) {
    for variable in spec.get("variables").into_iter().flat_map(Node::items) {
        required(
            variable,
            "name",
            |node, errors| {
                if !is_identifier(text(node)) {
                    errors.invalid(node, "must be a CEL identifier: letters, digits or `_`, and no reserved word");
                }
            },
            errors,
        );
        let mut ty = Type::Dyn;
        required(
            variable,
            "expression",
            |node, errors| {
                let has = Has { params, authorizer: true, patches: false };
                if let Some(compiled) = compile(node, types, has, &[], errors) {
                    ty = declared(&compiled.result);
                }
            },
            errors,
        );
        let name = text_at(variable, "name").to_owned();
        types.variables.get_or_insert_default().push((name, ty));
    }
}

fn is_identifier(name: &str) -> bool {
    names::c_identifier(name).is_ok() && !is_reserved(name)
}
