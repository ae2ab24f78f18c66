use crate::rule::prelude::*;

rule! {
    /// An API that will be removed.
    ///
    /// The target version still serves it, with a warning; a later one may not, and nothing of it can be applied any
    /// more. (An API that the target version no longer has is an `unknown-kind`.)
    ///
    /// **How to fix**: move to the API that the message names.
    id: "deprecated-api",
    severity: Warning,
    fix: Some(Applicability::Safe),
    peers: &["kube-linter:no-extensions-v1beta", "kube-score:stable-version", "trivy:KSV-0107", "kics:object_is_using_a_deprecated_api_version", "kyverno:check-deprecated-apis", "pluto:all", "popeye:403", "datree:K8S_DEPRECATED_APIVERSION_1.16", "datree:K8S_DEPRECATED_APIVERSION_1.17", "datree:K8S_DEPRECATED_APIVERSION_1.19", "datree:K8S_DEPRECATED_APIVERSION_1.21", "datree:K8S_DEPRECATED_APIVERSION_1.22", "datree:K8S_DEPRECATED_APIVERSION_1.23", "datree:K8S_DEPRECATED_APIVERSION_1.24"],
    references: &["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let gvk = object.gvk;
    let Some(life) = apis::lifetime(&gvk.api_version(), gvk.kind) else { return };
    let served = context.version >= life.deprecated && context.version < life.removed;
    let Some(node) = object.root.get("apiVersion").filter(|_| served) else { return };
    let mut message = format!("{} of {} is deprecated since {}", gvk.kind, gvk.api_version(), life.deprecated);
    if life.removed < apis::NEVER {
        message += &format!(", and removed in {}", life.removed);
    }
    let help =
        if life.replacement == "-" { "it has no replacement".to_owned() } else { format!("use {}", life.replacement) };
    // Where the new version reads the object as the old one does, the server itself converts it.
    // (A share of 0 means the default to the old version of this kind, and nothing to the new one.)
    let same = gvk.kind != "PriorityLevelConfiguration"
        && apis::reads_as(object, life.replacement, context.oldest)
        && apis::reads_as(object, life.replacement, context.version);
    let patch = if same { Patch::new().set(node, life.replacement) } else { Patch::none() };
    context.report(node, message).help(help).fix(patch);
}
