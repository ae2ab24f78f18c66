//! Requests, limits and claims of containers.
//!
//! In: a `ResourceRequirements`, or a pod's `overhead`. Out: findings on names, amounts and their relations. Mirrors
//! `validateResourceRequirements`, `validateContainerResourceName` and `validateResourceClaimNames`.

use std::collections::HashSet;

use super::Pod;
use super::fields::{items, path_of};
use crate::api::check::{Check, names, text_at, valid_if_set};
use crate::api::core::resource_name::{container_resource_name, is_extended, is_huge_page, is_overcommit_allowed};
use crate::api::errors::{ErrorType, Errors, quote, show};
use crate::object::Quantity;
use crate::yaml::{Entry, Node, Place};

const HUGE_PAGES: &str = "hugepages-";

/// The resources of a container.
pub fn container<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    let Some(resources) = container.get("resources") else { return };
    let lists = Lists { holder: resources, limits: resources.get("limits"), requests: resources.get("requests") };
    requirements(&lists, container_resource_name, errors);
    claims(pod, resources, errors);
}

/// `PodSpec.overhead`, which the server checks as limits: so it names `overhead.limits[cpu]`.
pub fn overhead<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(overhead) = pod.spec.get("overhead") else { return };
    requirements(&Lists { holder: overhead, limits: Some(overhead), requests: None }, container_resource_name, errors);
}

/// Limits and requests that belong together.
pub struct Lists<'t> {
    /// What an error about both is reported at.
    pub holder: Node<'t>,
    /// `limits`.
    pub limits: Option<Node<'t>>,
    /// `requests`.
    pub requests: Option<Node<'t>>,
}

impl<'t> Lists<'t> {
    fn names(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        [self.limits, self.requests].into_iter().flatten().flat_map(Node::entries).map(|entry| entry.name)
    }

    fn entry_path(&self, entry: Entry<'t>, errors: &Errors<'t>) -> String {
        match self.limits {
            Some(limits) if limits == self.holder => format!("{}.limits[{}]", path_of(limits, errors), entry.name),
            _ => path_of(entry.value, errors),
        }
    }
}

/// Names, amounts, and requests against limits.
pub fn requirements<'t>(lists: &Lists<'t>, rule: fn(&str) -> Check, errors: &mut Errors<'t>) {
    for entry in lists.limits.into_iter().flat_map(Node::entries) {
        amount(lists, entry, rule, errors);
    }
    for entry in lists.requests.into_iter().flat_map(Node::entries) {
        amount(lists, entry, rule, errors);
        against_limit(lists, entry, errors);
    }
    let huge = lists.names().any(is_huge_page);
    if huge && !lists.names().any(|name| matches!(name, "cpu" | "memory")) {
        let message = "huge pages also need a request or limit for cpu or memory";
        errors.error(ErrorType::Forbidden, lists.holder, message);
    }
}

fn amount<'t>(lists: &Lists<'t>, entry: Entry<'t>, rule: fn(&str) -> Check, errors: &mut Errors<'t>) {
    let mut complain = |place: Place<'t>, message: String| {
        let at = lists.entry_path(entry, errors);
        errors.error_at_path(ErrorType::Invalid, place, at, message);
    };
    if let Err(why) = rule(entry.name) {
        complain(Place::key(entry), format!("{}: {why}", quote(entry.name)));
    }
    let Some(quantity) = quantity(entry.value) else { return };
    if quantity.is_negative() {
        complain(entry.value.into(), format!("{}: must not be negative", show(entry.value)));
    }
    if is_extended(entry.name) && quantity.milli_value() % 1000 != 0 {
        complain(entry.value.into(), format!("{}: must be a whole number", show(entry.value)));
    }
    if let Some(size) = entry.name.strip_prefix(HUGE_PAGES)
        && !is_multiple(quantity, size)
    {
        let why = format!("{}: must be a multiple of the page size {}", show(entry.value), quote(size));
        complain(entry.value.into(), why);
    }
}

/// The amount after defaults: null is nothing, and what is finer than a thousandth is rounded up
/// (`SetDefaults_ResourceList`).
pub fn quantity(node: Node<'_>) -> Option<Quantity> {
    if node.is_null() {
        return Some(Quantity::ZERO);
    }
    let quantity = Quantity::of(node)?;
    Some(if quantity.is_whole_millis() { quantity } else { Quantity::millis(quantity.milli_value()) })
}

fn against_limit<'t>(lists: &Lists<'t>, entry: Entry<'t>, errors: &mut Errors<'t>) {
    let limit = lists.limits.and_then(|limits| limits.get_entry(entry.name)).map(|limit| limit.value);
    let overcommit = is_overcommit_allowed(entry.name);
    let Some(limit) = limit else {
        if !overcommit {
            let message = format!("{} needs a limit, equal to its request", quote(entry.name));
            errors.error(ErrorType::Required, Place::field(lists.holder, "limits"), message);
        }
        return;
    };
    let (Some(request), Some(most)) = (quantity(entry.value), quantity(limit)) else { return };
    let why = match request.cmp(&most) {
        std::cmp::Ordering::Equal => return,
        _ if !overcommit => "must be equal to",
        std::cmp::Ordering::Greater => "must be less than or equal to",
        std::cmp::Ordering::Less => return,
    };
    // The server reports on the list of requests, not on the entry.
    let at = lists.requests.map(|requests| path_of(requests, errors)).unwrap_or_default();
    let message = format!("{}: {why} the {} limit of {}", show(entry.value), entry.name, show(limit));
    errors
        .error_at_path(ErrorType::Invalid, entry.value, at, message)
        .related
        .push(crate::finding::Label { span: limit.span(), message: "the limit".to_owned() });
}

/// `IsHugePageResourceValueDivisible`.
fn is_multiple(quantity: Quantity, page_size: &str) -> bool {
    let Ok(size) = Quantity::parse(page_size) else { return false };
    size > Quantity::ZERO && size.is_whole() && quantity.value().checked_rem(size.value()) == Some(0)
}

/// `validateResourceClaimNames`: the claims of the pod that the container uses.
pub fn claims<'t>(pod: &Pod<'t>, resources: Node<'t>, errors: &mut Errors<'t>) {
    let (mut seen, mut names) = (HashSet::new(), HashSet::new());
    // Before 1.34 the field is dropped (DynamicResourceAllocation).
    if !errors.since(34) {
        return;
    }
    for claim in items(resources, "claims") {
        let (name, request) = (text_at(claim, "name"), text_at(claim, "request"));
        if name.is_empty() {
            errors.error(ErrorType::Required, claim, "the claim's `name` is required");
            continue;
        }
        valid_request(claim, &seen, errors);
        let whole = seen.contains(&(name, ""));
        if whole || seen.contains(&(name, request)) || request.is_empty() && names.contains(name) {
            errors.error(ErrorType::Duplicate, claim, format!("claim {} is used twice here", quote(name)));
        }
        if !whole {
            seen.insert((name, request));
            names.insert(name);
        }
        if !pod.claims.contains(name) {
            let message = format!("{} is not one of the pod's `resourceClaims`", quote(name));
            errors.error(ErrorType::NotFound, claim, message);
        }
    }
}

/// The request within the claim is a DNS label; the server does not look once the whole claim was named.
fn valid_request<'t>(claim: Node<'t>, seen: &HashSet<(&str, &str)>, errors: &mut Errors<'t>) {
    if !seen.contains(&(text_at(claim, "name"), "")) {
        valid_if_set(claim, "request", names::dns_label, errors);
    }
}
