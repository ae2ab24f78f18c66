use crate::rule::prelude::*;

rule! {
    /// A namespace without a LimitRange.
    ///
    /// Containers without requests and limits get none, and bypass quotas or are refused by them.
    ///
    /// **How to fix**: add a LimitRange with `default` and `defaultRequest`.
    id: "namespace-without-limit-range",
    severity: Warning,
    peers: &["trivy:KSV-0039", "kics:pod_or_container_without_limit_range"],
    references: &["https://kubernetes.io/docs/concepts/policy/limit-range/"],
    profiles: &["nsa"],
    check: Check::KindInSet(&["Namespace"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(name) = object.name().filter(|name| !name.starts_with("kube-") && *name != "default") else { return };
    let bounded = context.set.known_of_kind_in("", "LimitRange", Some(name)).next().is_some();
    if !bounded {
        let message = format!("{} has no LimitRange", object.title());
        context.report(object.place(), message).help("add a LimitRange to the namespace");
    }
}
