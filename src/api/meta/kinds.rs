//! What the metadata of each kind must look like.
//!
//! In: group and kind. Out: its scope and how its name is checked, as the strategy of each kind in `pkg/registry` and its
//! validation decide.

use crate::api::check::{Check, ip, names, text_at};
use crate::object::Object;
use crate::version::KubeVersion;

/// How the names of a kind are checked. Every name must also be able to stand in a URL's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// NameIsDNSSubdomain.
    Subdomain,
    /// NameIsDNSLabel.
    Label,
    /// NameIsDNS1035Label, and since 1.36 NameIsDNSLabel (RelaxedServiceNameValidation).
    Service,
    /// NameIsDNSSubdomain, and since 1.27 NameIsDNSLabel (ValidateStatefulSetName).
    StatefulSet,
    /// Anything that can stand in a URL's path.
    PathSegment,
    /// IsConfigMapKey (ValidLeaseCandidateName).
    ConfigKey,
    /// An IP address in canonical form (ValidateIPAddressName).
    IpAddress,
    /// `spec.version`, a dot, `spec.group` (ValidateAPIService).
    ApiService,
    /// `spec.names.plural`, a dot, `spec.group` (ValidateCustomResourceDefinition).
    Definition,
    /// The signer's name with colons, then a subdomain (ValidateClusterTrustBundleName).
    TrustBundle,
}

impl NameRule {
    /// Validates a whole name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn name(self, object: Object<'_>, name: &str, version: KubeVersion) -> Result<(), String> {
        self.special(object, name)?;
        self.plain(name, version).and_then(|()| names::path_segment(name)).map_err(str::to_owned)
    }

    /// Validates the prefix a name will be generated from.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn prefix(self, object: Object<'_>, prefix: &str, version: KubeVersion) -> Result<(), String> {
        self.special(object, prefix)?;
        let masked = names::masked_prefix(prefix);
        let checked = match self {
            NameRule::PathSegment | NameRule::ConfigKey | NameRule::IpAddress => prefix,
            _ => &*masked,
        };
        self.plain(checked, version).and_then(|()| names::path_segment_prefix(prefix)).map_err(str::to_owned)
    }

    fn plain(self, name: &str, version: KubeVersion) -> Check {
        match self {
            NameRule::Subdomain | NameRule::Definition => names::dns_subdomain(name),
            NameRule::Label => names::dns_label(name),
            NameRule::Service if version < KubeVersion(36) => names::dns_1035_label(name),
            NameRule::StatefulSet if version < KubeVersion(27) => names::dns_subdomain(name),
            NameRule::Service | NameRule::StatefulSet => names::dns_label(name),
            NameRule::ConfigKey => names::config_key(name),
            NameRule::IpAddress => ip::strict(name).map(drop),
            NameRule::PathSegment | NameRule::ApiService | NameRule::TrustBundle => Ok(()),
        }
    }

    /// Names that follow from the spec.
    fn special(self, object: Object<'_>, name: &str) -> Result<(), String> {
        let at = |keys: &[&str], field: &str| object.root.at(keys).map_or("", |node| text_at(node, field));
        let required = match self {
            NameRule::ApiService => format!("{}.{}", at(&["spec"], "version"), at(&["spec"], "group")),
            NameRule::Definition => format!("{}.{}", at(&["spec", "names"], "plural"), at(&["spec"], "group")),
            NameRule::TrustBundle => return trust_bundle(at(&["spec"], "signerName"), name),
            _ => return Ok(()),
        };
        let parts = if self == NameRule::ApiService { "spec.version" } else { "spec.names.plural" };
        let why = || format!("must be `{parts}`, a dot and `spec.group`: `{required}`");
        (name == required).then_some(()).ok_or_else(why)
    }
}

fn trust_bundle(signer: &str, name: &str) -> Result<(), String> {
    if signer.is_empty() && name.contains(':') {
        return Err("must not contain `:` where no signer is named".to_owned());
    }
    let prefix = if signer.is_empty() { String::new() } else { format!("{}:", signer.replace('/', ":")) };
    match name.strip_prefix(&prefix) {
        Some(rest) => names::dns_subdomain(rest).map_err(str::to_owned),
        None => Err(format!("must begin with `{prefix}`, after its signer")),
    }
}

/// What the metadata of a kind must obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRules {
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// How their names are checked.
    pub name: NameRule,
    /// Whether finalizers without a domain must be the standard ones: so for kinds validated by
    /// `pkg/apis/core/validation.ValidateObjectMeta`.
    pub standard_finalizers: bool,
    /// Whether a generation that was written is checked: most strategies set it themselves (PrepareForCreate).
    pub generation: bool,
    /// Whether `generateName` is checked by itself, and not only the name made of it (ValidateObjectMetaWithOpts).
    pub prefix: bool,
    /// Whether the strategy makes a name where there is none.
    pub named_by_server: bool,
}

impl KindRules {
    /// Custom resources: names are DNS subdomains, finalizers any qualified name.
    pub fn custom(namespaced: bool) -> Self {
        Self {
            namespaced,
            name: NameRule::Subdomain,
            standard_finalizers: false,
            generation: false,
            prefix: true,
            named_by_server: false,
        }
    }
}

/// The rules of a kind that the server itself serves; nothing for any other.
pub fn rules(group: &str, kind: &str) -> Option<KindRules> {
    let (namespaced, name) = scope_and_name(group, kind)?;
    let lax = matches!(group, "admissionregistration.k8s.io" | "coordination.k8s.io" | "apiextensions.k8s.io")
        || matches!(group, "apiregistration.k8s.io" | "node.k8s.io" | "policy")
        || (group.is_empty() && kind == "Event");
    Some(KindRules {
        namespaced,
        name,
        standard_finalizers: !lax,
        generation: !has_generation(group, kind),
        prefix: !matches!((group, kind), ("", "ReplicationController") | ("resource.k8s.io", "DeviceClass")),
        named_by_server: group.is_empty() && kind == "LimitRange",
    })
}

/// Kinds whose strategy begins with generation 1.
fn has_generation(group: &str, kind: &str) -> bool {
    match group {
        "" => matches!(kind, "Pod" | "PodTemplate" | "ReplicationController"),
        "apps" => kind != "ControllerRevision",
        "networking.k8s.io" => matches!(kind, "Ingress" | "IngressClass" | "NetworkPolicy"),
        "resource.k8s.io" => matches!(kind, "DeviceClass" | "DeviceTaintRule" | "ResourceSlice"),
        "admissionregistration.k8s.io" | "apiextensions.k8s.io" | "batch" | "discovery.k8s.io" => true,
        "flowcontrol.apiserver.k8s.io" | "policy" => true,
        "scheduling.k8s.io" => kind == "PriorityClass",
        _ => false,
    }
}

fn scope_and_name(group: &str, kind: &str) -> Option<(bool, NameRule)> {
    use NameRule::*;
    Some(match (group, kind) {
        ("", "Namespace") => (false, Label),
        ("", "Node" | "PersistentVolume") => (false, Subdomain),
        ("", "Service") => (true, Service),
        ("", "Binding" | "Event") | ("policy", "PodDisruptionBudget") => (true, PathSegment),
        ("", "ConfigMap" | "Endpoints" | "LimitRange" | "PersistentVolumeClaim" | "Pod" | "PodTemplate") => {
            (true, Subdomain)
        }
        ("", "ReplicationController" | "ResourceQuota" | "Secret" | "ServiceAccount") => (true, Subdomain),
        ("apps", "StatefulSet") => (true, StatefulSet),
        ("apps", "ControllerRevision" | "DaemonSet" | "Deployment" | "ReplicaSet") => (true, Subdomain),
        ("batch", "CronJob" | "Job") => (true, Subdomain),
        ("autoscaling", "HorizontalPodAutoscaler") => (true, Subdomain),
        ("networking.k8s.io", "Ingress" | "NetworkPolicy") => (true, Subdomain),
        ("networking.k8s.io", "IngressClass" | "ServiceCIDR") => (false, Subdomain),
        ("networking.k8s.io", "IPAddress") => (false, IpAddress),
        ("rbac.authorization.k8s.io", "Role" | "RoleBinding") => (true, PathSegment),
        ("rbac.authorization.k8s.io", "ClusterRole" | "ClusterRoleBinding") => (false, PathSegment),
        ("storage.k8s.io", "CSIStorageCapacity") => (true, Subdomain),
        ("storage.k8s.io", "CSIDriver" | "CSINode" | "StorageClass" | "VolumeAttachment" | "VolumeAttributesClass") => {
            (false, Subdomain)
        }
        ("scheduling.k8s.io", "PriorityClass") => (false, Subdomain),
        ("scheduling.k8s.io", "PodGroup" | "Workload") => (true, Subdomain),
        ("node.k8s.io", "RuntimeClass") => (false, Subdomain),
        ("coordination.k8s.io", "Lease") => (true, Subdomain),
        ("coordination.k8s.io", "LeaseCandidate") => (true, ConfigKey),
        ("discovery.k8s.io", "EndpointSlice") | ("events.k8s.io", "Event") => (true, Subdomain),
        ("certificates.k8s.io", "CertificateSigningRequest") => (false, PathSegment),
        ("certificates.k8s.io", "ClusterTrustBundle") => (false, TrustBundle),
        ("certificates.k8s.io", "PodCertificateRequest") => (true, Subdomain),
        ("admissionregistration.k8s.io", kind)
            if kind.ends_with("WebhookConfiguration") || kind.contains("Admission") =>
        {
            (false, Subdomain)
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => (false, Definition),
        ("apiregistration.k8s.io", "APIService") => (false, ApiService),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema" | "PriorityLevelConfiguration") => (false, Subdomain),
        ("resource.k8s.io", "ResourceClaim" | "ResourceClaimTemplate") => (true, Subdomain),
        ("resource.k8s.io", "DeviceClass" | "DeviceTaintRule" | "ResourceSlice") => (false, Subdomain),
        ("storagemigration.k8s.io", "StorageVersionMigration") => (false, Subdomain),
        ("internal.apiserver.k8s.io", "StorageVersion") => (false, Subdomain),
        _ => return None,
    })
}
