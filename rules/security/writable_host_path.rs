use crate::rule::prelude::*;

rule! {
    /// A directory of the host that is mounted for writing.
    ///
    /// What is written there outlives the pod and is read by whatever else uses the directory.
    ///
    /// **How to fix**: set `readOnly: true` on the mount, or use another type of volume.
    id: "writable-host-path",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:writable-host-mount", "kubescape:C-0045", "kics:volume_mount_with_os_directory_write_permissions",
             "kyverno:ensure-readonly-hostpath", "datree:EKS_INVALID_HOSTPATH_MOUNT_READONLY_VALUE"],
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/#hostpath"],
    profiles: &["nsa"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    for mount in container.node.get("volumeMounts").into_iter().flat_map(Node::items) {
        let Some(name) = mount.str_at("name") else { continue };
        let is_host = container.pod.volumes().any(|v| v.str_at("name") == Some(name) && v.get("hostPath").is_some());
        if is_host && mount.get("readOnly").and_then(Node::as_bool) != Some(true) {
            let message = format!("container `{}` may write to the host's directory `{name}`", container.name());
            let place = mount.get("readOnly").map_or_else(|| Place::missing(mount, "readOnly"), Place::Value);
            let patch = Patch::new().field(mount, &["readOnly"], true);
            context.report(place, message).help("set `readOnly: true` on the mount").fix(patch);
        }
    }
}
