//! What can be said of a document by itself.
//!
//! In: a document, while its text and tree are at hand. Out: findings about its text, and the validity of the objects in it
//! that need no other document to be checked by.

use std::sync::Arc;

use crate::discover::classify::{classify, is_settings};
use crate::discover::{DIRECTIVES, DocumentClass, is_kustomization_file, placeholder};
use crate::finding::Finding;
use crate::object::{Gvk, Object};
use crate::reading;
use crate::schema::{self, SchemaStatus};
use crate::source::{Source, Span};
use crate::yaml::{Document, Node};

use super::rest::Rest;
use super::validity::Validators;

/// Whether an object could be checked, and what was found.
pub(super) type Verdict = (SchemaStatus, Vec<Finding>);

/// What there is to say of a document by itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// About its text.
    pub text: Vec<Finding>,
    /// About its objects, in their order; custom resources have no schema as yet.
    pub objects: Vec<Verdict>,
    /// What rules say of parts of it that are let go; of most documents nothing.
    pub rest: Option<Box<Rest>>,
    /// It holds what is meant to be an object, but does not say what it is.
    pub broken: bool,
    /// Its text speaks of a directive of a patch.
    pub directed: bool,
}

impl Look {
    /// Looks at a document.
    pub(super) fn at(document: &Document, source: &Source, checks: &Validators<'_>) -> Self {
        let class = match &document.tree {
            Err(error)
                if is_template(document, source, error.span)
                    || is_settings(&source.name, source.slice(document.span)) =>
            {
                return Self::default();
            }
            Err(_) => DocumentClass::Broken,
            Ok(_) => classify(document),
        };
        let text = match class {
            DocumentClass::Skip(_) if is_kustomization_file(&source.name) => {
                return Self { text: reading::lost(source, document), ..Self::default() };
            }
            DocumentClass::Skip(_) => return Self::default(),
            _ => text_findings(source, document),
        };
        if class != DocumentClass::Manifest {
            return Self { text, broken: true, ..Self::default() };
        }
        let Objects { whole, broken } = Objects::of(document);
        let objects = whole.into_iter().map(|object| checks.check(object, document.number, "")).collect();
        let directed = is_directed(source.slice(document.span));
        Self { text, objects, broken: !broken.is_empty(), directed, ..Self::default() }
    }

    /// Whether other documents decide about any of its objects.
    pub(super) fn is_open(&self) -> bool {
        self.objects.iter().any(is_open)
    }

    /// Whether nothing was found, so that nothing has to be shown of the text.
    pub(super) fn is_silent(&self) -> bool {
        let is_silent = |verdict: &Verdict| is_open(verdict) || verdict.1.is_empty();
        !self.broken && self.text.is_empty() && self.objects.iter().all(is_silent)
    }
}

/// Whether a text speaks of a directive of a strategic merge patch.
pub(super) fn is_directed(text: &str) -> bool {
    let mut signs = memchr::memchr_iter(b'$', text.as_bytes());
    signs.any(|at| DIRECTIVES.iter().any(|directive| text[at..].starts_with(directive)))
}

/// Whether other documents decide about an object: they may define its kind.
pub(super) fn is_open(verdict: &Verdict) -> bool {
    verdict.0 == SchemaStatus::NoSchema
}

/// Whether a document that does not parse at a place is a template.
pub(super) fn is_template(document: &Document, source: &Source, place: Span) -> bool {
    placeholder::is_template(source.slice(document.span), place.start.saturating_sub(document.span.start) as usize)
}

/// Whether a file is data of something else, which nobody expects to be checked: JSON of which no document is a manifest.
pub(super) fn is_data(documents: &[Document], source: &Source) -> bool {
    source.name.ends_with(".json") && !documents.iter().any(|document| is_expected(document, source))
}

/// Whether a document of a JSON file is a manifest, or holds a half of what makes one: itself, or an item of its list. One that
/// does not parse is taken for one where its text speaks of both halves.
fn is_expected(document: &Document, source: &Source) -> bool {
    let speaks = |node: Node<'_>| node.get("apiVersion").or_else(|| node.get("kind")).is_some();
    match &document.tree {
        Ok(tree) => speaks(tree.root()) || tree.root().items().any(speaks),
        Err(_) => ["\"apiVersion\"", "\"kind\""].iter().all(|field| source.slice(document.span).contains(field)),
    }
}

/// The objects of a document: itself, the items of a List, or a template and what it makes.
pub(super) struct Objects<'t> {
    /// Those that say what they are.
    pub whole: Vec<Object<'t>>,
    /// Those that do not, and Lists in a List.
    pub broken: Vec<Node<'t>>,
}

impl<'t> Objects<'t> {
    pub(super) fn of(document: &'t Document) -> Self {
        let mut objects = Self { whole: Vec::new(), broken: Vec::new() };
        let root = document.tree.as_ref().ok().and_then(|tree| Object::from_node(tree.root()));
        let Some(root) = root else { return objects };
        match list_items(root) {
            Some(nodes) => nodes.items().for_each(|node| objects.item(root, node)),
            None => {
                objects.take(root);
                made_by_template(root).for_each(|node| objects.push(node));
            }
        }
        objects
    }

    fn push(&mut self, node: Node<'t>) {
        match Object::from_node(node) {
            Some(object) => self.take(object),
            None => self.broken.push(node),
        }
    }

    /// Takes up what has a string for its `apiVersion` and its `kind`: where one is empty, `schema::broken` says so.
    fn take(&mut self, object: Object<'t>) {
        if object.gvk.kind.is_empty() || object.root.str_at("apiVersion") == Some("") {
            return self.broken.push(object.root);
        }
        self.whole.reserve_exact(usize::from(self.whole.is_empty())); // mostly it stays with one
        self.whole.push(object);
    }

    /// Takes up an item of a list. In a list of one kind it need not say what it is: kubectl fills that in.
    fn item(&mut self, list: Object<'t>, node: Node<'t>) {
        let kind = list.gvk.kind.strip_suffix("List").filter(|kind| !kind.is_empty());
        let bare = node.is_mapping() && node.get_entry("kind").is_none() && node.get_entry("apiVersion").is_none();
        match kind.filter(|_| bare) {
            Some(kind) => self.whole.push(Object { root: node, gvk: Gvk { kind, ..list.gvk } }),
            None if schema::nested_list(node).is_some() => self.broken.push(node),
            None => {
                self.push(node);
                let made = Object::from_node(node).into_iter().flat_map(made_by_template);
                made.for_each(|node| self.push(node));
            }
        }
    }

    /// Whether there are some, all CustomResourceDefinitions.
    pub(super) fn are_definitions(&self) -> bool {
        self.broken.is_empty() && !self.whole.is_empty() && self.whole.iter().all(|object| is_definition(*object))
    }
}

/// The `items` of a list of any kind (kubectl takes it apart before sending).
fn list_items<'t>(object: Object<'t>) -> Option<Node<'t>> {
    let is_list = object.gvk.kind.ends_with("List");
    is_list.then(|| object.root.get("items")).flatten().filter(|items| items.is_sequence())
}

/// The objects that a Template of OpenShift makes, with its parameters in them.
fn made_by_template<'t>(object: Object<'t>) -> impl Iterator<Item = Node<'t>> {
    let template = object.gvk.kind == "Template" && matches!(object.gvk.group, "" | "template.openshift.io");
    template.then(|| object.root.get("objects")).flatten().into_iter().flat_map(Node::items)
}

/// Whether an object is a CustomResourceDefinition.
pub(super) fn is_definition(object: Object<'_>) -> bool {
    object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

/// What there is to say about a document's text, and which object it holds.
fn text_findings(source: &Source, document: &Document) -> Vec<Finding> {
    let mut findings = reading::findings(source, document);
    let object = document.tree.as_ref().ok().and_then(|tree| Object::from_node(tree.root()));
    if let (Some(object), false) = (object, findings.is_empty()) {
        let reference = Arc::new(object.reference());
        findings.iter_mut().for_each(|finding| object.attach_to(finding, document.number, &reference));
    }
    findings
}
