//! Metadata of objects.
//!
//! In: an object and the rules of its kind. Out: what the server says about `metadata`: names, labels, annotations,
//! owners, finalizers. Mirrors `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and the name functions that
//! `pkg/apis/*/validation` hand to it. Managed fields are not checked: the server replaces them on creation.

mod kinds;
mod owners;

pub use kinds::{KindRules, NameRule, rules};

use std::borrow::Cow;

use super::check::{self, labels, names, text};
use super::errors::quote;
use super::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Kind, Node, Place};

/// ValidateObjectMeta: the metadata of the object a report is about, a custom resource included.
pub fn object_meta<'t>(object: Object<'t>, rules: KindRules, errors: &mut Errors<'t>) {
    let Some(meta) = object.metadata() else {
        if !rules.named_by_server {
            errors.error(ErrorType::Required, Place::missing(object.root, "metadata.name"), NAME_REQUIRED);
        }
        return;
    };
    name(object, meta, rules, errors);
    if let Some(node) = meta.get("namespace").filter(|node| rules.namespaced && !text(*node).is_empty()) {
        check::valid(node, names::dns_label, errors);
    }
    if rules.generation {
        check::number::non_negative(meta, "generation", errors);
    }
    common(meta, errors);
    owners::references(meta, errors);
    owners::finalizers(meta, rules.standard_finalizers, errors);
}

/// The labels and annotations of any metadata, those of pod templates and claim templates included.
pub fn common<'t>(meta: Node<'t>, errors: &mut Errors<'t>) {
    labels::labels_at(meta, "labels", errors);
    if let Some(annotations) = meta.get("annotations") {
        labels::annotations(annotations, errors);
    }
}

/// ValidateTemplateObjectMeta: the metadata of what a template makes may hold labels and annotations, and nothing else.
pub fn template<'t>(meta: Node<'t>, errors: &mut Errors<'t>) {
    common(meta, errors);
    for entry in meta.entries().filter(|entry| !matches!(entry.name, "labels" | "annotations")) {
        let zero = match entry.value.kind() {
            Kind::Null => true,
            Kind::String(text) => text.is_empty(),
            _ => entry.name == "generation" && entry.value.as_i64() == Some(0),
        };
        if !zero {
            let finding = errors.forbidden(entry.value, "only labels and annotations can be set in a template");
            // The server makes the name from that of its struct's field.
            if let Some(path) = finding.path.strip_suffix("uid") {
                finding.path = format!("{path}uID");
            }
        }
    }
}

/// What is checked of the metadata of an object embedded in a custom resource, beside its name and namespace.
pub fn inner<'t>(meta: Node<'t>, errors: &mut Errors<'t>) {
    common(meta, errors);
    owners::references(meta, errors);
    owners::finalizers(meta, false, errors);
}

const NAME_REQUIRED: &str = "`name` or `generateName` is required";

/// The longest part of `generateName` that goes into a name (MaxGeneratedNameLength).
const LONGEST_PREFIX: usize = 58;

/// The name, or the prefix it will be generated from: the server checks both.
fn name<'t>(object: Object<'t>, meta: Node<'t>, rules: KindRules, errors: &mut Errors<'t>) {
    let set = |field: &str| meta.get(field).filter(|node| !text(*node).is_empty());
    let (prefix, rule, version) = (set("generateName"), rules.name, errors.version);
    let checked = prefix.filter(|_| rules.prefix);
    let refused =
        checked.is_some_and(|node| refuse(node, Place::Value(node), rule.prefix(object, text(node), version), errors));
    match (set("name"), prefix) {
        (Some(node), _) => {
            refuse(node, Place::Value(node), rule.name(object, text(node), version), errors);
        }
        // What is wrong with the prefix is wrong with the name made of it.
        (None, Some(_)) if refused => {}
        (None, Some(prefix)) => {
            let outcome = rule.name(object, &generated(text(prefix)), version);
            refuse(prefix, Place::missing(meta, "name"), outcome, errors);
        }
        (None, None) if rules.named_by_server => {}
        (None, None) => {
            errors.error(ErrorType::Required, Place::field(meta, "name"), NAME_REQUIRED);
        }
    }
}

fn refuse<'t>(node: Node<'t>, place: Place<'t>, outcome: Result<(), String>, errors: &mut Errors<'t>) -> bool {
    if let Err(why) = &outcome {
        errors.error(ErrorType::Invalid, place, format!("{}: {why}", quote(text(node))));
    }
    outcome.is_err()
}

/// The name an object will have, written or generated, and where a finding about it belongs.
pub fn final_name<'t>(object: Object<'t>) -> Option<(Cow<'t, str>, Place<'t>)> {
    let meta = object.metadata()?;
    let set = |field: &str| meta.get(field).filter(|node| !text(*node).is_empty());
    match (set("name"), set("generateName")) {
        (Some(node), _) => Some((text(node).into(), Place::Value(node))),
        (None, Some(prefix)) => Some((generated(text(prefix)).into(), Place::missing(meta, "name"))),
        (None, None) => None,
    }
}

/// A name as the server generates it: the prefix, cut, and five letters or digits.
fn generated(prefix: &str) -> String {
    let end = (0..=LONGEST_PREFIX.min(prefix.len())).rev().find(|&at| prefix.is_char_boundary(at)).unwrap_or(0);
    format!("{}xxxxx", &prefix[..end])
}
