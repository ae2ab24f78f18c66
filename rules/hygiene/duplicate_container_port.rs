use crate::rule::prelude::*;

rule! {
    /// A port that a container declares twice.
    ///
    /// The server accepts it, and the next `kubectl apply` merges the two in surprising ways: ports are merged by number.
    ///
    /// **How to fix**: drop one of them.
    id: "duplicate-container-port",
    severity: Warning,
    peers: &["kube-score:container-ports-check"],
    references: &["https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let mut seen: Vec<(i64, &str)> = Vec::new();
    for port in container.ports() {
        let Some(node) = port.get("containerPort") else { continue };
        let Some(number) = node.as_i64() else { continue };
        let key = (number, port.str_at("protocol").unwrap_or("TCP"));
        // Two ports of the host may lead to the same port of the container.
        if port.get("hostPort").is_none() && seen.contains(&key) {
            let message = format!("container `{}` declares port {number} twice", container.name());
            context.report(node, message).help("drop one of them");
        }
        seen.push(key);
    }
}
