use crate::rule::prelude::*;

rule! {
    /// A container whose root filesystem can be written to.
    ///
    /// Whoever gets into the container can put programs there and change those that run.
    ///
    /// **How to fix**: set `securityContext.readOnlyRootFilesystem: true`, and mount an `emptyDir` where the program writes.
    id: "writable-root-filesystem",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:no-read-only-root-fs", "kube-score:container-security-context-readonlyrootfilesystem",
             "polaris:notReadOnlyRootFilesystem", "checkov:CKV_K8S_22", "trivy:KSV-0014", "kubescape:C-0017",
             "kics:root_container_not_mounted_as_read_only", "kyverno:require-ro-rootfs", "kubesec:ReadOnlyRootFilesystem", "datree:CONTAINERS_INCORRECT_READONLYROOTFILESYSTEM_VALUE", "semgrep:writable-filesystem-container"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    profiles: &["nsa", "cis"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let setting = container.own_security("readOnlyRootFilesystem");
    if container.pod.is_windows() || setting.and_then(Node::as_bool) == Some(true) {
        return;
    }
    let place = setting.map_or_else(|| container.missing("securityContext.readOnlyRootFilesystem"), Place::Value);
    let message = format!("container `{}` can write to its root filesystem", container.name());
    let patch = Patch::new().field(container.node, &["securityContext", "readOnlyRootFilesystem"], true);
    context.report(place, message).help("set `readOnlyRootFilesystem: true`").fix(patch);
}
