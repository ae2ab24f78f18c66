use crate::rule::prelude::*;

rule! {
    /// A namespace without a ResourceQuota.
    ///
    /// One team, or one autoscaler that runs wild, can use up the whole cluster.
    ///
    /// **How to fix**: add a ResourceQuota with `requests.cpu`, `requests.memory` and `pods`.
    id: "namespace-without-quota",
    severity: Warning,
    peers: &["trivy:KSV-0040", "kics:pod_or_container_without_resource_quota"],
    references: &["https://kubernetes.io/docs/concepts/policy/resource-quotas/"],
    profiles: &["nsa", "seeds"],
    check: Check::KindInSet(&["Namespace"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(name) = object.name().filter(|name| !name.starts_with("kube-") && *name != "default") else { return };
    let bounded = context.set.known_of_kind_in("", "ResourceQuota", Some(name)).next().is_some();
    if !bounded {
        let message = format!("{} has no ResourceQuota", object.title());
        context.report(object.place(), message).help("add a ResourceQuota to the namespace");
    }
}
