//! Views over the tree: what a mapping means as a Kubernetes object.
//!
//! In: nodes of a document. Out: [`Object`] and the views on its parts. A view borrows: it holds nodes, never copies of
//! the fields, so that every value still knows the bytes it came from.

mod autoscaler;
mod canonical;
pub mod glob;
mod gvk;
mod image;
mod keyed_path;
mod pod;
mod policy;
mod quantity;
mod refs;
pub mod selector;
mod service;
pub mod tls;
mod workload;

pub use autoscaler::Autoscaler;
pub use gvk::Gvk;
pub use image::Image;
pub use pod::{Container, PodSpec, Role};
pub use policy::NetworkPolicy;
pub use quantity::{Quantity, QuantityError};
pub use refs::{Reference, ReferenceKind};
pub use selector::Labels;
pub use service::{Backend, Service, ingress_backends};
pub use workload::{Workload, WorkloadKind};

use std::sync::Arc;

use crate::finding::{Finding, ObjectRef, Subject, WrittenName};
use crate::yaml::{Node, Place};

/// One Kubernetes object: a document's root, or an item of a List.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'t> {
    /// The mapping that is the object.
    pub root: Node<'t>,
    /// What it says it is.
    pub gvk: Gvk<'t>,
}

impl<'t> Object<'t> {
    /// The object that a mapping with a string `apiVersion` and `kind` is.
    pub fn from_node(root: Node<'t>) -> Option<Self> {
        let gvk = Gvk::new(root.str_at("apiVersion")?, root.str_at("kind")?);
        Some(Self { root, gvk })
    }

    /// `metadata`, where it is a mapping.
    pub fn metadata(self) -> Option<Node<'t>> {
        self.root.get("metadata").filter(|node| node.is_mapping())
    }

    /// `metadata.name`.
    pub fn name(self) -> Option<&'t str> {
        self.metadata()?.str_at("name")
    }

    /// Where a finding about the object as a whole points: its name, or what there is of its metadata.
    pub fn place(self) -> Place<'t> {
        let name = self.metadata().and_then(|metadata| metadata.get("name"));
        name.map_or_else(|| self.root.get("kind").map_or(Place::Value(self.root), Place::Value), Place::Value)
    }

    /// `metadata.namespace`, where it is written and not empty.
    pub fn namespace(self) -> Option<&'t str> {
        self.metadata()?.str_at("namespace").filter(|name| !name.is_empty())
    }

    /// The value of a label of the object itself.
    pub fn label(self, key: &str) -> Option<&'t str> {
        self.metadata()?.get("labels")?.str_at(key)
    }

    /// Its annotations, as written.
    pub fn annotations(self) -> Option<Node<'t>> {
        self.metadata()?.get("annotations")
    }

    /// The value of an annotation of the object itself.
    pub fn annotation(self, key: &str) -> Option<&'t str> {
        self.annotations()?.str_at(key)
    }

    /// Whether it is run by `helm test` and by nothing else.
    pub fn is_helm_test(self) -> bool {
        let events = self.annotation("helm.sh/hook").unwrap_or_default();
        let is_test = |event: &str| matches!(event.trim().to_ascii_lowercase().as_str(), "test" | "test-success");
        !events.is_empty() && events.split(',').all(is_test)
    }

    /// `spec`.
    pub fn spec(self) -> Option<Node<'t>> {
        self.root.get("spec")
    }

    /// Its labels.
    pub fn labels(self) -> Labels<'t> {
        Labels(self.metadata().and_then(|metadata| metadata.get("labels")))
    }

    /// A field missing under `spec`.
    pub fn missing_in_spec(self, field: &str) -> Place<'t> {
        match self.spec().filter(|spec| spec.is_mapping()) {
            Some(spec) => Place::missing(spec, field),
            None => Place::missing(self.root, format!("spec.{field}")),
        }
    }

    /// Kind and name, as messages show them: `Deployment` and its name in backticks, or what the server makes one from.
    pub fn title(self) -> String {
        let generated = || self.metadata()?.str_at("generateName").map(|prefix| format!("{prefix}…"));
        let name = self.name().map(str::to_owned).or_else(generated);
        format!("{} `{}`", self.gvk.kind, name.as_deref().unwrap_or("?"))
    }

    /// What identifies it within a run; `document` is the number of its document.
    pub fn subject(self, document: u32) -> Subject {
        Subject { source: self.root.tree().source(), document, root: self.root.id().index() }
    }

    /// Says of a finding, whose path is set, that it is about this object. `reference` is what [`Object::reference`] gave.
    pub fn attach_to(self, finding: &mut Finding, document: u32, reference: &Arc<ObjectRef>) {
        finding.document = Some(document);
        finding.subject = Some(self.subject(document));
        finding.object = Some(reference.clone());
        finding.keyed_path = keyed_path::keyed_path(self.root, &finding.path);
    }

    /// What a finding shows of it.
    pub fn reference(self) -> ObjectRef {
        ObjectRef {
            api_version: self.gvk.api_version(),
            kind: self.gvk.kind.to_owned(),
            namespace: self.namespace().map(str::to_owned),
            name: self.name().map(str::to_owned),
            generate_name: self.metadata().and_then(|metadata| metadata.str_at("generateName")).map(str::to_owned),
            written: self.root.by().map(|_| Box::new(self.written_name())),
        }
    }

    /// What the file that it comes from calls it.
    fn written_name(self) -> WrittenName {
        let text = |field| self.metadata()?.get(field)?.written_text().map(str::to_owned);
        WrittenName { namespace: text("namespace"), name: text("name") }
    }
}
