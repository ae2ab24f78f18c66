//! What each file of a walk is.
//!
//! In: the files, read, and the charts they lie in; nothing else is asked. Out: for every file whether its documents are
//! checked and, if not, why; and what the repository around it makes of its objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::SkipReason;
use crate::source::SourceMap;
use crate::workspace::{Generated, Patch, ReadFile, Surroundings};
use crate::yaml::Node;

use super::aside::Aside;
use super::charts::Charts;
use super::claims::Claim;
use super::classify::{DocumentClass, classify};
use super::compared::{Compared, compares};
use super::kustomize::{Kustomizations, is_kustomization_file};
use super::overlays::Plan;
use super::restriction::lifts_restriction;
use super::unapplied::{self, Unapplied};
use super::{kustomize, patches, placeholder};

/// What the repository says about its files.
#[derive(Debug)]
pub struct Survey {
    of_files: BTreeMap<String, Arc<Surroundings>>,
    patches: Vec<bool>,
    /// Files beside or below a kustomization that none takes in.
    passed_over: FxHashSet<String>,
    /// Of these, those that could stand in the place of a patch.
    alternatives: FxHashSet<String>,
    unapplied: Unapplied,
    compared: Compared,
    /// Whether each file belongs to a test, by where it lies.
    fixtures: Vec<bool>,
    /// What the kustomizations that are deployed leave aside.
    aside: Aside,
    /// Everything is checked, also what nobody seems to apply.
    strict: bool,
    charts: Arc<Charts>,
    /// The directories of the kustomizations that no other takes in.
    pub roots: FxHashSet<String>,
    /// The kustomizations to be built.
    pub plans: Vec<Plan>,
    /// Files beside a kustomization that none speaks of.
    pub unreferenced: FxHashSet<String>,
    /// The directories of kustomizations that make templates of a chart: they set names to what Helm fills in.
    pub templated: FxHashSet<String>,
    /// Patches for all objects of some kind.
    completing: Vec<Arc<Patch>>,
    /// Files that kustomizations name in comments alone.
    commented: FxHashSet<String>,
    /// ConfigMaps and Secrets that kustomizations generate.
    pub generated: Vec<Generated>,
    /// What begins the placeholders that something in the repository fills in.
    pub substituted: Vec<&'static str>,
    /// Names of the variables that kustomizations replace (`vars`).
    pub variables: FxHashSet<String>,
    /// Argo CD is told to let kustomizations read files anywhere.
    pub unrestricted: bool,
    /// Flux is what deploys from the repository, and Argo CD is not: kustomizations are built as Flux does.
    pub flux_alone: bool,
    plain: Surroundings,
}

impl Survey {
    /// Looks over all files. `strict` is to check also what nobody seems to apply.
    pub fn new(files: &[ReadFile], sources: &SourceMap, charts: &Arc<Charts>, strict: bool) -> Self {
        let mut kustomizations = Kustomizations::default();
        let mut survey = Self::of(charts.clone(), strict);
        let name = |file: &ReadFile| &*sources.get(file.source).name;
        // Few files say anything about others: they are found on all threads, and heard in their order.
        let telling: Vec<_> =
            files.par_iter().filter(|file| is_kustomization_file(name(file)) || tells(name(file), file)).collect();
        let assertions: Vec<_> = files.par_iter().map(name).filter(|name| unapplied::is_assertion(name)).collect();
        assertions.into_iter().for_each(|name| survey.unapplied.assertion(name));
        let mut deploying = Vec::new();
        // Kustomizations first: what is a patch to one of them is half of an object, and deploys nothing.
        let (first, others): (Vec<_>, Vec<_>) = telling.into_iter().partition(|file| is_kustomization_file(name(file)));
        for file in first.into_iter().chain(others) {
            if is_kustomization_file(name(file)) && file.documents.iter().any(|document| document.tree.is_err()) {
                kustomizations.add_text(name(file), &sources.get(file.source).text);
            }
            for root in roots(file) {
                survey.note_substitution(root);
                survey.compared.add(name(file), root);
                if unapplied::tells(name(file), root) && !kustomizations.is_patch(name(file)) {
                    survey.unapplied.document(name(file), root);
                    deploying.extend(unapplied::deploys(name(file), root).then_some((name(file), root)));
                }
                if is_kustomization_file(name(file)) {
                    kustomizations.add(name(file), root);
                } else {
                    survey.plain.patches.extend(patches::of_flux(root).into_iter().map(Arc::new));
                }
            }
        }
        if !kustomizations.is_empty() {
            let by_name: FxHashMap<_, _> =
                files.iter().map(|file| sources.get(file.source)).map(|source| (&*source.name, source)).collect();
            kustomizations.read_patches(|name| by_name.get(name).map(|source| &*source.text));
        }
        let names = || files.par_iter().map(name);
        survey.fixtures = names().map(|name| survey.unapplied.is_fixture(name)).collect();
        survey.patches = names().map(|name| kustomizations.is_patch(name)).collect();
        let passed_over: Vec<_> = names().filter(|name| kustomizations.passes_over(name)).map(str::to_owned).collect();
        survey.passed_over = passed_over.into_iter().collect();
        survey.roots = kustomizations.roots();
        survey.aside = Aside::find(&kustomizations, &survey.roots, &survey.passed_over, &deploying);
        survey.alternatives = survey.find_alternatives(files, sources, &kustomizations);
        survey.of_files = kustomizations.surroundings(&survey.plain.patches);
        survey.shape(files, sources);
        survey.plans = kustomizations.plans();
        let unreferenced = survey.passed_over.iter().filter(|name| kustomizations.is_unreferenced(name));
        survey.unreferenced = unreferenced.cloned().collect();
        survey.templated = kustomizations.templated();
        survey.commented = kustomizations.commented();
        survey.completing = kustomizations.completing();
        let any =
            |test: fn(&str) -> bool| files.par_iter().any(|file| roots(file).any(|root| test(unapplied::group(root))));
        survey.flux_alone = any(|group| group.ends_with(".toolkit.fluxcd.io")) && !any(|group| group == "argoproj.io");
        survey.generated = kustomizations.generated();
        survey.unrestricted = lifts_restriction(files, sources);
        survey
    }

    /// The files that no kustomization takes in and that could stand in the place of a patch: beside them lies one for the same objects,
    /// or the kustomization around them takes in the object of which they hold a part.
    fn find_alternatives(
        &self,
        files: &[ReadFile],
        sources: &SourceMap,
        kustomizations: &Kustomizations,
    ) -> FxHashSet<String> {
        let name = |file: &ReadFile| &*sources.get(file.source).name;
        let spare: Vec<_> = files.iter().filter(|file| self.passed_over.contains(name(file))).collect();
        if spare.is_empty() {
            return FxHashSet::default();
        }
        let mut patched: FxHashMap<&str, FxHashSet<Identity<'_>>> = FxHashMap::default();
        for (file, _) in files.iter().zip(&self.patches).filter(|(_, is_patch)| **is_patch) {
            patched.entry(kustomize::parent(name(file))).or_default().extend(roots(file).filter_map(identity));
        }
        let is_known = |file: &ReadFile, known: Option<&FxHashSet<Identity<'_>>>| {
            let is_one = |root| identity(root).zip(known).is_some_and(|(own, known)| known.contains(&own));
            roots(file).next().is_some() && roots(file).all(is_one)
        };
        let (mut found, parts): (Vec<_>, Vec<_>) =
            spare.into_iter().partition(|file| is_known(file, patched.get(kustomize::parent(name(file)))));
        let parts: Vec<_> = parts.into_iter().filter(|file| roots(file).all(patches::is_part)).collect();
        if !parts.is_empty() {
            let by_name: FxHashMap<_, _> = files.iter().map(|file| (name(file), file)).collect();
            let mut taken: FxHashMap<&str, FxHashSet<Identity<'_>>> = FxHashMap::default();
            for (file, directory) in kustomizations.taken() {
                let objects = by_name.get(file).into_iter().flat_map(|file| roots(file)).filter_map(identity);
                taken.entry(directory).or_default().extend(objects);
            }
            let around = |file: &ReadFile| taken.get(kustomizations.around(kustomize::parent(name(file)))?);
            found.extend(parts.into_iter().filter(|file| is_known(file, around(file))));
        }
        found.into_iter().map(|file| name(file).to_owned()).collect()
    }

    /// Notes what Applications and Flux Kustomizations make of the files that they deploy, and Helm of definitions.
    fn shape(&mut self, files: &[ReadFile], sources: &SourceMap) {
        let shaping = self.unapplied.claims.shapes();
        let mut shared: FxHashMap<(usize, Claim), Arc<Surroundings>> = FxHashMap::default();
        let mut of_charts: Option<Arc<Surroundings>> = None;
        for name in files.iter().map(|file| &*sources.get(file.source).name) {
            let known = self.of_files.get(name);
            if known.is_none() && self.charts.below(name).is_some_and(|below| below.starts_with("crds/")) {
                let made = || Arc::new(Surroundings { by_helm: true, ..self.plain.clone() });
                self.of_files.insert(name.to_owned(), of_charts.get_or_insert_with(made).clone());
                continue;
            }
            let takers = || known.iter().flat_map(|around| &around.taken_in_by).map(AsRef::as_ref);
            let directories = || std::iter::once(kustomize::parent(name)).chain(takers());
            let claims =
                directories().filter(|_| shaping).filter_map(|directory| self.unapplied.claims.claim(directory));
            let Some(claim) = claims.reduce(|one, other| one.with(other)).filter(Claim::shapes) else { continue };
            let around = known.map_or(&self.plain, Arc::as_ref);
            let key = (std::ptr::from_ref(around) as usize, claim.clone());
            let found = shared.entry(key).or_insert_with(|| Arc::new(claim.applied_to(around.clone()))).clone();
            self.of_files.insert(name.to_owned(), found);
        }
    }

    /// Nothing but the charts.
    fn of(charts: Arc<Charts>, strict: bool) -> Self {
        Self {
            of_files: BTreeMap::new(),
            patches: Vec::new(),
            passed_over: FxHashSet::default(),
            alternatives: FxHashSet::default(),
            unapplied: Unapplied::default(),
            compared: Compared::default(),
            fixtures: Vec::new(),
            aside: Aside::default(),
            strict,
            charts,
            roots: FxHashSet::default(),
            plans: Vec::new(),
            unreferenced: FxHashSet::default(),
            templated: FxHashSet::default(),
            completing: Vec::new(),
            commented: FxHashSet::default(),
            generated: Vec::new(),
            substituted: Vec::new(),
            variables: FxHashSet::default(),
            unrestricted: false,
            flux_alone: false,
            plain: Surroundings::default(),
        }
    }

    /// Remembers what a Flux Kustomization (`postBuild`) or a kustomization (`vars`) fills in.
    fn note_substitution(&mut self, root: Node<'_>) {
        if let Some(mark) = substitution(root).filter(|mark| !self.substituted.contains(mark)) {
            self.substituted.push(mark);
        }
        let variables = root.get("vars").into_iter().flat_map(Node::items);
        self.variables.extend(variables.filter_map(|variable| variable.str_at("name")).map(str::to_owned));
    }

    /// What the repository makes of the objects of a file.
    pub fn surroundings(&self, name: &str) -> &Surroundings {
        self.of_files.get(name).map_or(&self.plain, Arc::as_ref)
    }

    /// The same, where it is anything that does not hold for all files.
    pub fn own_surroundings(&self, name: &str) -> Option<&Arc<Surroundings>> {
        self.of_files.get(name)
    }

    /// What the repository makes of the objects of any file.
    pub fn no_surroundings(&self) -> &Surroundings {
        &self.plain
    }

    /// The patches that apply to all objects, whatever file they come from.
    pub fn patches_for_all(&self) -> &[Arc<Patch>] {
        &self.plain.patches
    }

    /// Why no document of a file is checked, if so.
    pub fn skip_file(&self, index: usize, name: &str) -> Option<SkipReason> {
        if is_kustomization_file(name) {
            return Some(SkipReason::Kustomization);
        }
        let applied = self.patches.get(index).copied().unwrap_or(false);
        let is_spare = || patches::is_named_so(name) || self.alternatives.contains(name);
        if applied || (self.passed_over.contains(name) && is_spare()) {
            return Some(SkipReason::Patch);
        }
        let is_template =
            self.charts.is_template(name) || (self.charts.is_former_template(name) && !self.is_claimed(name));
        is_template.then_some(SkipReason::HelmTemplate)
    }

    /// What a document that parsed is, in its file.
    pub fn classify(&self, name: &str, document: &crate::yaml::Document) -> DocumentClass {
        match classify(document) {
            DocumentClass::Skip(SkipReason::Other) => DocumentClass::Skip(self.other(name, document)),
            DocumentClass::Manifest if !self.is_claimed(name) && is_fragment(document) => {
                DocumentClass::Skip(SkipReason::Patch)
            }
            DocumentClass::Manifest if self.is_spare(name) && is_piece(document) => {
                DocumentClass::Skip(SkipReason::Patch)
            }
            // Another tool merges it into an object: the server and kubectl take none that does not say what it is.
            DocumentClass::Broken if !self.strict && !self.is_claimed(name) && patches::is_called_patch(name) => {
                DocumentClass::Skip(SkipReason::Patch)
            }
            class => class,
        }
    }

    /// Whether nothing takes in a file that lies around a kustomization, or is named as a patch.
    fn is_spare(&self, name: &str) -> bool {
        self.passed_over.contains(name) || (patches::is_named_so(name) && !self.is_claimed(name))
    }

    /// Whether a document is a patch by its directives, which are no fields of any object.
    pub fn is_patch(&self, name: &str, document: &crate::yaml::Document) -> bool {
        let root = document.tree.as_ref().ok().map(crate::yaml::Tree::root);
        !self.strict && !self.is_claimed(name) && root.is_some_and(patches::has_directives)
    }

    /// Why nobody applies an object as it stands in a file, if so. What a kustomization, an Application or a Flux
    /// Kustomization claims is applied.
    pub fn unapplied(&self, index: usize, name: &str, root: Node<'_>) -> Option<SkipReason> {
        let reason = || unapplied::reason(self.fixtures.get(index) == Some(&true), root);
        let reason = if self.strict { None } else { reason() };
        // What has no metadata no server ever takes: it is the file of a program wherever it lies.
        let is_file = || reason == Some(SkipReason::ToolConfiguration) && root.get("metadata").is_none();
        let in_chart = || self.of_files.get(name).is_some_and(|around| around.rendered);
        reason.filter(|_| !self.is_claimed(name) || (is_file() && !in_chart()))
    }

    /// The namespaces into which Flux Kustomizations put what a directory makes, whatever it says.
    pub fn target_namespaces(&self, directory: &str) -> Vec<String> {
        self.unapplied.claims.claim(directory).map(|claim| claim.namespaces).unwrap_or_default()
    }

    /// Whether a file lies in a chart.
    pub fn is_in_chart(&self, name: &str) -> bool {
        self.charts.below(name).is_some()
    }

    /// Whether a file lies among the tests of a chart, which helm-unittest reads.
    pub fn is_chart_test(&self, name: &str) -> bool {
        self.charts.below(name).is_some_and(|below| below.starts_with("tests/")) && !self.is_claimed(name)
    }

    /// Whether a kustomization around a file does not take it in: it lies beside one that does not speak of it, or below one that
    /// names it in a comment. What deploys such a folder goes by the kustomization.
    pub fn is_left_out(&self, name: &str) -> bool {
        (self.unreferenced.contains(name) && !self.is_claimed(name))
            || (self.commented.contains(name) && self.passed_over.contains(name))
            || self.aside.holds_file(name)
            || self.unapplied.claims.is_excluded(kustomize::parent(name))
    }

    /// Whether a set, by the folder of its kustomization or the file of what deploys it, is left aside by the kustomizations that are
    /// deployed; a file, where all that take it in are.
    pub fn is_aside(&self, name: &str) -> bool {
        let name = name.split(" (").next().unwrap_or(name);
        let takers = || self.surroundings(name).taken_in_by.iter().filter(|taker| self.roots.contains(&***taker));
        self.aside.holds_folder(name)
            || self.unapplied.claims.is_excluded(name)
            || self.aside.holds_file(name)
            || (takers().next().is_some() && takers().all(|taker| self.aside.holds_folder(taker)))
    }

    /// Whether a kustomization root is a base of roots that are not here: its folder says so, and nothing deploys it.
    pub fn is_idle_base(&self, directory: &str) -> bool {
        let named = |folder: &str| matches!(folder, "base" | "bases");
        directory.split('/').any(named) && self.unapplied.claims.claim(directory).is_none()
    }

    /// Whether a kustomization root is one that others complete: a base, or a component; nothing deploys it.
    pub fn is_idle(&self, directory: &str) -> bool {
        let component = || directory.split('/').any(|folder| matches!(folder, "component" | "components"));
        self.is_idle_base(directory) || (component() && self.unapplied.claims.claim(directory).is_none())
    }

    /// Whether what deploys a directory applies it on the server's side.
    pub fn is_applied_on_the_server(&self, directory: &str) -> bool {
        self.unapplied.claims.claim(directory).is_some_and(|claim| claim.server_side)
    }

    /// Whether Flux builds the kustomization in a directory: it lets it read files anywhere.
    pub fn is_built_by_flux(&self, directory: &str) -> bool {
        self.unapplied.claims.claim(directory).is_some_and(|claim| claim.by_flux)
    }

    /// Whether a file belongs to a test, whatever stands in it.
    pub fn is_fixture(&self, name: &str) -> bool {
        !self.strict && self.unapplied.is_fixture(name) && !self.is_claimed(name)
    }

    /// Whether Applications or Flux Kustomizations deploy anything from the repository.
    pub fn deploys(&self) -> bool {
        self.unapplied.claims.any()
    }

    /// Whether a kustomization of the repository gives objects of a kind the field at a path, by a patch for all of them.
    pub fn completes(&self, kind: &str, path: &str) -> bool {
        self.completing.iter().any(|patch| patch.completes(kind, path))
    }

    /// Whether a policy compares what stands in a file with what is in a cluster.
    pub fn is_compared(&self, name: &str) -> bool {
        self.compared.holds(name)
    }

    /// Whether an Application or a Flux Kustomization deploys a file.
    pub fn is_applied(&self, name: &str) -> bool {
        self.unapplied.claims.is_claimed(name)
    }

    fn is_claimed(&self, name: &str) -> bool {
        self.of_files.get(name).is_some_and(|around| around.rendered) || self.unapplied.claims.is_claimed(name)
    }

    /// What kind of other YAML a document is, by its name and its first keys.
    fn other(&self, name: &str, document: &crate::yaml::Document) -> SkipReason {
        let base = name.rsplit('/').next().unwrap_or(name);
        let has = |key: &str| document.tree.as_ref().is_ok_and(|tree| tree.root().get(key).is_some());
        let in_folder = |folder: &str| name.starts_with(folder) || name.contains(&format!("/{folder}"));
        if in_folder(".github/") || in_folder(".gitea/") || in_folder(".circleci/") || is_ci_file(base) {
            SkipReason::CiWorkflow
        } else if base.contains("values") && (self.charts.below(name).is_some() || base.starts_with("values")) {
            SkipReason::HelmValues
        } else if has("services") && (base.contains("compose") || has("volumes") || has("networks") || has("version")) {
            SkipReason::Compose
        } else {
            SkipReason::Other
        }
    }
}

/// The kind and name of an object.
type Identity<'t> = (&'t str, &'t str);

fn identity(root: Node<'_>) -> Option<Identity<'_>> {
    root.str_at("kind").zip(root.get("metadata").and_then(|metadata| metadata.str_at("name")))
}

/// The roots of a file's documents.
fn roots(file: &ReadFile) -> impl Iterator<Item = Node<'_>> {
    file.documents.iter().filter_map(|document| Some(document.tree.as_ref().ok()?.root()))
}

/// Whether a file says something about others, though it is no kustomization file.
fn tells(name: &str, file: &ReadFile) -> bool {
    let says = |root| {
        substitution(root).is_some()
            || !patches::of_flux(root).is_empty()
            || unapplied::tells(name, root)
            || compares(root)
    };
    roots(file).any(says)
}

/// What begins the placeholders that a Flux Kustomization (`postBuild`) or a kustomization (`vars`) fills in.
fn substitution(root: Node<'_>) -> Option<&'static str> {
    let flux = root.get("spec").filter(|_| root.str_at("kind") == Some("Kustomization"));
    if flux.and_then(|spec| spec.get("postBuild")).is_some() {
        return Some(placeholder::FLUX);
    }
    let fills = root.get("vars").is_some_and(Node::is_sequence) && root.get("kind").is_none_or(is_kustomize);
    fills.then_some(placeholder::KUSTOMIZE)
}

fn is_kustomize(kind: Node<'_>) -> bool {
    matches!(kind.as_str(), Some("Kustomization" | "Component"))
}

/// Whether a document holds a piece of a Kustomization of Flux.
fn is_fragment(document: &crate::yaml::Document) -> bool {
    document.tree.as_ref().is_ok_and(|tree| patches::is_flux_fragment(tree.root()))
}

/// Whether a document holds a piece of an object.
fn is_piece(document: &crate::yaml::Document) -> bool {
    document.tree.as_ref().is_ok_and(|tree| patches::is_piece(tree.root()))
}

fn is_ci_file(base: &str) -> bool {
    const NAMES: [&str; 9] = [
        ".gitlab-ci.yml",
        ".gitlab-ci.yaml",
        ".travis.yml",
        "azure-pipelines.yml",
        "azure-pipelines.yaml",
        "bitbucket-pipelines.yml",
        "cloudbuild.yaml",
        "cloudbuild.yml",
        ".drone.yml",
    ];
    NAMES.contains(&base)
}
