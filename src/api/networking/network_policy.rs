//! NetworkPolicy.
//!
//! In: a decoded policy. Out: findings. Mirrors `ValidateNetworkPolicySpec` of `pkg/apis/networking/validation`; a missing
//! protocol is defaulted to TCP, missing policy types follow from the rules.

use crate::api::check::{ip, labels, names, number};
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;
use crate::yaml::Node;

/// `ValidateNetworkPolicySpec`.
pub fn network_policy<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let spec = Field::of(object.root).child("spec");
    selector(spec.child("podSelector"), report);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.child(direction).items() {
            rule.child("ports").items().for_each(|port| policy_port(port, report));
            rule.child(peers).items().for_each(|peer| policy_peer(peer, report));
        }
    }
    let types = spec.child("policyTypes");
    if types.len() > 2 {
        return types.invalid(report, "there are no more than two types of policies");
    }
}

fn selector<'t>(selector: Field<'t>, report: &mut Report<'t>) {
    if let Some(node) = selector.node() {
        labels::selector(node, report);
    }
}

/// `ValidateNetworkPolicyPort`.
fn policy_port<'t>(entry: Field<'t>, report: &mut Report<'t>) {
    let (port, end) = (entry.child("port"), entry.child("endPort"));
    if port.node().is_some_and(Node::is_string) {
        if end.is_present() {
            end.invalid(report, "may not be given where `port` is a name");
        }
        port.check(report, names::port_name);
    } else if port.is_present() {
        port.in_range(report, number::PORT);
        if end.int().is_some_and(|end| end < port.int().unwrap_or(0)) {
            end.invalid(report, "must be greater than or equal to `port`");
        }
        end.in_range(report, number::PORT);
    } else if end.is_present() {
        end.invalid(report, "may not be given where `port` is not");
    }
}

/// `ValidateNetworkPolicyPeer`.
fn policy_peer<'t>(peer: Field<'t>, report: &mut Report<'t>) {
    let (pods, namespaces, block) = (peer.child("podSelector"), peer.child("namespaceSelector"), peer.child("ipBlock"));
    selector(pods, report);
    selector(namespaces, report);
    if block.is_present() {
        ip_block(block, report);
        if pods.is_present() || namespaces.is_present() {
            peer.forbidden(report, "an `ipBlock` goes with no selector");
        }
    } else if !pods.is_present() && !namespaces.is_present() {
        peer.required(report, "a peer has an `ipBlock`, a `podSelector` or a `namespaceSelector`");
    }
}

/// `ValidateIPBlock`: what is excepted lies within the block and is smaller.
fn ip_block<'t>(block: Field<'t>, report: &mut Report<'t>) {
    let strict = report.since(36);
    let cidr = block.child("cidr");
    if cidr.text().is_empty() {
        return;
    }
    cidr.check(report, |text| ip::legacy_cidr(text, strict).map(drop));
    let Some(outer) = ip::parse_cidr(cidr.text()) else { return };
    for except in block.child("except").items() {
        except.check(report, |text| ip::legacy_cidr(text, strict).map(drop));
        let inner = ip::parse_cidr(except.text());
        if inner.is_some_and(|inner| !outer.contains(inner.network()) || outer.prefix >= inner.prefix) {
            except.invalid(report, "must be a part of `cidr`, and smaller than it");
        }
    }
}
