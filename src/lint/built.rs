//! Kustomization roots, built in process.
//!
//! In: what was read, and what the survey says of kustomizations. Out: [`Built`]: for each root the documents that would be
//! applied, as trees whose nodes know where they were written; which files are judged through them alone; what became of
//! each root, for the ledger, and a finding where kustomize refuses one.

mod settle;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::{RenderState, RenderedSet};
use crate::discover::{Plan, Survey};
use crate::finding::{Category, Finding, Severity, Subject};
use crate::object::Object;
use crate::render::kustomize::{Limits, Shared, build_partly};
use crate::render::tree::tree;
use crate::render::{Problem, Rendered, kustomize};
use crate::source::{Source, SourceId, SourceMap, Span};
use crate::workspace::{ReadFile, Surroundings};
use crate::yaml::built::Written;
use crate::yaml::{self, Document, Node, NodeId};

use self::uses::Uses;
use super::Place;
use super::again::Again;

/// A root that was built.
pub(super) struct BuiltRoot {
    /// Its directory.
    pub directory: String,
    /// Its objects, one a document, under the source that stands for the root.
    pub file: ReadFile,
    /// What lies around its objects: nothing is left to be guessed.
    pub surroundings: Surroundings,
    /// The sources that it was made of, sorted.
    pub reads: Vec<SourceId>,
    /// Something may bring objects that are not here.
    pub lacks_objects: bool,
    /// Findings on it are wanted wherever they are; else only those in files that are judged.
    asked: bool,
    /// Where its nodes were written.
    uses: Uses,
}

/// The roots of a run.
#[derive(Default)]
pub(super) struct Built {
    pub roots: Vec<BuiltRoot>,
    /// Files that are judged through roots alone.
    pub claimed: FxHashSet<SourceId>,
    pub states: Vec<RenderedSet>,
    pub findings: Vec<Finding>,
    written: Arc<Written>,
    by_source: FxHashMap<SourceId, usize>,
}

/// Builds the roots that are asked for, or that take in a file that is. Sources that are new are added.
pub(super) fn build(
    survey: &Survey<'_>,
    files: &[ReadFile],
    sources: &mut SourceMap,
    again: &Again<'_>,
    place: &Place<'_>,
) -> Built {
    let judged = |name: &str, by_name: &FxHashMap<&str, usize>| by_name.get(name).is_some_and(|&at| files[at].judged);
    let by_name: FxHashMap<&str, usize> = match survey.plans.is_empty() {
        true => return Built::default(),
        false => sources.iter().enumerate().take(files.len()).map(|(at, source)| (&*source.name, at)).collect(),
    };
    let plans: Vec<(&Plan, bool)> =
        survey.plans.iter().filter(|plan| !plan.component).map(|plan| (plan, judged(&plan.file, &by_name))).collect();
    let wanted = |(plan, asked): &(&Plan, bool)| *asked || plan.files.iter().any(|name| judged(name, &by_name));
    let plans: Vec<_> = plans.into_iter().filter(wanted).collect();
    let shared = Shared::new(place.files, sources.iter());
    let limits = Limits::default();
    let one = |(plan, _): &(&Plan, bool)| match shared.view(&plan.directory) {
        Ok(view) => build_partly(&view, view.root(), &plan.directory, &limits),
        Err(error) => kustomize::refused(&plan.directory, &error),
    };
    let rendered: Vec<Rendered> = plans.par_iter().map(one).collect();
    drop(shared);
    let ids = Numbers::of(&rendered, &by_name, sources.next_id());
    drop(by_name);
    ids.add_to(sources, again, &rendered);
    let mut built = Built { written: Arc::new(ids.written(&rendered)), ..Built::default() };
    for ((plan, asked), made) in plans.iter().zip(&rendered) {
        built.note(plan, *asked, made, &ids, (files, sources));
    }
    let next = sources.next_id().0;
    let good: Vec<_> = plans.iter().zip(rendered).filter(|(_, made)| made.problems.is_empty()).collect();
    let numbered = good.into_par_iter().enumerate();
    let roots = numbered.map(|(at, ((plan, asked), made))| {
        let mut root = BuiltRoot::new(plan, *asked, made, &ids, SourceId(next + at as u32), &built.written);
        root.surroundings.patches = survey.patches_for_all().to_vec();
        root
    });
    built.roots = roots.collect();
    for (at, root) in built.roots.iter().enumerate() {
        built.by_source.insert(root.file.source, at);
        built.claimed.extend(root.reads.iter().filter(|source| (source.0 as usize) < files.len()));
        // Its name tells the folder that it stands for. Nothing points into it: it goes once all is judged.
        let name = if root.directory.is_empty() { String::new() } else { format!("{}/", root.directory) };
        sources.push(Source::from_text(root.file.source, name, ""));
    }
    built
}

/// The run's numbers of the sources that were read for roots.
struct Numbers {
    by_name: BTreeMap<String, SourceId>,
}

impl Numbers {
    /// Those of the run's files keep theirs; the others get the next ones, in the order of their names.
    fn of(rendered: &[Rendered], known: &FxHashMap<&str, usize>, next: SourceId) -> Self {
        let names = rendered.iter().flat_map(|made| made.sources.iter()).map(|source| source.name.as_str());
        let names: BTreeSet<&str> = names.collect();
        let SourceId(mut next) = next;
        let mut number = |name: &str| match known.get(name) {
            Some(&at) => SourceId(at as u32),
            None => {
                next += 1;
                SourceId(next - 1)
            }
        };
        Self { by_name: names.into_iter().map(|name| (name.to_owned(), number(name))).collect() }
    }

    fn get(&self, name: &str) -> SourceId {
        self.by_name.get(name).copied().unwrap_or_default()
    }

    fn of_root(&self, made: &Rendered) -> Vec<SourceId> {
        made.sources.iter().map(|source| self.get(&source.name)).collect()
    }

    /// Adds the sources that are new, and the texts of those that were not read as manifests.
    fn add_to(&self, sources: &mut SourceMap, again: &Again<'_>, rendered: &[Rendered]) {
        let mut texts: BTreeMap<SourceId, &Source> = BTreeMap::new();
        for source in rendered.iter().flat_map(|made| made.sources.iter()) {
            texts.entry(self.get(&source.name)).or_insert(source);
        }
        for (id, source) in texts {
            let new = || Source::from_text(id, source.name.clone(), source.text.clone());
            if id == sources.next_id() {
                sources.push(new());
            } else if sources.get(id).text.is_empty() && !again.is_gone(id) {
                sources.put(new());
            }
        }
    }

    fn written(&self, rendered: &[Rendered]) -> Written {
        let mut texts: BTreeMap<SourceId, &Source> = BTreeMap::new();
        for source in rendered.iter().flat_map(|made| made.sources.iter()) {
            texts.entry(self.get(&source.name)).or_insert(source);
        }
        Written::new(
            texts.into_iter().map(|(id, source)| Source::from_text(id, source.name.clone(), source.text.clone())),
        )
    }
}

impl BuiltRoot {
    fn new(plan: &Plan, asked: bool, made: Rendered, ids: &Numbers, source: SourceId, written: &Arc<Written>) -> Self {
        let numbers = ids.of_root(&made);
        let mut reads = numbers.clone();
        reads.sort_unstable();
        reads.dedup();
        let documents = made.objects.par_iter().enumerate().map(|(number, object)| {
            let tree = tree(object, &numbers, source, written);
            let span = tree.root().span();
            Document { number: number as u32, span, tree: Ok(tree), also: Vec::new(), notes: Vec::new() }
        });
        let file = ReadFile { source, documents: documents.collect(), judged: true };
        let fields = made.absent.iter().any(|absent| absent.fields);
        let surroundings = Surroundings {
            taken_in_by: plan.directories.iter().map(|name| name.as_str().into()).collect(),
            unknown: fields,
            altered: fields,
            ..Surroundings::default()
        };
        let lacks_objects = made.absent.iter().any(|absent| absent.objects);
        let uses = Uses::default();
        Self { directory: plan.directory.clone(), file, surroundings, reads, lacks_objects, asked, uses }
    }
}

impl BuiltRoot {
    /// Whether any of its nodes was written in a span.
    pub(super) fn uses(&self, span: Span) -> bool {
        self.uses.any_in(span, &self.file.documents)
    }
}

/// What a report calls the root in a directory.
pub(super) fn shown(directory: &str) -> &str {
    if directory.is_empty() { "." } else { directory }
}

impl Built {
    /// The root that a source stands for.
    pub(super) fn root_of(&self, source: SourceId) -> Option<&BuiltRoot> {
        self.by_source.get(&source).map(|&at| &self.roots[at])
    }

    /// The root that a finding is about an object of.
    pub(super) fn root_for(&self, finding: &Finding) -> Option<&BuiltRoot> {
        finding.subject.and_then(|subject| self.root_of(subject.source))
    }

    /// Which roots are variants of something: most of their objects come from files that other roots take in as well.
    pub(super) fn variants(&self) -> Vec<bool> {
        let mut takers: FxHashMap<SourceId, usize> = FxHashMap::default();
        self.roots.iter().flat_map(|root| &root.reads).for_each(|source| *takers.entry(*source).or_default() += 1);
        let is_shared = |document: &&Document| takers.get(&document.span.source).is_some_and(|takers| *takers > 1);
        let of_root = |root: &BuiltRoot| {
            let documents = &root.file.documents;
            documents.iter().filter(is_shared).count() * 2 > documents.len()
        };
        self.roots.iter().map(of_root).collect()
    }

    /// The node that decided a finding on a built object.
    pub(super) fn node(&self, finding: &Finding) -> Option<Node<'_>> {
        let object = self.object(finding.subject?)?;
        object.root.tree().nodes().find(|node| node.span() == finding.primary.span)
    }

    /// The object that is meant.
    pub(super) fn object(&self, subject: Subject) -> Option<Object<'_>> {
        let root = self.root_of(subject.source)?;
        let tree = root.file.documents.get(subject.document as usize)?.tree.as_ref().ok()?;
        (subject.root < tree.len() as u32).then(|| Object::from_node(tree.node(NodeId(subject.root)))).flatten()
    }

    /// The sources that were read for roots and are none of the walk's files, of which there are so many.
    fn beyond(&self, files: usize) -> BTreeSet<SourceId> {
        let reads = self.roots.iter().flat_map(|root| &root.reads).filter(move |source| source.0 as usize >= files);
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
            documents: yaml::read(sources.get(source), &yaml::Limits::default()),
            judged: false,
        };
        self.beyond(files).into_iter().map(read).collect()
    }

    /// Notes what became of a root.
    fn note(
        &mut self,
        plan: &Plan,
        asked: bool,
        made: &Rendered,
        ids: &Numbers,
        (files, sources): (&[ReadFile], &SourceMap),
    ) {
        let (state, detail) = match (made.problems.first(), made.absent.first()) {
            (Some(problem), _) => (RenderState::Failed, problem.message.clone()),
            (None, Some(absent)) => {
                let more = made.absent.len() - 1;
                let rest = if more == 0 { String::new() } else { format!("; and {more} more") };
                (RenderState::Partly, format!("{}{rest}", absent.message))
            }
            (None, None) => (RenderState::Rendered, String::new()),
        };
        self.states.push(RenderedSet { name: shown(&plan.directory).to_owned(), state, detail });
        let numbers = ids.of_root(made);
        for problem in &made.problems {
            let finding = refused(plan, problem, &numbers, sources);
            let wanted = asked || files.get(finding.source().0 as usize).is_some_and(|file| file.judged);
            if wanted && !self.is_unread(&finding) {
                self.findings.push(finding);
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

fn refused(plan: &Plan, problem: &Problem, ids: &[SourceId], sources: &SourceMap) -> Finding {
    let own = || sources.iter().find(|source| source.name == plan.file).map(|source| Span::new(source.id, 0, 0));
    let known = |span: Span| Some(Span { source: *ids.get(span.source.0 as usize)?, ..span });
    let span = problem.span.and_then(known).or_else(own).unwrap_or_default();
    let message = format!("kustomize refuses to build `{}`: {}", shown(&plan.directory), problem.message);
    let mut finding = Finding::new("kustomize-build-failed", Category::Render, Severity::Error, message, span);
    finding.sets.names = vec![shown(&plan.directory).into()];
    finding
}
