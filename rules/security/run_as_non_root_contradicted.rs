use crate::rule::prelude::*;

rule! {
    /// A container that must not run as root but runs as user 0.
    ///
    /// `runAsNonRoot: true` with `runAsUser: 0` is accepted by the server and refused by the kubelet: the pod stays in
    /// `CreateContainerConfigError`. Checked on what the pod and the container say together.
    ///
    /// **How to fix**: use a user other than 0, or remove `runAsNonRoot`.
    id: "run-as-non-root-contradicted",
    severity: Error,
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let non_root = container.security("runAsNonRoot").and_then(Node::as_bool) == Some(true);
    let Some(user) = container.security("runAsUser").filter(|user| user.as_i64() == Some(0)) else { return };
    // What the pod says is reported once, with the first container that it holds for.
    let inherited = container.own_security("runAsUser").is_none() && container.own_security("runAsNonRoot").is_none();
    let first = container
        .pod
        .containers()
        .find(|other| other.own_security("runAsUser").is_none() && other.own_security("runAsNonRoot").is_none());
    if non_root && (!inherited || first == Some(container)) {
        let message = format!("container `{}` has `runAsNonRoot: true` but runs as user 0", container.name());
        context.report(user, message).help("use a user other than 0, or remove `runAsNonRoot`");
    }
}
