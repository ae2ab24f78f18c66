//! The APIs of Kubernetes itself, as rules ask for them.
//!
//! In: API groups, versions, kinds and resources as written. Out: whether Kubernetes has (or had) them, from the bundled
//! schemas of every supported version.

use std::sync::{LazyLock, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::{Gvk, Object};
use crate::schema::{self, Bundle, Lifetime, packed};
use crate::suggest::closest;
use crate::version::KubeVersion;
use crate::yaml::Node;

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

/// Whether a known add-on has kinds in the group.
pub fn has_custom_kinds(group: &str) -> bool {
    packed::kinds().iter().any(|known| known.group == group)
}

/// Whether a known add-on has a kind of that plural in the group, as English forms it: no table has theirs.
pub fn is_custom_resource(group: &str, plural: &str) -> bool {
    let is_plural = |kind: &str| {
        let one = kind.to_ascii_lowercase();
        let stem = one.strip_suffix('y').unwrap_or(&one);
        plural == format!("{one}s") || plural == format!("{one}es") || plural == format!("{stem}ies") || plural == one
    };
    packed::kinds().iter().any(|known| known.group == group && is_plural(known.kind))
}

/// The group that has a resource of that plural.
pub fn group_of(plural: &str) -> Option<&'static str> {
    resources().homes.get(plural).copied()
}

/// Whether a version of Kubernetes serves the object's kind under another `apiVersion`, and reads the object as it stands.
pub fn reads_as(object: Object<'_>, api_version: &str, version: KubeVersion) -> bool {
    Bundle::get().version(version).is_some_and(|version| schema::reads_as(object, api_version, version))
}

/// Kinds with replicas, by group and the versions in which they are served.
const SCALABLE: &[(&str, &str, &[&str])] = &[
    ("apps", "Deployment", &["v1"]),
    ("apps", "StatefulSet", &["v1"]),
    ("apps", "ReplicaSet", &["v1"]),
    ("", "ReplicationController", &["v1"]),
];

/// Further kinds with pods.
const WITH_PODS: &[(&str, &str, &[&str])] =
    &[("apps", "DaemonSet", &["v1"]), ("batch", "Job", &["v1"]), ("batch", "CronJob", &["v1"]), ("", "Pod", &["v1"])];

/// A target that the API does not have.
pub struct Unknown {
    /// Which field of the reference is wrong: `kind` or `apiVersion`.
    pub field: &'static str,
    /// What it is, and what is wrong with it.
    pub what: String,
}

/// What the target of an autoscaler is called where Kubernetes has no such kind with replicas: `extensions/v1beta1
/// Deployment, …`. Versions count where `exactly` is asked for: else the server's own are tried. Kinds of others' groups may
/// be anything.
pub fn unscalable(target: Node<'_>, kind: &str, exactly: bool) -> Option<Unknown> {
    unknown_target(target, kind, exactly, &[SCALABLE])
}

/// The same of what a VerticalPodAutoscaler sizes.
pub fn unsized_kind(target: Node<'_>, kind: &str) -> Option<Unknown> {
    unknown_target(target, kind, false, &[SCALABLE, WITH_PODS])
}

type Kinds = &'static [(&'static str, &'static str, &'static [&'static str])];

fn unknown_target(target: Node<'_>, kind: &str, exactly: bool, known: &[Kinds]) -> Option<Unknown> {
    let of_version = |what| Unknown { field: "apiVersion", what };
    let written = target.str_at("apiVersion").filter(|text| !text.is_empty());
    let (group, version) = match written {
        Some(text) => text.split_once('/').unwrap_or(("", text)),
        // KEDA's default; for others an absent group is the core group.
        None if exactly => return None,
        None => ("", "v1"),
    };
    if group.contains('.') || group.bytes().chain(kind.bytes()).any(|b| !b.is_ascii_alphanumeric()) {
        return None;
    }
    let kinds = || known.iter().copied().flatten();
    let home = kinds().find(|(_, known, _)| *known == kind);
    match home {
        Some((own, _, versions)) if *own == group => {
            let wrong = exactly && !versions.contains(&version);
            wrong.then(|| {
                of_version(format!(
                    "{group}/{version} {kind}: that version is no longer served; use {own}/{}",
                    versions[0]
                ))
            })
        }
        Some((own, _, versions)) => {
            let shown = written.map_or_else(|| "kind without `apiVersion`".to_owned(), |text| format!("{text} {kind}"));
            let right = if own.is_empty() { versions[0].to_owned() } else { format!("{own}/{}", versions[0]) };
            let group = if written.is_none() { format!("{kind}, a ") } else { String::new() };
            Some(of_version(format!("{group}{shown}: it is {right}")))
        }
        None if is_known_group(group) || group == "extensions" => {
            let meant = closest(kind, kinds().map(|(_, kind, _)| *kind));
            let meant = meant.map_or_else(String::new, |meant| format!(", did you mean `{meant}`?"));
            let shown = written.unwrap_or("the core group");
            let what = format!("`{kind}`: {shown} has no such kind with replicas{meant}");
            Some(Unknown { field: "kind", what })
        }
        None => None,
    }
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
    static BY_KIND: LazyLock<FxHashMap<&'static str, Vec<&'static Lifetime>>> = LazyLock::new(|| {
        let mut by_kind = FxHashMap::<_, Vec<_>>::default();
        let all = Bundle::get().lifetimes().iter().chain(DEPRECATED);
        all.for_each(|life| by_kind.entry(life.kind).or_default().push(life));
        by_kind
    });
    BY_KIND.get(kind)?.iter().copied().find(|life| life.api_version == api_version)
}
