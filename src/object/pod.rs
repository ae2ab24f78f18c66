//! Pod specs and their containers.
//!
//! In: a workload's pod spec. Out: [`PodSpec`] and [`Container`], with what Kubernetes makes of them: which init
//! containers are sidecars, what the pod's security context means for a container.

use crate::placeholder;
use crate::yaml::{Node, Place};

use super::{Image, Workload, WorkloadKind};

/// What only waits is said in fewer words than this, none of them longer.
const MOST_WORDS: usize = 8;
const LONGEST_WORD: usize = 1000;

/// What the parts of the control plane are labelled with.
const CONTROL_PLANE: [&str; 5] =
    ["cloud-controller-manager", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/// A pod spec within its workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PodSpec<'t> {
    /// The spec.
    pub node: Node<'t>,
    /// What makes the pods.
    pub workload: Workload<'t>,
}

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs for as long as the pod.
    Main,
    /// Runs to completion before the others start.
    Init,
    /// An init container with `restartPolicy: Always`: runs beside the others.
    Sidecar,
    /// Added to a running pod to debug it.
    Ephemeral,
}

impl Role {
    /// Whether it runs for as long as the pod.
    pub fn is_long_running(self) -> bool {
        matches!(self, Role::Main | Role::Sidecar)
    }
}

/// One container of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Container<'t> {
    /// The container.
    pub node: Node<'t>,
    /// What it is for.
    pub role: Role,
    /// The pod it runs in.
    pub pod: PodSpec<'t>,
}

impl<'t> PodSpec<'t> {
    /// All containers: init containers and sidecars, main ones, ephemeral ones.
    pub fn containers(self) -> impl Iterator<Item = Container<'t>> + Clone {
        let of = move |field: &str, role: Role| {
            let items = self.node.get(field).into_iter().flat_map(Node::items);
            items.filter(|node| node.is_mapping()).map(move |node| Container {
                node,
                role: if role == Role::Init && node.str_at("restartPolicy") == Some("Always") {
                    Role::Sidecar
                } else {
                    role
                },
                pod: self,
            })
        };
        of("initContainers", Role::Init)
            .chain(of("containers", Role::Main))
            .chain(of("ephemeralContainers", Role::Ephemeral))
    }

    /// The containers that run for as long as the pod.
    pub fn long_running(self) -> impl Iterator<Item = Container<'t>> + Clone {
        self.containers().filter(|container| container.role.is_long_running())
    }

    /// The volumes.
    pub fn volumes(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.node.get("volumes").into_iter().flat_map(Node::items).filter(|node| node.is_mapping())
    }

    /// Whether the pod runs on Windows, so that Linux security settings do not apply.
    pub fn is_windows(self) -> bool {
        self.node.at(&["os"]).and_then(|os| os.str_at("name")) == Some("windows")
            || self.node.get("nodeSelector").and_then(|s| s.str_at("kubernetes.io/os")) == Some("windows")
    }

    /// A field of the pod's security context.
    pub fn security(self, field: &str) -> Option<Node<'t>> {
        self.node.get("securityContext")?.get(field)
    }

    /// Whether its pods are meant to run forever: not those of Jobs, nor bare pods that end.
    pub fn runs_for_ever(self) -> bool {
        let ends = matches!(self.node.str_at("restartPolicy"), Some("Never" | "OnFailure"));
        self.workload.kind.is_long_running() || self.workload.kind == WorkloadKind::Pod && !ends
    }

    /// Whether the kubelet starts it from a file as a part of the control plane.
    pub fn is_control_plane(self) -> bool {
        let labels = self.workload.pod_labels();
        let component = labels.get("component").or_else(|| labels.get("k8s-app")).unwrap_or("");
        self.workload.kind == WorkloadKind::Pod
            && labels.get("tier") == Some("control-plane")
            && CONTROL_PLANE.contains(&component)
    }

    /// `serviceAccountName`, or the old spelling `serviceAccount`.
    pub fn service_account(self) -> Option<Node<'t>> {
        self.node.get("serviceAccountName").or_else(|| self.node.get("serviceAccount"))
    }
}

impl<'t> Container<'t> {
    /// Its name; empty where it has none.
    pub fn name(self) -> &'t str {
        self.node.str_at("name").unwrap_or("")
    }

    /// The node under `image`, where it is a string.
    pub fn image_node(self) -> Option<Node<'t>> {
        self.node.get("image").filter(|node| node.is_string())
    }

    /// The image reference, taken apart; nothing where a placeholder stands for it, or for a part of it.
    pub fn image(self) -> Option<Image<'t>> {
        let text = self.image_node()?.as_str()?;
        placeholder::in_value(text).is_none().then(|| Image::parse(text))
    }

    /// What stands in `resources.requests` or `resources.limits` (the `list`) for a resource.
    pub fn resource(self, list: &str, resource: &str) -> Option<Node<'t>> {
        self.node.at(&["resources", list])?.get(resource)
    }

    /// A field of its own security context, else the pod's, as Kubernetes resolves the fields that both have.
    pub fn security(self, field: &str) -> Option<Node<'t>> {
        self.own_security(field).or_else(|| self.pod.security(field))
    }

    /// A field of its own security context.
    pub fn own_security(self, field: &str) -> Option<Node<'t>> {
        self.node.get("securityContext")?.get(field)
    }

    /// Its environment variables with a name.
    pub fn env(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.node.get("env").into_iter().flat_map(Node::items).filter(|node| node.str_at("name").is_some())
    }

    /// Its sources of whole sets of variables.
    pub fn env_from(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.node.get("envFrom").into_iter().flat_map(Node::items)
    }

    /// Whether it is one to be probed: a main container that runs forever, and, beside others, opens a port for more than figures. What
    /// only waits for somebody to open a shell in it has nothing to say, and parts of the control plane are watched by the kubelet.
    pub fn is_probed(self) -> bool {
        let main = || self.pod.node.get("containers").into_iter().flat_map(Node::items);
        let alone = || main().filter(|other| other.is_mapping()).take(2).count() == 1;
        let asked = || alone() || (self.ports().next().is_some() && !self.is_exporter());
        self.role == Role::Main
            && !self.is_injected()
            && self.pod.runs_for_ever()
            && asked()
            && !self.waits()
            && !self.is_udp()
            && !self.pod.is_control_plane()
    }

    /// Whether it is a gateway of Istio, of which the webhook fills in the image, the probes and more.
    pub fn is_injected(self) -> bool {
        self.name() == "istio-proxy" && self.image_node().and_then(Node::as_str) == Some("auto")
    }

    /// Whether its name or image is that of an exporter of another container's figures, or of what guards these.
    fn is_exporter(self) -> bool {
        let ends = |name: &str| ["-exporter", "_exporter", "kube-rbac-proxy"].iter().any(|end| name.ends_with(end));
        ends(self.name()) || self.image().is_some_and(|image| ends(image.repository))
    }

    /// Whether all its ports are of UDP, which no probe can ask.
    fn is_udp(self) -> bool {
        let mut ports = self.ports().peekable();
        ports.peek().is_some() && ports.all(|port| port.str_at("protocol") == Some("UDP"))
    }

    /// Whether it does nothing but wait: `sleep infinity`, `tail -f /dev/null`.
    pub fn waits(self) -> bool {
        let words = ["command", "args"].into_iter().filter_map(|field| self.node.get(field)).flat_map(Node::items);
        let words: Vec<&str> = words.filter_map(Node::as_str).take(MOST_WORDS + 1).collect();
        if words.len() > MOST_WORDS || words.iter().any(|word| word.len() > LONGEST_WORD) {
            return false;
        }
        let line = words.join(" ");
        let line = line.trim().trim_end_matches(';');
        let (line, shell) = match line.split_once(" -c ").or_else(|| line.split_once(" -ec ")) {
            Some((shell, line)) => (line.trim(), shell.rsplit('/').next().is_some_and(|name| name.ends_with("sh"))),
            None => (line, true),
        };
        let endless = [
            "while true; do sleep",
            "while :; do sleep",
            "sleep infinity",
            "sleep inf",
            "tail -f /dev/null",
            "tail -F /dev/null",
        ];
        let is_one = endless.iter().any(|start| line.strip_prefix("exec ").unwrap_or(line).starts_with(start));
        shell
            && self.ports().next().is_none()
            && (is_one
                || line.strip_prefix("sleep ").is_some_and(|rest| rest.trim().bytes().all(|b| b.is_ascii_digit())))
    }

    /// Its ports.
    pub fn ports(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.node.get("ports").into_iter().flat_map(Node::items).filter(|node| node.is_mapping())
    }

    /// A field that the container lacks, as a place.
    pub fn missing(self, field: &str) -> Place<'t> {
        Place::missing(self.node, field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Object;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn first<T>(containers: &str, ask: impl FnOnce(Container<'_>) -> T) -> T {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{containers}]}}\n");
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
        let pod = Workload::of(object).and_then(Workload::pod_spec).expect("a pod");
        ask(pod.containers().next().expect("a container"))
    }

    #[test]
    fn what_only_waits_is_not_probed() {
        for words in [
            "command: [sleep, infinity]",
            "command: [sleep, '3600']",
            "command: [/bin/sh, -c, 'while true; do sleep 30; done;']",
            "command: [bash, -c], args: [exec tail -f /dev/null]",
        ] {
            assert!(first(&format!("{{name: a, {words}}}"), |one| one.waits() && !one.is_probed()), "{words}");
        }
        for words in [
            "command: [serve]",
            "command: [sh, -c, 'sleep 5; serve']",
            "command: [sleep, infinity], ports: [{containerPort: 1}]",
        ] {
            assert!(first(&format!("{{name: a, {words}}}"), |one| !one.waits() && one.is_probed()), "{words}");
        }
    }

    #[test]
    fn a_gateway_that_is_injected_is_not_probed() {
        assert!(!first("{name: istio-proxy, image: auto}", |one| one.is_probed()));
        assert!(first("{name: web, image: auto}", |one| one.is_probed()));
        assert!(first("{name: istio-proxy, image: istio/proxyv2:1.20.0}", |one| one.is_probed()));
    }

    #[test]
    fn an_exporter_beside_others_is_not_probed() {
        let ports = "ports: [{containerPort: 9187}]";
        assert!(!first(&format!("{{name: postgres-exporter, {ports}}}, {{name: b}}"), |one| one.is_probed()));
        assert!(first(&format!("{{name: postgres-exporter, {ports}}}"), |one| one.is_probed()));
        assert!(!first("{name: dns, ports: [{containerPort: 53, protocol: UDP}]}", |one| one.is_probed()));
        assert!(first(&format!("{{name: postgres, {ports}}}, {{name: b}}"), |one| one.is_probed()));
    }
}
