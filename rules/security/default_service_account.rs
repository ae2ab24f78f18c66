use crate::rule::prelude::*;

rule! {
    /// A pod that runs under the service account `default`.
    ///
    /// All pods of the namespace that name none share it: permissions that one of them needs are given to all. A manifest
    /// of the account `default` itself that leaves its token mounted is info.
    ///
    /// **How to fix**: create a ServiceAccount for the workload and set `serviceAccountName`.
    id: "default-service-account",
    severity: Warning,
    peers: &["kube-linter:default-service-account", "checkov:CKV_K8S_41", "kubescape:C-0189",
             "kics:service_account_name_undefined_or_empty", "kubesec:ServiceAccountName", "popeye:300", "datree:CIS_INVALID_VALUE_AUTOMOUNTSERVICEACCOUNTTOKEN"],
    references: &["https://kubernetes.io/docs/concepts/security/service-accounts/"],
    profiles: &["cis", "seeds"],
    check: Check::Object(check),
}

const TOKEN: &str = "automountServiceAccountToken";

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        of_pod(pod, context);
    } else if object.gvk.kind == "ServiceAccount" && object.gvk.group.is_empty() && object.name() == Some("default") {
        of_account(object, context);
    }
}

fn of_account(account: Object<'_>, context: &mut Context<'_, '_>) {
    let token = account.root.get(TOKEN);
    if token.and_then(Node::as_bool) != Some(false) {
        let place = token.map_or_else(|| account.place(), Place::Value);
        context
            .report(place, "the service account `default` gives its token to every pod that uses no other account")
            .help("set `automountServiceAccountToken: false`")
            .at_most(Severity::Info);
    }
}

fn of_pod(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let named = pod.service_account();
    let is_default = matches!(named.and_then(Node::as_str), None | Some("" | "default"));
    let no_token = pod.node.get(TOKEN).and_then(Node::as_bool) == Some(false);
    if is_default && !no_token {
        let place = named.map_or_else(|| Place::missing(pod.node, "serviceAccountName"), Place::Value);
        let message = format!("the pods of {} use the service account `default`", pod.workload.object.title());
        context.report(place, message).help("create a ServiceAccount for the workload and set `serviceAccountName`");
    }
}
