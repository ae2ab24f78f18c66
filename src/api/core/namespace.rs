//! Namespace.
//!
//! In: a decoded namespace. Out: findings. Mirrors `ValidateNamespace` of `pkg/apis/core/validation` and the admission
//! plugin PodSecurity, which takes no namespace whose labels it does not understand.

use crate::api::check::names;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

const POD_SECURITY: &str = "pod-security.kubernetes.io/";

/// `ValidateNamespace`, and `ValidateNamespace` of `pod-security-admission`.
pub fn namespace<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    for finalizer in root.at(&["spec", "finalizers"]).items() {
        if let Err(why) = finalizer_name(finalizer.text()) {
            let message = format!("`{}`: {why}", finalizer.text());
            errors.error_at_path(ErrorType::Invalid, finalizer, "spec.finalizers", message);
        }
    }
    for (key, label) in root.at(&["metadata", "labels"]).entries() {
        if let Some(mode) = key.strip_prefix(POD_SECURITY) {
            pod_security(mode, label, errors);
        }
    }
}

/// `validateFinalizerName`: with a domain, or one of the three that have none.
fn finalizer_name(name: &str) -> Result<(), &'static str> {
    names::qualified(name)?;
    if name.contains('/') || matches!(name, "kubernetes" | "orphan" | "foregroundDeletion") {
        return Ok(());
    }
    Err("is not one of Kubernetes' own finalizers, and custom ones need a domain (`example.com/name`)")
}

/// `PolicyToEvaluate`: levels and versions of the three modes.
fn pod_security<'t>(mode: &str, label: Field<'t>, errors: &mut Errors<'t>) {
    match mode {
        "enforce" | "audit" | "warn" if !matches!(label.text(), "privileged" | "baseline" | "restricted") => {
            label.invalid(errors, "must be one of privileged, baseline, restricted");
        }
        "enforce-version" | "audit-version" | "warn-version" if !is_policy_version(label.text()) => {
            label.invalid(errors, "must be `latest` or a version such as `v1.36`");
        }
        _ => {}
    }
}

fn is_policy_version(text: &str) -> bool {
    let Some(minor) = text.strip_prefix("v1.") else { return text == "latest" };
    let plain = minor == "0" || !minor.starts_with('0');
    plain && minor.bytes().all(|b| b.is_ascii_digit()) && minor.parse::<i64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_pod_security() {
        for good in ["latest", "v1.0", "v1.36"] {
            assert!(is_policy_version(good), "{good}");
        }
        for bad in ["", "v1", "v1.", "v1.01", "1.36", "v2.0", "v1.x", "v1.36.0", "v1.99999999999999999999"] {
            assert!(!is_policy_version(bad), "{bad}");
        }
    }

    #[test]
    fn finalizers() {
        assert!(finalizer_name("kubernetes").is_ok() && finalizer_name("a.b/c").is_ok());
        assert!(finalizer_name("mine").is_err() && finalizer_name("").is_err());
    }
}
