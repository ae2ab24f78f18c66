//! NetworkPolicy.
//!
//! In: a decoded policy. Out: findings. Mirrors `ValidateNetworkPolicySpec` of `pkg/apis/networking/validation`; a missing
//! protocol is defaulted to TCP, missing policy types follow from the rules.

use crate::api::check::{ip, labels, number};
use crate::api::core::port::port_number_or_name;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

/// `ValidateNetworkPolicySpec`.
pub fn network_policy<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    selector(spec.child("podSelector"), errors);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.child(direction).items() {
            rule.child("ports").items().for_each(|port| policy_port(port, errors));
            rule.child(peers).items().for_each(|peer| policy_peer(peer, errors));
        }
    }
    let types = spec.child("policyTypes");
    if types.len() > 2 {
        types.invalid(errors, "may have at most two types");
    }
}

fn selector<'t>(selector: Field<'t>, errors: &mut Errors<'t>) {
    if let Some(node) = selector.node() {
        labels::selector(node, errors);
    }
}

/// `ValidateNetworkPolicyPort`.
fn policy_port<'t>(entry: Field<'t>, errors: &mut Errors<'t>) {
    let (port, end) = (entry.child("port"), entry.child("endPort"));
    port_number_or_name(port, errors);
    if !end.is_present() {
        return;
    }
    match port.node() {
        None => end.invalid(errors, "may not be given where `port` is not"),
        Some(node) if node.is_string() => end.invalid(errors, "may not be given where `port` is a name"),
        Some(node) => {
            if end.int() < node.as_i64() {
                end.invalid(errors, "must be greater than or equal to `port`");
            }
            end.in_range(errors, number::PORT);
        }
    }
}

/// `ValidateNetworkPolicyPeer`.
fn policy_peer<'t>(peer: Field<'t>, errors: &mut Errors<'t>) {
    let (pods, namespaces, block) = (peer.child("podSelector"), peer.child("namespaceSelector"), peer.child("ipBlock"));
    selector(pods, errors);
    selector(namespaces, errors);
    if block.is_present() {
        ip_block(block, errors);
        if pods.is_present() || namespaces.is_present() {
            peer.forbidden(errors, "an `ipBlock` goes with no selector");
        }
    } else if !pods.is_present() && !namespaces.is_present() {
        peer.required(errors, "a peer has an `ipBlock`, a `podSelector` or a `namespaceSelector`");
    }
}

/// `ValidateIPBlock`: what is excepted lies within the block and is smaller.
fn ip_block<'t>(block: Field<'t>, errors: &mut Errors<'t>) {
    let strict = errors.since(36);
    let cidr = block.child("cidr");
    if cidr.text().is_empty() {
        return;
    }
    cidr.check(errors, |text| ip::legacy_cidr(text, strict).map(drop));
    let Some(outer) = ip::parse_cidr(cidr.text()) else { return };
    for except in block.child("except").items() {
        except.check(errors, |text| ip::legacy_cidr(text, strict).map(drop));
        let inner = ip::parse_cidr(except.text());
        if inner.is_some_and(|inner| !outer.contains(inner.network()) || outer.prefix >= inner.prefix) {
            except.invalid(errors, "must be a part of `cidr`, and smaller than it");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    fn policy(minor: u8, rule: &str) -> Vec<String> {
        let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  egress:\n  -";
        violations_in(&format!("{head} {{{rule}}}"), minor)
    }

    #[test]
    fn exceptions_lie_within_their_block() {
        assert!(policy(36, "to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]").is_empty());
        for except in ["10.0.0.0/8", "11.0.0.0/16", "fd00::/64"] {
            let rule = format!("to: [{{ipBlock: {{cidr: 10.0.0.0/8, except: ['{except}']}}}}]");
            assert_eq!(policy(36, &rule), ["invalid spec.egress[0].to[0].ipBlock.except[0]"], "{except}");
        }
    }

    #[test]
    fn blocks_are_strict_since_1_36() {
        let rule = "to: [{ipBlock: {cidr: 10.0.0.1/8}}]";
        assert!(policy(35, rule).is_empty());
        assert_eq!(policy(36, rule), ["invalid spec.egress[0].to[0].ipBlock.cidr"]);
    }

    #[test]
    fn ranges_of_ports() {
        assert!(policy(36, "ports: [{port: 1, endPort: 2}]").is_empty());
        for port in ["port: 2, endPort: 1", "port: http, endPort: 1", "endPort: 1"] {
            assert_eq!(
                policy(36, &format!("ports: [{{{port}}}]")),
                ["invalid spec.egress[0].ports[0].endPort"],
                "{port}"
            );
        }
    }

    #[test]
    fn peers() {
        assert_eq!(policy(36, "to: [{}]"), ["required spec.egress[0].to[0]"]);
        let both = "to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]";
        assert_eq!(policy(36, both), ["forbidden spec.egress[0].to[0]"]);
    }
}
