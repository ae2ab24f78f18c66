//! What a Role or ClusterRole grants.
//!
//! In: a role. Out: its rules, and which of a list of powerful permissions they contain.

use crate::object::Object;
use crate::yaml::Node;

/// A permission that deserves attention.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Resources; one of them is enough.
    pub resources: &'static [&'static str],
    /// Verbs; one of them is enough.
    pub verbs: &'static [&'static str],
    /// What it allows, in words that follow `allows`.
    pub what: &'static str,
}

/// A permission found in a role.
#[derive(Debug, Clone, Copy)]
pub struct Found<'t> {
    /// The resource, as it is named in the rule.
    pub node: Node<'t>,
    /// What it allows.
    pub what: &'static str,
}

/// The rules of a role. Roles of the cluster itself (`system:…`) are not anybody's to change.
pub fn rules(role: Object<'_>) -> impl Iterator<Item = Node<'_>> {
    let own = role.name().is_none_or(|name| !name.starts_with("system:"));
    let rules = own.then(|| role.root.get("rules")).flatten();
    rules.into_iter().flat_map(Node::items).filter(|rule| rule.is_mapping())
}

/// The texts in a list of a rule: `apiGroups`, `resources`, `verbs`, `resourceNames`.
pub fn texts<'t>(rule: Node<'t>, field: &str) -> impl Iterator<Item = &'t str> + use<'t> {
    rule.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str)
}

/// Whether a rule is about single objects.
pub fn is_named(rule: Node<'_>) -> bool {
    rule.get("resourceNames").is_some_and(|names| !names.is_empty())
}

/// The listed permissions that a role grants by name. Rules that name single objects grant little and do not count, nor do
/// wildcards, which are reported as such.
pub fn grants<'t>(role: Object<'t>, list: &'static [Grant]) -> Vec<Found<'t>> {
    let mut found = Vec::new();
    for rule in rules(role).filter(|rule| !is_named(*rule)) {
        found.extend(list.iter().filter_map(|grant| granted(rule, grant)));
    }
    found
}

/// The listed permissions that a role grants on one object, by its name in `resourceNames`.
pub fn grants_of<'t>(role: Object<'t>, name: &str, list: &'static [Grant]) -> Vec<Found<'t>> {
    let named = rules(role).filter(|rule| texts(*rule, "resourceNames").any(|item| item == name));
    named.flat_map(|rule| list.iter().filter_map(move |grant| granted(rule, grant))).collect()
}

fn granted<'t>(rule: Node<'t>, grant: &Grant) -> Option<Found<'t>> {
    let group = texts(rule, "apiGroups").any(|group| group == grant.group || group == "*");
    let verb = texts(rule, "verbs").any(|verb| verb == "*" || grant.verbs.contains(&verb));
    let mut resources = rule.get("resources").into_iter().flat_map(Node::items);
    let node = resources.find(|item| item.as_str().is_some_and(|name| grant.resources.contains(&name)))?;
    (group && verb).then_some(Found { node, what: grant.what })
}
