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

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "ConfigMap" => config_map::config_map(object, errors),
        "Endpoints" => endpoints::endpoints(object, errors),
        "Event" => event::event(object, errors),
        "LimitRange" => limit_range::limit_range(object, errors),
        "Namespace" => namespace::namespace(object, errors),
        "Node" => node::node(object, errors),
        "PersistentVolume" => persistent_volume::persistent_volume(object, errors),
        "PersistentVolumeClaim" => claim::claim(object, errors),
        "Pod" => pod::validate(object, errors),
        "PodTemplate" => replication_controller::pod_template(object.root, errors),
        "ReplicationController" => replication_controller::validate(object.root, errors),
        "ResourceQuota" => resource_quota::resource_quota(object, errors),
        "Secret" => secret::secret(object, errors),
        "Service" => service::service(object, errors),
        _ => {}
    }
}
