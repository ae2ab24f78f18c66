//! The order in which a synchronisation applies objects.
//!
//! In: the objects of an Application. Out: the same, by phase, wave, kind and name, as `syncTasks.Less` compares them. What no
//! synchronisation applies comes last.

use crate::gitops::argocd::sync::{Slot, slot_by};
use crate::render::value::Value;
use crate::render::world::meta_text;

/// Kinds that come before all others.
const FIRST: [&str; 35] = [
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// Sorts the objects.
pub fn sort(objects: &mut [Value]) {
    objects.sort_by_cached_key(|object| {
        let annotations = object.at(&["metadata", "annotations"]);
        let slot: Option<Slot> = slot_by(|key| annotations.and_then(|map| map.str_at(key)));
        let kind = object.str_at("kind").unwrap_or_default();
        let place = FIRST.iter().position(|first| *first == kind).unwrap_or(FIRST.len());
        (slot.is_none(), slot, place, meta_text(object, "name").unwrap_or_default().to_owned())
    });
}
