//! One rule against one object.
//!
//! In: a mapping and a [`Constraint`] on one of its fields. Out: a violation, with the error type that the server's generated
//! validation (`k8s.io/apimachinery/pkg/api/validate`) gives.

use std::collections::BTreeSet;

use super::table::{Constraint, Op, StringForm};
use crate::api::check::{self, Check, ip, names, number, text};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Entry, Node, Place};

/// Holds the rule against the field of `parent`.
pub fn rule<'t>(parent: Node<'t>, rule: &Constraint, errors: &mut Errors<'t>) {
    if rule.field.is_empty() {
        whole(parent, &rule.op, errors);
        return;
    }
    let (holder, field) = match rule.field.rsplit_once('.') {
        Some((path, field)) => (path.split('.').try_fold(parent, |node, key| node.get(key)), field),
        None => (Some(parent), rule.field),
    };
    let Some(holder) = holder else {
        // What lies below something absent is as absent as it can be.
        if rule.op == Op::Required {
            errors.error(ErrorType::Required, Place::missing(parent, rule.field), format!("`{field}` is required"));
        }
        return;
    };
    let keeps_empty = rule.pointer || rule.op == Op::NonEmpty;
    let value = holder.get(field).filter(|node| keeps_empty || node.as_str() != Some(""));
    match (value, &rule.op) {
        (None, Op::Required) => drop(errors.required(holder, field)),
        (Some(node), Op::Required) if node.is_sequence() && node.is_empty() => drop(errors.required(holder, field)),
        (None, _) => {}
        (Some(node), _) if rule.each_key => node.entries().for_each(|entry| key(entry, &rule.op, errors)),
        (Some(node), _) if rule.each_value => {
            node.items().for_each(|item| one(item, &rule.op, errors));
            node.entries().for_each(|entry| one(entry.value, &rule.op, errors));
        }
        (Some(node), _) => one(node, &rule.op, errors),
    }
}

/// A rule on a value that is there.
fn one<'t>(node: Node<'t>, op: &Op, errors: &mut Errors<'t>) {
    match op {
        Op::NonEmpty if text(node).is_empty() => {
            errors.error(ErrorType::Required, node, "must not be empty");
        }
        Op::Forbidden => {
            errors.forbidden(node, "it cannot be set here");
        }
        Op::Minimum(least) if node.as_i64().is_some_and(|value| value < *least) => {
            errors.invalid(node, &format!("must be greater than or equal to {least}"));
        }
        Op::Maximum(most) if node.as_i64().is_some_and(|value| value > *most) => {
            errors.invalid(node, &format!("must be less than or equal to {most}"));
        }
        Op::Range(least, most) => number::node_in_range(node, *least..=*most, errors),
        Op::MaxLength(most) if text(node).len() as i64 > *most => {
            errors.error(
                ErrorType::TooLong,
                node,
                format!("has {} bytes: at most {most} are allowed", text(node).len()),
            );
        }
        Op::MaxItems(most) if node.len() as i64 > *most => {
            errors.error(ErrorType::TooMany, node, format!("has {} items: at most {most} are allowed", node.len()));
        }
        Op::Enum(allowed) if !allowed.contains(&text(node)) => {
            errors.not_supported(node, allowed);
        }
        Op::Form(format) => drop(check::valid(node, |value| form(*format, value), errors)),
        Op::UniqueSet => check::unique(node.items(), errors),
        Op::ListMapKey(keys) => list_map(node, keys, errors),
        Op::ZeroOrOneOf(_) | Op::Union(_) => whole(node, op, errors),
        _ => {}
    }
}

/// A rule on a map's key. The server names the map and the key in brackets.
fn key<'t>(entry: Entry<'t>, op: &Op, errors: &mut Errors<'t>) {
    let outcome = match op {
        Op::Form(format) => form(*format, entry.name),
        Op::Enum(allowed) if !allowed.contains(&entry.name) => Err("is not one of the allowed keys"),
        _ => Ok(()),
    };
    if let Err(why) = outcome {
        let message = format!("{}: {why}", crate::api::errors::quote(entry.name));
        errors.error(ErrorType::Invalid, Place::key(entry), message);
    }
}

/// A rule on an object's fields together.
fn whole<'t>(node: Node<'t>, op: &Op, errors: &mut Errors<'t>) {
    let (Op::ZeroOrOneOf(members) | Op::Union(members)) = op else { return };
    let set: Vec<_> = members.iter().filter_map(|member| node.get(member)).collect();
    let list = || members.iter().map(|member| format!("`{member}`")).collect::<Vec<_>>().join(", ");
    if set.is_empty() && matches!(op, Op::Union(_)) {
        errors.error(ErrorType::Invalid, node, format!("must have one of {}", list()));
    } else if set.len() > 1 {
        errors.error(ErrorType::Invalid, node, format!("must have only one of {}", list()));
    }
}

fn list_map<'t>(list: Node<'t>, keys: &[&str], errors: &mut Errors<'t>) {
    let mut seen = BTreeSet::new();
    for item in list.items() {
        let key: Vec<_> = keys.iter().map(|key| item.get(key).map(Node::raw)).collect();
        if !seen.insert(key) {
            errors.error(ErrorType::Duplicate, item, format!("an item with this {} is listed twice", keys.join(", ")));
        }
    }
}

fn form(format: StringForm, value: &str) -> Check {
    match format {
        StringForm::ShortName => names::dns_label(value),
        StringForm::LongName => names::dns_subdomain(value),
        StringForm::LongNameCaseless => names::dns_subdomain_caseless(value),
        StringForm::LabelKey => names::qualified(value),
        StringForm::LabelValue => names::label_value(value),
        StringForm::PathSegmentName => names::path_segment(value),
        StringForm::Uuid => names::uuid(value),
        StringForm::DomainPrefixedPath => names::domain_prefixed_path(value),
        StringForm::DomainPrefixedKey => names::domain_prefixed_key(value),
        StringForm::ConfigKey => names::config_key(value),
        StringForm::PortName => names::port_name(value),
        StringForm::Ip => ip::strict(value).map(drop),
        StringForm::CIdentifier => names::c_identifier(value),
    }
}
