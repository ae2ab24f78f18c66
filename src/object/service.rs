//! Services and what stands in front of them.
//!
//! In: an [`Object`]. Out: [`Service`] with its ports and selector, and [`Backend`]s: the Services that an Ingress sends
//! its traffic to.

use crate::yaml::Node;

use super::Object;

/// A core Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service<'t> {
    /// The object.
    pub object: Object<'t>,
}

impl<'t> Service<'t> {
    /// The Service that an object is, if it is one.
    pub fn of(object: Object<'t>) -> Option<Self> {
        object.gvk.is("", "Service").then_some(Self { object })
    }

    fn field(self, name: &str) -> Option<Node<'t>> {
        self.object.spec()?.get(name)
    }

    /// `spec.type`, `ClusterIP` by default.
    pub fn kind(self) -> &'t str {
        self.field("type").and_then(Node::as_str).unwrap_or("ClusterIP")
    }

    /// Whether it is only an alias for a name elsewhere.
    pub fn is_external_name(self) -> bool {
        self.kind() == "ExternalName"
    }

    /// Whether it has no address of its own: its name stands for its pods' addresses.
    pub fn is_headless(self) -> bool {
        self.field("clusterIP").and_then(Node::as_str) == Some("None")
    }

    /// The selector, where one with labels is written.
    pub fn selector(self) -> Option<Node<'t>> {
        self.field("selector").filter(|selector| selector.is_mapping() && !selector.is_empty())
    }

    /// The ports.
    pub fn ports(self) -> impl Iterator<Item = Node<'t>> + Clone {
        self.field("ports").into_iter().flat_map(Node::items).filter(|port| port.is_mapping())
    }

    /// Whether it opens a port of that number.
    pub fn has_port_number(self, number: i64) -> bool {
        self.ports().any(|port| port.get("port").and_then(Node::as_i64) == Some(number))
    }

    /// Whether it opens a port of that name.
    pub fn has_port_name(self, name: &str) -> bool {
        self.ports().any(|port| port.str_at("name") == Some(name))
    }
}

/// Where an Ingress sends traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend<'t> {
    /// The Service's name.
    pub name: &'t str,
    /// Where the name stands.
    pub node: Node<'t>,
    /// The port, by number or by name.
    pub port: Option<Node<'t>>,
    /// The path entry it belongs to; nothing for a default backend.
    pub path: Option<Node<'t>>,
}

/// The backends of an Ingress, of the current form (`service.name`) and of the beta one (`serviceName`).
pub fn ingress_backends(ingress: Object<'_>) -> Vec<Backend<'_>> {
    let Some(spec) = ingress.spec() else { return Vec::new() };
    let default = spec.get("defaultBackend").or_else(|| spec.get("backend"));
    let mut found: Vec<_> = default.and_then(|node| backend(node, None)).into_iter().collect();
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        for path in rule.at(&["http", "paths"]).into_iter().flat_map(Node::items) {
            found.extend(path.get("backend").and_then(|node| backend(node, Some(path))));
        }
    }
    found
}

fn backend<'t>(node: Node<'t>, path: Option<Node<'t>>) -> Option<Backend<'t>> {
    if let Some(service) = node.get("service") {
        let port = service.get("port").and_then(|port| port.get("number").or_else(|| port.get("name")));
        return Some(Backend { name: service.str_at("name")?, node: service.get("name")?, port, path });
    }
    let name = node.get("serviceName")?;
    Some(Backend { name: name.as_str()?, node: name, port: node.get("servicePort"), path })
}
