use crate::rule::prelude::*;

rule! {
    /// A pod that runs under the service account `default`.
    ///
    /// All pods of the namespace that name none share it: permissions that one of them needs are given to all.
    ///
    /// **How to fix**: make a ServiceAccount for the workload, and name it in `serviceAccountName`.
    id: "default-service-account",
    severity: Warning,
    peers: &["kube-linter:default-service-account", "checkov:CKV_K8S_41", "kubescape:C-0189",
             "kics:service_account_name_undefined_or_empty", "kubesec:ServiceAccountName", "popeye:300", "datree:CIS_INVALID_VALUE_AUTOMOUNTSERVICEACCOUNTTOKEN"],
    references: &["https://kubernetes.io/docs/concepts/security/service-accounts/"],
    profiles: &["cis", "seeds"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let named = pod.service_account();
    let is_default = matches!(named.and_then(Node::as_str), None | Some("" | "default"));
    let no_token = pod.node.get("automountServiceAccountToken").and_then(Node::as_bool) == Some(false);
    if is_default && !no_token {
        let place = named.map_or_else(|| Place::missing(pod.node, "serviceAccountName"), Place::Value);
        let message = format!("the pods of {} run under the service account `default`", pod.workload.object.title());
        context.report(place, message).help("make a ServiceAccount for the workload, and name it in `serviceAccountName`");
    }
}
