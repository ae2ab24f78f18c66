//! Validation of the API group `resource.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/resource/validation/validation.go`. `v1beta1` spells requests and devices in an older way; paths follow it.

mod attribute;
mod binding;
mod capacity;
mod claim;
mod class;
mod config;
mod device;
mod list;
mod naming;
mod request;
mod selector;
mod slice;
mod taint;

use crate::api::{Report, meta};
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let old = object.gvk.version.starts_with("v1beta1") || object.gvk.version.starts_with("v1alpha");
    match object.gvk.kind {
        "ResourceClaim" => claim::spec(object.spec(), old, report),
        "ResourceClaimTemplate" => template(object, old, report),
        "DeviceClass" => class::validate(object.root, report),
        "ResourceSlice" => slice::validate(object.root, old, report),
        "DeviceTaintRule" => taint::rule(object.root, report),
        _ => {}
    }
}

/// ValidateResourceClaimTemplate.
fn template<'t>(object: Object<'t>, old: bool, report: &mut Report<'t>) {
    let Some(spec) = object.spec() else { return };
    if let Some(metadata) = spec.get("metadata") {
        meta::template(metadata, report);
    }
    claim::spec(spec.get("spec"), old, report);
}
