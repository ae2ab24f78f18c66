use crate::rule::prelude::*;

rule! {
    /// A mount of the container runtime's socket.
    ///
    /// Whoever can talk to the runtime can start a privileged container: it is root on the node.
    ///
    /// **How to fix**: build images with a tool that needs no daemon, and read metrics from the kubelet.
    id: "runtime-socket-mounted",
    severity: Error,
    peers: &["kube-linter:docker-sock", "checkov:CKV_K8S_27", "trivy:KSV-0006", "kubescape:C-0074",
             "kics:docker_daemon_socket_is_exposed_to_containers", "kyverno:disallow-cri-sock-mount", "kubesec:DockerSock", "datree:CONTAINERS_INCORRECT_PATH_VALUE_DOCKERSOCKET", "semgrep:exposing-docker-socket-hostpath"],
    references: &["https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html"],
    check: Check::PodSpec(check),
}

const SOCKETS: &[&str] = &[
    "docker.sock",
    "containerd.sock",
    "crio.sock",
    "cri-dockerd.sock",
    "podman.sock",
    "dockershim.sock",
    "kubelet.sock",
];

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    for volume in pod.volumes() {
        let Some(node) = volume.at(&["hostPath", "path"]) else { continue };
        let last = node.as_str().and_then(|path| path.trim_end_matches('/').rsplit('/').next());
        if let Some(socket) = last.filter(|last| SOCKETS.contains(last)) {
            let name = volume.str_at("name").unwrap_or("");
            let message = format!("volume `{name}` mounts the socket `{socket}` of the container runtime");
            context.report(node, message).help("remove the volume: access to the socket means root on the node");
        }
    }
}
