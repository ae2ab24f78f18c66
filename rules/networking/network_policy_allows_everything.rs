use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that allows all traffic.
    ///
    /// A rule without peers and ports (`- {}`) allows all traffic in its direction, whatever other policies say:
    /// policies only add.
    ///
    /// **How to fix**: list only the peers and ports that are needed; a policy that denies by default has no rules at all.
    id: "network-policy-allows-everything",
    severity: Warning,
    peers: &["kyverno:restrict-networkpolicy-empty-podselector", "trivy:KSV-0038", "popeye:1203"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies"],
    check: Check::Kind(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let everything =
        spec.get("ingress").into_iter().flat_map(Node::items).find(|rule| rule.is_mapping() && rule.is_empty());
    // Rules of a direction that `policyTypes` leaves out do nothing.
    if let Some(rule) = everything.filter(|_| (NetworkPolicy { object }).bounds_ingress()) {
        let message = format!("{} allows all traffic", object.title());
        let finding = context.report(rule, message).help("list only the peers and ports that are needed");
        // For chosen pods, a front end say, it may be meant.
        if spec.get("podSelector").is_some_and(|selector| !selector.is_empty()) {
            finding.at_most(Severity::Info);
        }
    }
}
