//! Lists of bundled custom resources that are maps.
//!
//! In: a custom resource of a bundled kind. Out: what the server refuses of lists whose items a field tells apart: the packages that
//! the definitions are made from do not say which lists these are.

use rustc_hash::FxHashMap;

use crate::finding::{Category, Finding, Severity};
use crate::object::Object;
use crate::openapi::ErrorType;
use crate::yaml::{Node, Place};

/// Group, kind, the list below `spec`, and the field.
const MAPS: &[(&str, &str, &str, &str)] = &[
    ("gateway.networking.k8s.io", "Gateway", "listeners", "name"),
    ("gateway.networking.k8s.io", "ListenerSet", "listeners", "name"),
    ("gateway.networking.x-k8s.io", "XListenerSet", "listeners", "name"),
    ("monitoring.coreos.com", "PrometheusRule", "groups", "name"),
];

/// What is listed twice.
pub(super) fn check(object: Object<'_>) -> Vec<Finding> {
    let maps = MAPS.iter().filter(|(group, kind, ..)| object.gvk.is(group, kind));
    maps.flat_map(|&(_, _, list, field)| twice(object, list, field)).collect()
}

fn twice(object: Object<'_>, list: &str, field: &str) -> Vec<Finding> {
    let items: Vec<Node<'_>> =
        object.spec().and_then(|spec| spec.get(list)).into_iter().flat_map(Node::items).collect();
    let (mut found, mut seen) = (Vec::new(), FxHashMap::default());
    for (index, item) in items.iter().enumerate() {
        let Some(own) = item.str_at(field) else { continue };
        let times = seen.entry(own).or_insert(0_u32);
        *times += 1;
        // The server tells each name once.
        if *times == 2 {
            let message = format!("`{own}` is listed twice: `{field}` tells the items apart");
            let span = Place::Value(*item).span();
            let mut finding = Finding::new(ErrorType::Duplicate.id(), Category::Api, Severity::Error, message, span);
            finding.path = format!("spec.{list}[{index}]");
            found.push(finding);
        }
    }
    found
}
