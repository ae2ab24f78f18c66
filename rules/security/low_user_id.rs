use crate::rule::prelude::*;

rule! {
    /// A user or group id that a user of the node may have as well.
    ///
    /// Ids are the same inside and outside of a container. With a low one, a process that gets out has the rights of
    /// whichever user of the node has that id. Ids of 0 are judged by `runs-as-root-user` and `root-group`.
    ///
    /// **How to fix**: use ids of at least 10000.
    id: "low-user-id",
    severity: Info,
    options: &[OptionSpec { name: "minimum", default: OptionValue::Int(10000), help: "Lowest id that is in order." }],
    peers: &["kube-score:container-security-context-user-group-id", "checkov:CKV_K8S_40", "trivy:KSV-0020", "trivy:KSV-0021",
             "kics:containers_run_with_low_uid", "kubesec:RunAsUser", "kubesec:RunAsGroup", "datree:CONTAINERS_INCORRECT_RUNASUSER_VALUE_LOWUID", "datree:CONTAINERS_INCORRECT_RUNASGROUP_VALUE_LOWGID"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let minimum = context.int("minimum");
    let contexts = pod.node.get("securityContext").into_iter();
    for security in contexts.chain(pod.containers().filter_map(|c| c.node.get("securityContext"))) {
        for field in ["runAsUser", "runAsGroup"] {
            let Some(node) = security.get(field) else { continue };
            if let Some(id) = node.as_i64().filter(|&id| id > 0 && id < minimum) {
                let message = format!("`{field}` is {id}, which a user of the node may have too");
                context.report(node, message).help(format!("use an id of at least {minimum}"));
            }
        }
    }
}
