//! The APIs of Kubernetes itself, as rules ask for them.
//!
//! In: API groups, versions, kinds and resources as written. Out: whether Kubernetes has (or had) them, from the bundled
//! schemas of every supported version.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::schema::{Bundle, Lifetime};

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

/// When an API was deprecated and removed, where it was.
pub fn lifetime(api_version: &str, kind: &str) -> Option<&'static Lifetime> {
    Bundle::get().lifetime(api_version, kind)
}
