//! Annotations of a pod that the server reads.
//!
//! In: a pod or template. Out: findings. Mirrors `ValidatePodSpecificAnnotations` and
//! `ValidateTolerationsInPodAnnotations`.

use super::Pod;
use super::claims::MIRROR;
use super::profiles;
use crate::api::check::{text, text_at};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::Entry;

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";

/// The annotations that mean something for pods.
pub fn check<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(annotations) = pod.annotations() else { return };
    for entry in annotations.entries() {
        match entry.name {
            MIRROR if text_at(pod.spec, "nodeName").is_empty() => {
                complain(pod, entry, "a mirror pod needs `spec.nodeName`", errors);
            }
            DELETION_COST if !is_int32(text(entry.value)) => {
                complain(pod, entry, "must be a 32-bit integer without a plus or leading zeros", errors);
            }
            TOLERATIONS => tolerations(pod, entry, errors),
            _ => {}
        }
    }
    profiles::annotations(pod, annotations, errors);
    profiles::agreement(pod, annotations, errors);
}

fn complain<'t>(pod: &Pod<'t>, entry: Entry<'t>, why: &str, errors: &mut Errors<'t>) {
    let at = format!("{}[{}]", pod.annotations_path(errors), entry.name);
    let message = format!("{}: {why}", quote(text(entry.value)));
    errors.error_at_path(ErrorType::Invalid, entry.value, at, message);
}

/// `GetDeletionCostFromPodAnnotations`.
fn is_int32(value: &str) -> bool {
    let clean = value == "0" || !value.starts_with(['0', '+']);
    clean && value.parse::<i32>().is_ok()
}

/// Tolerations from before the field: a list in JSON.
fn tolerations<'t>(pod: &Pod<'t>, entry: Entry<'t>, errors: &mut Errors<'t>) {
    let value = text(entry.value);
    if !value.is_empty() && !is_list_of_maps(value) {
        let at = pod.annotations_path(errors);
        let message = format!("{} is not a JSON list of tolerations", quote(value));
        errors.error_at_path(ErrorType::Invalid, entry.value, at, message);
    }
}

fn is_list_of_maps(json: &str) -> bool {
    match serde_json::from_str(json) {
        Ok(serde_json::Value::Array(list)) => list.iter().all(|one| one.is_object() || one.is_null()),
        Ok(other) => other.is_null(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletion_costs() {
        assert!(is_int32("-10") && is_int32("0") && is_int32("2147483647"));
        assert!(!is_int32("+1") && !is_int32("08") && !is_int32("") && !is_int32("2147483648") && !is_int32("-"));
        // Go reads "-08".
        assert!(is_int32("-08"));
    }

    #[test]
    fn tolerations_in_json() {
        assert!(is_list_of_maps(r#"[{"key": "a"}]"#) && is_list_of_maps("null"));
        assert!(!is_list_of_maps("{}") && !is_list_of_maps("[1]") && !is_list_of_maps("[{]"));
    }
}
