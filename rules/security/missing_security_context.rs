use crate::rule::prelude::*;

rule! {
    /// A pod without any security context.
    ///
    /// Neither the pod nor any of its containers says anything about users, privileges or capabilities: everything is as the
    /// image and the runtime have it, root included. One finding per pod; the profiles `nsa`, `cis` and `pss-restricted` check
    /// each setting.
    ///
    /// **How to fix**: add a `securityContext` to the pod (`runAsNonRoot: true`, `seccompProfile.type: RuntimeDefault`) and to
    /// its containers (`allowPrivilegeEscalation: false`, `readOnlyRootFilesystem: true`, `capabilities.drop: [ALL]`).
    id: "missing-security-context",
    severity: Info,
    profiles: &["default", "seeds", "pss-restricted", "nsa", "cis"],
    fix: Some(Applicability::Unsafe),
    peers: &["checkov:CKV_K8S_29", "checkov:CKV_K8S_30", "trivy:KSV-0118", "kubescape:C-0211", "kubescape:C-0055",
             "kics:pod_or_container_without_security_context", "polaris:linuxHardening", "datree:CIS_MISSING_KEY_SECURITYCONTEXT"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let says = |node: Node<'_>| node.get("securityContext").is_some_and(|c| !c.is_empty());
    if !pod.is_windows() && !says(pod.node) && !pod.containers().any(|container| says(container.node)) {
        let object = pod.workload.object;
        let message = match object.gvk.kind {
            "Pod" => format!("{} has no security context", object.title()),
            _ => format!("the pods of {} have no security context", object.title()),
        };
        let place = Place::missing(pod.node, "securityContext");
        let patch =
            Patch::new().put(&place, json!({"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}));
        context
            .report(place, message)
            .help("add a `securityContext` with `runAsNonRoot: true` and a seccomp profile")
            .fix(patch);
    }
}
