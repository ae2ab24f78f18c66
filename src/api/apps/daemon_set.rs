//! DaemonSets.
//!
//! In: the object. Out: what ValidateDaemonSetSpec and ValidateDaemonSetUpdateStrategy find.

use super::template;
use crate::api::check::{int_or_percent, text_at};
use crate::api::core::pod::Owner;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// ValidateDaemonSet.
pub fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        let place = Place::missing(root, "spec.template.spec.containers");
        errors.error(ErrorType::Required, place, "`spec` with a `template` is required");
        return;
    };
    template::selector(spec, errors);
    template::running(spec, &Owner::default(), errors);
    if let Some(strategy) = spec.get("updateStrategy") {
        update_strategy(strategy, errors);
    }
}

/// ValidateDaemonSetUpdateStrategy.
fn update_strategy<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    match text_at(node, "type") {
        "OnDelete" => {}
        "" | "RollingUpdate" => {
            if let Some(rolling) = node.get("rollingUpdate") {
                rolling_update(rolling, errors);
            }
        }
        other => {
            let path = node.path_from(Some(errors.root));
            let message = format!("`{other}` is not supported: use `RollingUpdate`, `OnDelete`");
            errors.error_at_path(ErrorType::NotSupported, Place::field(node, "type"), path, message);
        }
    }
}

/// ValidateRollingUpdateDaemonSet. `maxUnavailable` defaults to 1, `maxSurge` to 0.
fn rolling_update<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let (unavailable, surge) = (node.get("maxUnavailable"), node.get("maxSurge"));
    for field in [unavailable, surge].into_iter().flatten() {
        int_or_percent::non_negative(field, errors);
        int_or_percent::at_most_all(field, errors);
    }
    let unavailable = unavailable.map_or(1, int_or_percent::value);
    let surges = surge.filter(|field| int_or_percent::value(*field) != 0);
    match surges {
        Some(field) if unavailable != 0 => {
            errors.invalid(field, "must not be set when `maxUnavailable` (1 by default) is not 0");
        }
        None if unavailable == 0 => {
            let message = "`maxUnavailable` must not be 0 when `maxSurge` is 0";
            errors.error(ErrorType::Required, Place::field(node, "maxUnavailable"), message);
        }
        _ => {}
    }
}
