//! `kustomize build` in process.
//!
//! In: a folder with a kustomization file, and a door to files. Out: the objects of kustomize v5.5.0, in its order, each value
//! with its origin; or the problem for which it refuses the root. Nothing is fetched and no plugin is run.
//!
//! `store` reads files once, `kustomization` and `settings` say what the files mean, `build` gathers objects and lets the
//! transformers work on them (`patches`, `labels`, `names`, ...), `references` fixes the names, `finish` writes. What one root
//! read and built serves the others of its run: `shared`, `parsed`, `base`; trees share what is the same in them (`branch`).

mod base;
mod branch;
mod build;
mod charts;
mod config;
mod crds;
pub(in crate::render) mod decode;
pub(in crate::render) mod failure;
mod fieldspec;
pub mod files;
mod finish;
mod fold;
mod generate;
mod given;
mod hash;
pub(in crate::render) mod images;
mod json_patch;
pub(in crate::render) mod kustomization;
mod labels;
mod last;
mod merge;
mod merge_list;
mod names;
mod namespace;
pub(in crate::render) mod node;
mod notes;
mod parsed;
mod partial;
mod patches;
mod path;
mod pattern;
mod places;
mod plugin;
mod read;
mod references;
mod replacement;
mod replacements;
mod resmap;
mod resource;
pub mod rooted;
mod scalar;
mod schema;
mod select;
pub(in crate::render) mod settings;
mod shared;
mod sort;
mod steps;
pub(in crate::render) mod store;
mod vars;

use std::time::Duration;

use self::build::Build;
pub(in crate::render) use self::build::Changes;
use self::failure::{BuildResult, Failure, Why};
use self::files::Files;
use self::kustomization::Kustomization;
use self::resource::Resource;
pub use self::shared::{Shared, View};
use self::store::Store;
use super::value::Value;
use super::{Absent, Detail, Problem, Rendered};
use crate::source::SourceMap;

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
    /// Whether it may read files that do not lie in or below the folders of its kustomizations.
    pub anywhere: bool,
}

impl Default for Limits {
    fn default() -> Self {
        let time = Duration::from_secs(60);
        Self { depth: 100, files: 100_000, bytes: 1 << 30, objects: 200_000, time, anywhere: false }
    }
}

/// How a root is built of which a part is elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Partly {
    /// The version of the cluster that charts are told of, where somebody says it.
    pub kube_version: Option<String>,
}

/// A root that is refused before anything is read.
pub fn refused(name: &str, why: &str) -> Rendered {
    let problem = Problem::new("build-failed", None, format!("`{name}` {why}"));
    let (root, problems) = (name.to_owned(), vec![problem]);
    Rendered { problems, ..Rendered::nothing(root, "kustomize", SourceMap::default()) }
}

/// Builds the root in a folder (a true path); users know it by `name`.
pub fn build(files: &dyn Files, folder: &str, name: &str, limits: &Limits) -> Rendered {
    finished(Build::new(Store::new(files, limits), limits), folder, name)
}

/// The same without what is on another machine, hidden by .gitignore, or made by programs: that is noted. Charts that lie
/// here are rendered for a version of Kubernetes.
pub fn build_partly(files: &dyn Files, folder: &str, name: &str, limits: &Limits, partly: &Partly) -> Rendered {
    let mut build = Build::new(Store::new(files, limits), limits);
    build.absent = Some(Vec::new());
    build.kube_version = partly.kube_version.clone();
    finished(build, folder, name)
}

fn finished(mut build: Build<'_>, folder: &str, name: &str) -> Rendered {
    let made = objects(&mut build, folder, None);
    let limited = made.as_ref().is_err_and(|failure| failure.why == Why::Limit);
    let (objects, problems) = match made {
        Ok(objects) => (objects, Vec::new()),
        Err(Failure { span, message, missing, .. }) => {
            let detail = missing.map(Detail::MissingFile);
            (Vec::new(), vec![Problem { detail, ..Problem::new("build-failed", span, message) }])
        }
    };
    let (root, absent) = (name.to_owned(), absent(&mut build));
    let sources = build.store.sources;
    Rendered {
        sources,
        objects,
        problems,
        absent,
        limited,
        ..Rendered::nothing(root, "kustomize", SourceMap::default())
    }
}

fn objects(build: &mut Build<'_>, folder: &str, changes: Option<&Changes<'_>>) -> BuildResult<Vec<Value>> {
    let made = build.root(folder, changes);
    made.and_then(|resources| values(&build.store, &resources)).map_err(|failure| failure.placed(&build.store))
}

/// The values that objects are written as, with the places of the sources of their build.
fn values(store: &Store<'_>, resources: &[Resource]) -> BuildResult<Vec<Value>> {
    resources.iter().map(|resource| finish::placed(&resource.node, &|span| store.placed(span))).collect()
}

/// What a build was made without.
fn absent(build: &mut Build<'_>) -> Vec<Absent> {
    let absent = build.absent.take().unwrap_or_default();
    let placed = |one: Absent| Absent { span: one.span.map(|span| build.store.placed(span)), ..one };
    absent.into_iter().map(placed).collect()
}

/// Builds the root in a folder as somebody else has it changed. The sources of the store stay in front of those that are
/// read. Where it may be done `partly`, what is not here is noted, as by [`build_partly`].
pub(in crate::render) fn build_changed(
    store: Store<'_>,
    folder: &str,
    limits: &Limits,
    changes: &Changes<'_>,
    partly: Option<&Partly>,
) -> (BuildResult<Vec<Value>>, SourceMap, Vec<Absent>) {
    let mut build = Build::new(store, limits);
    build.absent = partly.map(|_| Vec::new());
    build.kube_version = partly.and_then(|partly| partly.kube_version.clone());
    let made = objects(&mut build, folder, Some(changes));
    let absent = absent(&mut build);
    (made, build.store.sources, absent)
}

/// Lets a kustomization that has no files of its own work on objects, as post-renderers do.
///
/// # Errors
/// Where kustomize refuses it.
pub(in crate::render) fn transform(
    store: Store<'_>,
    objects: &[Value],
    own: &Kustomization,
    limits: &Limits,
) -> (BuildResult<Vec<Value>>, SourceMap) {
    let mut build = Build::new(store, limits);
    let nodes = objects.iter().map(given::node).collect();
    let made = resmap::from_documents(nodes).and_then(|resources| build.upon(resources, own));
    let made = made.and_then(|resources| values(&build.store, &resources));
    let made = made.map_err(|failure| failure.placed(&build.store));
    (made, build.store.sources)
}
