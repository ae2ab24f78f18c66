use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A Prometheus without permission to discover its targets.
    ///
    /// A configuration with `kubernetes_sd_configs` needs `list` and `watch` on pods, services or endpoints: without a
    /// binding for the service account of the pod that mounts it, Prometheus finds nothing and logs `forbidden`.
    ///
    /// **How to fix**: add a ServiceAccount, a ClusterRole with `get`, `list` and `watch`, and a ClusterRoleBinding,
    /// and name the account in the pod.
    id: "discovery-without-rbac",
    severity: Warning,
    references: &["https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let (set, item) = (context.set, context.item());
    let references = context.references(pod);
    let mut seen = HashSet::new();
    let mut maps = references.iter().filter(|r| r.kind == "ConfigMap" && seen.insert(r.name));
    let discovers = maps.find(|r| set.content_of("ConfigMap", r.name, item.namespace()).holds("kubernetes_sd_configs"));
    let Some(node) = discovers.map(|reference| reference.node) else { return };
    let account = pod.service_account().and_then(Node::as_str).unwrap_or("default");
    let bound = set.is_bound(account, item.namespace(), false);
    if !bound && !set.may_be_made("ServiceAccount", account) {
        let message =
            format!("ServiceAccount `{account}` has no permission to discover the targets in this configuration");
        context
            .report(node, message)
            .help("bind a ClusterRole with `get`, `list` and `watch` on pods, services and endpoints");
    }
}
