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

use crate::api::{Errors, meta};
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let old = object.gvk.version.starts_with("v1beta1") || object.gvk.version.starts_with("v1alpha");
    match object.gvk.kind {
        "ResourceClaim" => claim::spec(object.spec(), old, errors),
        "ResourceClaimTemplate" => template(object, old, errors),
        "DeviceClass" => class::validate(object.root, errors),
        "ResourceSlice" => slice::validate(object.root, old, errors),
        "DeviceTaintRule" => taint::rule(object.root, errors),
        _ => {}
    }
}

/// ValidateResourceClaimTemplate.
fn template<'t>(object: Object<'t>, old: bool, errors: &mut Errors<'t>) {
    let Some(spec) = object.spec() else { return };
    if let Some(metadata) = spec.get("metadata") {
        meta::template(metadata, errors);
    }
    claim::spec(spec.get("spec"), old, errors);
}

#[cfg(test)]
mod tests {
    use crate::api::testing::{violations, violations_in};

    #[test]
    fn selectors_are_compiled() {
        let class = |expression: &str| {
            format!(
                "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {{name: c}}\n\
                 spec: {{selectors: [{{cel: {{expression: {expression:?}}}}}]}}"
            )
        };
        for good in [
            "device.driver == 'gpu.example'",
            "device.attributes['gpu.example'].model == 'x'",
            "device.attributes['gpu.example'].fast",
            "cel.bind(a, device.attributes['gpu.example'], a.x == 1 && a.y)",
            "device.capacity['gpu.example'].memory.isGreaterThan(quantity('1Gi'))",
        ] {
            assert!(violations(&class(good)).is_empty(), "{good}");
        }
        for bad in ["device.nope", "device.driver", "object.x", "device.attributes['a'].b.exists(x, x)", ""] {
            assert_eq!(violations(&class(bad)), ["invalid spec.selectors[0].cel.expression"], "{bad}");
        }
        let multiple = class("device.allowMultipleAllocations");
        assert!(violations(&multiple).is_empty());
        assert_eq!(violations_in(&multiple, 34).len(), 1);
    }

    #[test]
    fn requests_are_exact_or_alternatives() {
        let claim = |version: &str, request: &str| {
            violations(&format!(
                "apiVersion: resource.k8s.io/{version}\nkind: ResourceClaim\nmetadata: {{name: c, namespace: n}}\n\
                 spec: {{devices: {{requests: [{request}]}}}}"
            ))
        };
        assert!(claim("v1", "{name: a, exactly: {deviceClassName: c}}").is_empty());
        assert!(claim("v1beta1", "{name: a, deviceClassName: c}").is_empty());
        assert_eq!(claim("v1", "{name: a}"), ["required spec.devices.requests[0]"]);
        assert_eq!(
            claim("v1", "{name: a, exactly: {deviceClassName: c, allocationMode: All, count: 2}}"),
            ["invalid spec.devices.requests[0].exactly.count"]
        );
    }

    #[test]
    fn shared_capacities_step_from_their_minimum() {
        let slice = |range: &str| {
            violations(&format!(
                "apiVersion: resource.k8s.io/v1\nkind: ResourceSlice\nmetadata: {{name: s}}\nspec:\n  driver: d.example\n  \
                 pool: {{name: p, resourceSliceCount: 1}}\n  allNodes: true\n  devices: [{{name: d, \
                 allowMultipleAllocations: true, capacity: {{mem: {{value: 8Gi, requestPolicy: {{default: 2Gi, \
                 validRange: {range}}}}}}}}}]"
            ))
        };
        let path = "spec.devices[0].capacity[mem].requestPolicy.validRange";
        assert!(slice("{min: 1Gi, max: 4Gi, step: 1Gi}").is_empty());
        assert_eq!(slice("{min: 3Gi}"), [format!("invalid {path}.min")]);
        assert_eq!(slice("{min: 1Gi, step: 3Gi}"), [format!("invalid {path}.step")]);
        assert_eq!(slice("{min: 1Gi, step: 0}"), [format!("invalid {path}.step")]);
        assert_eq!(slice("{}"), [format!("required {path}.min")]);
    }
}
