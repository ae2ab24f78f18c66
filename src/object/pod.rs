//! Pod specs and their containers.
//!
//! In: a workload's pod spec. Out: [`PodSpec`] and [`Container`], with what Kubernetes makes of them: which init
//! containers are sidecars, what the pod's security context means for a container.

use crate::placeholder;
use crate::yaml::{Node, Place};

use super::{Image, Workload, WorkloadKind};

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

    /// Whether it is one to be probed: a main container that runs forever, and, beside others, opens a port.
    pub fn is_probed(self) -> bool {
        let main = || self.pod.node.get("containers").into_iter().flat_map(Node::items);
        let alone = || main().filter(|other| other.is_mapping()).take(2).count() == 1;
        self.role == Role::Main && self.pod.runs_for_ever() && (self.ports().next().is_some() || alone())
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
