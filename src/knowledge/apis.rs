//! The APIs of Kubernetes itself, as rules ask for them.
//!
//! In: API groups, versions, kinds and resources as written. Out: whether Kubernetes has (or had) them, from the bundled
//! schemas of every supported version.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::{Gvk, Object};
use crate::schema::{self, Bundle, Lifetime};
use crate::version::KubeVersion;

/// Resources that are no kinds: what authorization alone knows.
const VIRTUAL: &[(&str, &str)] = &[
    ("", "users"),
    ("", "groups"),
    ("", "proxy"),
    ("authentication.k8s.io", "userextras"),
    ("authentication.k8s.io", "uids"),
    ("certificates.k8s.io", "signers"),
    ("policy", "podsecuritypolicies"),
    ("authentication.k8s.io", "users"),
    ("authentication.k8s.io", "groups"),
    ("authentication.k8s.io", "serviceaccounts"),
];

#[derive(Default)]
struct Resources {
    groups: FxHashSet<&'static str>,
    known: FxHashSet<(&'static str, &'static str)>,
    homes: FxHashMap<&'static str, &'static str>,
}

fn resources() -> &'static Resources {
    static ALL: OnceLock<Resources> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Resources::default();
        for version in Bundle::get().versions().rev() {
            for kind in version.kinds() {
                all.groups.insert(kind.group);
                all.known.insert((kind.group, kind.plural));
                all.homes.entry(kind.plural).or_insert(kind.group);
            }
        }
        all.known.extend(VIRTUAL);
        all
    })
}

/// Whether it is an API group of Kubernetes itself, in one of the supported versions.
pub fn is_known_group(group: &str) -> bool {
    resources().groups.contains(group)
}

/// Whether the group has (or had) a resource of that plural.
pub fn is_known_resource(group: &str, plural: &str) -> bool {
    resources().known.contains(&(group, plural))
}

/// The group that has a resource of that plural.
pub fn group_of(plural: &str) -> Option<&'static str> {
    resources().homes.get(plural).copied()
}

/// Whether a version of Kubernetes serves the object's kind under another `apiVersion`, and reads the object as it stands.
pub fn reads_as(object: Object<'_>, api_version: &str, version: KubeVersion) -> bool {
    Bundle::get().version(version).is_some_and(|version| schema::reads_as(object, api_version, version))
}

/// The version of what is deprecated and has no date to go.
pub const NEVER: KubeVersion = KubeVersion(u8::MAX);

const fn old(
    api_version: &'static str,
    kind: &'static str,
    deprecated: u8,
    removed: KubeVersion,
    replacement: &'static str,
) -> Lifetime {
    Lifetime { api_version, kind, replacement, deprecated: KubeVersion(deprecated), removed }
}

/// APIs that are deprecated and not yet gone: what the lifecycle of their types says (`k8s.io/api/*/*`), and those that
/// were never on by default, of which the bundle does not speak.
const DEPRECATED: &[Lifetime] = &[
    old("v1", "ComponentStatus", 19, NEVER, "the health endpoints of the components"),
    old("v1", "Endpoints", 33, NEVER, "discovery.k8s.io/v1 EndpointSlice"),
    old("networking.k8s.io/v1beta1", "IPAddress", 34, KubeVersion(37), "networking.k8s.io/v1"),
    old("networking.k8s.io/v1beta1", "ServiceCIDR", 34, KubeVersion(37), "networking.k8s.io/v1"),
    old("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, KubeVersion(35), "storage.k8s.io/v1"),
    old("storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, KubeVersion(37), "storage.k8s.io/v1"),
    old("resource.k8s.io/v1beta1", "DeviceClass", 35, KubeVersion(38), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta1", "ResourceClaim", 35, KubeVersion(38), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta1", "ResourceClaimTemplate", 35, KubeVersion(38), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta1", "ResourceSlice", 35, KubeVersion(38), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta2", "DeviceClass", 36, KubeVersion(39), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta2", "ResourceClaim", 36, KubeVersion(39), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta2", "ResourceClaimTemplate", 36, KubeVersion(39), "resource.k8s.io/v1"),
    old("resource.k8s.io/v1beta2", "ResourceSlice", 36, KubeVersion(39), "resource.k8s.io/v1"),
    old("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", 34, KubeVersion(37), "certificates.k8s.io/v1beta1"),
    old("coordination.k8s.io/v1alpha2", "LeaseCandidate", 35, KubeVersion(38), "coordination.k8s.io/v1beta1"),
];

/// Whether objects of a built-in kind live in no namespace; nothing for kinds that no supported version has.
pub fn is_cluster_scoped(gvk: Gvk<'_>) -> Option<bool> {
    let newest = Bundle::get().version(KubeVersion::NEWEST)?;
    newest.kind(gvk.group, gvk.version, gvk.kind).map(|kind| !kind.namespaced)
}

/// When an API was deprecated and removed, where it was.
pub fn lifetime(api_version: &str, kind: &str) -> Option<&'static Lifetime> {
    let coming = || DEPRECATED.iter().find(|life| life.kind == kind && life.api_version == api_version);
    Bundle::get().lifetime(api_version, kind).or_else(coming)
}
