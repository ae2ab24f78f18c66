//! `buildMetadata`: notes in annotations of where objects come from.
//!
//! In: the options of the root, and what happens to objects. Out: the notes, which the objects carry until they are written.

use super::build::Scope;
use super::decode::Text;
use super::node::Node;
use super::resource::Resource;
use crate::render::origin::{By, Origin};
use crate::source::Span;

/// The annotation that says where an object was written.
pub const ORIGIN: &str = "config.kubernetes.io/origin";
/// The annotation that says what changed it.
pub const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Whether notes are made, and where the build is.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// Notes of where objects come from are shown.
    pub origins: bool,
    /// Notes of what changed them are shown.
    pub transformations: bool,
    /// Objects get a label that kustomize manages them, because of what stands there.
    pub managed: Option<Span>,
    active: bool,
    place: Span,
    path: String,
}

/// What changed objects.
pub enum Step {
    /// A field of the kustomization.
    Builtin(&'static str),
    /// An object that configures a plugin.
    Object(Box<Resource>),
}

impl Notes {
    /// What a root asks for.
    pub fn new(options: &[Text]) -> Self {
        let has = |name: &str| options.iter().find(|option| &***option == name).map(|option| option.span);
        Self {
            origins: has("originAnnotations").is_some(),
            transformations: has("transformerAnnotations").is_some(),
            managed: has("managedByLabel"),
            active: !options.is_empty(),
            place: options.first().map(|option| option.span).unwrap_or_default(),
            path: String::new(),
        }
    }

    /// Goes into another folder; gives what [`Notes::leave`] needs.
    pub fn enter(&mut self, path: &Text) -> String {
        let inner = self.path_of(path);
        std::mem::replace(&mut self.path, inner)
    }

    /// Comes back.
    pub fn leave(&mut self, outer: String) {
        self.path = outer;
    }

    /// A path as it is seen from the root: `..` stays where it leads out of it.
    fn path_of(&self, path: &str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for part in self.path.split('/').chain(path.split('/')) {
            match (part, parts.last()) {
                ("" | ".", _) => {}
                ("..", Some(last)) if *last != ".." => drop(parts.pop()),
                _ => parts.push(part),
            }
        }
        parts.join("/")
    }

    /// Objects of a file.
    pub fn file(&self, resources: &mut [Resource], path: &str) {
        if self.active {
            let note = format!("path: {}\n", self.path_of(path));
            resources.iter_mut().for_each(|resource| self.set(resource, ORIGIN, note.clone()));
        }
    }

    /// Objects of a text in a kustomization.
    pub fn inline(&self, resources: &mut [Resource], scope: &Scope) {
        self.file(resources, scope.file);
    }

    /// An object that a field of the kustomization generated.
    pub fn generated(&self, resource: &mut Resource, scope: &Scope, kind: &str) {
        if self.active && resource.note(ORIGIN).is_none() {
            let note = self.configured(scope.file, kind);
            self.set(resource, ORIGIN, note);
        }
    }

    /// An object that a plugin generated.
    pub fn generated_by(&self, resource: &mut Resource, plugin: &Resource) {
        if self.active && resource.note(ORIGIN).is_none() {
            self.set(resource, ORIGIN, by_object(plugin));
        }
    }

    /// Whether it is noted of each step what it changed.
    pub fn tell_steps(&self) -> bool {
        self.active
    }

    /// Objects that were transformed.
    pub fn transformed(&self, resources: &mut [Resource], scope: &Scope, step: &Step) {
        if !self.active {
            return;
        }
        let note = match step {
            Step::Builtin(kind) => self.configured(scope.file, kind),
            Step::Object(object) => by_object(object),
        };
        for resource in resources {
            if resource.note(ORIGIN).is_none() {
                self.set(resource, ORIGIN, note.clone());
                continue;
            }
            let mut all = resource.note(TRANSFORMATIONS).unwrap_or_default().to_owned();
            for (index, line) in note.lines().enumerate() {
                all.push_str(if index == 0 { "- " } else { "  " });
                all.push_str(line);
                all.push('\n');
            }
            self.set(resource, TRANSFORMATIONS, all);
        }
    }

    fn configured(&self, file: &str, kind: &str) -> String {
        let path = self.path_of(file);
        format!("configuredIn: {path}\nconfiguredBy:\n  apiVersion: builtin\n  kind: {kind}\n")
    }

    fn set(&self, resource: &mut Resource, key: &str, text: String) {
        let origin = Origin::new(self.place, By::Generated);
        let own = origin.clone();
        let meta = resource.node.get_or_insert("metadata", || Node::map(own.clone()));
        if let Some(map) = meta.and_then(|meta| meta.get_or_insert("annotations", || Node::map(own.clone()))) {
            map.set(key, Node::string(text, origin));
        }
    }
}

fn by_object(object: &Resource) -> String {
    let id = object.id();
    let path = object.note(ORIGIN).and_then(|note| note.strip_prefix("path: ")).map(str::trim_end).unwrap_or_default();
    let mut note =
        format!("configuredIn: {path}\nconfiguredBy:\n  apiVersion: {}\n  kind: {}\n", id.api_version, id.kind);
    for (field, text) in [("name", &id.name), ("namespace", &id.namespace)] {
        if !text.is_empty() {
            note.push_str(&format!("  {field}: {text}\n"));
        }
    }
    note
}

impl Resource {
    /// A note in the annotations.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.node.at(&["metadata", "annotations", key]).map(Node::text)
    }
}
