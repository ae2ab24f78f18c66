//! Parts of custom resources that are of a built-in type.
//!
//! In: a custom resource whose definition is not at hand, or leaves these parts open. Out: what the server refuses of its pod
//! templates and the like, which the kind's own definition spells out field by field.

use crate::finding::Finding;
use crate::object::Object;
use crate::yaml::Node;

use super::bundle::Version;
use super::decode::decode_part;

const POD: &str = "io.k8s.api.core.v1.PodTemplateSpec";
const JOB: &str = "io.k8s.api.batch.v1.JobSpec";
const JOB_TEMPLATE: &str = "io.k8s.api.batch.v1.JobTemplateSpec";
const CONTAINER: &str = "io.k8s.api.core.v1.Container";

/// Group, kind, path (`*` stands for any key, `[]` for the items of a list) and the type of what is there.
const PARTS: &[(&str, &str, &str, &str)] = &[
    ("argoproj.io", "Rollout", "spec template", POD),
    ("argoproj.io", "Experiment", "spec templates [] template", POD),
    ("argoproj.io", "AnalysisTemplate", "spec metrics [] provider job spec", JOB),
    ("argoproj.io", "ClusterAnalysisTemplate", "spec metrics [] provider job spec", JOB),
    ("argoproj.io", "AnalysisRun", "spec metrics [] provider job spec", JOB),
    ("apps.openshift.io", "DeploymentConfig", "spec template", POD),
    ("jobset.x-k8s.io", "JobSet", "spec replicatedJobs [] template", JOB_TEMPLATE),
    ("keda.sh", "ScaledJob", "spec jobTargetRef", JOB),
    ("kubeflow.org", "MPIJob", "spec mpiReplicaSpecs * template", POD),
    ("kubeflow.org", "PyTorchJob", "spec pytorchReplicaSpecs * template", POD),
    ("kubeflow.org", "TFJob", "spec tfReplicaSpecs * template", POD),
    ("kubeflow.org", "XGBoostJob", "spec xgbReplicaSpecs * template", POD),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet", "spec leaderWorkerTemplate leaderTemplate", POD),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet", "spec leaderWorkerTemplate workerTemplate", POD),
    ("monitoring.coreos.com", "Alertmanager", "spec containers []", CONTAINER),
    ("monitoring.coreos.com", "Alertmanager", "spec initContainers []", CONTAINER),
    ("monitoring.coreos.com", "Prometheus", "spec containers []", CONTAINER),
    ("monitoring.coreos.com", "Prometheus", "spec initContainers []", CONTAINER),
    ("monitoring.coreos.com", "PrometheusAgent", "spec containers []", CONTAINER),
    ("monitoring.coreos.com", "PrometheusAgent", "spec initContainers []", CONTAINER),
    ("monitoring.coreos.com", "ThanosRuler", "spec containers []", CONTAINER),
    ("monitoring.coreos.com", "ThanosRuler", "spec initContainers []", CONTAINER),
    ("ray.io", "RayCluster", "spec headGroupSpec template", POD),
    ("ray.io", "RayCluster", "spec workerGroupSpecs [] template", POD),
    ("ray.io", "RayJob", "spec rayClusterSpec headGroupSpec template", POD),
    ("ray.io", "RayJob", "spec rayClusterSpec workerGroupSpecs [] template", POD),
    ("ray.io", "RayJob", "spec submitterPodTemplate", POD),
    ("ray.io", "RayService", "spec rayClusterConfig headGroupSpec template", POD),
    ("ray.io", "RayService", "spec rayClusterConfig workerGroupSpecs [] template", POD),
];

/// What the server refuses of the parts of an object.
pub(super) fn check(object: Object<'_>, version: &'static Version) -> Vec<Finding> {
    let parts = PARTS.iter().filter(|(group, kind, ..)| object.gvk.is(group, kind));
    let of = |&(_, _, path, name): &(&str, &str, &'static str, &str)| {
        let nodes = at(object.root, path);
        nodes.into_iter().flat_map(|node| decode_part(object.root, node, name, version)).collect::<Vec<_>>()
    };
    parts.flat_map(of).collect()
}

/// The nodes at a path.
fn at<'t>(root: Node<'t>, path: &str) -> Vec<Node<'t>> {
    path.split(' ').fold(vec![root], |nodes, step| {
        let next = |node: Node<'t>| match step {
            "[]" => node.items().collect::<Vec<_>>(),
            "*" => node.entries().map(|entry| entry.value).collect(),
            field => node.get(field).into_iter().collect(),
        };
        nodes.into_iter().flat_map(next).collect()
    })
}
