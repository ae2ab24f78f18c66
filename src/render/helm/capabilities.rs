//! What the cluster can do, as far as Helm assumes.
//!
//! In: a Kubernetes version and further API versions, from flags; whether the APIs are those of a cluster of that version. Out:
//! `.Capabilities`.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::template::object::{Object, ObjectKind};
use super::template::{Data, ListKind, Value};
use crate::schema::Bundle;
use crate::version;

/// The version that Helm 4.2 assumes.
const DEFAULT: [&str; 3] = ["1", "36", "0"];

/// A Kubernetes version: as it is shown, without what stands behind its numbers, its first two numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// With a `v`, as it was given.
    pub version: String,
    /// With a `v`, the numbers alone: what ranges are held against.
    pub normalized: String,
    major: String,
    minor: String,
}

impl Default for KubeVersion {
    fn default() -> Self {
        let version = format!("v{}", DEFAULT.join("."));
        Self { normalized: version.clone(), version, major: DEFAULT[0].to_owned(), minor: DEFAULT[1].to_owned() }
    }
}

impl KubeVersion {
    /// Reads a version as apimachinery's `ParseGeneric` does.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let start = text.trim_start();
        let start = start.strip_prefix('v').unwrap_or(start);
        let len = start.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(start.len());
        let numbers: Vec<&str> = start[..len].trim_end_matches('.').split('.').collect();
        if numbers.len() < 2 || numbers.iter().any(|number| number.is_empty()) {
            return Err(format!("could not parse {text:?} as version"));
        }
        if let Some(number) = numbers.iter().find(|number| number.len() > 1 && number.starts_with('0')) {
            return Err(format!("illegal version string {text:?}: illegal zero-prefixed version component {number:?}"));
        }
        if numbers.iter().any(|number| number.parse::<u32>().is_err()) {
            return Err(format!("illegal version string {text:?}"));
        }
        Ok(Self {
            version: if text.starts_with('v') { text.to_owned() } else { format!("v{text}") },
            normalized: format!("v{}", numbers.join(".")),
            major: numbers[0].to_owned(),
            minor: numbers[1].to_owned(),
        })
    }
}

/// The groups and versions that Helm 4.2 knows of itself: those of its client library (Kubernetes 1.36), in its order.
const API_VERSIONS: &str = "v1
admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1
internal.apiserver.k8s.io/v1alpha1
apps/v1 apps/v1beta1 apps/v1beta2
authentication.k8s.io/v1 authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1
authorization.k8s.io/v1 authorization.k8s.io/v1beta1
autoscaling/v1 autoscaling/v2
batch/v1 batch/v1beta1
certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1
coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 coordination.k8s.io/v1
discovery.k8s.io/v1 discovery.k8s.io/v1beta1
events.k8s.io/v1 events.k8s.io/v1beta1
extensions/v1beta1
flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2
flowcontrol.apiserver.k8s.io/v1beta3
networking.k8s.io/v1 networking.k8s.io/v1beta1
node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1
policy/v1 policy/v1beta1
rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1
resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3
scheduling.k8s.io/v1alpha2 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1
storage.k8s.io/v1beta1 storage.k8s.io/v1 storage.k8s.io/v1alpha1
storagemigration.k8s.io/v1beta1
apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1";

/// The groups and versions that `helm template` knows of.
pub fn known() -> impl Iterator<Item = &'static str> {
    API_VERSIONS.split_whitespace()
}

/// What the discovery of every cluster lists beside the kinds of its own API server.
const AGGREGATED: [(&str, &str); 2] =
    [("apiextensions.k8s.io/v1", "CustomResourceDefinition"), ("apiregistration.k8s.io/v1", "APIService")];

/// The groups, versions and kinds that a cluster of a version serves, as its discovery lists them; nothing where the version
/// is not bundled.
fn discovery(kube: &KubeVersion) -> Option<BTreeSet<String>> {
    let version = version::KubeVersion::parse(&format!("{}.{}", kube.major, kube.minor))?;
    let kinds = Bundle::get().version(version)?.kinds().iter().filter(|kind| kind.served);
    let own = kinds.map(|kind| match kind.group {
        "" => (kind.version.to_owned(), kind.kind),
        group => (format!("{group}/{}", kind.version), kind.kind),
    });
    let all = own.chain(AGGREGATED.map(|(api, kind)| (api.to_owned(), kind)));
    Some(all.flat_map(|(api, kind)| [format!("{api}/{kind}"), api]).collect())
}

/// `.Capabilities`; `of_cluster`: the APIs are those that a cluster serves, in place of those that Helm knows of itself.
pub fn value(kube: &KubeVersion, more: &[String], of_cluster: bool) -> Value {
    let text = Value::string;
    let own: Vec<Value> = match discovery(kube).filter(|_| of_cluster) {
        Some(served) => served.iter().map(Value::string).collect(),
        None => known().map(Value::string).collect(),
    };
    let versions = own.into_iter().chain(more.iter().map(Value::string));
    let kube_version = Object {
        kind: ObjectKind::KubeVersion,
        fields: vec![
            ("Version", text(&kube.version)),
            ("normalizedVersion", text(&kube.normalized)),
            ("Major", text(&kube.major)),
            ("Minor", text(&kube.minor)),
        ],
    };
    let helm_version = Object {
        kind: ObjectKind::HelmVersion,
        fields: vec![
            ("Version", Value::string("v4.2")),
            ("GitCommit", Value::string("")),
            ("GitTreeState", Value::string("")),
            ("GoVersion", Value::string("go1.27")),
            ("KubeClientVersion", Value::string("v1.36")),
        ],
    };
    let fields = vec![
        ("KubeVersion", Data::Object(Rc::new(kube_version)).into()),
        ("APIVersions", Value::list_of(ListKind::Versions, versions.collect())),
        ("HelmVersion", Data::Object(Rc::new(helm_version)).into()),
    ];
    Data::Object(Rc::new(Object { kind: ObjectKind::Capabilities, fields })).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_lists_kinds_beside_groups_and_versions() {
        let served = |version: &str| discovery(&KubeVersion::parse(version).expect("a version"));
        let served = served("1.36.2").expect("a bundled version");
        for api in ["v1", "v1/Pod", "policy/v1", "policy/v1/PodDisruptionBudget", "apiregistration.k8s.io/v1"] {
            assert!(served.contains(api), "{api}");
        }
        for api in ["policy/v1beta1", "extensions/v1beta1", "batch/v1beta1/CronJob"] {
            assert!(!served.contains(api), "{api}");
        }
        assert_eq!(discovery(&KubeVersion::parse("1.3").expect("a version")), None);
    }
}
