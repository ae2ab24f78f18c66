//! A root that was built.
//!
//! In: a root, and what rendering made of it. Out: [`BuiltRoot`]: its objects as documents under a source of their own, what lies around
//! them, which sources it was made of, and how many of its nodes a place makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::discover::{Charts, Survey};
use crate::finding::folder_of;
use crate::render::Rendered;
use crate::render::tree::tree;
use crate::source::{SourceId, SourceMap, Span};
use crate::version::VersionRange;
use crate::workspace::{ReadFile, Surroundings};
use crate::yaml::Document;
use crate::yaml::built::Written;

use super::super::look::Verdict;
use super::numbers::Numbers;
use super::root::{Root, Sort};
use super::uses::Uses;

/// A root that was built.
pub struct BuiltRoot {
    /// Its name: its directory, where it is a kustomization or a chart.
    pub name: String,
    /// Its objects, one a document, under the source that stands for the root.
    pub file: ReadFile,
    /// What lies around its objects, by the file that they come from: nothing is left to be guessed but what applies it.
    surroundings: BTreeMap<SourceId, Surroundings>,
    /// The sources that it was made of, sorted.
    pub reads: Vec<SourceId>,
    /// Something may bring objects that are not here.
    pub lacks_objects: bool,
    /// These may be whole objects, not only entries of some that are here.
    pub lacks_whole: bool,
    /// Entries of what its generators make are not here.
    pub lacks_entries: bool,
    /// The versions of Kubernetes that it is made for, where those are not all that are checked for.
    pub versions: Option<VersionRange>,
    /// Findings on it are wanted wherever they are; else only those in files that are checked.
    pub asked: bool,
    /// It is a chart by its own values: whoever installs it may give others.
    pub by_own_values: bool,
    /// Another chart of the repository takes it in, and gives it values.
    pub is_part: bool,
    /// The values file without which it makes nothing.
    pub given: Option<String>,
    /// What was said of the objects of each document by themselves.
    said: Vec<OnceLock<Vec<Verdict>>>,
    /// Where its nodes were written.
    pub(super) uses: Uses,
}

impl BuiltRoot {
    pub(super) fn new(
        root: &Root,
        made: &Rendered,
        ids: &Numbers,
        charts: &Charts,
        source: SourceId,
        written: &Arc<Written>,
    ) -> Self {
        let numbers = ids.of_root(made);
        let documents = made.objects.par_iter().enumerate().map(|(number, object)| {
            let tree = tree(object, &numbers, source, written);
            let span = tree.root().span();
            Document { number: number as u32, span, tree: Ok(tree), also: Vec::new(), notes: Vec::new() }
        });
        let file = ReadFile { source, documents: Arc::new(documents.collect()), checked: root.wanted };
        // What lies in a chart without being rendered is applied all the same where an object was written there.
        let homes: FxHashSet<SourceId> = file.documents.iter().map(|document| document.span.source).collect();
        let brought = numbers.iter().zip(made.sources.iter()).skip(root.own);
        let brought = brought.filter(|(id, source)| charts.renders(&source.name) || homes.contains(id));
        let mut reads: Vec<SourceId> = brought.map(|(id, _)| *id).collect();
        reads.sort_unstable();
        reads.dedup();
        let lacks_objects = made.absent.iter().any(|absent| absent.objects);
        let lacks_whole = made.absent.iter().any(|absent| absent.objects && !absent.entries);
        let lacks_entries = made.absent.iter().any(|absent| absent.entries);
        let (surroundings, uses) = (BTreeMap::new(), Uses::default());
        let said = file.documents.iter().map(|_| OnceLock::new()).collect();
        let by_own_values = root.sort == Sort::Chart;
        let (name, versions, asked) = (root.name.clone(), root.versions, root.asked);
        let (is_part, given) = (root.is_part, root.given.clone());
        Self {
            name,
            file,
            surroundings,
            reads,
            lacks_objects,
            lacks_whole,
            lacks_entries,
            versions,
            asked,
            by_own_values,
            is_part,
            given,
            said,
            uses,
        }
    }

    /// Finds what lies around the objects of each file: which kustomizations take it in on the way, since an Application may
    /// apply one of those by itself; and what Flux patches, whatever the file.
    pub(super) fn surround(&mut self, root: &Root, made: &Rendered, survey: &Survey, sources: &SourceMap) {
        let fields = made.absent.iter().any(|absent| absent.fields);
        let on_the_way: FxHashSet<&str> = root.directories.iter().map(String::as_str).collect();
        // What Flux builds is patched and placed already.
        let alone = root.sort == Sort::Kustomization;
        let by_flux = matches!(root.sort, Sort::Flux | Sort::Release);
        let by_helm = matches!(root.sort, Sort::Chart | Sort::Release | Sort::Configured);
        let flux = if by_flux { Vec::new() } else { survey.patches_for_all().to_vec() };
        let targets = if alone { survey.target_namespaces(&root.name) } else { Vec::new() };
        let on_the_server = root.directories.first().is_some_and(|first| survey.is_applied_on_the_server(first));
        let around = |source: SourceId| {
            let name = sources.get(source).name.as_str();
            let takers = survey.surroundings(name).taken_in_by.iter();
            let mut taken_in_by: Vec<Arc<str>> =
                takers.filter(|taker| on_the_way.contains(&***taker)).cloned().collect();
            if let (true, Some(first)) = (taken_in_by.is_empty(), root.directories.first()) {
                // What a kustomization generates lies in its own file.
                let own = folder_of(name);
                taken_in_by.push(first.as_str().into());
                taken_in_by.extend((own != first && on_the_way.contains(own)).then(|| own.into()));
            }
            let applied = survey.surroundings(name);
            let (server_side, replaced) = (applied.server_side || on_the_server, applied.replaced);
            let (varies, namespace) = (targets.len() > 1, targets.first().cloned());
            Surroundings {
                namespace,
                varies,
                taken_in_by,
                // Whoever releases a chart says where it goes.
                rendered: root.sort == Sort::Chart,
                unknown: fields,
                altered: fields,
                patches: flux.clone(),
                server_side: server_side || by_flux,
                replaced,
                by_helm,
                ..Surroundings::default()
            }
        };
        let homes: BTreeSet<SourceId> = self.file.documents.iter().map(|document| document.span.source).collect();
        self.surroundings = homes.into_iter().map(|home| (home, around(home))).collect();
    }

    /// What is said of the objects of a document by themselves; of roots that are kept, it is known.
    pub(in super::super) fn verdicts(&self, document: &Document, say: impl FnOnce() -> Vec<Verdict>) -> &[Verdict] {
        self.said[document.number as usize].get_or_init(say)
    }

    /// What lies around the objects of a document.
    pub fn surroundings(&self, document: &Document) -> Option<&Surroundings> {
        self.surroundings.get(&document.span.source)
    }

    /// How many of its nodes a place makes.
    pub fn makes(&self, span: Span) -> usize {
        self.uses.count(span, &self.file.documents)
    }

    /// Whether any of its nodes was written in a span.
    pub fn uses(&self, span: Span) -> bool {
        self.uses.any_in(span, &self.file.documents)
    }
}
