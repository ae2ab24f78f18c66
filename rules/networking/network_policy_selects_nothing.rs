use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that selects no pods.
    ///
    /// It protects nothing, while everyone believes it does. Checked where the repository contains workloads for the policy's
    /// namespace; pods that an operator's resource or a Helm release makes are recognised by its name in the selector.
    ///
    /// **How to fix**: change `podSelector` to match the labels of the pod template, or remove the policy.
    id: "network-policy-selects-nothing",
    severity: Warning,
    peers: &["kube-linter:dangling-networkpolicy", "kube-score:networkpolicy-targets-pod", "kubescape:C-0299",
             "kics:network_policy_is_not_targeting_any_pod", "popeye:1200"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    check: Check::KindInSet(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(selector) = object.spec().and_then(|spec| spec.get("podSelector")) else { return };
    if let Some(label) = context.kept_away_by(selector) {
        let message =
            format!("{} selects no pods: the pods it is meant for do not have the label `{label}`", object.title());
        let help =
            "in `podSelector`, use the labels of the pod template: a chart's selector labels, not all of its labels";
        context.report(Place::Key(selector), message).help(help);
    } else if let Some(most) = context.selects_nothing(selector) {
        let message = format!("{} selects no pods", object.title());
        let help = "change `podSelector` to match the labels of a pod template";
        context.report(Place::Key(selector), message).help(help).at_most(most);
    }
}
