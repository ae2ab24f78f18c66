//! `kustomize build` in process.
//!
//! In: a folder with a kustomization file, and a door to files. Out: the objects of kustomize v5.5.0, in its order, each value
//! with its origin; or the problem for which it refuses the root. Nothing is fetched and no plugin is run.
//!
//! `store` reads files once, `kustomization` and `settings` say what the files mean, `build` gathers objects and lets the
//! transformers work on them (`patches`, `labels`, `names`, ...), `references` mends the names, `finish` writes.

mod build;
mod config;
mod crds;
mod decode;
mod failure;
mod fieldspec;
pub mod files;
mod finish;
mod fold;
mod generate;
mod hash;
mod images;
mod json_patch;
mod kustomization;
mod labels;
mod last;
mod merge;
mod merge_list;
mod names;
mod namespace;
mod node;
mod notes;
mod partial;
mod patches;
mod path;
mod plugin;
mod read;
mod references;
mod replacement;
mod replacements;
mod resmap;
mod resource;
mod scalar;
mod schema;
mod select;
mod settings;
mod shared;
mod sort;
mod store;
mod vars;

use std::time::Duration;

use self::build::Build;
pub use self::failure::Absent;
use self::failure::{Failure, Outcome, Why};
use self::files::Files;
pub use self::shared::{Shared, View};
use self::store::Store;
use super::value::Value;
use super::{Problem, Rendered};

/// Bounds on what one root may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Kustomizations that include each other, one in the other.
    pub depth: usize,
    /// Files read.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Objects made.
    pub objects: usize,
    /// Time taken.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 100, files: 100_000, bytes: 1 << 30, objects: 200_000, time: Duration::from_secs(60) }
    }
}

/// A root that is refused before anything is read.
pub fn refused(name: &str, why: &str) -> Rendered {
    let problem = Problem { about: "build-failed", span: None, message: format!("`{name}` {why}") };
    let (root, problems) = (name.to_owned(), vec![problem]);
    let sources = crate::source::SourceMap::default();
    let (objects, absent, limited) = (Vec::new(), Vec::new(), false);
    Rendered { root, renderer: "kustomize", application: None, sources, objects, problems, absent, limited }
}

/// Builds the root in a folder (a true path); users know it by `name`.
pub fn build(files: &dyn Files, folder: &str, name: &str, limits: &Limits) -> Rendered {
    finished(Build::new(Store::new(files, limits), limits), folder, name)
}

/// The same without what is on another machine, hidden by .gitignore, or made by programs: that is noted.
pub fn build_partly(files: &dyn Files, folder: &str, name: &str, limits: &Limits) -> Rendered {
    let mut build = Build::new(Store::new(files, limits), limits);
    build.absent = Some(Vec::new());
    finished(build, folder, name)
}

fn finished(mut build: Build<'_>, folder: &str, name: &str) -> Rendered {
    let made = build.root(folder).and_then(|resources| {
        resources.iter().map(|resource| finish::value(&resource.node)).collect::<Outcome<Vec<Value>>>()
    });
    let limited = made.as_ref().is_err_and(|failure| failure.why == Why::Limit);
    let (objects, problems) = match made {
        Ok(objects) => (objects, Vec::new()),
        Err(Failure { span, message, .. }) => (Vec::new(), vec![Problem { about: "build-failed", span, message }]),
    };
    let (root, sources, absent) = (name.to_owned(), build.store.sources, build.absent.unwrap_or_default());
    Rendered { root, renderer: "kustomize", application: None, sources, objects, problems, absent, limited }
}
