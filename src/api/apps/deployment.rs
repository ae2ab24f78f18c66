//! Deployments and ReplicaSets.
//!
//! In: the object. Out: what ValidateDeploymentSpec, ValidateDeploymentStrategy and ValidateReplicaSetSpec find.

use super::template;
use crate::api::check::{int_or_percent, number, text_at};
use crate::api::core::pod::Owner;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// The default of `progressDeadlineSeconds`.
const PROGRESS_DEADLINE: i64 = 600;

/// ValidateDeployment.
pub fn deployment<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = replicated(root, errors) else { return };
    if let Some(node) = spec.get("strategy") {
        strategy(node, errors);
    }
    let ready = number::int_at(spec, "minReadySeconds").unwrap_or(0);
    if number::int_at(spec, "progressDeadlineSeconds").unwrap_or(PROGRESS_DEADLINE) <= ready {
        let message = format!("must be greater than `minReadySeconds`, which is {ready}");
        errors.error(ErrorType::Invalid, Place::field(spec, "progressDeadlineSeconds"), message);
    }
}

/// ValidateReplicaSet.
pub fn replica_set<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    replicated(root, errors);
}

/// What both share.
fn replicated<'t>(root: Node<'t>, errors: &mut Errors<'t>) -> Option<Node<'t>> {
    let spec = template::required_spec(root, errors)?;
    template::selector(spec, errors);
    template::running(spec, &Owner::default(), errors);
    Some(spec)
}

/// ValidateDeploymentStrategy.
fn strategy<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let rolling = node.get("rollingUpdate");
    match (text_at(node, "type"), rolling) {
        ("Recreate", Some(rolling)) => {
            errors.forbidden(rolling, "strategy `Recreate` does not allow `rollingUpdate`");
        }
        ("" | "RollingUpdate", Some(rolling)) => rolling_update(rolling, errors),
        ("" | "RollingUpdate" | "Recreate", _) => {}
        (other, _) => {
            let path = node.path_from(Some(errors.root));
            let message = format!("`{other}` is not supported: use `Recreate`, `RollingUpdate`");
            errors.error_at_path(ErrorType::NotSupported, Place::field(node, "type"), path, message);
        }
    }
}

/// ValidateRollingUpdateDeployment. Both fields default to 25 %.
fn rolling_update<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let (unavailable, surge) = (node.get("maxUnavailable"), node.get("maxSurge"));
    for field in [unavailable, surge].into_iter().flatten() {
        int_or_percent::non_negative(field, errors);
    }
    let is_zero = |field: Option<Node<'_>>| field.is_some_and(|field| int_or_percent::value(field) == 0);
    if let Some(field) = unavailable {
        if is_zero(unavailable) && is_zero(surge) {
            errors.invalid(field, "must not be 0 when `maxSurge` is 0");
        }
        int_or_percent::at_most_all(field, errors);
    }
}
