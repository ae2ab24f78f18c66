//! From a root to what would be applied.
//!
//! In: a kustomization root (a chart, an Application) and a door to files. Out: the objects that its own tool would make
//! of it, in order, each value with its origin; or the [`Problem`] for which that tool refuses it.

pub mod gotemplate;
pub mod helm;
pub mod kustomize;
pub mod origin;
pub mod output;
pub mod value;

use crate::source::{SourceMap, Span};

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
}
