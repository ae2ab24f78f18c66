use crate::rule::prelude::*;

rule! {
    /// A container that opens port 22.
    ///
    /// An SSH server in a pod is a second way in, with keys and patches of its own, past RBAC and the audit log.
    /// Images of Git servers are not reported.
    ///
    /// **How to fix**: use `kubectl exec` or ephemeral containers, and remove the SSH server.
    id: "ssh-port-exposed",
    severity: Warning,
    peers: &["kube-linter:ssh-port", "kubescape:C-0042"],
    references: &["https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let git =
        container.image().is_some_and(|image| image.repository.contains("git") || image.repository.contains("sftp"));
    for port in container.ports().filter_map(|port| port.get("containerPort")).filter(|_| !git) {
        if port.as_i64() == Some(22) {
            let message = format!("container `{}` opens the SSH port", container.name());
            context.report(port, message).help("use `kubectl exec` or an ephemeral container instead");
        }
    }
}
