use crate::rule::prelude::*;

rule! {
    /// SecurityContextConstraints that allow privileged containers.
    ///
    /// On OpenShift, whoever may use them may run containers that are root on the node.
    ///
    /// **How to fix**: set `allowPrivilegedContainer: false`.
    id: "privileged-security-context-constraints",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:scc-deny-privileged-container"],
    references: &["https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/authentication_and_authorization/managing-pod-security-policies"],
    check: Check::Kind(&["security.openshift.io/SecurityContextConstraints"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(node) = object.root.get("allowPrivilegedContainer").filter(|node| node.as_bool() == Some(true)) {
        let known = agents::is_storage_named(object).then_some("a storage driver");
        let message = agents::explained(&format!("{} allows privileged containers", object.title()), known);
        context
            .report(node, message)
            .help("set `allowPrivilegedContainer: false`")
            .fix(Patch::new().set(node, false))
            .excused(known.is_some());
    }
}
