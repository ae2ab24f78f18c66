use crate::rule::prelude::*;

rule! {
    /// A user or group id that a user of the node may have too.
    ///
    /// Ids are the same inside and outside of a container. With a low one, a process that gets out has the rights of
    /// whichever user of the node has that id. Not reported where every container has an id of its own, and with `hostUsers: false`.
    /// Ids of 0 are checked by `runs-as-root-user` and `root-group`.
    ///
    /// **How to fix**: use ids of at least 10000.
    id: "low-user-id",
    severity: Info,
    options: &[
        OptionSpec { name: "minimum", default: OptionValue::Int(10000), help: "The lowest id that is acceptable." },
        OptionSpec { name: "unset", default: OptionValue::Bool(false), help: "Report containers without an id, too." },
    ],
    peers: &["kube-score:container-security-context-user-group-id", "checkov:CKV_K8S_40", "trivy:KSV-0020", "trivy:KSV-0021",
             "kics:containers_run_with_low_uid", "kubesec:RunAsUser", "kubesec:RunAsGroup", "datree:CONTAINERS_INCORRECT_RUNASUSER_VALUE_LOWUID", "datree:CONTAINERS_INCORRECT_RUNASGROUP_VALUE_LOWGID"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

const FIELDS: [&str; 2] = ["runAsUser", "runAsGroup"];

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    // In a user namespace of its own, the pod's ids are nobody's on the node.
    if pod.node.get("hostUsers").and_then(Node::as_bool) == Some(false) {
        return;
    }
    for field in FIELDS {
        let own = |container: Container<'_>| container.node.at(&["securityContext", field]).is_some();
        let shared = pod.node.at(&["securityContext", field]).filter(|_| pod.containers().any(|c| !own(c)));
        for node in shared.into_iter().chain(pod.containers().filter_map(|c| c.node.at(&["securityContext", field]))) {
            report_low(node, field, context);
        }
    }
    if context.flag("unset") {
        report_unset(pod, context);
    }
}

fn report_low(node: Node<'_>, field: &str, context: &mut Context<'_, '_>) {
    let minimum = context.int("minimum");
    if let Some(id) = node.as_i64().filter(|&id| id > 0 && id < minimum) {
        let message = format!("`{field}` is {id}, an id that a user of the node may have too");
        context.report(node, message).help(format!("use an id of at least {minimum}"));
    }
}

/// Containers whose ids are those of the image.
fn report_unset(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let says = |node: Node<'_>, field: &str| node.at(&["securityContext", field]).is_some();
    for container in pod.containers() {
        let missing: Vec<_> =
            FIELDS.into_iter().filter(|field| !says(pod.node, field) && !says(container.node, field)).collect();
        if !missing.is_empty() {
            let message =
                format!("container `{}` has no `{}`: the image decides", container.name(), missing.join("` and no `"));
            context.report(container.missing("securityContext"), message).help("set `runAsUser` and `runAsGroup`");
        }
    }
}
