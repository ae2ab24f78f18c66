//! PriorityLevelConfiguration.
//!
//! In: an object. Out: violations. Mirrors `ValidatePriorityLevelConfigurationSpec` and what it calls, with the defaults
//! of `SetDefaults_LimitedPriorityLevelConfiguration` and `SetDefaults_QueuingConfiguration`.

use super::fixed;
use super::flow_schema::required_kind;
use crate::api::check::{number, text_at};
use crate::api::{ErrorType, Report};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// Most queues (`priorityLevelConfigurationQueuingMaxQueues`).
const MOST_QUEUES: i64 = 10_000_000;

/// Most bits of a hash that dealing a hand may use (`shufflesharding.MaxHashBits`).
const MOST_BITS: f64 = 60.0;

/// Judges a priority level.
pub(super) fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let Some(spec) = object.spec() else {
        report.error(ErrorType::NotSupported, Place::missing(object.root, "spec.type"), "`type` is required");
        return;
    };
    let kind = text_at(spec, "type");
    if (object.name() == Some("exempt")) != (kind == "Exempt") {
        let message = "`type` must be `Exempt` for the level named `exempt`, and for no other";
        report.error(ErrorType::Invalid, Place::field(spec, "type"), message);
    }
    required_kind(spec, "type", &["Exempt", "Limited"], report);
    member(spec, kind, ("Limited", "limited"), true, limited, report);
    member(spec, kind, ("Exempt", "exempt"), false, |_, _| {}, report);
    fixed::priority_level(object, report);
}

/// A field that goes with one value of the type: forbidden beside others, maybe required beside it.
fn member<'t>(
    spec: Node<'t>,
    kind: &str,
    (own, field): (&str, &str),
    needed: bool,
    then: fn(Node<'t>, &mut Report<'t>),
    report: &mut Report<'t>,
) {
    match (spec.get(field), kind == own) {
        (Some(node), true) => then(node, report),
        (Some(node), false) if matches!(kind, "Exempt" | "Limited") => {
            report.forbidden(node, &format!("the level's type is `{kind}`"));
        }
        (None, true) if needed => {
            report.required(spec, field);
        }
        _ => {}
    }
}

/// ValidateLimitedPriorityLevelConfiguration.
fn limited<'t>(node: Node<'t>, report: &mut Report<'t>) {
    match node.get("limitResponse") {
        Some(response) => limit_response(response, report),
        None => {
            let place = Place::missing(node, "limitResponse.type");
            report.error(ErrorType::NotSupported, place, "`limitResponse.type` must be `Queue` or `Reject`");
        }
    }
}

/// ValidateLimitResponse.
fn limit_response<'t>(response: Node<'t>, report: &mut Report<'t>) {
    required_kind(response, "type", &["Queue", "Reject"], report);
    match (text_at(response, "type"), response.get("queuing")) {
        ("Reject", Some(node)) => {
            report.forbidden(node, "the response's type is `Reject`");
        }
        ("Queue", Some(node)) => queuing(node, report),
        ("Queue", None) => {
            report.required(response, "queuing");
        }
        _ => {}
    }
}

/// ValidatePriorityLevelQueuingConfiguration.
fn queuing<'t>(node: Node<'t>, report: &mut Report<'t>) {
    let or_default = |field: &str, default: i64| number::int_at(node, field).filter(|v| *v != 0).unwrap_or(default);
    let mut refuse = |field: &str, why: &str| {
        report.error(ErrorType::Invalid, Place::field(node, field), format!("`{field}` {why}"));
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
