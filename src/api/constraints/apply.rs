//! One rule against one object.
//!
//! In: a mapping and a [`Rule`] on one of its fields. Out: a violation, with the error type that the server's generated
//! validation (`k8s.io/apimachinery/pkg/api/validate`) gives.

use std::collections::BTreeSet;

use super::table::{Format, Op, Rule};
use crate::api::check::{self, Check, ip, names, number, text};
use crate::api::{ErrorType, Report};
use crate::yaml::{Entry, Node, Place};

/// Holds the rule against the field of `parent`.
pub fn rule<'t>(parent: Node<'t>, rule: &Rule, report: &mut Report<'t>) {
    if rule.field.is_empty() {
        whole(parent, &rule.op, report);
        return;
    }
    let (holder, field) = match rule.field.rsplit_once('.') {
        Some((path, field)) => (path.split('.').try_fold(parent, |node, key| node.get(key)), field),
        None => (Some(parent), rule.field),
    };
    let Some(holder) = holder else {
        // What lies below something absent is as absent as it can be.
        if rule.op == Op::Required {
            report.error(ErrorType::Required, Place::missing(parent, rule.field), format!("`{field}` is required"));
        }
        return;
    };
    let keeps_empty = rule.pointer || rule.op == Op::NonEmpty;
    let value = holder.get(field).filter(|node| keeps_empty || node.as_str() != Some(""));
    match (value, &rule.op) {
        (None, Op::Required) => drop(report.required(holder, field)),
        (Some(node), Op::Required) if node.is_sequence() && node.is_empty() => drop(report.required(holder, field)),
        (None, _) => {}
        (Some(node), _) if rule.each_key => node.entries().for_each(|entry| key(entry, &rule.op, report)),
        (Some(node), _) if rule.each_value => {
            node.items().for_each(|item| one(item, &rule.op, report));
            node.entries().for_each(|entry| one(entry.value, &rule.op, report));
        }
        (Some(node), _) => one(node, &rule.op, report),
    }
}

/// A rule on a value that is there.
fn one<'t>(node: Node<'t>, op: &Op, report: &mut Report<'t>) {
    match op {
        Op::NonEmpty if text(node).is_empty() => {
            report.error(ErrorType::Required, node, "must not be empty");
        }
        Op::Forbidden => {
            report.forbidden(node, "it cannot be set here");
        }
        Op::Minimum(least) if node.as_i64().is_some_and(|value| value < *least) => {
            report.invalid(node, &format!("must be greater than or equal to {least}"));
        }
        Op::Maximum(most) if node.as_i64().is_some_and(|value| value > *most) => {
            report.invalid(node, &format!("must be less than or equal to {most}"));
        }
        Op::Range(least, most) => number::node_in_range(node, *least..=*most, report),
        Op::MaxLength(most) if text(node).len() as i64 > *most => {
            report.error(
                ErrorType::TooLong,
                node,
                format!("has {} bytes: at most {most} are allowed", text(node).len()),
            );
        }
        Op::MaxItems(most) if node.len() as i64 > *most => {
            report.error(ErrorType::TooMany, node, format!("has {} items: at most {most} are allowed", node.len()));
        }
        Op::Enum(allowed) if !allowed.contains(&text(node)) => {
            report.not_supported(node, allowed);
        }
        Op::Format(format) => drop(check::valid(node, |value| form(*format, value), report)),
        Op::UniqueSet => check::unique(node.items(), report),
        Op::ListMapKey(keys) => list_map(node, keys, report),
        Op::ZeroOrOneOf(_) | Op::Union(_) => whole(node, op, report),
        _ => {}
    }
}

/// A rule on a map's key. The server names the map and the key in brackets.
fn key<'t>(entry: Entry<'t>, op: &Op, report: &mut Report<'t>) {
    let outcome = match op {
        Op::Format(format) => form(*format, entry.name),
        Op::Enum(allowed) if !allowed.contains(&entry.name) => Err("is none of the keys that are allowed"),
        _ => Ok(()),
    };
    if let Err(why) = outcome {
        let message = format!("{}: {why}", crate::api::report::quote(entry.name));
        report.error(ErrorType::Invalid, Place::key(entry), message);
    }
}

/// A rule on an object's fields together.
fn whole<'t>(node: Node<'t>, op: &Op, report: &mut Report<'t>) {
    let (Op::ZeroOrOneOf(members) | Op::Union(members)) = op else { return };
    let set: Vec<_> = members.iter().filter_map(|member| node.get(member)).collect();
    let list = || members.iter().map(|member| format!("`{member}`")).collect::<Vec<_>>().join(", ");
    if set.is_empty() && matches!(op, Op::Union(_)) {
        report.error(ErrorType::Invalid, node, format!("must have one of {}", list()));
    } else if set.len() > 1 {
        report.error(ErrorType::Invalid, node, format!("must have only one of {}", list()));
    }
}

fn list_map<'t>(list: Node<'t>, keys: &[&str], report: &mut Report<'t>) {
    let mut seen = BTreeSet::new();
    for item in list.items() {
        let key: Vec<_> = keys.iter().map(|key| item.get(key).map(Node::raw)).collect();
        if !seen.insert(key) {
            report.error(
                ErrorType::Duplicate,
                item,
                format!("an item with this {} stands here twice", keys.join(", ")),
            );
        }
    }
}

fn form(format: Format, value: &str) -> Check {
    match format {
        Format::ShortName => names::dns_label(value),
        Format::LongName => names::dns_subdomain(value),
        Format::LongNameCaseless => names::dns_subdomain_caseless(value),
        Format::LabelKey => names::qualified(value),
        Format::LabelValue => names::label_value(value),
        Format::PathSegmentName => names::path_segment(value),
        Format::Uuid => names::uuid(value),
        Format::DomainPrefixedPath => names::domain_prefixed_path(value),
        Format::DomainPrefixedKey => names::domain_prefixed_key(value),
        Format::ConfigKey => names::config_key(value),
        Format::PortName => names::port_name(value),
        Format::Ip => ip::strict(value).map(drop),
        Format::CIdentifier => names::c_identifier(value),
    }
}
