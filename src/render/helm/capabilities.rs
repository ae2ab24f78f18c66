//! What the cluster can do, as far as Helm assumes.
//!
//! In: a Kubernetes version and further API versions, from flags. Out: `.Capabilities`.

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

/// The groups and versions that Helm knows of itself.
const API_VERSIONS: &str = "v1
admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1alpha1
apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1
apps/v1 apps/v1beta2 apps/v1beta1
authentication.k8s.io/v1 authentication.k8s.io/v1beta1 authentication.k8s.io/v1alpha1
authorization.k8s.io/v1 authorization.k8s.io/v1beta1
autoscaling/v2 autoscaling/v1 autoscaling/v2beta1 autoscaling/v2beta2
batch/v1 batch/v1beta1
certificates.k8s.io/v1 certificates.k8s.io/v1beta1 certificates.k8s.io/v1alpha1
coordination.k8s.io/v1 coordination.k8s.io/v1beta1 coordination.k8s.io/v1alpha2
discovery.k8s.io/v1 discovery.k8s.io/v1beta1
events.k8s.io/v1 events.k8s.io/v1beta1
extensions/v1beta1
flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2
flowcontrol.apiserver.k8s.io/v1beta3
internal.apiserver.k8s.io/v1alpha1
networking.k8s.io/v1 networking.k8s.io/v1beta1
node.k8s.io/v1 node.k8s.io/v1beta1 node.k8s.io/v1alpha1
policy/v1 policy/v1beta1
rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1
resource.k8s.io/v1 resource.k8s.io/v1beta2 resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3
scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1alpha1
storage.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1alpha1
storagemigration.k8s.io/v1beta1";

/// The groups and versions that `helm template` knows of.
pub fn known() -> impl Iterator<Item = &'static str> {
    API_VERSIONS.split_whitespace()
}

/// What a cluster of a version serves: its groups and versions, and their kinds as Helm lists them, `apps/v1/Deployment`.
/// Nothing where no schemas of the version are bundled.
fn served(kube: &KubeVersion) -> Option<Vec<String>> {
    let version = Bundle::get().version(version::KubeVersion::parse(&kube.normalized)?)?;
    let mut all = BTreeSet::new();
    for kind in version.kinds() {
        let api = match kind.group {
            "" => kind.version.to_owned(),
            group => format!("{group}/{}", kind.version),
        };
        all.insert(format!("{api}/{}", kind.kind));
        all.insert(api);
    }
    Some(all.into_iter().collect())
}

/// `.Capabilities`: of a cluster of that version where it is `served`, else as `helm template` has it.
pub fn value(kube: &KubeVersion, is_served: bool, more: &[String]) -> Value {
    let text = Value::string;
    let own = Some(kube).filter(|_| is_served).and_then(served).unwrap_or_else(|| known().map(str::to_owned).collect());
    let versions = own.iter().chain(more).map(Value::string);
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
