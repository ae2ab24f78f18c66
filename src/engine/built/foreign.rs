//! Repositories that a repository without a remote is not.
//!
//! In: the files, what lies where. Out: the addresses of Applications' sources and of Flux's GitRepositories that are others.

use std::collections::{BTreeMap, BTreeSet};

use crate::gitops::argocd::{Application, normalized_address};
use crate::object::Object;
use crate::render::world::World;
use crate::workspace::{Presence, ReadFile};
use crate::yaml::Node;

/// The source that `flux bootstrap` makes of the repository it is run in.
const OF_BOOTSTRAP: &str = "flux-system";

/// The addresses of sources that are another repository than the one at hand, which has none that git knows: the paths of
/// another address are found here more often. Where Flux takes no path from any, the one of its bootstrap is at hand. Forks have
/// one name.
pub(super) fn addresses(files: &[ReadFile], world: &World<'_>) -> BTreeSet<String> {
    let objects: Vec<Object<'_>> = objects(files).collect();
    let flux = Flux::of(&objects);
    let mut found: BTreeMap<String, Paths> = BTreeMap::new();
    for (address, path) in of_applications(&objects).chain(flux.sources(&objects)) {
        let paths = found.entry(address).or_default();
        match path.filter(|path| !world.checkout.cleaned(path).is_empty()) {
            Some(path) if world.presence(path) == Presence::Directory => paths.here += 1,
            Some(_) => paths.elsewhere += 1,
            None => {}
        }
    }
    let Some(most) = found.values().map(|paths| paths.here).max() else { return BTreeSet::new() };
    let named = |address: &str| address.rsplit('/').next().map(str::to_owned);
    let mut own: BTreeSet<_> = flux.addresses(OF_BOOTSTRAP).filter(|_| most == 0).map(named).collect();
    if own.is_empty() {
        let leading = |paths: &Paths| paths.here == most;
        // The one at hand is under a name of which no file says the address: that may be said under another name.
        let unsaid = found.iter().any(|(address, paths)| leading(paths) && !address.contains('/'));
        let is_own = |paths: &Paths| leading(paths) || (unsaid && paths.here > 0 && paths.elsewhere == 0);
        own = found.iter().filter(|(_, paths)| is_own(paths)).map(|(address, _)| named(address)).collect();
    }
    found.into_keys().filter(|address| !own.contains(&named(address))).collect()
}

/// How many of the paths that are taken from an address lie here.
#[derive(Default)]
struct Paths {
    here: usize,
    elsewhere: usize,
}

/// All objects, as they are written.
fn objects(files: &[ReadFile]) -> impl Iterator<Item = Object<'_>> {
    let trees = files.iter().flat_map(|file| file.documents.iter()).filter_map(|document| document.tree.as_ref().ok());
    trees.filter_map(|tree| Object::from_node(tree.root()))
}

/// The addresses of Applications' sources, and the paths that they take of them.
fn of_applications<'o>(objects: &'o [Object<'o>]) -> impl Iterator<Item = (String, Option<&'o str>)> {
    let sources = objects.iter().flat_map(|object| Application::of(*object)).flat_map(Application::sources);
    sources.filter(|source| !source.is_chart()).filter_map(|source| {
        let path = source.literal("path").and_then(Node::as_str);
        source.url().zip(path).map(|(url, path)| (normalized_address(url), Some(path)))
    })
}

/// Flux's GitRepositories by name: what names them is often given its namespace by a kustomization.
struct Flux<'o> {
    by_name: BTreeMap<&'o str, BTreeSet<String>>,
}

impl<'o> Flux<'o> {
    fn of(objects: &[Object<'o>]) -> Self {
        let mut by_name: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for object in objects.iter().filter(|object| object.gvk.is("source.toolkit.fluxcd.io", "GitRepository")) {
            let url = object.spec().and_then(|spec| spec.str_at("url"));
            if let (Some(name), Some(url)) = (object.name(), url) {
                by_name.entry(name).or_default().insert(normalized_address(url));
            }
        }
        Self { by_name }
    }

    /// The addresses of the GitRepositories of a name.
    fn addresses(&self, name: &str) -> impl Iterator<Item = &str> {
        self.by_name.get(name).into_iter().flatten().map(String::as_str)
    }

    /// The addresses of all of them, and the paths that are taken from each. One that no file defines stands under its name.
    fn sources(&self, objects: &[Object<'o>]) -> impl Iterator<Item = (String, Option<&'o str>)> {
        let mut found: Vec<_> = self.by_name.values().flatten().map(|address| (address.clone(), None)).collect();
        for (name, path) in objects.iter().filter_map(|object| taken(*object)) {
            match self.by_name.get(name) {
                Some(addresses) => found.extend(addresses.iter().map(|address| (address.clone(), Some(path)))),
                None => found.push((name.to_owned(), Some(path))),
            }
        }
        found.into_iter()
    }
}

/// The name of the GitRepository that a Kustomization or a HelmRelease takes a path from, and the path.
fn taken<'o>(object: Object<'o>) -> Option<(&'o str, &'o str)> {
    let spec = object.spec()?;
    let (spec, field) = match (object.gvk.group, object.gvk.kind) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => (spec, "path"),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => (spec.at(&["chart", "spec"])?, "chart"),
        _ => return None,
    };
    let source = spec.get("sourceRef").filter(|source| source.str_at("kind") == Some("GitRepository"))?;
    source.str_at("name").zip(spec.str_at(field))
}
