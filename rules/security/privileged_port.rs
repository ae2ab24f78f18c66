use crate::rule::prelude::*;

rule! {
    /// A container that listens on a port below 1024.
    ///
    /// To bind such a port a process needs the capability `NET_BIND_SERVICE` or root, unless the runtime of its node lets
    /// everybody (newer ones do). A Service can give any port to the outside.
    ///
    /// **How to fix**: let the program listen on a port above 1023, and map it with the Service's `targetPort`.
    id: "privileged-port",
    severity: Info,
    peers: &["kube-linter:privileged-ports", "trivy:KSV-0117"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    for port in container.ports().filter_map(|port| port.get("containerPort")) {
        if let Some(number) = port.as_i64().filter(|number| (1..1024).contains(number)) {
            let message = format!("container `{}` listens on the privileged port {number}", container.name());
            context.report(port, message).help("listen on a port above 1023, and map it with `targetPort`");
        }
    }
}
