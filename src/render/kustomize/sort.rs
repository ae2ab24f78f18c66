//! The order of the objects.
//!
//! In: the objects of a root and its `sortOptions`. Out: the objects in the order of application: by kind, then by group and
//! version, namespace and name, or as they came.

use std::cmp::Ordering;

use super::failure::{BuildResult, at};
use super::resource::{Id, Resource};
use super::settings::SortOptions;

const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Where a kind comes in kustomize's own order.
pub fn rank(kind: &str) -> i32 {
    rank_among(kind, &FIRST, &LAST)
}

fn rank_among<T: AsRef<str>>(kind: &str, first: &[T], last: &[T]) -> i32 {
    let place = |kinds: &[T]| kinds.iter().rposition(|known| known.as_ref() == kind).map(|at| at as i32);
    match (place(last), place(first)) {
        (Some(at), _) => at + 1,
        (None, Some(at)) => at - first.len() as i32,
        (None, None) => 0,
    }
}

/// Sorts the objects.
///
/// # Errors
/// Where the options contradict each other.
pub fn sort(resources: &mut [Resource], options: Option<&SortOptions>) -> BuildResult<()> {
    let order = options.and_then(|options| options.order.as_deref());
    match (options, order) {
        (None, _) => by_kind(resources, &FIRST, &LAST),
        (Some(options), Some("legacy")) => match &options.legacy {
            None => by_kind(resources, &FIRST, &LAST),
            Some((first, last)) => {
                let kinds =
                    |texts: &[super::decode::Text]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
                by_kind(resources, &kinds(first), &kinds(last));
            }
        },
        (Some(options), Some("fifo")) if options.legacy.is_none() => {}
        (Some(options), Some("fifo")) => return at(options.span, "`legacySortOptions` is for the order `legacy`"),
        (Some(options), _) => return at(options.span, "`order` must be `fifo` or `legacy`"),
    }
    Ok(())
}

fn by_kind<T: AsRef<str>>(resources: &mut [Resource], first: &[T], last: &[T]) {
    resources.sort_by_cached_key(|resource| {
        let id = resource.id();
        (rank_among(&id.kind, first, last), Version::new(&id), by_name(&id))
    });
}

/// Group, version and kind, as they are compared.
#[derive(PartialEq, Eq)]
struct Version {
    text: String,
    /// Of two Namespaces of which one is of the core group the greater text comes first.
    namespace: bool,
    core: bool,
}

impl Version {
    fn new(id: &Id) -> Self {
        let text = format!("{}_{}_{}", or(id.group(), "~G"), or(id.version(), "~V"), or(&id.kind, "~K"));
        Self { text, namespace: &*id.kind == "Namespace", core: id.group().is_empty() }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.text.cmp(&other.text);
        let turned = self.namespace && other.namespace && (self.core || other.core);
        if turned { order.reverse() } else { order }
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn or<'t>(text: &'t str, none: &'t str) -> &'t str {
    if text.is_empty() { none } else { text }
}

fn by_name(id: &Id) -> String {
    let (kind, version, group) = (or(&id.kind, "[noKind]"), or(id.version(), "[noVer]"), or(id.group(), "[noGrp]"));
    format!("{kind}.{version}.{group}|{}|{}", or(&id.namespace, "~X"), or(&id.name, "~N"))
}
