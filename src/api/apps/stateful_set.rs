//! StatefulSets.
//!
//! In: the object. Out: what ValidateStatefulSetSpec finds.

use std::collections::HashSet;

use super::template;
use crate::api::check::{names, text, text_at};
use crate::api::core::claim::claim_spec;
use crate::api::core::pod::{self, Owner};
use crate::api::field::Field;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// ValidateStatefulSet.
pub fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = template::required_spec(root, errors) else { return };
    pod_management(spec, errors);
    if let Some(strategy) = spec.get("updateStrategy") {
        update_strategy(strategy, errors);
    }
    template::selector(spec, errors);
    // Before 1.34 neither the claims nor the pods were checked here.
    if errors.since(34) {
        let owner = Owner { claims: claims(spec, errors), names_pods: true, ..Owner::default() };
        template::running(spec, &owner, errors);
    } else if let Some(template) = spec.get("template") {
        pod::template_labels(template, errors);
        template::runs_for_ever(spec, |policy| policy != "Always", errors);
    }
}

fn pod_management<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let policy = spec.get("podManagementPolicy");
    if let Some(node) = policy.filter(|node| !matches!(text(*node), "" | "OrderedReady" | "Parallel")) {
        errors.invalid(node, "must be `OrderedReady` or `Parallel`");
    }
}

/// The update strategy. `maxUnavailable` is not checked: it is dropped while MaxUnavailableStatefulSet is off.
fn update_strategy<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let rolling = node.get("rollingUpdate");
    match (text_at(node, "type"), rolling) {
        ("OnDelete", Some(rolling)) => {
            let message = "only allowed for the update strategy `RollingUpdate`";
            errors.error(ErrorType::Invalid, Place::Key(rolling), message);
        }
        ("" | "RollingUpdate" | "OnDelete", _) => {}
        (other, _) => {
            let path = node.path_from(Some(errors.root));
            let message = format!("`{other}`: must be `RollingUpdate` or `OnDelete`");
            errors.error_at_path(ErrorType::Invalid, Place::field(node, "type"), path, message);
        }
    }
}

/// The claim templates, and their names, each once: pods get a volume of that name (volumesToAddForTemplates).
fn claims<'t>(spec: Node<'t>, errors: &mut Errors<'t>) -> Vec<&'t str> {
    let (mut claims, mut seen) = (Vec::new(), HashSet::new());
    for claim in spec.get("volumeClaimTemplates").into_iter().flat_map(Node::items) {
        claim_spec(Field::of(claim).child("spec"), false, errors);
        let name = claim.at(&["metadata", "name"]);
        let text = name.map_or("", text);
        if !seen.insert(text) {
            continue;
        }
        let outcome = if text.is_empty() { Err("must not be empty") } else { names::dns_label(text) };
        if let Err(why) = outcome {
            let place = name.map_or(Place::Value(claim), Place::Value);
            volume_name(claims.len(), place, text, why, errors);
        }
        claims.push(text);
    }
    claims
}

/// The server puts the claims' volumes in random order; here they have the order in which they are written.
fn volume_name<'t>(index: usize, place: Place<'t>, name: &str, why: &str, errors: &mut Errors<'t>) {
    let kind = if name.is_empty() { ErrorType::Required } else { ErrorType::Invalid };
    let volume = format!("spec.template.spec.volumes[{index}]");
    let message = format!("the claim becomes a volume named {}: {why}", crate::api::errors::quote(name));
    if name.is_empty() {
        let path = format!("{volume}.persistentVolumeClaim.claimName");
        errors.error_at_path(kind, place.clone(), path, message.clone());
    }
    errors.error_at_path(kind, place, format!("{volume}.name"), message);
}
