//! Roots, rendered in process: kustomizations, what Argo CD and Flux bring, charts.
//!
//! In: what was read, and what the survey says of kustomizations. Out: [`Built`]: for each root the documents that would be
//! applied, as trees whose nodes know where they were written; which files are checked through them alone; what became of
//! each root, for the ledger, and findings where its own tool refuses one. All roots are rendered, for what they define may be
//! what a file that is checked refers to; those that take in no such file are not checked themselves.
//!
//! `root` says what a root is; `all` builds kustomizations, `brought` what definitions bring, `charts` charts; `trouble` makes
//! findings of what is in the way.

mod all;
mod brought;
mod charts;
mod configured;
mod foreign;
mod numbers;
mod one;
mod root;
mod settle;
mod sweep;
mod trouble;
mod uses;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::{RenderState, RenderedSet};
use crate::discover::{Charts, Plan, Survey};
use crate::finding::{Finding, Subject};
use crate::object::Object;
use crate::render::kustomize::{Partly, Shared};
use crate::render::{Problem, Rendered};
use crate::source::{Source, SourceId, SourceMap, Span};
use crate::workspace::{Checkout, Item, ReadFile};
use crate::yaml::built::Written;
use crate::yaml::{self, Document, Node, NodeId};

use self::numbers::Numbers;
use self::root::{Root, Sort};
use self::trouble::Troubles;
use super::again::Again;
use super::{Job, Place};

pub(super) use self::one::BuiltRoot;
pub(super) use self::root::shown;

/// The roots of a run.
#[derive(Default)]
pub(super) struct Built {
    pub roots: Vec<BuiltRoot>,
    /// Files that are checked through roots alone.
    pub claimed: FxHashSet<SourceId>,
    /// What became of those that are wanted.
    pub states: Vec<RenderedSet>,
    /// What became of the others.
    other_states: Vec<RenderedSet>,
    /// The directories of the kustomizations that are checked through what brings them.
    pub brought: FxHashSet<String>,
    /// The files of the Application that is asked for alone, where one is.
    pub asked_files: FxHashSet<SourceId>,
    /// The repository, where definitions made it worth asking.
    pub checkout: Option<Checkout>,
    troubles: Troubles,
    written: Arc<Written>,
    by_source: FxHashMap<SourceId, usize>,
}

/// Renders the roots, where anything is checked that they may matter to. Sources that are new are added.
pub(super) fn build(
    survey: &Survey,
    files: &[ReadFile],
    sources: &mut SourceMap,
    again: &Again<'_>,
    place: &Place<'_>,
    job: &Job<'_>,
) -> Built {
    // Texts that came without a walk have no files around them.
    let has_charts = place.charts.files().next().is_some();
    if place.walk.files.is_empty() || survey.plans.is_empty() && !has_charts && !brought::is_wanted(files, job) {
        return Built::default();
    }
    let by_name: FxHashMap<&str, usize> =
        sources.iter().enumerate().take(files.len()).map(|(at, source)| (&*source.name, at)).collect();
    let checked = |name: &str| by_name.get(name).is_some_and(|&at| place.is_named(at, files));
    let brought::Brought { roots: mut all, checkout } = brought::render(files, sources, place, job, &checked);
    // What a test defines is wrong on purpose, or half of it.
    all.retain(|(root, _)| !survey.is_fixture(&root.file));
    let covered = covered(&all);
    let is_wanted = |plan: &Plan| checked(&plan.file) || plan.files.iter().any(|name| checked(name));
    let others = job.request.argocd.is_none()
        && (files.iter().any(may_refer)
            || all.iter().any(|(root, _)| root.wanted)
            || survey.plans.iter().any(|plan| !plan.unbuilt && is_wanted(plan)));
    let plans = survey.plans.iter().filter(|plan| !plan.unbuilt && (others || is_wanted(plan)));
    let (brought, alone): (Vec<_>, Vec<_>) = plans.partition(|plan| covered.contains(&plan.file));
    if !alone.is_empty() {
        let shared = Shared::new(place.files, sources.iter());
        let root = |directory| all::Directory {
            name: directory,
            anywhere: survey.flux_alone || survey.unrestricted || survey.is_built_by_flux(directory),
        };
        let directories: Vec<_> = alone.iter().map(|plan| root(plan.directory.as_str())).collect();
        let partly = Partly { kube_version: Some(job.settings.versions.to.to_string()) };
        let rendered = all::build_all(&directories, &shared, &job.settings.config, &partly);
        let root = |plan: &&Plan| Root::of_plan(plan, checked(&plan.file), is_wanted(plan));
        all.extend(alone.iter().map(root).zip(rendered));
    }
    all.extend(charts::render(files, sources, place, job, &checked, others));
    if all.is_empty() {
        return Built { checkout, ..Built::default() };
    }
    let (mut roots, rendered): (Vec<Root>, Vec<Rendered>) = all.into_iter().unzip();
    root::name_apart(&mut roots);
    let ids = Numbers::of(&rendered, &by_name, sources.next_id());
    ids.add_to(sources, again, &rendered);
    let mut built = Built { written: Arc::new(ids.written(&rendered)), checkout, ..Built::default() };
    built.brought = brought.into_iter().map(|plan| plan.directory.clone()).collect();
    for (root, made) in roots.iter().zip(&rendered) {
        built.note(root, made, &ids, &place.charts, (files, sources));
    }
    if job.request.argocd.is_some() {
        let numbers = roots.iter().zip(&rendered).flat_map(|(root, made)| {
            let own = made.sources.iter().position(|source| source.name == root.file);
            let brought = (root.own..).zip(made.sources.iter().skip(root.own));
            let brought = brought.filter(|(_, source)| place.charts.renders(&source.name)).map(|(at, _)| at);
            let numbers = ids.of_root(made);
            brought.chain(own).filter_map(|at| numbers.get(at).copied()).collect::<Vec<_>>()
        });
        built.asked_files = numbers.filter(|source| (source.0 as usize) < files.len()).collect();
    }
    built.take(roots, rendered, &ids, (survey, &place.charts), sources);
    let read = built.roots.iter().flat_map(|root| &root.reads);
    built.claimed.extend(read.filter(|source| (source.0 as usize) < files.len()));
    built
}

/// Whether a file is checked and may hold an object, which may refer to others.
fn may_refer(file: &ReadFile) -> bool {
    let may = |document: &Document| document.tree.as_ref().map_or(true, |tree| tree.root().get("kind").is_some());
    file.checked && file.documents.iter().any(may)
}

/// The names of the files that somebody brings, where that can be rendered.
fn covered(brought: &[(Root, Rendered)]) -> FxHashSet<String> {
    let good = brought.iter().filter(|(_, made)| !is_refused(made));
    good.flat_map(|(root, made)| made.sources.iter().skip(root.own).map(|source| source.name.clone())).collect()
}

/// Whether nothing is created of a root: a problem may also stand beside its objects.
fn is_refused(made: &Rendered) -> bool {
    made.objects.is_empty() && !made.problems.is_empty()
}

impl Built {
    /// Takes up the roots that were built.
    fn take(
        &mut self,
        roots: Vec<Root>,
        rendered: Vec<Rendered>,
        ids: &Numbers,
        (survey, charts): (&Survey, &Charts),
        sources: &mut SourceMap,
    ) {
        let (next, texts, written) = (sources.next_id().0, &*sources, &self.written);
        // What only has problems to tell, or is somewhere else as a whole, is no set.
        let good = |(root, made): &(Root, Rendered)| {
            !is_refused(made) && (root.sort == Sort::Kustomization || !made.objects.is_empty())
        };
        let good: Vec<_> = roots.into_iter().zip(rendered).filter(good).collect();
        let roots = good.into_par_iter().enumerate().map(|(at, (root, made))| {
            let mut one = BuiltRoot::new(&root, &made, ids, charts, SourceId(next + at as u32), written);
            one.surround(&root, &made, survey, texts);
            (one, root.folder)
        });
        let (roots, folders): (Vec<_>, Vec<_>) = roots.unzip();
        self.roots = roots;
        for (at, (root, folder)) in self.roots.iter().zip(folders).enumerate() {
            self.by_source.insert(root.file.source, at);
            // Its name tells the folder that it stands for. Nothing points into it: it goes once all is checked.
            let name = if folder.is_empty() { folder } else { folder + "/" };
            sources.push(Source::from_text(root.file.source, name, ""));
        }
    }

    /// What became of all roots.
    pub(super) fn all_states(&self) -> impl Iterator<Item = &RenderedSet> {
        self.states.iter().chain(&self.other_states)
    }

    /// What stands in the way of roots, without what was said of the same places.
    pub(super) fn troubles(&self, said: &[Finding]) -> Vec<Finding> {
        self.troubles.beside(said)
    }

    /// The root that a source stands for.
    pub(super) fn root_of(&self, source: SourceId) -> Option<&BuiltRoot> {
        self.by_source.get(&source).map(|&at| &self.roots[at])
    }

    /// The folders of the roots that were built without objects of elsewhere.
    pub(super) fn lacking(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().filter(|root| root.lacks_whole).map(|root| shown(&root.name))
    }

    /// The charts that are looked at by their own values alone, by their names.
    pub(super) fn own_charts(&self) -> FxHashSet<&str> {
        self.roots.iter().filter(|root| root.by_own_values).map(|root| shown(&root.name)).collect()
    }

    /// How many roots make something of each source.
    pub(super) fn takers(&self) -> FxHashMap<SourceId, usize> {
        let mut takers: FxHashMap<SourceId, usize> = FxHashMap::default();
        self.roots.iter().flat_map(|root| &root.reads).for_each(|source| *takers.entry(*source).or_default() += 1);
        takers
    }

    /// The root that a finding is about an object of.
    pub(super) fn root_for(&self, finding: &Finding) -> Option<&BuiltRoot> {
        finding.subject.and_then(|subject| self.root_of(subject.source))
    }

    /// By namespace, the roots that bring something there and lack objects, and the Applications that are to bring something
    /// there and make nothing.
    pub(super) fn partly_read(&self, items: &[Item<'_>], sources: &SourceMap) -> FxHashMap<String, Vec<SourceId>> {
        let mut found: FxHashMap<String, Vec<SourceId>> = FxHashMap::default();
        let lacking = |item: &&Item<'_>| self.root_of(item.source).is_some_and(|root| root.lacks_whole);
        let failed = self.all_states().filter(|set| set.state == RenderState::Failed);
        let failed: FxHashSet<&str> = failed.map(|set| set.name.as_str()).collect();
        for item in items.iter().filter(|item| !failed.is_empty() && item.object.gvk.is("argoproj.io", "Application")) {
            let Some(file) = sources.iter().nth(item.written_in().0 as usize).map(|source| source.name.as_str()) else {
                continue;
            };
            let named = format!("{file} ({})", item.name().unwrap_or_default());
            let goes_to = item.object.root.at(&["spec", "destination"]).and_then(|goes| goes.str_at("namespace"));
            if let Some(namespace) = goes_to.filter(|_| failed.contains(file) || failed.contains(named.as_str())) {
                found.entry(namespace.to_owned()).or_default().push(item.source);
            }
        }
        // What comes with one Namespace goes there.
        let is_space = |item: &&Item<'_>| item.object.gvk.is("", "Namespace");
        let mut spaces: FxHashMap<SourceId, usize> = FxHashMap::default();
        items.iter().filter(is_space).for_each(|item| *spaces.entry(item.source).or_default() += 1);
        let goes_to = |item: &Item<'_>| -> Option<String> {
            let is_own = is_space(&item) && spaces.get(&item.source) == Some(&1);
            Some(item.namespace().or(item.name().filter(|_| is_own))?.to_owned())
        };
        for (item, namespace) in items.iter().filter(lacking).filter_map(|item| Some((item, goes_to(item)?))) {
            let sources = found.entry(namespace).or_default();
            if sources.last() != Some(&item.source) {
                sources.push(item.source);
            }
        }
        found
    }

    /// Whether an ApplicationSet is not expanded in full: what its Applications bring, and where to, is not known.
    pub(super) fn lacks_applications(&self, items: &[Item<'_>], sources: &SourceMap) -> bool {
        let partly = self.all_states().filter(|set| set.state == RenderState::Partly);
        let partly: FxHashSet<&str> = partly.map(|set| set.name.as_str()).collect();
        let mut of_kind = items.iter().filter(|item| item.object.gvk.is("argoproj.io", "ApplicationSet"));
        !partly.is_empty() && of_kind.any(|item| partly.contains(sources.get(item.written_in()).name.as_str()))
    }

    /// Which roots are variants of something: most of their objects come from files that other roots take in as well.
    pub(super) fn variants(&self) -> Vec<bool> {
        let takers = self.takers();
        let is_shared = |document: &&Document| takers.get(&document.span.source).is_some_and(|takers| *takers > 1);
        let of_root = |root: &BuiltRoot| {
            let documents = &root.file.documents;
            documents.iter().filter(is_shared).count() * 2 > documents.len()
        };
        self.roots.iter().map(of_root).collect()
    }

    /// The node that decided a finding on a built object. What one value decides at several places (a chart's name in labels
    /// and containers) is told apart by the path: the nearest one is meant.
    pub(super) fn node(&self, finding: &Finding) -> Option<Node<'_>> {
        let object = self.object(finding.subject?)?;
        let mut nodes = object.root.tree().nodes().filter(|node| node.span() == finding.primary.span);
        let first = nodes.next()?;
        let common = |node: Node<'_>| {
            let path = node.path_from(Some(object.root));
            path.bytes().zip(finding.path.bytes()).take_while(|(one, other)| one == other).count()
        };
        let nearer = |(nearest, best), node| match common(node) {
            shared if shared > best => (node, shared),
            _ => (nearest, best),
        };
        Some(nodes.fold((first, common(first)), nearer).0)
    }

    /// The object that is meant.
    pub(super) fn object(&self, subject: Subject) -> Option<Object<'_>> {
        let root = self.root_of(subject.source)?;
        let tree = root.file.documents.get(subject.document as usize)?.tree.as_ref().ok()?;
        (subject.root < tree.len() as u32).then(|| Object::from_node(tree.node(NodeId(subject.root)))).flatten()
    }

    /// The sources that were read for wanted roots and are none of the walk's files, of which there are so many.
    fn beyond(&self, files: usize) -> BTreeSet<SourceId> {
        let wanted = self.roots.iter().filter(|root| root.file.checked);
        let reads = wanted.flat_map(|root| &root.reads).filter(|source| source.0 as usize >= files);
        reads.copied().collect()
    }

    /// The documents of those that may speak of suppressions; `all` of those that are YAML by their names.
    pub(super) fn documents(
        &self,
        files: usize,
        sources: &SourceMap,
        all: bool,
    ) -> impl Iterator<Item = (SourceId, &Document)> {
        let speaks = move |source: &SourceId| {
            let source = sources.get(*source);
            let named_so = source.name.ends_with(".yaml") || source.name.ends_with(".yml");
            named_so && (all || memchr::memmem::find(source.text.as_bytes(), b"kubevet:").is_some())
        };
        let reads: Vec<_> = self.beyond(files).into_iter().filter(speaks).collect();
        reads.into_iter().flat_map(|source| self.written.documents(source).iter().map(move |one| (source, one)))
    }

    /// The same, read anew.
    pub(super) fn extra_files(&self, files: usize, sources: &SourceMap) -> Vec<ReadFile> {
        let read = |source: SourceId| ReadFile {
            source,
            documents: Arc::new(yaml::read(sources.get(source), &yaml::Limits::default())),
            checked: false,
        };
        self.beyond(files).into_iter().map(read).collect()
    }

    /// Notes what became of a root.
    fn note(
        &mut self,
        root: &Root,
        made: &Rendered,
        ids: &Numbers,
        charts: &Charts,
        (files, sources): (&[ReadFile], &SourceMap),
    ) {
        let (state, detail) = match (made.problems.first().filter(|_| is_refused(made)), made.absent.first()) {
            (Some(problem), _) => (RenderState::Failed, problem.message.clone()),
            (None, Some(absent)) => {
                let more = made.absent.len() - 1;
                let rest = if more == 0 { String::new() } else { format!("; and {more} more") };
                (RenderState::Partly, format!("{}{rest}", absent.message))
            }
            (None, None) => (RenderState::Rendered, String::new()),
        };
        let (name, what) = (root.shown().to_owned(), root.sort.noun());
        let states = if root.wanted { &mut self.states } else { &mut self.other_states };
        states.push(RenderedSet { name, state, detail, what });
        let numbers = ids.of_root(made);
        // Where a schema refuses values, each is told at its place rather than all in Helm's words.
        let is_told = |problem: &&Problem| made.refused_values.is_empty() || problem.about != "render-failed";
        let problems = trouble::grouped(&made.problems);
        let problems = problems.iter().filter(is_told).chain(&root.remarks);
        let problems = problems.map(|problem| {
            let span = place(root, problem.span, &numbers, sources);
            (trouble::finding(root, problem, span), problem.message.clone())
        });
        let values = made.refused_values.iter().map(|value| {
            let span = place(root, value.span.or(value.schema), &numbers, sources);
            let schema = value.schema.map(|schema| place(root, Some(schema), &numbers, sources));
            let finding = trouble::refused_value(root, value, span, schema);
            let said = finding.message.clone();
            (finding, said)
        });
        for (finding, said) in problems.chain(values) {
            let wanted = root.asked || files.get(finding.source().0 as usize).is_some_and(|file| file.checked);
            // A chart's template is no YAML to begin with.
            let is_template = charts.is_template(&sources.get(finding.source()).name);
            if wanted && (is_template || !self.is_unread(&finding)) {
                self.troubles.add(finding, &said);
            }
        }
    }

    /// Whether a finding lies in a document that cannot be read: that is said of the document itself, unless it is a template,
    /// which some other tool fills in first.
    fn is_unread(&self, finding: &Finding) -> bool {
        let here = |document: &&Document| document.span.contains(finding.primary.span);
        let document = self.written.documents(finding.source()).iter().find(here);
        document.is_some_and(|document| document.tree.is_err())
    }
}

/// Where a problem is: at its place, else at the beginning of the file that makes it a root.
fn place(root: &Root, span: Option<Span>, ids: &[SourceId], sources: &SourceMap) -> Span {
    let own = || sources.iter().find(|source| source.name == root.file).map(|source| Span::new(source.id, 0, 0));
    let known = |span: Span| Some(Span { source: *ids.get(span.source.0 as usize)?, ..span });
    span.and_then(known).or_else(own).unwrap_or_default()
}
