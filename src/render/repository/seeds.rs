//! What is defined in the files of a repository.
//!
//! In: the repository. Out: [`Seeds`]: the definitions in files that no kustomization takes in, the kustomizations that no
//! other takes in, the files that may hold manifests; and what definitions look up.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{Around, Definition};
use crate::discover::{Claims, is_kustomization_file};
use crate::files::Kind;
use crate::files::name::path_of;
use crate::render::Rendered;
use crate::render::kustomize::files::{Files, Found, folder};
use crate::render::manifests;
use crate::render::origin::By;
use crate::render::value::Value;
use crate::render::world::World;
use crate::source::{Source, SourceId, SourceMap};
use crate::yaml::{self, Limits};

/// A kustomization that no other takes in.
#[derive(Debug, Clone)]
pub struct Root {
    /// Its folder.
    pub folder: String,
    /// Its file, by the name that users know it by.
    pub file: String,
    /// Whether definitions lie at or below it.
    pub defines: bool,
}

/// What is defined in files.
#[derive(Debug, Default)]
pub struct Seeds {
    /// Definitions, with the names of their files.
    pub definitions: Vec<(String, Definition)>,
    /// Kustomizations.
    pub roots: Vec<Root>,
    /// What is looked up.
    pub around: Around,
    /// The paths of files that may hold manifests and that no kustomization takes in.
    files: Vec<String>,
}

/// Words without which a file says nothing about others.
const WORDS: [&str; 3] = ["argoproj.io/", "toolkit.fluxcd.io/", "CustomResourceDefinition"];

/// What a look at one file gave.
struct Look {
    path: String,
    file: Read,
}

enum Read {
    Kustomization(Box<yaml::Tree>),
    Objects(Vec<Value>, SourceMap),
}

/// Finds what is defined in files.
pub fn find(world: &World<'_>) -> Seeds {
    let candidates = candidates(world);
    let looks_up = |bytes: &[u8]| holds(bytes, "substituteFrom") || holds(bytes, "valuesFrom");
    let texts = |path: &&String| text(world, path).is_some_and(|bytes| looks_up(&bytes));
    let keeps_data = candidates.par_iter().any(|path| texts(&path));
    let mut words = WORDS.to_vec();
    if keeps_data {
        words.extend(["ConfigMap", "Secret"]);
    }
    let looks: Vec<Look> = candidates.par_iter().filter_map(|path| look(world, path, &words)).collect();
    let mut claims = Claims::default();
    for look in &looks {
        if let Read::Kustomization(tree) = &look.file {
            claims.add(&look.path, tree.root());
        }
    }
    let mut seeds = Seeds { around: Around { keeps_data, ..Around::default() }, ..Seeds::default() };
    let mut defining: BTreeSet<&str> = BTreeSet::new();
    for look in &looks {
        let Read::Objects(objects, sources) = &look.file else { continue };
        let taken = claims.takes(&look.path);
        for object in objects {
            seeds.around.add(object, sources);
            match Definition::of(object, sources) {
                Some(definition) if !taken => seeds.definitions.push((world.files.name(&look.path), definition)),
                Some(_) => drop(defining.insert(&look.path)),
                None => {}
            }
        }
    }
    for folder in claims.roots() {
        let Some(file) = kustomization_of(&looks, &folder) else { continue };
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let defines = defining.iter().any(|path| path.starts_with(&prefix));
        seeds.roots.push(Root { folder, file: world.files.name(file), defines });
    }
    let plain = |path: &String| !is_kustomization_file(path) && !claims.takes(path);
    seeds.files = candidates.into_iter().filter(plain).collect();
    seeds
}

fn kustomization_of<'l>(looks: &'l [Look], wanted: &str) -> Option<&'l str> {
    let is_file = |look: &&Look| matches!(look.file, Read::Kustomization(_)) && folder(&look.path) == wanted;
    looks.iter().find(is_file).map(|look| &*look.path)
}

/// The bytes of a file; nothing where a link is outside the repository.
fn text(world: &World<'_>, path: &str) -> Option<Vec<u8>> {
    let is_link = world.files.door().kind(&world.files.top().join(path_of(path))).is_ok_and(|kind| kind == Kind::Link);
    if !is_link {
        return world.files.read(path).ok();
    }
    match world.files.find(path) {
        Ok(Found::File(found)) => world.files.read(&found).ok(),
        _ => None,
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

/// The files that may hold manifests or kustomizations, sorted; what belongs to a chart is not among them.
fn candidates(world: &World<'_>) -> Vec<String> {
    let charts: BTreeSet<&str> =
        world.checkout.below("").filter(|path| path.rsplit('/').next() == Some("Chart.yaml")).map(folder).collect();
    let of_chart = |path: &str| {
        ["templates", "charts", "crds"].iter().any(|part| {
            let mut places = path.match_indices(part);
            places.any(|(at, _)| {
                let whole = path[at + part.len()..].starts_with('/') && (at == 0 || path[..at].ends_with('/'));
                whole && charts.contains(path[..at].trim_end_matches('/'))
            })
        })
    };
    let named = |path: &str| {
        [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending)) || is_kustomization_file(path)
    };
    world.checkout.below("").filter(|path| named(path) && !of_chart(path)).map(str::to_owned).collect()
}

/// Looks at a file that may say something about others.
fn look(world: &World<'_>, path: &str, words: &[&str]) -> Option<Look> {
    let bytes = text(world, path)?;
    let path = path.to_owned();
    let kustomization = is_kustomization_file(&path);
    if !kustomization && !words.iter().any(|word| holds(&bytes, word)) {
        return None;
    }
    let source = Source::from_bytes(SourceId(0), world.files.name(&path), bytes);
    if kustomization {
        let first = yaml::read(&source, &Limits { depth: 200 }).into_iter().next()?;
        return Some(Look { path, file: Read::Kustomization(Box::new(first.tree.ok()?)) });
    }
    let objects = objects(&source);
    Some(Look { path, file: Read::Objects(objects, SourceMap::new(vec![source])) })
}

/// The objects in a file, those in lists by themselves; what cannot be read is ignored.
fn objects(source: &Source) -> Vec<Value> {
    let mut found = Vec::new();
    for document in manifests::documents(source, By::Resource).into_iter().flatten() {
        let filled = |object: &Value| object.filled("apiVersion").is_some() && object.filled("kind").is_some();
        let list = document.str_at("kind").is_some_and(|kind| kind.ends_with("List"));
        match document.get("items") {
            Some(items) if list => found.extend(items.items().iter().filter(|item| filled(item)).cloned()),
            _ if filled(&document) => found.push(document),
            _ => {}
        }
    }
    found
}

impl Seeds {
    /// The files that nobody brings, each a set.
    pub fn plain(&self, world: &World<'_>, taken: &BTreeSet<String>) -> Vec<Rendered> {
        let one = |path: &String| {
            let name = world.files.name(path);
            if taken.contains(&name) {
                return None;
            }
            let source = Source::from_bytes(SourceId(0), name.clone(), text(world, path)?);
            let objects = objects(&source);
            let sources = SourceMap::new(vec![source]);
            (!objects.is_empty()).then(|| Rendered { objects, ..Rendered::nothing(name, "plain", sources) })
        };
        self.files.par_iter().filter_map(one).collect()
    }
}
