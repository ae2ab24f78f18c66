//! Workloads: objects that make pods.
//!
//! In: an [`Object`]. Out: [`Workload`]: where its pod template, replicas and selector stand, for every built-in kind,
//! for Argo Rollouts, OpenShift DeploymentConfigs and KEDA's ScaledJobs.

use crate::yaml::Node;

use super::{Labels, Object, PodSpec};

/// What makes the pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkloadKind {
    /// A bare Pod.
    Pod,
    /// apps Deployment.
    Deployment,
    /// apps StatefulSet.
    StatefulSet,
    /// apps DaemonSet.
    DaemonSet,
    /// apps ReplicaSet.
    ReplicaSet,
    /// core ReplicationController.
    ReplicationController,
    /// batch Job.
    Job,
    /// batch CronJob.
    CronJob,
    /// argoproj.io Rollout.
    Rollout,
    /// core PodTemplate: a template kept for whoever makes pods from it.
    PodTemplate,
    /// keda.sh ScaledJob, which makes Jobs.
    ScaledJob,
    /// apps.openshift.io DeploymentConfig.
    DeploymentConfig,
}

impl WorkloadKind {
    fn of(object: Object<'_>) -> Option<Self> {
        Some(match (object.gvk.group, object.gvk.kind) {
            ("", "Pod") => Self::Pod,
            ("apps" | "extensions", "Deployment") => Self::Deployment,
            ("apps", "StatefulSet") => Self::StatefulSet,
            ("apps" | "extensions", "DaemonSet") => Self::DaemonSet,
            ("apps" | "extensions", "ReplicaSet") => Self::ReplicaSet,
            ("", "ReplicationController") => Self::ReplicationController,
            ("batch", "Job") => Self::Job,
            ("batch", "CronJob") => Self::CronJob,
            ("argoproj.io", "Rollout") => Self::Rollout,
            ("", "PodTemplate") => Self::PodTemplate,
            ("keda.sh", "ScaledJob") => Self::ScaledJob,
            ("apps.openshift.io", "DeploymentConfig") => Self::DeploymentConfig,
            _ => return None,
        })
    }

    /// Whether its pods are meant to run forever and serve.
    pub fn is_long_running(self) -> bool {
        !matches!(self, Self::Job | Self::CronJob | Self::Pod | Self::PodTemplate | Self::ScaledJob)
    }

    /// Whether it has `spec.replicas`.
    pub fn is_scalable(self) -> bool {
        !matches!(self, Self::Pod | Self::DaemonSet | Self::Job | Self::CronJob | Self::PodTemplate | Self::ScaledJob)
    }
}

/// An object that makes pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload<'t> {
    /// The object.
    pub object: Object<'t>,
    /// What it is.
    pub kind: WorkloadKind,
}

impl<'t> Workload<'t> {
    /// The workload that an object is, if it is one.
    pub fn of(object: Object<'t>) -> Option<Self> {
        WorkloadKind::of(object).map(|kind| Self { object, kind })
    }

    /// The pod template (metadata and spec); for a Pod the object itself.
    pub fn template(self) -> Option<Node<'t>> {
        match self.kind {
            WorkloadKind::Pod => Some(self.object.root),
            WorkloadKind::PodTemplate => self.object.root.get("template"),
            WorkloadKind::ScaledJob => self.object.root.at(&["spec", "jobTargetRef", "template"]),
            WorkloadKind::CronJob => self.object.root.at(&["spec", "jobTemplate", "spec", "template"]),
            _ => self.object.root.at(&["spec", "template"]),
        }
    }

    /// The pod spec of the template.
    pub fn pod_spec(self) -> Option<PodSpec<'t>> {
        let node = self.template()?.get("spec").filter(|node| node.is_mapping())?;
        Some(PodSpec { node, workload: self })
    }

    /// The labels its pods carry.
    pub fn pod_labels(self) -> Labels<'t> {
        Labels(self.template().and_then(|template| template.at(&["metadata", "labels"])))
    }

    /// An annotation its pods carry.
    pub fn pod_annotation(self, key: &str) -> Option<&'t str> {
        self.template()?.at(&["metadata", "annotations"])?.str_at(key)
    }

    /// `spec.replicas`, where it is written.
    pub fn replicas(self) -> Option<Node<'t>> {
        if self.kind.is_scalable() { self.object.spec()?.get("replicas") } else { None }
    }

    /// How many pods it asks for: `spec.replicas`, 1 by default; nothing for kinds without replicas.
    pub fn replica_count(self) -> Option<i64> {
        if !self.kind.is_scalable() {
            return None;
        }
        self.replicas().map_or(Some(1), Node::as_i64)
    }
}
