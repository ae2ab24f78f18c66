//! Names and name servers of a pod.
//!
//! In: a pod. Out: findings on `dnsPolicy`, `dnsConfig`, `hostAliases`, `hostname`, `subdomain` and
//! `hostnameOverride`. Mirrors `validateDNSPolicy`, `validatePodDNSConfig`, `ValidateHostAliases` and
//! `validatePodHostName`.

use super::Pod;
use super::fields::{flag, forbidden, items, required};
use crate::api::check::{Check, ip, names, one_of_if_set, text, text_at, valid, valid_if_set};
use crate::api::errors::{ErrorType, Errors};
use crate::yaml::Node;

const MOST_SERVERS: usize = 3;
const MOST_SEARCHES: usize = 32;
const MOST_SEARCH_BYTES: usize = 2048;
const LONGEST_HOSTNAME: usize = 64;

/// Everything here.
pub fn check<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    one_of_if_set(pod.spec, "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], errors);
    config(pod, errors);
    aliases(pod, errors);
    // A StatefulSet names its pods itself.
    let fields: &[&str] = if pod.owner.names_pods { &[] } else { &["hostname", "subdomain"] };
    for field in fields {
        valid_if_set(pod.spec, field, names::dns_label, errors);
    }
    hostname_override(pod, errors);
}

/// IPs are read strictly since 1.36 (StrictIPCIDRValidation).
fn address(strict: bool) -> impl Fn(&str) -> Check {
    move |text| ip::legacy(text, strict).map(drop)
}

fn config<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let config = pod.spec.get("dnsConfig");
    if text_at(pod.spec, "dnsPolicy") == "None" {
        let Some(config) = config else {
            return required(pod.spec, "dnsConfig", "`dnsPolicy: None` needs it", errors);
        };
        if items(config, "nameservers").next().is_none() {
            return required(config, "nameservers", "`dnsPolicy: None` needs at least one", errors);
        }
    }
    let Some(config) = config else { return };
    let strict = errors.since(36);
    for server in items(config, "nameservers") {
        valid(server, address(strict), errors);
    }
    at_most(config, "nameservers", MOST_SERVERS, errors);
    searches(config, errors);
    for option in items(config, "options") {
        if text_at(option, "name").is_empty() {
            errors.error(ErrorType::Required, option, "the option's `name` is required");
        }
    }
}

fn at_most<'t>(config: Node<'t>, field: &str, most: usize, errors: &mut Errors<'t>) {
    let count = items(config, field).count();
    if let Some(list) = config.get(field).filter(|_| count > most) {
        errors.invalid(list, &format!("has {count} items: at most {most} are allowed"));
    }
}

fn searches<'t>(config: Node<'t>, errors: &mut Errors<'t>) {
    at_most(config, "searches", MOST_SEARCHES, errors);
    let bytes = items(config, "searches").map(|search| text(search).len() + 1).sum::<usize>().saturating_sub(1);
    if let Some(list) = config.get("searches").filter(|_| bytes > MOST_SEARCH_BYTES) {
        errors.invalid(list, &format!("has {bytes} bytes together: at most {MOST_SEARCH_BYTES} are allowed"));
    }
    let relaxed = errors.since(33);
    for search in items(config, "searches") {
        valid(search, |name| search_path(name, relaxed), errors);
    }
}

/// Underscores and the root are allowed since 1.33 (RelaxedDNSSearchValidation).
fn search_path(name: &str, relaxed: bool) -> Check {
    let stem = name.strip_suffix('.').unwrap_or(name);
    match relaxed {
        true if name == "." => Ok(()),
        true => names::dns_subdomain_underscore(stem),
        false => names::dns_subdomain(stem),
    }
}

fn aliases<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let strict = errors.since(36);
    for alias in items(pod.spec, "hostAliases") {
        super::fields::obey(alias, "ip", address(strict), errors);
        for name in items(alias, "hostnames") {
            valid(name, names::dns_subdomain, errors);
        }
    }
}

/// `hostnameOverride` is dropped before 1.35.
fn hostname_override<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(node) = pod.spec.get("hostnameOverride").filter(|_| errors.since(35)) else { return };
    for (clash, what) in [(flag(pod.spec, "setHostnameAsFQDN"), "setHostnameAsFQDN"), (pod.host_network, "hostNetwork")]
    {
        if clash {
            forbidden(pod.spec, "hostnameOverride", &format!("`{what}` is true"), errors);
        }
    }
    if text(node).len() > LONGEST_HOSTNAME {
        let message = format!("a hostname has at most {LONGEST_HOSTNAME} bytes");
        errors.error(ErrorType::TooLong, node, message);
    }
    valid(node, names::dns_subdomain, errors);
}
