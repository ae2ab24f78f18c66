//! The addresses of a Service: `clusterIP`, `clusterIPs`, `ipFamilies`, `ipFamilyPolicy`.
//!
//! In: the spec of a Service. Out: [`ClusterIps`], both spellings of the addresses made one as `normalizeClusterIPs`
//! does, and findings where the four fields do not fit together.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::api::check::ip;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;

use super::Service;

/// `clusterIPs` after it was filled from `clusterIP`.
pub struct ClusterIps<'t> {
    single: Field<'t>,
    list: Field<'t>,
    items: Vec<Field<'t>>,
}

impl<'t> ClusterIps<'t> {
    /// `normalizeClusterIPs`.
    pub fn new(spec: Field<'t>) -> Self {
        let (single, list) = (spec.child("clusterIP"), spec.child("clusterIPs"));
        let mut items: Vec<_> = list.items().collect();
        if items.is_empty() && !single.text().is_empty() {
            items.push(single);
        }
        Self { single, list, items }
    }

    /// Whether no address is asked for.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// `isHeadlessService`.
    pub fn is_headless(&self) -> bool {
        matches!(self.items.as_slice(), [only] if only.text() == "None")
    }

    /// Whether the old field says `None`.
    pub fn is_single_none(&self) -> bool {
        self.single.text() == "None"
    }

    /// Reports one address, under the path the server knows it by.
    pub fn invalid(&self, index: usize, why: &str, errors: &mut Errors<'t>) {
        let item = self.items[index];
        let message = format!("`{}`: {why}", item.text());
        errors.error_at_path(ErrorType::Invalid, item, format!("spec.clusterIPs[{index}]"), message);
    }

    /// Reports that there are addresses.
    pub fn forbidden(&self, why: &str, errors: &mut Errors<'t>) {
        let at = if self.list.is_empty() { self.single } else { self.list };
        errors.error_at_path(ErrorType::Forbidden, at, "spec.clusterIPs", format!("an address is forbidden: {why}"));
    }

    fn invalid_list(&self, why: &str, errors: &mut Errors<'t>) {
        errors.error(ErrorType::Invalid, self.list, why);
    }
}

/// `ValidateServiceClusterIPsRelatedFields`.
pub fn related_fields<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    in_step(&service.ips, errors);
    families(service, errors);
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    service.spec.child("ipFamilyPolicy").optional_one_of(errors, &policies);
    let addresses = addresses(&service.ips, errors);
    if service.ips.items.len() > 2 {
        service.ips.invalid_list("`clusterIPs` may have at most 2 addresses", errors);
    }
    if let Some(addresses) = addresses {
        coherence(service, &addresses, errors);
    }
}

/// `clusterIP` and `clusterIPs[0]` are the same, or both missing.
fn in_step<'t>(ips: &ClusterIps<'t>, errors: &mut Errors<'t>) {
    match ips.items.first() {
        Some(first) if ips.single.text().is_empty() => {
            let message = format!("`clusterIPs` must be empty, or `clusterIP` must be `{}`, too", first.text());
            ips.invalid_list(&message, errors);
        }
        Some(first) if ips.single.text() != first.text() => {
            let why = format!("the first of `clusterIPs` must be `{}`, which `clusterIP` says", ips.single.text());
            ips.invalid_list(&why, errors);
        }
        _ => {}
    }
}

fn families<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for family in service.spec.child("ipFamilies").items() {
        family.one_of(errors, &["IPv4", "IPv6"]);
        if !seen.insert(family.text()) {
            family.duplicate(errors);
        }
    }
}

/// The addresses, unless one is wrong; `None` counts as no address where it stands alone or first.
fn addresses<'t>(ips: &ClusterIps<'t>, errors: &mut Errors<'t>) -> Option<Vec<IpAddr>> {
    let strict = errors.since(36);
    let mut addresses = Some(Vec::new());
    for (index, item) in ips.items.iter().enumerate() {
        if index == 0 && item.text() == "None" {
            if ips.items.len() > 1 {
                addresses = None;
                ips.invalid_list("`None` must be the first and only value of `clusterIPs`", errors);
            }
            continue;
        }
        match ip::legacy(item.text(), strict) {
            Ok(address) => addresses.iter_mut().for_each(|list| list.push(address)),
            Err(why) => {
                addresses = None;
                ips.invalid(index, why, errors);
            }
        }
    }
    addresses
}

fn coherence<'t>(service: &Service<'t>, addresses: &[IpAddr], errors: &mut Errors<'t>) {
    let one_family = addresses.iter().all(IpAddr::is_ipv4) || addresses.iter().all(IpAddr::is_ipv6);
    if addresses.len() > 1 && one_family {
        service.ips.invalid_list("`clusterIPs` may have at most one address of each IP family", errors);
    }
    let pairs = addresses.iter().zip(service.spec.child("ipFamilies").items());
    for (index, (address, family)) in pairs.enumerate() {
        let wrong = match family.text() {
            "IPv4" => address.is_ipv6(),
            "IPv6" => address.is_ipv4(),
            _ => false,
        };
        if wrong {
            let why = format!("`ipFamilies[{index}]` asks for an {} address", family.text());
            service.ips.invalid(index, &why, errors);
        }
    }
}

/// The part of `initIPFamilyFields` that asks nothing of the cluster: one family where the policy is single-stack.
pub fn stack_policy<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let policy = service.spec.child("ipFamilyPolicy");
    let dual_by_default = service.ips.is_single_none() && service.spec.child("selector").is_empty();
    let single = if policy.is_present() { policy.text() == "SingleStack" } else { !dual_by_default };
    if !single {
        return;
    }
    let several = [("addresses", service.ips.items.len()), ("IP families", service.spec.child("ipFamilies").len())];
    for (what, _) in several.into_iter().filter(|(_, count)| *count == 2) {
        let why = format!("must be `RequireDualStack` or `PreferDualStack`, since the service asks for two {what}");
        policy.invalid(errors, &why);
    }
}
