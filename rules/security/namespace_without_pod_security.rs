use crate::rule::prelude::*;

rule! {
    /// A Namespace that enforces no Pod Security level.
    ///
    /// Unless the cluster has a default, a namespace without the label `pod-security.kubernetes.io/enforce` (or with the
    /// level `privileged`) accepts every pod, including privileged ones.
    ///
    /// **How to fix**: add the label `pod-security.kubernetes.io/enforce: baseline` (or `restricted`).
    id: "namespace-without-pod-security",
    severity: Warning,
    peers: &["kubescape:C-0192", "kyverno:deny-privileged-profile", "kyverno:add-psa-namespace-reporting",
             "kubescape:C-0193", "kubescape:C-0194", "kubescape:C-0195", "kubescape:C-0196", "kubescape:C-0197",
             "kubescape:C-0198", "kubescape:C-0199", "kubescape:C-0200", "kubescape:C-0201", "kubescape:C-0202",
             "kubescape:C-0203", "kubescape:C-0204"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/"],
    profiles: &["nsa", "cis", "seeds"],
    check: Check::Kind(&["Namespace"], check),
}

const LABEL: &str = "pod-security.kubernetes.io/enforce";

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if matches!(object.name(), Some("kube-system" | "kube-public" | "kube-node-lease")) {
        return;
    }
    let node = object.labels().0.and_then(|labels| labels.get(LABEL));
    let message = match node.and_then(Node::as_str) {
        Some("privileged") => format!("{} accepts privileged pods", object.title()),
        Some(_) => return,
        None => format!("{} enforces no Pod Security level", object.title()),
    };
    let place = node.map_or_else(|| object.place(), Place::Value);
    context.report(place, message).help(format!("add the label `{LABEL}: baseline` or `restricted`"));
}
