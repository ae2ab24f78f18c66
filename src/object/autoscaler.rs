//! Autoscalers: objects that own the number of pods of a workload.
//!
//! In: an [`Object`]. Out: [`Autoscaler`]: what it scales and between which bounds, for HorizontalPodAutoscaler in every
//! version and for KEDA's ScaledObject.

use crate::yaml::Node;

use super::Object;

/// An object that sets `replicas` of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Autoscaler<'t> {
    /// The object.
    pub object: Object<'t>,
    /// Its `spec`.
    pub spec: Node<'t>,
    keda: bool,
}

impl<'t> Autoscaler<'t> {
    /// The autoscaler that an object is, if it is one.
    pub fn of(object: Object<'t>) -> Option<Self> {
        let keda = match (object.gvk.group, object.gvk.kind) {
            ("autoscaling", "HorizontalPodAutoscaler") => false,
            ("keda.sh", "ScaledObject") => true,
            _ => return None,
        };
        Some(Self { object, spec: object.spec()?, keda })
    }

    /// Whether it is KEDA's, which makes a HorizontalPodAutoscaler of its own.
    pub fn is_keda(self) -> bool {
        self.keda
    }

    /// `spec.scaleTargetRef`.
    pub fn target(self) -> Option<Node<'t>> {
        self.spec.get("scaleTargetRef").filter(|target| target.is_mapping())
    }

    /// The kind it scales; KEDA's default is Deployment.
    pub fn target_kind(self) -> Option<&'t str> {
        let kind = self.target()?.str_at("kind");
        if self.keda { kind.or(Some("Deployment")) } else { kind }
    }

    /// The name of what it scales.
    pub fn target_name(self) -> Option<&'t str> {
        self.target()?.str_at("name")
    }

    /// The node of the lower bound, where one is written.
    pub fn min_node(self) -> Option<Node<'t>> {
        self.spec.get(if self.keda { "minReplicaCount" } else { "minReplicas" })
    }

    /// The node of the upper bound, where one is written.
    pub fn max_node(self) -> Option<Node<'t>> {
        self.spec.get(if self.keda { "maxReplicaCount" } else { "maxReplicas" })
    }

    /// The lower bound with its default (1; 0 for KEDA); nothing where it is no number.
    pub fn min(self) -> Option<i64> {
        self.min_node().map_or(Some(i64::from(!self.keda)), Node::as_i64)
    }

    /// The upper bound (100 by default for KEDA); nothing where it is no number.
    pub fn max(self) -> Option<i64> {
        match self.max_node() {
            Some(node) => node.as_i64(),
            None => self.keda.then_some(100),
        }
    }
}
