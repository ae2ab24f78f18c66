//! Suppression by annotations: `kubevet.io/ignore.<rule-id>: reason` on an object, or on its pod template.
//!
//! In: an object. Out: the rules its annotations name, with their reasons and places.

use crate::finding::Finding;
use crate::object::{Object, Workload, WorkloadKind};
use crate::source::Span;
use crate::yaml::Node;

/// What an annotation's name begins with.
pub const PREFIX: &str = "kubevet.io/ignore.";

/// The same without a rule.
const BARE: &str = "kubevet.io/ignore";

/// Places where somebody meant to suppress something and does not: an annotation that names no rule, and labels.
pub(super) fn misplaced(object: Object<'_>) -> Vec<(Span, &'static str)> {
    let bare = maps(object).flat_map(Node::entries).filter(|entry| entry.name == BARE);
    let bare = bare.map(|entry| {
        (entry.key.span(), "the annotation `kubevet.io/ignore` names no rule: write `kubevet.io/ignore.<rule>: reason`")
    });
    let labels = object.labels().0.into_iter().flat_map(Node::entries);
    let labels = labels.filter(|entry| entry.name == BARE || entry.name.starts_with(PREFIX));
    let of_list = list_annotations(object).flat_map(Node::entries).filter(|entry| entry.name.starts_with(BARE));
    let of_list = of_list.map(|entry| {
        (
            entry.key.span(),
            "an annotation of a List suppresses nothing, for it is on none of its objects: write it on these",
        )
    });
    let bare = bare.chain(of_list);
    bare.chain(labels.map(|entry| (entry.key.span(), "a label suppresses nothing: make it an annotation"))).collect()
}

/// One annotation that suppresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Rule id or category.
    pub rule: String,
    /// The annotation's value.
    pub reason: String,
    /// Its key.
    pub span: Span,
}

/// Whether an object has annotations that suppress.
pub fn speaks(object: Object<'_>) -> bool {
    let has = |map: Node<'_>| map.entries().any(|entry| entry.name.starts_with(BARE));
    maps(object).any(has) || object.labels().0.is_some_and(has) || list_annotations(object).any(has)
}

/// The annotations of the List that an object is the first of.
fn list_annotations<'t>(object: Object<'t>) -> impl Iterator<Item = Node<'t>> {
    let items = object.root.parent().filter(|items| items.is_sequence());
    let is_first = |items: &Node<'t>| items.items().next().is_some_and(|first| first.span() == object.root.span());
    let list = items.filter(is_first).and_then(Node::parent);
    list.and_then(|list| list.get("metadata")?.get("annotations")).into_iter()
}

/// The annotations of an object, and of its pods.
fn maps<'t>(object: Object<'t>) -> impl Iterator<Item = Node<'t>> {
    let of_pods =
        Workload::of(object).filter(|workload| workload.kind != WorkloadKind::Pod).and_then(Workload::template);
    object.annotations().into_iter().chain(of_pods.and_then(|template| template.at(&["metadata", "annotations"])))
}

/// Whether an annotation of an object suppresses a finding about it.
pub fn covers(object: Object<'_>, finding: &Finding) -> bool {
    speaks(object)
        && annotations(object)
            .iter()
            .any(|found| found.rule == finding.rule.as_str() || found.rule == finding.category.as_str())
}

/// The annotations of an object that suppress.
pub fn annotations(object: Object<'_>) -> Vec<Annotation> {
    let found = maps(object).flat_map(Node::entries).filter_map(|entry| {
        let rule = entry.name.strip_prefix(PREFIX)?.to_owned();
        Some(Annotation { rule, reason: entry.value.as_str().unwrap_or("").to_owned(), span: entry.key.span() })
    });
    found.collect()
}
