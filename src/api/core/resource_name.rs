//! Names of resources: `cpu`, `requests.storage`, `nvidia.com/gpu`.
//!
//! In: a name. Out: whether a pod, a quota or a limit range may speak of it. Mirrors `validateResourceName` and its kin in
//! `pkg/apis/core/validation` and the sets of names in `pkg/apis/core/helper`.

use crate::api::check::{Check, names};

/// Resources of containers besides huge pages and extended resources.
const CONTAINER: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// Resources a quota can limit.
const QUOTA: [&str; 19] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];

/// Resources counted in pieces.
const INTEGER: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// `IsHugePageResourceName`.
pub fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// `IsQuotaHugePageResourceName`.
fn is_quota_huge_page(name: &str) -> bool {
    is_huge_page(name) || name.starts_with("requests.hugepages-")
}

/// `IsStandardResourceName`.
pub fn is_standard(name: &str) -> bool {
    is_standard_quota(name) || name == "storage"
}

/// `IsStandardContainerResourceName`.
pub fn is_standard_container(name: &str) -> bool {
    CONTAINER.contains(&name) || is_huge_page(name)
}

/// `IsStandardQuotaResourceName`.
pub fn is_standard_quota(name: &str) -> bool {
    QUOTA.contains(&name) || is_quota_huge_page(name)
}

/// `IsNativeResource`: without a domain, or with Kubernetes' own.
pub fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// `IsExtendedResourceName`.
pub fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && names::qualified(&format!("requests.{name}")).is_ok()
}

/// `IsOvercommitAllowed`: huge pages and extended resources cannot be promised twice.
pub fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// `IsIntegerResourceName`.
pub fn is_integer_resource(name: &str) -> bool {
    INTEGER.contains(&name) || is_extended(name)
}

/// `validateResourceName`.
///
/// # Errors
/// Why no resource is called so.
pub fn resource_name(name: &str) -> Check {
    names::qualified(name)?;
    if name.contains('/') || is_standard(name) {
        return Ok(());
    }
    Err("is not a resource of Kubernetes, and custom ones need a domain (`example.com/name`)")
}

/// `validateContainerResourceName`.
///
/// # Errors
/// Why containers have no such resource.
pub fn container_resource_name(name: &str) -> Check {
    resource_name(name)?;
    if name.contains('/') {
        if is_native(name) || is_extended(name) {
            return Ok(());
        }
        return Err(
            "is not a valid name of an extended resource: they must be short and must not begin with `requests.`",
        );
    }
    if is_standard_container(name) { Ok(()) } else { Err("is not a container resource") }
}

/// `ValidateResourceQuotaResourceName`.
///
/// # Errors
/// Why a quota cannot limit it.
pub fn quota_resource_name(name: &str) -> Check {
    resource_name(name)?;
    if name.contains('/') || is_standard_quota(name) { Ok(()) } else { Err("is not a resource that a quota can limit") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_containers_and_quotas_know() {
        for name in ["cpu", "hugepages-2Mi", "nvidia.com/gpu"] {
            assert!(container_resource_name(name).is_ok() && quota_resource_name(name).is_ok(), "{name}");
        }
        assert!(container_resource_name("pods").is_err() && quota_resource_name("count/pods.apps").is_ok());
        assert!(quota_resource_name("storage").is_err() && resource_name("storage").is_ok());
        assert!(container_resource_name("requests.nvidia.com/gpu").is_err());
        assert!(resource_name("gpu").is_err() && resource_name("-a/b").is_err());
    }

    #[test]
    fn what_is_counted_in_pieces() {
        assert!(is_integer_resource("pods") && is_integer_resource("nvidia.com/gpu"));
        assert!(!is_integer_resource("count/jobs.batch.kubernetes.io/x") && !is_integer_resource("cpu"));
        assert!(!is_overcommit_allowed("hugepages-2Mi") && is_overcommit_allowed("memory"));
    }
}
