//! Agents of nodes: what runs on every node and cannot work without a part of it.
//!
//! In: a pod, and something that it takes from its node. Out: what it is, where such agents are known to need just that: network
//! plugins, storage drivers, exporters, log shippers, device plugins, and the parts of the control plane that a kubelet starts.
//! Of others: what speaks for it that they are one ([`Signs`]).

mod signs;

use crate::object::{Container, Image, Object, PodSpec, WorkloadKind};
use crate::yaml::Node;

pub use signs::Signs;

/// What a pod takes from its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Its network.
    Network,
    /// Its processes.
    Processes,
    /// All of its devices.
    Privileged,
    /// Ports of it.
    Ports,
    /// Capabilities that change the network.
    NetworkCapability,
    /// Other capabilities.
    Capability,
    /// To run as root.
    Root,
    /// A directory, which is only read.
    Reads,
    /// A directory that it writes to.
    Writes,
}

use Need::{Capability, Network, NetworkCapability, Ports, Privileged, Processes, Reads, Root, Writes};

const ALL: &[Need] = &[Network, Processes, Privileged, NetworkCapability, Capability, Root, Reads, Writes];
const OF_NETWORKS: &[Need] = &[Network, Privileged, NetworkCapability, Capability, Root, Reads, Writes];
const OF_STORAGE: &[Need] = &[Network, Privileged, Capability, Root, Reads, Writes];
const OF_DEVICES: &[Need] = &[Root, Reads, Writes];
const OF_EXPORTERS: &[Need] = &[Network, Processes, Reads];
const OF_LOGS: &[Need] = &[Root, Reads];
const OF_ADDRESSES: &[Need] = &[Network, NetworkCapability];

/// Controllers that take the traffic of a cluster in, on whatever nodes: by the ends of their images' names.
const OF_ENTRIES: [&str; 12] = [
    "contour",
    "haproxy-ingress",
    "haproxytech/kubernetes-ingress",
    "ingress-controller-haproxy",
    "ingress-nginx/controller",
    "kong/kubernetes-ingress-controller",
    "nginx-ingress",
    "nginx-ingress-controller",
    "nginx/nginx-ingress",
    "projectcontour/contour",
    "rancher/nginx-ingress-controller",
    "traefik",
];
/// Proxies that do so beside a controller of another image, where they take ports for the web.
const PROXIES: [&str; 2] = ["envoy", "haproxy"];
/// The ports of the web.
const OF_WEB: [i64; 2] = [80, 443];
/// Tools that look at the network plugin's own configuration, and find it by the host's network.
const OF_PLUGIN_TOOLS: [&str; 3] = ["calico/ctl", "calicoctl", "cilium-cli"];

/// Ends of images' names (after a slash), what they are, and what they need.
const AGENTS: &[(&[&str], &str, &[Need])] = &[
    (
        &[
            "antrea-agent-ubuntu",
            "antrea-ubuntu",
            "aws-network-policy-agent",
            "amazon-k8s-cni",
            "calico/node",
            "cilium/cilium",
            "flannel",
            "install-cni",
            "kube-ovn",
            "kube-router",
            "multus-cni",
            "ovn-kubernetes",
            "weave-kube",
            "weave-npc",
            "whereabouts",
        ],
        "a network plugin",
        OF_NETWORKS,
    ),
    (
        &["kube-proxy", "kube-proxy-amd64", "node-local-dns", "k8s-dns-node-cache"],
        "a part of the cluster's network",
        OF_NETWORKS,
    ),
    (
        &["keepalived", "kube-vip", "kube-vip-iptables", "metallb/speaker", "metallb-speaker"],
        "an announcer of addresses",
        OF_ADDRESSES,
    ),
    (
        &["cephcsi", "longhorn-manager", "longhorn-instance-manager", "secrets-store-csi-driver/driver"],
        "a storage driver",
        OF_STORAGE,
    ),
    (
        &[
            "node-exporter",
            "node_exporter",
            "cadvisor",
            "process-exporter",
            "node-problem-detector",
            "kubescape/host-scanner",
        ],
        "an exporter of a node's figures",
        OF_EXPORTERS,
    ),
    (&["smartctl-exporter", "smartctl_exporter"], "an exporter of a node's disks", &[Privileged, Root, Reads]),
    (
        &[
            "fluent-bit",
            "fluentd",
            "fluentd-kubernetes-daemonset",
            "filebeat",
            "promtail",
            "vector",
            "grafana-agent",
            "grafana/alloy",
            "datadog/agent",
            "datadoghq/agent",
            "cloudwatch-agent",
            "aws-for-fluent-bit",
            "splunk/fluentd-hec",
        ],
        "a shipper of logs",
        OF_LOGS,
    ),
    (
        &[
            "k8s-device-plugin",
            "intel-gpu-plugin",
            "sriov-network-device-plugin",
            "smarter-device-manager",
            "generic-device-plugin",
            "node-feature-discovery",
        ],
        "a device plugin",
        OF_DEVICES,
    ),
    (
        &[
            "falco",
            "falco-no-driver",
            "tetragon",
            "kubescape/node-agent",
            "tracee",
            "kured",
            "sysdig/agent",
            "parca-agent",
            "kepler",
        ],
        "an agent that watches its node",
        ALL,
    ),
];

/// Clients and servers of private networks, which make an interface of their own, on whatever node they run.
const OF_TUNNELS: [&str; 12] = [
    "docker-wireguard",
    "docker-zerotier",
    "gluetun",
    "netbird",
    "netclient",
    "openvpn",
    "tailscale",
    "transmission-openvpn",
    "wg-easy",
    "wireguard",
    "wireguard-go",
    "zerotier",
];

/// Directories that the kubelet keeps for its plugins.
const OF_PLUGINS: [&str; 4] = [
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet/plugins",
    "/var/lib/kubelet/plugins_registry",
    "/var/lib/kubelet/pod-resources",
];

/// How the image of the sidecar is called that makes a storage driver known to the kubelet.
const REGISTRAR: &str = "driver-registrar";

/// What a pod is, where it is an agent that needs that of its node.
pub fn needs(pod: PodSpec<'_>, need: Need) -> Option<&'static str> {
    if pod.is_control_plane() {
        return matches!(need, Network | Root | Reads | Writes).then_some("a part of the control plane");
    }
    let (of_storage, of_tunnels) = (OF_STORAGE.contains(&need), need == NetworkCapability);
    let of_entries = matches!(need, Network | Ports);
    let is_agent = pod.workload.kind == WorkloadKind::DaemonSet;
    if !(of_storage || of_tunnels || of_entries || is_agent) {
        return None;
    }
    // A placeholder for a tag leaves the name.
    let written = pod.containers().filter_map(|container| container.image_node()?.as_str());
    let images: Vec<_> = written.map(Image::parse).collect();
    let is_one = |name: &str| images.iter().any(|image| image.is_called(name));
    // What tells the kubelet of itself is a part of its node, whatever runs it.
    let registers =
        |image: &Image<'_>| image.repository.rsplit('/').next().is_some_and(|name| name.ends_with(REGISTRAR));
    if of_storage && images.iter().any(registers) {
        return Some("a storage driver");
    }
    if of_tunnels && OF_TUNNELS.iter().any(|name| is_one(name)) {
        return Some("a private network");
    }
    if of_entries && (OF_ENTRIES.iter().any(|name| is_one(name)) || is_entry(pod, &is_one)) {
        return Some("an ingress controller");
    }
    if need == Network && OF_PLUGIN_TOOLS.iter().any(|name| is_one(name)) {
        return Some("a tool of the network plugin");
    }
    if !is_agent {
        return None;
    }
    let known = AGENTS.iter().filter(|(_, _, needs)| needs.contains(&need));
    known.into_iter().find(|(names, ..)| names.iter().any(|name| is_one(name))).map(|(_, what, _)| *what)
}

/// Whether a pod of every node takes the ports of the web for a proxy.
fn is_entry(pod: PodSpec<'_>, is_one: &dyn Fn(&str) -> bool) -> bool {
    let of_web =
        |port: Node<'_>| port.get("hostPort").and_then(Node::as_i64).is_some_and(|port| OF_WEB.contains(&port));
    pod.workload.kind == WorkloadKind::DaemonSet
        && PROXIES.iter().any(|name| is_one(name))
        && pod.containers().flat_map(Container::ports).any(of_web)
}

/// What a pod is, where it is an agent that needs a directory of its node, which a volume of that name opens.
pub fn needs_path(pod: PodSpec<'_>, volume: &str, path: &str) -> Option<&'static str> {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    if pod.workload.kind == WorkloadKind::DaemonSet && is_of_plugin(pod, path) {
        return Some("a plugin of the kubelet");
    }
    // The controller of a driver has its socket in a folder of its own.
    if is_own_folder(path) {
        return Some("a plugin of the kubelet");
    }
    let reads = is_only_read(pod, volume);
    needs(pod, if reads { Reads } else { Writes })
}

/// Whether a directory is one that the kubelet keeps for its plugins, or another of the kubelet's that a pod opens beside such a one.
fn is_of_plugin(pod: PodSpec<'_>, path: &str) -> bool {
    let lies_in = |path: &str, folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_own = |path: &str| OF_PLUGINS.iter().any(|folder| lies_in(path, folder));
    let mut paths = pod.volumes().filter_map(|volume| volume.at(&["hostPath", "path"])?.as_str());
    is_own(path) || (lies_in(path, "/var/lib/kubelet") && paths.any(is_own))
}

/// Whether a directory is that of one plugin, in which it keeps its socket: it opens nothing of the others.
fn is_own_folder(path: &str) -> bool {
    let own = path.strip_prefix("/var/lib/kubelet/plugins/").unwrap_or_default();
    let parts: Vec<&str> = own.split('/').filter(|part| !part.is_empty()).collect();
    // The kubelet keeps the mounts of in-tree drivers below `kubernetes.io`.
    !parts.is_empty() && !parts.iter().any(|part| matches!(*part, ".." | "kubernetes.io"))
}

/// Whether an object is for a storage driver by its name, and names those who may use it: `synology-csi` with its accounts, each of
/// which is called so.
pub fn is_storage_named(object: Object<'_>) -> bool {
    let says = |name: &str| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "csi");
    let mut users = object.root.get("users").into_iter().flat_map(Node::items).peekable();
    let none_else = object.root.get("groups").is_none_or(|groups| groups.items().next().is_none());
    object.name().is_some_and(says)
        && none_else
        && users.peek().is_some()
        && users.all(|user| user.as_str().is_some_and(says))
}

/// A message with what needs that, if anything does.
pub fn explained(message: &str, known: Option<&str>) -> String {
    match known {
        Some(what) => format!("{message}, which {what} needs"),
        None => message.to_owned(),
    }
}

/// Whether every container that mounts a volume can only read it.
fn is_only_read(pod: PodSpec<'_>, volume: &str) -> bool {
    let mounts = pod.containers().flat_map(|container| container.node.get("volumeMounts")).flat_map(Node::items);
    let mut own = mounts.filter(|mount| mount.str_at("name") == Some(volume)).peekable();
    own.peek().is_some() && own.all(|mount| mount.get("readOnly").and_then(Node::as_bool) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Workload;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn with<T>(text: &str, ask: impl FnOnce(PodSpec<'_>) -> T) -> T {
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
        ask(Workload::of(object).and_then(Workload::pod_spec).expect("a pod"))
    }

    fn agent(kind: &str, image: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nspec: {{template: {{spec: {{containers: [{{name: a, image: '{image}', volumeMounts: [{{name: r, readOnly: true}}, {{name: w}}]}}]}}}}}}\n"
        )
    }

    #[test]
    fn agents_need_what_they_are_known_to_need() {
        let needs_of =
            |kind: &str, image: &str, need: Need| with(&agent(kind, image), |pod| needs(pod, need).is_some());
        assert!(needs_of("DaemonSet", "quay.io/cilium/cilium:v1.16.0", Need::Privileged));
        assert!(needs_of("DaemonSet", "quay.io/prometheus/node-exporter:v1.8.0", Need::Processes));
        assert!(!needs_of("DaemonSet", "quay.io/prometheus/node-exporter:v1.8.0", Need::Privileged));
        assert!(!needs_of("Deployment", "quay.io/cilium/cilium:v1.16.0", Need::Privileged));
        assert!(!needs_of("DaemonSet", "example.com/my-node-exporter:1", Need::Processes));
        // Which workload runs it does not matter to a storage driver, nor to what makes a private network.
        assert!(needs_of(
            "StatefulSet",
            "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.10.0",
            Need::Privileged
        ));
        assert!(needs_of("Deployment", "ghcr.io/qdm12/gluetun:v3.38.0", Need::NetworkCapability));
        assert!(!needs_of("Deployment", "ghcr.io/qdm12/gluetun:v3.38.0", Need::Privileged));
        assert!(!needs_of("Deployment", "example.com/my-gluetun:1", Need::NetworkCapability));
    }

    #[test]
    fn directories_are_read_or_written() {
        let path = |image: &str, volume: &str, path: &str| {
            with(&agent("DaemonSet", image), |pod| needs_path(pod, volume, path).is_some())
        };
        assert!(path("prom/node-exporter:v1", "r", "/proc") && !path("prom/node-exporter:v1", "w", "/proc"));
        assert!(
            path("example.com/a:1", "w", "/var/lib/kubelet/device-plugins/")
                && !path("example.com/a:1", "r", "/var/lib/kubelet")
        );
    }

    #[test]
    fn a_plugin_opens_other_directories_of_the_kubelet() {
        let needs = |volume: &str, path: &str| {
            let text = format!(
                "apiVersion: apps/v1\nkind: DaemonSet\nspec: {{template: {{spec: {{volumes: [{{name: a, hostPath: {{path: {volume}}}}}]}}}}}}\n"
            );
            with(&text, |pod| needs_path(pod, "a", path).is_some())
        };
        assert!(needs("/var/lib/kubelet/plugins/x.example.com", "/var/lib/kubelet/pods"));
        assert!(!needs("/var/lib/kubelet/pods", "/var/lib/kubelet/pods"));
        assert!(
            !needs("/var/lib/kubelet/plugins", "/etc/kubernetes")
                && !needs("/var/lib/kubelet/pluginsx", "/var/lib/kubelet")
        );
    }

    #[test]
    fn a_label_alone_makes_no_part_of_the_control_plane() {
        let pod = |labels: &str| {
            with(
                &format!("apiVersion: v1\nkind: Pod\nmetadata: {{labels: {labels}}}\nspec: {{hostNetwork: true}}\n"),
                |pod| pod.is_control_plane(),
            )
        };
        assert!(pod("{component: kube-apiserver, tier: control-plane}"));
        assert!(!pod("{component: web, tier: control-plane}") && !pod("{component: etcd}"));
    }
}
