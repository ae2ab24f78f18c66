//! MutatingAdmissionPolicy.
//!
//! In: an object. Out: violations. Mirrors `validateMutatingAdmissionPolicySpec`, `validateMutation`,
//! `validateApplyConfiguration` and `validateJSONPatch`.

use super::conditions::{self, compile, required};
use super::environment::{Has, JSON_PATCH, OBJECT, Types};
use super::{policy, rules};
use crate::api::check::text_at;
use crate::api::{ErrorType, Errors};
use crate::cel::Type;
use crate::yaml::{Node, Place};

/// Validates a policy.
pub(super) fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.matchConstraints", "spec.mutations", "spec.reinvocationPolicy"] {
            errors.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    let params = policy::head(spec, errors);
    if let Some(node) = spec.get("matchConstraints") {
        rules::mutable(node, "spec.matchConstraints", errors);
    }
    conditions::match_conditions(spec, params, errors);
    let mut types = Types { variables: Some(Vec::new()), patches: false };
    conditions::variables(spec, &mut types, params, errors);
    for mutation in spec.get("mutations").into_iter().flat_map(Node::items) {
        one(mutation, &mut types, params, errors);
    }
}

/// What a patch of a type is written in, what the other is, and what its expression must give.
fn one<'t>(mutation: Node<'t>, types: &mut Types, params: bool, errors: &mut Errors<'t>) {
    let kind = text_at(mutation, "patchType");
    let (own, other, wanted) = match kind {
        "ApplyConfiguration" => ("applyConfiguration", "jsonPatch", Type::message(OBJECT)),
        "JSONPatch" => ("jsonPatch", "applyConfiguration", Type::list(Type::message(JSON_PATCH))),
        _ => return,
    };
    match mutation.get(own) {
        Some(patch) => required(
            patch,
            "expression",
            |node, errors| {
                compile(node, types, Has { params, authorizer: true, patches: true }, &[wanted], errors);
            },
            errors,
        ),
        None => {
            let message = format!("`{own}` is required where `patchType` is `{kind}`");
            errors.error(ErrorType::Required, Place::field(mutation, own), message);
        }
    }
    if let Some(node) = mutation.get(other) {
        let message = format!("`{other}` must not be set where `patchType` is `{kind}`");
        errors.error(ErrorType::Invalid, Place::Key(node), message);
    }
}
