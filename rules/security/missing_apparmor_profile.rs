use crate::rule::prelude::*;

rule! {
    /// A container without an AppArmor profile.
    ///
    /// Where the node has AppArmor, most runtimes apply a default, but not all, and nothing in the manifest asks for it.
    ///
    /// **How to fix**: set `securityContext.appArmorProfile.type: RuntimeDefault` on the pod.
    id: "missing-apparmor-profile",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["kics:missing_app_armor_config", "kubesec:ApparmorAny"],
    references: &["https://kubernetes.io/docs/tutorials/security/apparmor/"],
    profiles: &["strict", "nsa"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let annotated = pod.workload.template().and_then(|t| t.at(&["metadata", "annotations"])).is_some_and(|map| {
        map.entries().any(|entry| entry.name.starts_with("container.apparmor.security.beta.kubernetes.io/"))
    });
    let set = pod.containers().all(|container| container.security("appArmorProfile").is_some());
    if !annotated && !set && !pod.is_windows() {
        let message = format!("the pods of {} set no AppArmor profile", pod.workload.object.title());
        // Older versions know the annotation alone.
        let known = context.oldest >= KubeVersion(30);
        let field = ["securityContext", "appArmorProfile", "type"];
        let patch = if known { Patch::new().field(pod.node, &field, "RuntimeDefault") } else { Patch::none() };
        context
            .report(Place::missing(pod.node, "securityContext.appArmorProfile"), message)
            .help("set `appArmorProfile.type: RuntimeDefault` on the pod")
            .fix(patch);
    }
}
