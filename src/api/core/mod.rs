//! Validation of the core API group.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

pub mod claim;
mod config_map;
pub mod endpoint_ip;
mod endpoints;
pub mod event;
mod limit_range;
mod namespace;
mod node;
pub mod node_selector;
pub mod persistent_volume;
pub mod pod;
pub mod port;
pub mod quantity;
mod replication_controller;
pub mod resource_name;
mod resource_quota;
mod secret;
mod service;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "ConfigMap" => config_map::config_map(object, report),
        "Endpoints" => endpoints::endpoints(object, report),
        "Event" => event::event(object, report),
        "LimitRange" => limit_range::limit_range(object, report),
        "Namespace" => namespace::namespace(object, report),
        "Node" => node::node(object, report),
        "PersistentVolume" => persistent_volume::persistent_volume(object, report),
        "PersistentVolumeClaim" => claim::claim(object, report),
        "Pod" => pod::validate(object, report),
        "PodTemplate" => replication_controller::pod_template(object.root, report),
        "ReplicationController" => replication_controller::validate(object.root, report),
        "ResourceQuota" => resource_quota::resource_quota(object, report),
        "Secret" => secret::secret(object, report),
        "Service" => service::service(object, report),
        _ => {}
    }
}
