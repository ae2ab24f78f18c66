//! References to a pod's own fields and resources: `fieldRef` and `resourceFieldRef`.
//!
//! In: the reference, and the path under which the server reports on it. Out: findings. Mirrors
//! `validateObjectFieldSelector`, `ConvertDownwardAPIFieldLabel` and `validateContainerResourceFieldSelector`.

use super::fields::invalid_at;
use crate::api::check::{names, text_at};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::object::Quantity;
use crate::yaml::{Node, Place};

/// What a file of the downward API may hold.
pub const VOLUME_FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// What an environment variable may hold.
pub const ENV_FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Labels of a pod that can be converted, though not all can be used.
const CONVERTIBLE: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "spec.host",
    "spec.restartPolicy",
    "spec.schedulerName",
    "status.phase",
];

/// `ObjectFieldSelector`.
pub fn object_field<'t>(reference: Node<'t>, at: &str, supported: &[&str], errors: &mut Errors<'t>) {
    let label = text_at(reference, "fieldPath");
    let place = Place::field(reference, "fieldPath");
    if label.is_empty() {
        errors.error_at_path(ErrorType::Required, place, format!("{at}.fieldPath"), "`fieldPath` is required");
        return;
    }
    if !matches!(text_at(reference, "apiVersion"), "" | "v1") {
        let message = format!("{}: only fields of `v1` can be referred to", quote(text_at(reference, "apiVersion")));
        errors.error_at_path(ErrorType::Invalid, place, format!("{at}.fieldPath"), message);
        return;
    }
    if let Some((kind, path, why)) = check(label, supported) {
        let at = if path { format!("{at}.fieldPath") } else { at.to_owned() };
        errors.error_at_path(kind, place, at, format!("{}: {why}", quote(label)));
    }
}

/// What is wrong with a field's label: the error's type, whether it is reported at `fieldPath`, and why.
fn check(label: &str, supported: &[&str]) -> Option<(ErrorType, bool, String)> {
    if let Some((map, key)) = subscript(label) {
        let outcome = match map {
            "metadata.annotations" => names::qualified(&key.to_lowercase()),
            "metadata.labels" => names::qualified(key),
            _ => return Some((ErrorType::Invalid, true, "only labels and annotations take a key in brackets".into())),
        };
        return outcome.err().map(|why| (ErrorType::Invalid, false, why.to_owned()));
    }
    let resolved = if label == "spec.host" { "spec.nodeName" } else { label };
    if supported.contains(&resolved) {
        return None;
    }
    let known = CONVERTIBLE.contains(&label) || ENV_FIELDS.contains(&label) || VOLUME_FIELDS.contains(&label);
    let list = supported.iter().map(|field| quote(field)).collect::<Vec<_>>().join(", ");
    let kind = if known { ErrorType::NotSupported } else { ErrorType::Invalid };
    Some((kind, true, format!("not a field that can be referenced here: use {list}")))
}

/// `metadata.labels['key']` taken apart: `SplitMaybeSubscriptedPath`.
fn subscript(label: &str) -> Option<(&str, &str)> {
    let (map, key) = label.strip_suffix("']")?.split_once("['")?;
    (!map.is_empty()).then_some((map, key))
}

const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

fn is_huge_pages(resource: &str) -> bool {
    resource.starts_with("requests.hugepages-") || resource.starts_with("limits.hugepages-")
}

/// `ResourceFieldSelector`; only a volume has to name the container.
pub fn resource_field<'t>(reference: Node<'t>, at: &str, volume: bool, errors: &mut Errors<'t>) {
    let resource = text_at(reference, "resource");
    if volume && text_at(reference, "containerName").is_empty() {
        let place = Place::field(reference, "containerName");
        errors.error_at_path(ErrorType::Required, place, format!("{at}.containerName"), "`containerName` is required");
    } else if resource.is_empty() {
        let place = Place::field(reference, "resource");
        errors.error_at_path(ErrorType::Required, place, format!("{at}.resource"), "`resource` is required");
    } else if !RESOURCES.contains(&resource) && !is_huge_pages(resource) {
        let list: Vec<_> = RESOURCES.iter().map(|name| quote(name)).collect();
        let message = format!("{} is not supported: use {}", quote(resource), list.join(", "));
        let place = Place::field(reference, "resource");
        errors.error_at_path(ErrorType::NotSupported, place, format!("{at}.resource"), message);
    }
    divisor(reference, resource, at, errors);
}

/// `validateContainerResourceDivisor`: one, a thousandth for CPU, or one with a unit for what is counted in bytes.
fn divisor<'t>(reference: Node<'t>, resource: &str, at: &str, errors: &mut Errors<'t>) {
    let Some(node) = reference.get("divisor") else { return };
    let Some(value) = Quantity::of(node).filter(|value| !value.is_zero()) else { return };
    let text = node.as_str().unwrap_or_else(|| node.raw()).trim();
    let (fits, list) = match resource {
        "limits.cpu" | "requests.cpu" => (is_cpu_divisor(text, value), "1m and 1"),
        name if RESOURCES.contains(&name) || is_huge_pages(name) => {
            (is_byte_divisor(text, value), "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi and 1Ei")
        }
        _ => return,
    };
    if !fits {
        invalid_at(node, format!("{at}.divisor"), &format!("the divisors of {resource} are {list}"), errors);
    }
}

/// Whether it is written with an exponent, which its canonical form keeps.
fn has_exponent(text: &str) -> bool {
    text.find(['e', 'E']).is_some_and(|at| at + 1 < text.len() && !text.ends_with('i'))
}

fn is_cpu_divisor(text: &str, value: Quantity) -> bool {
    value == Quantity::units(1) || (value == Quantity::millis(1) && !has_exponent(text))
}

/// One of a unit of the kind it was written in: `1024` is no `1Ki`, `1e3` no `1k`.
fn is_byte_divisor(text: &str, value: Quantity) -> bool {
    let power = |base: i64| (0..=6).any(|exponent| value == Quantity::units(base.pow(exponent)));
    if value == Quantity::units(1) {
        return true;
    }
    // Binary amounts below 1024 are written as decimals.
    if text.ends_with('i') && value >= Quantity::units(1024) { power(1024) } else { power(1000) && !has_exponent(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_split_as_go_does() {
        assert_eq!(subscript("metadata.labels['a[b]c']"), Some(("metadata.labels", "a[b]c")));
        assert_eq!(subscript("metadata.labels"), None);
        assert!(check("metadata.labels['']", ENV_FIELDS).is_some());
        assert!(check("spec.host", ENV_FIELDS).is_none());
        assert_eq!(check("status.phase", ENV_FIELDS).map(|e| e.0), Some(ErrorType::NotSupported));
        assert_eq!(check("metadata.nope", ENV_FIELDS).map(|e| e.0), Some(ErrorType::Invalid));
    }

    #[test]
    fn divisors_are_checked_in_their_own_notation() {
        let fits = |text: &str| Quantity::parse(text).is_ok_and(|value| is_byte_divisor(text, value));
        for good in ["1", "1k", "1000", "1Ki", "1024Ki", "1E", "1e0"] {
            assert!(fits(good), "{good}");
        }
        for bad in ["1024", "1e3", "2", "1m", "3Mi"] {
            assert!(!fits(bad), "{bad}");
        }
        assert!(is_cpu_divisor("0.001", Quantity::millis(1)) && !is_cpu_divisor("1e-3", Quantity::millis(1)));
    }
}
