use crate::rule::prelude::*;

rule! {
    /// A mount of a directory that controls the host.
    ///
    /// Whoever can read `/`, `/etc`, `/root`, `/proc` or `/var/lib/kubelet` of a node has its credentials and those of every
    /// pod on it; whoever can write there owns it.
    ///
    /// PersistentVolumes of such a directory open it to every pod that claims them.
    ///
    /// Info where the pod is an agent of its node that is known to need the directory: an exporter that reads `/proc` and `/sys`, a
    /// shipper of logs, a network or storage plugin, a plugin that registers with the kubelet. So is a DaemonSet with two signs of such
    /// an agent (see `host-pid`), though not in the profile `strict` nor in those of published standards.
    ///
    /// **How to fix**: mount only the one file or directory that is needed, read-only, or use another type of volume.
    id: "sensitive-host-path",
    severity: Warning,
    peers: &["kyverno:limit-hostpath-vols", "kube-linter:sensitive-host-mounts", "trivy:KSV-0121", "kics:workload_mounting_with_sensitive_os_directory",
             "kubescape:C-0020", "kubesec:ProcMount", "kyverno:limit-hostpath-type-pv"],
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/#hostpath"],
    check: Check::Object(check),
}

/// The directories themselves, and everything below those that end in a slash.
const SENSITIVE: &[&str] = &[
    "/",
    "/boot/",
    "/dev",
    "/etc",
    "/etc/kubernetes/",
    "/etc/shadow",
    "/home",
    "/lib",
    "/lib64",
    "/proc",
    "/root/",
    "/sbin",
    "/srv",
    "/sys",
    "/usr",
    "/usr/lib",
    "/usr/bin",
    "/var",
    "/var/lib",
    "/var/lib/kubelet/",
    "/var/lib/etcd/",
    "/var/run",
    "/run",
];

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let pod = Workload::of(object).and_then(Workload::pod_spec);
    let own = object.spec().filter(|_| object.gvk.is("", "PersistentVolume"));
    let signs = pod.map(|pod| context.signs(pod)).unwrap_or_default();
    for volume in pod.into_iter().flat_map(PodSpec::volumes).chain(own) {
        let Some(node) = volume.at(&["hostPath", "path"]) else { continue };
        if let Some(path) = node.as_str().filter(|path| is_sensitive(path)) {
            let name = volume.str_at("name").or_else(|| object.name()).unwrap_or("");
            let known = pod.and_then(|pod| agents::needs_path(pod, name, path));
            let message = agents::explained(&format!("volume `{name}` opens `{path}` of the host"), known);
            context
                .report(node, message)
                .help("mount only the one directory that is needed, read-only")
                .weighed(signs)
                .excused(known.is_some());
        }
    }
}

fn is_sensitive(path: &str) -> bool {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let credentials = |part: &str| matches!(part, ".aws" | ".azure" | ".docker" | ".kube" | ".ssh" | "gcloud");
    path.split('/').any(credentials)
        || SENSITIVE.iter().any(|known| match known.strip_suffix('/') {
            Some(folder) if !folder.is_empty() => path == folder || path.starts_with(known),
            _ => path == *known,
        })
}
