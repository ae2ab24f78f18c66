//! What the project's first documents ask for.
//!
//! Out: the rules that docs/seeds.md names (a test holds the two together), and the figures of the documents where a rule's
//! default is another one.

use crate::rule::OptionValue;

use super::Preset;

/// Two pods at least and ten at most, at 70 to 80 % of what was requested.
pub(super) const PRESETS: &[Preset] = &[
    ("hpa-single-replica-floor", "minimum", OptionValue::Int(2)),
    ("hpa-ceiling-too-high", "maximum", OptionValue::Int(10)),
    ("hpa-target-utilization-out-of-range", "minimum", OptionValue::Int(70)),
    ("hpa-target-utilization-out-of-range", "maximum", OptionValue::Int(80)),
];

/// In alphabetical order.
pub(super) const ASKED_FOR: &[&str] = &[
    "access-to-secrets",
    "application-outside-project",
    "application-without-automated-sync",
    "autoscaler-eviction-blocked",
    "bare-pod",
    "budget-blocks-eviction",
    "capabilities-not-dropped",
    "claim-without-storage-class",
    "cluster-admin-binding",
    "committed-secret",
    "dangling-alertmanager-reference",
    "dangling-configmap-key",
    "dangling-configmap-reference",
    "dangling-hpa-target",
    "dangling-ingress-backend",
    "dangling-issuer-reference",
    "dangling-monitor-selector",
    "dangling-rollout-reference",
    "dangling-secret-key",
    "dangling-secret-reference",
    "dangling-service-host",
    "dangling-service-name",
    "dangling-service-selector",
    "dangling-storage-class",
    "database-without-persistent-storage",
    "default-namespace",
    "default-service-account",
    "discovery-without-rbac",
    "duplicate-autoscaler",
    "duplicate-ingress-path",
    "exposed-service",
    "governing-service-not-headless",
    "grace-shorter-than-pre-stop",
    "hardcoded-configuration",
    "hardcoded-ip-address",
    "hpa-ceiling-too-high",
    "hpa-fixed-size",
    "hpa-single-replica-floor",
    "hpa-target-utilization-out-of-range",
    "hpa-target-without-request",
    "implausible-quantity",
    "ingress-host-without-tls",
    "ingress-without-tls",
    "internal-service-exposed",
    "latest-image-tag",
    "limit-range-violated",
    "liveness-before-start",
    "may-run-as-root",
    "missing-cpu-limit",
    "missing-cpu-request",
    "missing-hpa",
    "missing-ingress-class",
    "missing-liveness-probe",
    "missing-memory-limit",
    "missing-memory-request",
    "missing-namespace",
    "missing-network-policy",
    "missing-pod-disruption-budget",
    "missing-pod-spread",
    "missing-readiness-probe",
    "missing-scrape-annotation",
    "missing-seccomp-profile",
    "missing-security-context",
    "missing-source-path",
    "missing-startup-probe",
    "missing-value-file",
    "namespace-without-pod-security",
    "namespace-without-quota",
    "network-policy-peer-selects-nothing",
    "network-policy-port-mismatch",
    "network-policy-selects-nothing",
    "overlapping-budgets",
    "permissive-app-project",
    "placeholder-secret-value",
    "plaintext-secret-in-args",
    "plaintext-secret-in-configmap",
    "plaintext-secret-in-env",
    "pod-security-violation",
    "privilege-escalating-permission",
    "privilege-escalation-allowed",
    "probe-port-unknown",
    "quota-exceeded",
    "recreate-strategy",
    "replicas-owned-by-hpa",
    "rewrite-target-without-capture",
    "rollback-disabled",
    "rolling-update-stops-all",
    "service-target-port-mismatch",
    "shared-read-write-once-claim",
    "single-replica",
    "spread-misses-own-pods",
    "ssl-redirect-without-tls",
    "stale-latest-image",
    "stateful-set-without-backup",
    "sync-order-deadlock",
    "unapproved-image-registry",
    "uncreated-namespace",
    "unnamed-service-port",
    "wildcard-in-ingress-path",
    "wildcard-in-role",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rule::profile;
    use crate::rules::registry;

    /// The rules that the table of docs/seeds.md names, and those of them with a star.
    fn table() -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
        let rows = include_str!("../../../docs/seeds.md").lines().filter(|line| line.starts_with("| "));
        let parts: Vec<_> = rows.skip(1).flat_map(|row| row.rsplit('|').nth(1).unwrap_or("").split(", ")).collect();
        let parts = || parts.iter().map(|part| part.trim()).filter(|part| part.starts_with('`'));
        let id = |part: &'static str| part.split('`').nth(1).unwrap_or("");
        (parts().map(id).collect(), parts().filter(|part| part.ends_with('*')).map(id).collect())
    }

    #[test]
    fn they_are_those_that_the_page_names() {
        let (named, starred, registry) = (table().0, table().1, registry());
        let listed: BTreeSet<_> = ASKED_FOR.iter().copied().collect();
        let differ: Vec<_> = named.symmetric_difference(&listed).collect();
        assert!(differ.is_empty(), "docs/seeds.md or the list here lacks {differ:?}");
        assert!(ASKED_FOR.is_sorted() && starred.len() > 10);
        for id in named {
            let rule = registry.find(id).expect("the page names rules");
            assert!(profile::severity(rule, "seeds").is_some(), "{id} does not run in the profile");
            let by_default = profile::severity(rule, "default").is_some();
            assert_eq!(starred.contains(id), !by_default, "{id}: a star stands at what the default profile leaves out");
        }
    }
}
