use crate::rule::prelude::*;

rule! {
    /// A pod whose ServiceAccount does not exist.
    ///
    /// The workload is accepted, and none of its pods is ever created: admission refuses a pod with an account that does not
    /// exist. Accounts that an operator's resource or a Helm release may create are taken into account.
    ///
    /// **How to fix**: add the ServiceAccount to the namespace, or correct `serviceAccountName`.
    id: "dangling-service-account",
    severity: Warning,
    peers: &["kube-linter:non-existent-service-account", "kubescape:C-0307", "popeye:307", "popeye:507"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/"],
    check: Check::PodSpecInSet(check),
}

/// Accounts that OpenShift puts into every namespace, beside `default`.
const EVERYWHERE: &[&str] = &["default", "builder", "deployer", "pipeline"];

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = pod.service_account() else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty() && !EVERYWHERE.contains(name)) else { return };
    if context.is_missing("ServiceAccount", name) {
        let message = format!("ServiceAccount `{name}` is not defined in this repository");
        let help = "add the ServiceAccount to this namespace, or correct the name";
        context.report(node, message).help(help).missing("ServiceAccount", name);
    }
}
