use crate::rule::prelude::*;

rule! {
    /// A ResourceQuota that grants more requests than limits.
    ///
    /// A container's request is at most its limit: what the quota grants beyond its limits can never be requested.
    ///
    /// **How to fix**: raise the limits, or lower the requests.
    id: "quota-request-above-limit",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/policy/resource-quotas/"],
    check: Check::Kind(&["ResourceQuota"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(hard) = object.spec().and_then(|spec| spec.get("hard")) else { return };
    for resource in ["cpu", "memory", "storage", "ephemeral-storage"] {
        let bare = || hard.get(resource).filter(|_| matches!(resource, "cpu" | "memory"));
        let request = hard.get(&format!("requests.{resource}")).or_else(bare);
        let (Some(request), Some(limit)) = (request, hard.get(&format!("limits.{resource}"))) else { continue };
        if Quantity::compare(request, limit).is_some_and(|order| order.is_gt()) {
            let message = format!("this quota grants more requests of {resource} than limits");
            context.report(request, message).help("raise the limit, or lower the request").related(limit, "the limit");
        }
    }
}
