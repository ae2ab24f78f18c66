//! From a root to what would be applied.
//!
//! In: a kustomization root (a chart, an Application) and a door to files. Out: the objects that its own tool would make
//! of it, in order, each value with its origin; or the [`Problem`] for which that tool refuses it.

pub mod adopt;
pub mod argocd;
mod edit;
pub mod flux;
pub mod gotemplate;
pub mod helm;
pub mod kustomize;
pub mod manifests;
pub mod output;
pub mod repository;
mod settings;
pub mod tree;
pub mod value;
pub mod world;

use crate::source::{SourceMap, Span};

pub use crate::yaml::origin;

/// Who brings a root: an Argo CD Application or a Flux Kustomization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

/// What one root makes.
#[derive(Debug)]
pub struct Rendered {
    /// The root, as the user named it.
    pub root: String,
    /// The tool whose behaviour was followed: `kustomize`, `helm` ...
    pub renderer: &'static str,
    /// Who brings the root, where somebody does.
    pub application: Option<Application>,
    /// The files that were read; origins and problems point into them.
    pub sources: SourceMap,
    /// The objects in the order of application.
    pub objects: Vec<value::Value>,
    /// What stands in the way, or beside the objects.
    pub problems: Vec<Problem>,
    /// What could not be had, so that there may be more objects, or other values: a source elsewhere, a generator that asks a
    /// cluster. Nobody refuses anything for that.
    pub absent: Vec<Absent>,
    /// The values for which a chart is refused, where `values.schema.json` refuses some.
    pub refused_values: Vec<RefusedValue>,
    /// It would have more objects than it may; its own tool might not refuse it.
    pub limited: bool,
}

impl Rendered {
    /// A root of which nothing is known yet.
    pub fn nothing(root: String, renderer: &'static str, sources: SourceMap) -> Self {
        Self {
            root,
            renderer,
            application: None,
            sources,
            objects: Vec::new(),
            problems: Vec::new(),
            absent: Vec::new(),
            refused_values: Vec::new(),
            limited: false,
        }
    }
}

/// A value that the `values.schema.json` of its chart refuses, or asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedValue {
    /// The value, or the key that it is missing below; nowhere in a file, where a flag gave it.
    pub span: Option<Span>,
    /// The keyword of the schema.
    pub schema: Option<Span>,
    /// In plain words, without a final stop.
    pub message: String,
    /// The flag that gave it, where one did: `--set`.
    pub flag: Option<String>,
}

impl RefusedValue {
    /// The same, its places among other sources.
    pub fn moved(self, adopt: &mut adopt::Adopt<'_>) -> Self {
        let mut moved = |span: Option<Span>| span.map(|span| adopt.span(span));
        Self { span: moved(self.span), schema: moved(self.schema), ..self }
    }
}

/// Why a root does not render, or what its tool would refuse in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is, as in `build-failed`.
    pub about: &'static str,
    /// Where; nowhere in a file that could be read, where `None`.
    pub span: Option<Span>,
    /// In plain words, without a final stop.
    pub message: String,
    /// What else is known of it.
    pub detail: Option<Detail>,
}

/// What a problem is about, for those who do more than show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// A file that cannot be read, as it is referred to.
    MissingFile(String),
    /// An object that belongs to another Application as well.
    Shared {
        /// The object, as it is shown.
        object: String,
        /// The name of the other Application.
        application: String,
    },
}

impl Problem {
    /// A problem at a place.
    pub fn new(about: &'static str, span: Option<Span>, message: impl Into<String>) -> Self {
        Self { about, span, message: message.into(), detail: None }
    }
}

/// Something that a root was made without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// The line that names it.
    pub span: Option<Span>,
    /// Why it is not here, in plain words.
    pub message: String,
    /// It may bring objects, or entries of generated ones.
    pub objects: bool,
    /// It may set fields of objects that are here.
    pub fields: bool,
}

impl From<Problem> for Absent {
    /// Of a source that is not rendered: nothing is known of what it would bring. A schema brings no objects.
    fn from(problem: Problem) -> Self {
        let objects = problem.about != helm::release::UNCHECKED;
        Self { span: problem.span, message: problem.message, objects, fields: false }
    }
}
