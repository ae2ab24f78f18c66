//! What Argo CD and Flux bring.
//!
//! In: what was read, the door to files. Out: a root for each Application (those of files, of ApplicationSets and of other
//! Applications) and each Flux Kustomization, with what it makes, wanted or not; and what git knows of the repository, where that
//! was asked. Where no file defines any of them, nothing is looked at.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::discover::restriction::lifts_restriction;
use crate::discover::{checkout, is_kustomization_file};
use crate::files::{Files, Overlay};
use crate::finding::folder_of;
use crate::render::kustomize::rooted::Rooted;
use crate::render::repository::{self, Definition, Limits, Made, Sort as Defines};
use crate::render::world::{World, meta_text};
use crate::render::{Application, Rendered};
use crate::source::SourceMap;
use crate::workspace::{Checkout, ReadFile};
use crate::yaml::{Node, Tree};

use super::super::{Job, Place};
use super::all::{self, MOST};
use super::foreign;
use super::root::{Root, Sort};

/// What is brought.
#[derive(Default)]
pub(super) struct Brought {
    pub roots: Vec<(Root, Rendered)>,
    /// The repository, where definitions made it worth asking.
    pub checkout: Option<Checkout>,
}

/// Renders what the definitions of a run bring; wanted is that of which `is_checked` says that one of its files is.
pub(super) fn render(
    files: &[ReadFile],
    sources: &SourceMap,
    place: &Place<'_>,
    job: &Job<'_>,
    is_checked: &dyn Fn(&str) -> bool,
) -> Brought {
    let mut brought = Brought::default();
    if !is_wanted(files, job) {
        return brought;
    }
    let door = as_read(sources, place);
    let unrestricted = lifts_restriction(files, sources);
    for (path, paths) in tops(job, &door).into_values() {
        let Some((mut world, is_repository)) = world(&path, &paths, place, job, &door) else { continue };
        world.limits.anywhere |= unrestricted;
        if !world.checkout.has_address() {
            world.foreign = foreign::addresses(files, &world);
        }
        let usual = Limits::default();
        let definitions = job.settings.config.limits.definitions.unwrap_or(usual.definitions);
        let time = all::most_time(&job.settings.config);
        let limits = Limits { budget: MOST, definitions, time, ..usual };
        let made = repository::brought(&world, limits);
        brought.checkout = brought.checkout.or(Some(Arc::unwrap_or_clone(world.checkout)).filter(|_| is_repository));
        let chosen = job.request.argocd.as_deref().map(|name| chosen(&made, name));
        brought.roots.extend(roots(made, is_checked, chosen.as_ref()));
    }
    brought
}

/// Whether something in a run brings objects.
pub(super) fn is_wanted(files: &[ReadFile], job: &Job<'_>) -> bool {
    !job.request.alone && files.par_iter().any(defines)
}

/// The files, as the run has read them: spans point into its texts, which are not read again. One that was let go is empty.
pub(super) fn as_read<'r>(sources: &'r SourceMap, place: &Place<'r>) -> Overlay<'r> {
    let known = sources.iter().filter(|source| !source.text.is_empty() && source.undecodable.is_empty());
    Overlay::new(place.files, known.map(|source| (source.name.as_str(), source.text.as_bytes())))
}

/// Whether a file holds a definition.
fn defines(file: &ReadFile) -> bool {
    let roots = file.documents.iter().flat_map(|document| &document.tree).map(Tree::root);
    let mut objects =
        roots.flat_map(|root| std::iter::once(root).chain(root.get("items").into_iter().flat_map(Node::items)));
    objects.any(|object| {
        let api = object.str_at("apiVersion").unwrap_or_default();
        match object.str_at("kind") {
            Some("Application" | "ApplicationSet") => api.starts_with("argoproj.io/"),
            Some("Kustomization") => api.starts_with("kustomize.toolkit.fluxcd.io/"),
            Some("HelmRelease") => api.starts_with("helm.toolkit.fluxcd.io/"),
            _ => false,
        }
    })
}

/// The repositories that the paths of a job lie in, each with a path in it and all of them; folders that are in none, too.
fn tops(job: &Job<'_>, door: &dyn Files) -> BTreeMap<PathBuf, (PathBuf, Vec<PathBuf>)> {
    let here = [PathBuf::from(".")];
    let paths = if job.snapshot.paths.is_empty() { &here[..] } else { &job.snapshot.paths };
    let mut tops: BTreeMap<PathBuf, (PathBuf, Vec<PathBuf>)> = BTreeMap::new();
    for path in paths {
        let Ok(rooted) = Rooted::in_repository(path, door) else { continue };
        let (_, all) = tops.entry(rooted.top().to_owned()).or_insert_with(|| (path.clone(), Vec::new()));
        all.push(path.clone());
    }
    tops
}

/// The repository around some paths; of what is in none, a folder that was named. Nothing where git does not tell, which the
/// ledger says elsewhere. With it, whether it is a repository.
fn world<'d>(
    path: &Path,
    paths: &[PathBuf],
    place: &Place<'_>,
    job: &Job<'_>,
    door: &'d Overlay<'_>,
) -> Option<(World<'d>, bool)> {
    let rooted = Rooted::in_repository(path, door).ok()?;
    let known_as = &job.settings.config.repositories;
    let found = checkout::around(&*job.snapshot.files, place.files, paths, known_as, |_| true).ok()?;
    let is_repository = found.is_some();
    let checkout = match found {
        Some(checkout) => checkout,
        None if door.is_directory(path) => checkout::unversioned(rooted.top(), place.files).known_as(known_as),
        None => return None,
    };
    let commit = if is_repository { checkout::commit(place.files, paths).ok()? } else { None };
    let kube_version = Some(job.settings.versions.to.to_string());
    let limits = all::limits(&job.settings.config);
    let (checkout, foreign) = (Arc::new(checkout), Default::default());
    let world = World { files: rooted, checkout, foreign, commit, limits, partly: true, kube_version };
    Some((world, is_repository))
}

/// The roots of what was made; those that were chosen alone, where some were.
fn roots(made: Vec<Made>, is_checked: &dyn Fn(&str) -> bool, chosen: Option<&HashSet<usize>>) -> Vec<(Root, Rendered)> {
    let mut in_file: HashMap<String, usize> = HashMap::new();
    for made in &made {
        // What an ApplicationSet brings always has a name of its own.
        let count = if made.sort == Some(Defines::ApplicationSet) { 2 } else { 1 };
        *in_file.entry(made.rendered.root.clone()).or_default() += count;
    }
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    for (number, made) in made.into_iter().enumerate() {
        let is_set = made.sort == Some(Defines::ApplicationSet);
        let rendered = &made.rendered;
        let names = || rendered.sources.iter().map(|source| source.name.as_str());
        let nothing_to_say = is_set && rendered.problems.is_empty() && rendered.absent.is_empty();
        if nothing_to_say || chosen.is_some_and(|chosen| !chosen.contains(&number)) {
            continue;
        }
        let wanted = chosen.is_some() || names().any(is_checked);
        let by = rendered.application.as_ref().filter(|_| !is_set && in_file[&rendered.root] > 1);
        let name = named(&rendered.root, by, &mut taken);
        let root = Root { wanted, asked: chosen.is_some(), ..root(name, &made, rendered.root.clone()) };
        let mut rendered = made.rendered;
        if is_set {
            // The Applications that it makes are sets; as objects they were not written by anybody.
            rendered.objects.clear();
        }
        found.push((root, rendered));
    }
    found
}

/// The Applications of a name, and what they bring, down to the last.
fn chosen(made: &[Made], name: &str) -> HashSet<usize> {
    let (mut names, mut found) = (vec![name.to_owned()], HashSet::new());
    while let Some(name) = names.pop() {
        let is_named = |made: &Made| made.rendered.application.as_ref().is_some_and(|by| by.name == name);
        for (number, one) in made.iter().enumerate().filter(|(_, made)| is_named(made)) {
            if found.insert(number) {
                names.extend(names_brought(one, made));
            }
        }
    }
    found
}

/// The names of the definitions that one brings, those that its ApplicationSets make included.
fn names_brought(one: &Made, all: &[Made]) -> Vec<String> {
    let mut names = Vec::new();
    for object in &one.rendered.objects {
        match Definition::sort_of(object) {
            Some(Defines::ApplicationSet) => {
                let file = &one.rendered.sources.get(object.span().source).name;
                let is_it = |made: &&Made| made.sort == Some(Defines::ApplicationSet) && made.rendered.root == *file;
                let made = all.iter().filter(is_it).flat_map(|set| &set.rendered.objects);
                names.extend(made.filter_map(|object| meta_text(object, "name")).map(str::to_owned));
            }
            Some(_) => names.extend(meta_text(object, "name").map(str::to_owned)),
            None => {}
        }
    }
    names
}

fn root(name: String, made: &Made, file: String) -> Root {
    let brought = made.rendered.sources.iter().skip(made.own).map(|source| source.name.as_str());
    let folders = brought.filter(|name| is_kustomization_file(name) || name.rsplit('/').next() == Some("Chart.yaml"));
    let mut directories: Vec<String> = Vec::new();
    for folder in folders.map(folder_of) {
        if !directories.iter().any(|known| known == folder) {
            directories.push(folder.to_owned());
        }
    }
    let sort = match made.sort {
        Some(Defines::Flux) => Sort::Flux,
        Some(Defines::Release) => Sort::Release,
        _ => Sort::Argo,
    };
    let folder = folder_of(&file).to_owned();
    let (wanted, asked, asks, versions, remarks) = (false, false, false, None, Vec::new());
    Root {
        sort,
        name,
        file,
        folder,
        directories,
        own: made.own,
        wanted,
        asked,
        asks,
        is_part: false,
        given: None,
        versions,
        remarks,
    }
}

/// The name of a set: its file, with what brings it where that is said; a number where there is another one of that name.
fn named(file: &str, by: Option<&Application>, taken: &mut HashMap<String, usize>) -> String {
    let mut name = match by {
        Some(by) => format!("{file} ({})", by.name),
        None => file.to_owned(),
    };
    let number = taken.entry(name.clone()).or_default();
    *number += 1;
    if *number > 1 {
        name = format!("{name} {number}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_one_file_have_names_of_their_own() {
        let mut taken = HashMap::new();
        let web = Application { name: "web".into(), namespace: "argocd".into() };
        let names = [None, Some(&web), Some(&web)].map(|by| named("apps.yaml", by, &mut taken));
        assert_eq!(names, ["apps.yaml", "apps.yaml (web)", "apps.yaml (web) 2"]);
    }
}
