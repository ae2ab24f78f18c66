use crate::rule::prelude::*;

rule! {
    /// A pod that gets a token for the API server without an apparent need.
    ///
    /// The token of the service account is mounted into every container. A pod that never talks to the API server only hands it to
    /// whoever breaks in. Not reported where the pod or its ServiceAccount turns it off, and for accounts that a binding of the
    /// repository gives permissions to: these are meant to be used.
    ///
    /// **How to fix**: set `automountServiceAccountToken: false` on the pod or on its ServiceAccount.
    id: "service-account-token-mounted",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kubescape:C-0261", "polaris:automountServiceAccountToken", "checkov:CKV_K8S_38", "trivy:KSV-0036", "kubescape:C-0034",
             "kics:service_account_token_automount_not_disabled", "kyverno:restrict-automount-sa-token",
             "kubesec:AutomountServiceAccountToken", "popeye:301", "popeye:303",
             "datree:SRVACC_INCORRECT_AUTOMOUNTSERVICEACCOUNTTOKEN_VALUE", "kubescape:C-0190"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting"],
    profiles: &["nsa", "cis"],
    check: Check::PodSpecInSet(check),
}

const FIELD: &str = "automountServiceAccountToken";

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let item = context.item();
    let name = pod.service_account().and_then(Node::as_str).unwrap_or("default");
    let own = pod.node.get(FIELD);
    let account = context.set.named("ServiceAccount", name, item.namespace()).find_map(|a| a.object.root.get(FIELD));
    if own.or(account).and_then(Node::as_bool) == Some(false) || context.set.is_bound(name, item.namespace(), true) {
        return;
    }
    let message = format!("the pods of {} get a token for the API server", pod.workload.object.title());
    let place = own.map_or_else(|| Place::missing(pod.node, FIELD), Place::Value);
    let patch = Patch::new().field(pod.node, &[FIELD], false);
    context.report(place, message).help("set `automountServiceAccountToken: false`").fix(patch);
}
