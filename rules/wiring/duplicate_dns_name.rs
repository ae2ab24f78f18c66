use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// Two Services that claim the same name in external-dns.
    ///
    /// external-dns gives the name to one of them: traffic meant for the other goes to the wrong place. Services of one namespace and of
    /// one directory or kustomization are compared.
    ///
    /// **How to fix**: give each Service its own name in `external-dns.alpha.kubernetes.io/hostname`.
    id: "duplicate-dns-name",
    severity: Warning,
    peers: &["kyverno:require-unique-external-dns"],
    references: &["https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/"],
    check: Check::Set(check),
}

const HOSTNAME: &str = "external-dns.alpha.kubernetes.io/hostname";

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut owners: BTreeMap<&str, Vec<&Item<'t>>> = BTreeMap::new();
    for item in set.of_kind("", "Service") {
        let Some(node) = item.object.metadata().and_then(|metadata| metadata.at(&["annotations", HOSTNAME])) else {
            continue;
        };
        // Records that are weighed or set by place may share a name.
        let shared = item.object.annotation("external-dns.alpha.kubernetes.io/set-identifier").is_some();
        for name in node.as_str().unwrap_or("").split(',').map(str::trim).filter(|name| !name.is_empty() && !shared) {
            let known = owners.entry(name).or_default();
            let twin = |other: &&&Item<'t>| {
                other.index != item.index && other.name() != item.name() && set.are_applied_together(other, item)
            };
            if let Some(other) = known.iter().find(twin) {
                let message = format!(
                    "{} claims the DNS name `{name}`, which {} also claims",
                    item.object.title(),
                    other.object.title()
                );
                context
                    .report_on(item, node, message)
                    .help("give each Service its own name")
                    .related(other.object.place(), "the other");
            }
            known.push(item);
        }
    }
}
