//! What Applications and Flux Kustomizations deploy.
//!
//! In: their documents. Out: for a directory or file, whether one of them deploys it, and how: on the server's side, into which
//! namespaces. Paths are looked for at any depth, since nobody knows where a repository begins.

use rustc_hash::FxHashMap;

use crate::go::path;
use crate::workspace::{Surroundings, runs_of_folders};
use crate::yaml::Node;

use super::kustomize::{items, parent, resolve};
use super::patches::is_flux_fragment;
use super::unapplied::group;

/// All paths that are deployed.
#[derive(Debug, Default)]
pub struct Claims {
    paths: FxHashMap<String, Claim>,
}

/// How a path is deployed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Claim {
    /// With all that lies below.
    below: bool,
    /// On the server's side.
    pub server_side: bool,
    /// By replacing objects, which keeps no copy of what was applied.
    pub replaced: bool,
    /// Into these namespaces, whatever the objects say.
    pub namespaces: Vec<String>,
    /// By Flux, which lets a kustomization read files anywhere.
    pub by_flux: bool,
    /// By Argo CD, which takes every file below, whatever kustomizations say, or each folder as an application.
    recurses: bool,
    /// But for folders that these patterns match: the generators of an ApplicationSet exclude them.
    excluded: Vec<String>,
}

impl Claim {
    /// Both together.
    pub fn with(mut self, other: Claim) -> Self {
        self.join(other);
        self
    }

    /// Whether it says more than that something is deployed.
    pub fn shapes(&self) -> bool {
        self.server_side || self.replaced || !self.namespaces.is_empty()
    }

    /// What it makes of the surroundings of a file.
    pub fn applied_to(&self, around: Surroundings) -> Surroundings {
        let varies = around.varies || self.namespaces.len() > 1;
        let namespace = self.namespaces.first().cloned().or(around.namespace);
        Surroundings { varies, namespace, server_side: self.server_side, replaced: self.replaced, ..around }
    }

    /// Whether a folder, or one that it lies in, is left out.
    fn excludes(&self, folder: &str) -> bool {
        let is_one = |run: &str| self.excluded.iter().any(|pattern| path::is_match(pattern, run) == Some(true));
        !self.excluded.is_empty() && runs_of_folders(folder).any(|run| is_one(&folder[run]))
    }

    fn join(&mut self, other: Claim) {
        // What one leaves out another may take.
        match self == &Claim::default() {
            true => self.excluded = other.excluded,
            false => self.excluded.retain(|pattern| other.excluded.contains(pattern)),
        }
        self.below |= other.below;
        self.server_side |= other.server_side;
        self.replaced |= other.replaced;
        self.by_flux |= other.by_flux;
        self.recurses |= other.recurses;
        self.namespaces.extend(other.namespaces);
        self.namespaces.sort_unstable();
        self.namespaces.dedup();
    }
}

impl Claims {
    /// Takes up what a document deploys.
    pub fn add(&mut self, root: Node<'_>) {
        claims(root, &mut self.paths);
    }

    /// Whether anything is deployed.
    pub fn any(&self) -> bool {
        !self.paths.is_empty()
    }

    /// Whether a claim says more than that a path is deployed.
    pub fn shapes(&self) -> bool {
        self.paths.values().any(Claim::shapes)
    }

    /// How the files of a directory are deployed, if they are.
    pub fn claim(&self, directory: &str) -> Option<Claim> {
        self.claims_on(directory).cloned().reduce(Claim::with)
    }

    /// Whether an Application or a Flux Kustomization deploys a file.
    pub fn is_claimed(&self, name: &str) -> bool {
        self.claims_on(parent(name)).next().is_some()
    }

    /// Whether a claim reaches a directory past the kustomization in one above it: it is on a path below that one, or goes by files.
    pub(super) fn reach_below(&self, folder: &str, above: &str) -> bool {
        let is_below = |claim: &Claim, end| end > above.len() && (claim.below || end == folder.len());
        self.claims_around(folder).any(|(claim, end)| claim.recurses || is_below(claim, end))
    }

    /// Whether all that would deploy a directory leaves it out.
    pub fn is_excluded(&self, folder: &str) -> bool {
        let all = || self.claims_around(folder).map(|(claim, _)| claim).filter(|claim| !claim.excluded.is_empty());
        all().any(|claim| claim.excludes(folder)) && self.claims_on(folder).next().is_none()
    }

    /// The claims on a directory, seen from any of those around it.
    fn claims_on<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Claim> {
        let around = self.claims_around(folder);
        let around = around.filter(|(claim, end)| claim.below || *end == folder.len());
        around.map(|(claim, _)| claim).filter(|claim| !claim.excludes(folder))
    }

    /// The claims on a directory or one above it, seen from any of those around it, and how far into its name each goes.
    fn claims_around<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a Claim, usize)> {
        let top = self.paths.get("").map(|claim| (claim, 0));
        let runs = (!self.paths.is_empty()).then(|| runs_of_folders(folder)).into_iter().flatten();
        top.into_iter().chain(runs.filter_map(|run| Some((self.paths.get(&folder[run.clone()])?, run.end))))
    }
}

/// Whether a document deploys a path of a repository: an Argo CD Application or ApplicationSet, a Flux Kustomization.
pub(super) fn is_deployment(root: Node<'_>) -> bool {
    match root.str_at("kind") {
        Some("Application" | "ApplicationSet") => group(root) == "argoproj.io",
        Some("Kustomization") => group(root) == "kustomize.toolkit.fluxcd.io" && !is_flux_fragment(root),
        // The operator of Flux writes the Kustomization that it describes.
        Some("FluxInstance") => group(root) == "fluxcd.controlplane.io" && root.at(&["spec", "sync", "path"]).is_some(),
        _ => false,
    }
}

/// Whether what a document deploys is known only once something fills it in.
pub(super) fn is_open(root: Node<'_>) -> bool {
    let is_filled = |path: &str| written(path).contains(FILLED);
    let Some(spec) = root.get("spec") else { return false };
    // What has no name yet deploys nothing: others are made of it.
    let named = root.at(&["metadata", "name"]).and_then(Node::as_str);
    match root.str_at("kind") {
        _ if named.is_some_and(|name| name.contains(FILLED)) => false,
        Some("Kustomization") => spec.str_at("path").is_some_and(is_filled),
        Some("FluxInstance") => spec.at(&["sync", "path"]).and_then(Node::as_str).is_some_and(is_filled),
        Some("Application") => sources(spec).any(|(path, _)| is_filled(path)),
        _ => {
            let mut paths = spec.at(&["template", "spec"]).into_iter().flat_map(sources);
            paths.any(|(path, _)| is_filled(path)) && generated_from(spec).next().is_none()
        }
    }
}

/// What stands in paths that something fills in.
const FILLED: [char; 2] = ['{', '$'];

/// The part of a path behind the folders that something fills in, where it is long enough to be looked for: at any depth, as all are.
fn written(path: &str) -> &str {
    let behind = path.rfind(['}', '$']).and_then(|at| path[at..].split_once('/'));
    behind.map(|(_, rest)| rest).filter(|rest| rest.contains('/')).unwrap_or(path)
}

/// The folders that the generators of an ApplicationSet look for.
fn generated_from<'t>(spec: Node<'t>) -> impl Iterator<Item = &'t str> {
    let is_taken = |entry: &Node<'_>| !leaves_out(*entry);
    directories(spec).filter(is_taken).filter_map(|entry| entry.str_at("path"))
}

/// The patterns of those that they leave out; none of which a part is filled in.
fn excluded_from(spec: Node<'_>) -> Vec<String> {
    let left = directories(spec).filter(|entry| leaves_out(*entry)).filter_map(|entry| entry.str_at("path"));
    left.filter(|path| !path.contains(FILLED)).map(|path| resolve("", path)).collect()
}

fn leaves_out(entry: Node<'_>) -> bool {
    entry.get("exclude").and_then(Node::as_bool) == Some(true)
}

/// The entries of the generators that look for folders.
fn directories<'t>(spec: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let mut open: Vec<_> = spec.get("generators").into_iter().collect();
    let nodes = std::iter::from_fn(move || {
        let node = open.pop()?;
        open.extend(node.items().chain(node.entries().map(|entry| entry.value)));
        Some(node)
    });
    nodes.flat_map(|node| items(node, "directories"))
}

/// The paths that a document deploys.
fn claims(root: Node<'_>, claimed: &mut FxHashMap<String, Claim>) {
    let Some(spec) = root.get("spec") else { return };
    let mut claim = |path: &str, claim: Claim| claimed.entry(resolve("", path)).or_default().join(claim);
    let template = spec.at(&["template", "spec"]);
    match root.str_at("kind") {
        // Half of one, which another file completes, says nothing of the whole repository.
        Some("Kustomization") if spec.get("path").is_none() && spec.get("sourceRef").is_none() => {}
        Some("Kustomization") if is_of_artifact(spec) => {}
        Some("Kustomization") => {
            // All of a repository that Flux was not set up with is rather all of another one.
            let whole = resolve("", spec.str_at("path").unwrap_or("")).is_empty();
            let source = spec.at(&["sourceRef", "name"]).and_then(Node::as_str);
            let placed = !whole || source.is_none_or(|name| name == "flux-system");
            let namespaces = spec.str_at("targetNamespace").filter(|_| placed).map(str::to_owned).into_iter().collect();
            claim(
                spec.str_at("path").map_or("", written),
                Claim { below: true, server_side: true, namespaces, by_flux: true, ..Claim::default() },
            );
        }
        Some("FluxInstance") => {
            let path = spec.at(&["sync", "path"]).and_then(Node::as_str);
            let by_flux = Claim { below: true, server_side: true, by_flux: true, ..Claim::default() };
            path.into_iter().for_each(|path| claim(written(path), by_flux.clone()));
        }
        Some("Application") => {
            let (server_side, replaced) = (syncs_by(spec, SERVER_SIDE), syncs_by(spec, REPLACE));
            let of = |below| Claim { below, server_side, replaced, recurses: below, ..Claim::default() };
            sources(spec).for_each(|(path, below)| claim(path, of(below)));
        }
        _ => {
            let by = |option| template.is_some_and(|spec| syncs_by(spec, option));
            let (server_side, replaced) = (by(SERVER_SIDE), by(REPLACE));
            let of = |below| Claim { below, server_side, replaced, recurses: below, ..Claim::default() };
            let literal = template.into_iter().flat_map(sources).filter(|(path, _)| !path.contains("{{"));
            literal.for_each(|(path, below)| claim(path, of(below)));
            let excluded = excluded_from(spec);
            // Its generators say which folders there are; a pattern stands for all below.
            for path in generated_from(spec) {
                let plain =
                    path.find('*').map_or(path, |at| path[..at].rsplit_once('/').map_or("", |(folder, _)| folder));
                claim(plain, Claim { excluded: excluded.clone(), ..of(true) });
            }
        }
    }
}

/// Whether a Kustomization takes all of an artifact or bucket: the top of that is not the top of this repository.
fn is_of_artifact(spec: Node<'_>) -> bool {
    let kind = spec.at(&["sourceRef", "kind"]).and_then(Node::as_str);
    matches!(kind, Some("OCIRepository" | "Bucket")) && resolve("", spec.str_at("path").unwrap_or("")).is_empty()
}

const SERVER_SIDE: &str = "ServerSideApply=true";
const REPLACE: &str = "Replace=true";

/// Whether an Application has an option on how Argo CD applies.
fn syncs_by(spec: Node<'_>, wanted: &str) -> bool {
    let options = spec.at(&["syncPolicy", "syncOptions"]).into_iter().flat_map(Node::items);
    options.filter_map(Node::as_str).any(|option| option == wanted)
}

/// The paths of an Application's sources, and whether it takes all below.
fn sources<'t>(spec: Node<'t>) -> impl Iterator<Item = (&'t str, bool)> {
    let one = |source: Node<'t>| {
        let below = source.at(&["directory", "recurse"]).and_then(Node::as_bool) == Some(true);
        Some((source.str_at("path")?, below))
    };
    spec.get("source").into_iter().chain(items(spec, "sources")).filter_map(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn with<T>(text: &str, ask: impl FnOnce(Node<'_>) -> T) -> T {
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        ask(documents[0].tree.as_ref().expect("it parses").root())
    }

    #[test]
    fn applications_and_flux_claim_paths() {
        let mut known = Claims::default();
        for text in [
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: apps/web}}",
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {generators: [{git: {directories: [{path: 'teams/*'}]}}]}",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./flux/infra}",
        ] {
            with(text, |root| known.add(root));
        }
        let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {generators: [{git: {directories: [{path: 'units/*'}, {path: units/old, exclude: true}]}}]}";
        with(set, |root| known.add(root));
        assert!(known.is_claimed("units/web/a.yaml") && !known.is_claimed("units/old/base/a.yaml"));
        assert!(known.is_excluded("units/old/base") && known.is_excluded("repo/units/old"));
        assert!(!known.is_excluded("units/web") && !known.is_excluded("units"));
        for name in ["apps/web/a.yaml", "repo/apps/web/a.yaml", "teams/a/b/c.yaml", "flux/infra/x/y.yaml"] {
            assert!(known.is_claimed(name), "{name}");
        }
        with("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {interval: 1h}", |root| {
            known.add(root)
        });
        let artifact = "spec: {path: ./, targetNamespace: a, sourceRef: {kind: OCIRepository, name: a}}";
        with(&format!("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n{artifact}"), |root| {
            known.add(root)
        });
        for name in ["apps/web/below/a.yaml", "apps/other/a.yaml", "apps/webs/a.yaml", "a.yaml"] {
            assert!(!known.is_claimed(name), "{name}");
        }
    }
}
