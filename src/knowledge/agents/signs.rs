//! Signs that the work of a DaemonSet is on the node itself, whatever program it runs.
//!
//! In: a pod, and whether its namespace lets in what is privileged. Out: [`Signs`]: what speaks for it. A network plugin, a storage
//! driver or an exporter that no list names is set up as the known ones are: it runs on every node, come what may, in a namespace
//! for such pods, and opens what belongs to the kubelet, the runtime or the kernel.

use crate::object::{PodSpec, WorkloadKind};
use crate::yaml::Node;

/// What belongs to the programs of a node and to its kernel. `/run` stands for `/var/run` as well.
const OF_NODES: [&str; 17] = [
    "/dev",
    "/etc/cni",
    "/lib/modules",
    "/opt/cni",
    "/proc",
    "/run/containerd",
    "/run/crio",
    "/run/docker.sock",
    "/run/netns",
    "/run/udev",
    "/run/xtables.lock",
    "/sys",
    "/usr/lib/modules",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/kubelet",
];

/// What of it network plugins open.
const OF_NETWORKS: [&str; 7] =
    ["/etc/cni", "/lib/modules", "/opt/cni", "/run/netns", "/run/xtables.lock", "/usr/lib/modules", "/var/lib/cni"];

/// Memory that any program may share, though it lies in `/dev`.
const OF_ANYBODY: &str = "/dev/shm";

/// What speaks for it that a pod does its work on its node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs<'t> {
    tolerates: bool,
    admitted: bool,
    critical: bool,
    /// What it opens of the node's own.
    opens: Option<&'t str>,
    of_networks: bool,
}

impl<'t> Signs<'t> {
    /// Those of a pod; none but of a DaemonSet. `admitted`: its namespace lets in what is privileged.
    pub fn of(pod: PodSpec<'t>, admitted: bool) -> Self {
        if pod.workload.kind != WorkloadKind::DaemonSet {
            return Self::default();
        }
        let paths = || pod.volumes().filter_map(|volume| volume.at(&["hostPath", "path"])?.as_str());
        Self {
            tolerates: pod.node.get("tolerations").into_iter().flat_map(Node::items).any(is_wide),
            admitted,
            critical: pod.node.str_at("priorityClassName") == Some("system-node-critical"),
            opens: paths().find(|path| lies_in(path, &OF_NODES) && !lies_in(path, &[OF_ANYBODY])),
            of_networks: paths().any(|path| lies_in(path, &OF_NETWORKS)),
        }
    }

    fn count(self) -> usize {
        [self.tolerates, self.admitted, self.critical, self.opens.is_some()].into_iter().filter(|sign| *sign).count()
    }

    /// Whether there is one at all.
    pub fn any(self) -> bool {
        self.count() > 0
    }

    /// Whether two agree.
    pub fn agree(self) -> bool {
        self.count() > 1
    }

    /// Whether it looks after its node's network.
    pub fn is_of_networks(self) -> bool {
        self.of_networks
    }

    /// What they are, in words that follow "a DaemonSet that".
    pub fn words(self) -> String {
        let opens = self.opens.map(|path| format!("opens `{path}`"));
        let said = [
            self.tolerates.then(|| "runs on tainted nodes as well".to_owned()),
            self.admitted.then(|| "is in a namespace for privileged pods".to_owned()),
            self.critical.then(|| "is critical to its node".to_owned()),
            opens,
        ];
        said.into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }
}

/// Whether a toleration is for every taint, or for those that keep pods from the control plane's nodes.
fn is_wide(toleration: Node<'_>) -> bool {
    match toleration.str_at("key").filter(|key| !key.is_empty()) {
        Some(key) => key.starts_with("node-role.kubernetes.io/"),
        None => toleration.str_at("operator") == Some("Exists"),
    }
}

/// Whether a path is one of these, or lies below it.
fn lies_in(path: &str, folders: &[&str]) -> bool {
    let path = path.strip_prefix("/var").filter(|rest| rest.starts_with("/run")).unwrap_or(path);
    folders.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Object, Workload};
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn signs(kind: &str, spec: &str, admitted: bool) -> (usize, String) {
        let text = format!("apiVersion: apps/v1\nkind: {kind}\nspec: {{template: {{spec: {spec}}}}}\n");
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
        let pod = Workload::of(object).and_then(Workload::pod_spec).expect("a pod");
        let signs = Signs::of(pod, admitted);
        (signs.count(), signs.words())
    }

    #[test]
    fn signs_are_counted_of_daemon_sets_alone() {
        let all = "{priorityClassName: system-node-critical, tolerations: [{operator: Exists}], volumes: [{name: a, hostPath: {path: /var/run/netns}}]}";
        let (count, words) = signs("DaemonSet", all, true);
        assert_eq!(count, 4);
        assert_eq!(
            words,
            "runs on tainted nodes as well and is in a namespace for privileged pods and is critical to its node and opens `/var/run/netns`"
        );
        for kind in ["Deployment", "StatefulSet"] {
            assert_eq!(signs(kind, all, true), (0, String::new()), "{kind}");
        }
    }

    #[test]
    fn what_anybody_does_is_no_sign() {
        for spec in [
            "{volumes: [{name: a, hostPath: {path: /dev/shm}}, {name: b, hostPath: {path: /}}, {name: c, hostPath: {path: /etc}}]}",
            "{volumes: [{name: a, hostPath: {path: /device}}, {name: b, hostPath: {path: /var/log}}]}",
            "{priorityClassName: high, tolerations: [{key: team, operator: Exists}, {operator: Equal, value: a}]}",
        ] {
            assert_eq!(signs("DaemonSet", spec, false).0, 0, "{spec}");
        }
        let control_plane = "{tolerations: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}";
        assert_eq!(signs("DaemonSet", control_plane, false).0, 1);
    }
}
