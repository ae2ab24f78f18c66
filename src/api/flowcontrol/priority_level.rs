//! PriorityLevelConfiguration.
//!
//! In: an object. Out: violations. Mirrors `ValidatePriorityLevelConfigurationSpec` and what it calls, with the defaults
//! of `SetDefaults_LimitedPriorityLevelConfiguration` and `SetDefaults_QueuingConfiguration`.

use super::fixed;
use super::flow_schema::required_kind;
use crate::api::check::{number, text_at};
use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// Most queues (`priorityLevelConfigurationQueuingMaxQueues`).
const MOST_QUEUES: i64 = 10_000_000;

/// Most bits of a hash that dealing a hand may use (`shufflesharding.MaxHashBits`).
const MOST_BITS: f64 = 60.0;

/// Validates a priority level.
pub(super) fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = object.spec() else {
        errors.error(ErrorType::NotSupported, Place::missing(object.root, "spec.type"), "`type` is required");
        return;
    };
    let kind = text_at(spec, "type");
    if (object.name() == Some("exempt")) != (kind == "Exempt") {
        let message = "`type` must be `Exempt` for the level named `exempt`, and for no other";
        errors.error(ErrorType::Invalid, Place::field(spec, "type"), message);
    }
    required_kind(spec, "type", &["Exempt", "Limited"], errors);
    member(spec, kind, ("Limited", "limited"), true, limited, errors);
    member(spec, kind, ("Exempt", "exempt"), false, |_, _| {}, errors);
    fixed::priority_level(object, errors);
}

/// A field that goes with one value of the type: forbidden beside others, maybe required beside it.
fn member<'t>(
    spec: Node<'t>,
    kind: &str,
    (own, field): (&str, &str),
    needed: bool,
    then: fn(Node<'t>, &mut Errors<'t>),
    errors: &mut Errors<'t>,
) {
    match (spec.get(field), kind == own) {
        (Some(node), true) => then(node, errors),
        (Some(node), false) if matches!(kind, "Exempt" | "Limited") => {
            errors.forbidden(node, &format!("the level's type is `{kind}`"));
        }
        (None, true) if needed => {
            errors.required(spec, field);
        }
        _ => {}
    }
}

/// ValidateLimitedPriorityLevelConfiguration.
fn limited<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    match node.get("limitResponse") {
        Some(response) => limit_response(response, errors),
        None => {
            let place = Place::missing(node, "limitResponse.type");
            errors.error(ErrorType::NotSupported, place, "`limitResponse.type` must be `Queue` or `Reject`");
        }
    }
}

/// ValidateLimitResponse.
fn limit_response<'t>(response: Node<'t>, errors: &mut Errors<'t>) {
    required_kind(response, "type", &["Queue", "Reject"], errors);
    match (text_at(response, "type"), response.get("queuing")) {
        ("Reject", Some(node)) => {
            errors.forbidden(node, "the response's type is `Reject`");
        }
        ("Queue", Some(node)) => queuing(node, errors),
        ("Queue", None) => {
            errors.required(response, "queuing");
        }
        _ => {}
    }
}

/// ValidatePriorityLevelQueuingConfiguration.
fn queuing<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let or_default = |field: &str, default: i64| number::int_at(node, field).filter(|v| *v != 0).unwrap_or(default);
    let mut refuse = |field: &str, why: &str| {
        errors.error(ErrorType::Invalid, Place::field(node, field), format!("`{field}` {why}"));
    };
    let (hand, queues) = (or_default("handSize", 8), or_default("queues", 64));
    if or_default("queueLengthLimit", 50) <= 0 {
        refuse("queueLengthLimit", "must be positive");
    }
    if !(1..=MOST_QUEUES).contains(&queues) {
        refuse("queues", "must be between 1 and 10000000");
    }
    if hand <= 0 {
        refuse("handSize", "must be positive");
    } else if hand > queues {
        refuse("handSize", &format!("must not be greater than `queues` ({queues})"));
    } else if ((queues as f64).log2() * hand as f64).ceil() > MOST_BITS {
        refuse("handSize", &format!("is too large for {queues} queues: dealing a hand takes more than 60 bits"));
    }
}
