//! Node.
//!
//! In: a decoded node. Out: findings. Mirrors `ValidateNode` of `pkg/apis/core/validation`.

use std::collections::HashSet;

use crate::api::check::{ip, names};
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

use super::quantity::quantity;
use super::resource_name::is_integer_resource;

/// `ValidateNode`.
pub fn node<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    taints(root.at(&["spec", "taints"]), errors);
    for map in ["capacity", "allocatable"] {
        amounts(root.child("status").child(map), map, errors);
    }
    swap(root.at(&["status", "nodeInfo", "swap", "capacity"]), errors);
    if errors.since(36) {
        declared_features(root.at(&["status", "declaredFeatures"]), errors);
    }
    pod_blocks(root.child("spec"), errors);
}

/// `validateNodeTaints`, which the server reports as if taints were metadata.
fn taints<'t>(taints: Field<'t>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for (index, taint) in taints.items().enumerate() {
        let path = format!("metadata.taints[{index}]");
        let (key, value, effect) = (taint.child("key"), taint.child("value"), taint.child("effect"));
        at(key, format!("{path}.key"), names::qualified(key.text()), errors);
        at(value, format!("{path}.value"), names::label_value(value.text()), errors);
        taint_effect(effect, format!("{path}.effect"), errors);
        if !seen.insert((key.text(), effect.text())) {
            let message = format!("the taint `{}` with the effect `{}` is listed twice", key.text(), effect.text());
            errors.error_at_path(ErrorType::Duplicate, taint, path, message);
        }
    }
}

fn at<'t>(field: Field<'t>, path: String, outcome: Result<(), &str>, errors: &mut Errors<'t>) {
    if let Err(why) = outcome {
        errors.error_at_path(ErrorType::Invalid, field, path, format!("`{}`: {why}", field.text()));
    }
}

/// `validateTaintEffect`.
fn taint_effect<'t>(effect: Field<'t>, path: String, errors: &mut Errors<'t>) {
    match effect.text() {
        "NoSchedule" | "PreferNoSchedule" | "NoExecute" => {}
        "" => {
            errors.error_at_path(ErrorType::Required, effect, path, "`effect` is required");
        }
        other => {
            let message =
                format!("`{other}` is not a valid effect: use `NoSchedule`, `PreferNoSchedule` or `NoExecute`");
            errors.error_at_path(ErrorType::NotSupported, effect, path, message);
        }
    }
}

/// `ValidateNodeResources`, whose paths have dots where brackets would be expected.
fn amounts<'t>(map: Field<'t>, name: &str, errors: &mut Errors<'t>) {
    for (resource, amount) in map.entries() {
        let path = format!("status.{name}.{resource}");
        let Some(quantity) = quantity(amount) else { continue };
        if quantity.is_negative() {
            let message = format!("the amount of `{resource}` must not be negative");
            errors.error_at_path(ErrorType::Invalid, amount, path, message);
        } else if is_integer_resource(resource) && quantity.milli_value() % 1000 != 0 {
            let message = format!("the amount of `{resource}` must be an integer");
            errors.error_at_path(ErrorType::Invalid, amount, path, message);
        }
    }
}

/// `validateNodeSwapStatus`, reported as if it were metadata.
fn swap<'t>(capacity: Field<'t>, errors: &mut Errors<'t>) {
    if capacity.int().is_some_and(|bytes| bytes <= 0) {
        let message = "the capacity of swap must be greater than 0";
        errors.error_at_path(ErrorType::Invalid, capacity, "metadata.nodeSwapStatus.capacity", message);
    }
}

/// `validateNodeDeclaredFeatures`: sorted, each once, in camel case with slashes.
fn declared_features<'t>(features: Field<'t>, errors: &mut Errors<'t>) {
    let mut before: Option<&str> = None;
    for feature in features.items() {
        if !is_feature_name(feature.text()) {
            feature.invalid(errors, "must be the name of a feature, such as `MyFeature` or `MyFeature/mySubFeature`");
        }
        match before.map(|before| before.cmp(feature.text())) {
            Some(std::cmp::Ordering::Equal) => feature.duplicate(errors),
            Some(std::cmp::Ordering::Greater) => feature.invalid(errors, "the list must be sorted"),
            _ => {}
        }
        before = Some(feature.text());
    }
}

/// `nodeDeclaredFeatureRegexp`, and at most 253 characters.
fn is_feature_name(name: &str) -> bool {
    let segment = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric()) && part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
    };
    name.len() <= 253 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.split('/').all(segment)
}

/// The blocks the node's pods have addresses from: `podCIDR` is the first of `podCIDRs`, and overrules them where it
/// differs (`Convert_v1_NodeSpec_To_core_NodeSpec`).
fn pod_blocks<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let (single, list) = (spec.child("podCIDR"), spec.child("podCIDRs"));
    let mut blocks: Vec<_> = list.items().collect();
    if !single.text().is_empty() && blocks.first().is_none_or(|first| first.text() != single.text()) {
        blocks = vec![single];
    }
    let strict = errors.since(36);
    for (index, block) in blocks.iter().enumerate() {
        let outcome = ip::legacy_cidr(block.text(), strict).map(drop);
        at(*block, format!("spec.podCIDRs[{index}]"), outcome, errors);
    }
    if blocks.len() > 1 {
        one_block_each(list, &blocks, errors);
    }
}

fn one_block_each<'t>(list: Field<'t>, blocks: &[Field<'t>], errors: &mut Errors<'t>) {
    let families: Vec<_> =
        blocks.iter().filter_map(|block| ip::parse_cidr(block.text())).map(|block| block.address.is_ipv4()).collect();
    let dual = families.contains(&true) && families.contains(&false);
    if families.len() < blocks.len() || !dual || blocks.len() > 2 {
        list.invalid(errors, "may have at most one block of each IP family");
    }
}

#[cfg(test)]
mod tests {
    use super::is_feature_name;

    #[test]
    fn names_of_features() {
        assert!(is_feature_name("MyFeature") && is_feature_name("My/sub2/Sub"));
        for bad in ["", "my", "My/", "My//a", "My-a", "My/2"] {
            assert!(!is_feature_name(bad), "{bad}");
        }
    }
}
