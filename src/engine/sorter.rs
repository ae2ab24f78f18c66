//! What of what was read is checked.
//!
//! In: documents, what there is to say of them by themselves, and what the survey says about their files. Out: the objects, with
//! what is said of them so far, findings about documents' texts and about those that are no objects though they mean to be,
//! and the ledger's lines about the rest.

use std::cell::LazyCell;
use std::sync::Arc;

use rayon::prelude::*;

use crate::coverage::{SkipReason, Skipped};
use crate::discover::classify::{classify, is_settings};
use crate::discover::placeholder::{is_interface, is_suite, unknown_token};
use crate::discover::{DocumentClass, Survey};
use crate::finding::{Category, Finding, Severity};
use crate::schema;
use crate::source::{Source, SourceMap, Span};
use crate::workspace::{Item, ReadFile, Texts};
use crate::yaml::{self, Document, Node, Place};

use super::built::{Built, BuiltRoot};
use super::look::{Look, Objects, Verdict, is_data, is_directed, is_template};
use super::rest::Rest;
use super::sorted::{Said, SortedFile, SortedFiles, Told};
use super::validity::Validators;

/// So many files are sorted in one go.
const CHUNK: usize = 64;

/// Sorts documents into what is checked and what is only counted.
pub(super) struct Sorter<'t> {
    pub survey: &'t Survey,
    built: &'t Built,
    pub told: Told,
    pub items: Vec<Item<'t>>,
    /// Objects that nobody applies, and why that is thought.
    pub unapplied: Vec<(Item<'t>, SkipReason)>,
}

impl<'t> Sorter<'t> {
    /// Sorts all files, on all threads; what there is to say of them stays in their order. Where that is asked for, what was sorted of
    /// each is kept.
    pub(super) fn sort(
        files: &'t [ReadFile],
        looks: Vec<Arc<Vec<Look>>>,
        sources: &SourceMap,
        (survey, built): (&'t Survey, &'t Built),
        keep: bool,
    ) -> (Self, SortedFiles) {
        let numbered = files.par_iter().zip(looks).enumerate();
        let parts = numbered.chunks(CHUNK).map(|files| {
            let (mut part, mut kept, mut texts) = (Self::new(survey, built), SortedFiles::new(), Texts::default());
            for (index, (file, looks)) in files {
                let (looks, source) = (Arc::unwrap_or_clone(looks), sources.get(file.source));
                if !keep {
                    part.file(index, file, looks, source);
                    continue;
                }
                let mut own = Self::new(survey, built);
                own.file(index, file, looks, source);
                kept.push(Arc::new(SortedFile::of(&own, source, survey, &mut texts)));
                part = part.join(own);
            }
            (part, kept)
        });
        let parts: Vec<_> = parts.collect();
        let (mut all, mut kept) = (Self::new(survey, built), SortedFiles::new());
        let items = parts.iter().map(|(part, _)| part.items.len()).sum();
        (all.items, all.told.verdicts) = (Vec::with_capacity(items), Vec::with_capacity(items));
        for (part, of_part) in parts {
            all = all.join(part);
            kept.extend(of_part);
        }
        (all, kept)
    }

    pub(super) fn new(survey: &'t Survey, built: &'t Built) -> Self {
        Self { survey, built, told: Told::default(), items: Vec::new(), unapplied: Vec::new() }
    }

    pub(super) fn join(mut self, other: Self) -> Self {
        self.told.append(other.told);
        self.items.extend(other.items);
        self.unapplied.extend(other.unapplied);
        self
    }

    /// Takes up one file.
    pub(super) fn file(&mut self, index: usize, file: &'t ReadFile, looks: Vec<Look>, source: &Source) {
        if !file.checked {
            return self.around(index, file, source);
        }
        if is_data(&file.documents, source) {
            return;
        }
        self.told.files += 1;
        self.told.read.push(source.id);
        self.told.documents += file.documents.len();
        // An empty document beside others (a separator at the end, a licence at the top) is nothing to speak of.
        let empty = |document: &&Document| document.tree.is_ok() && document.is_empty();
        if file.documents.iter().all(|document| empty(&document)) {
            return self.told.skipped.push(Skipped::new(&source.name, SkipReason::Empty));
        }
        let (whole, before) = (self.survey.skip_file(index, &source.name), self.told.skipped.len());
        let documents = file.documents.iter().filter(|document| !empty(document)).count();
        let survey = self.survey;
        let mixed = LazyCell::new(|| whole.is_none() && holds_manifests(file) && !survey.is_fixture(&source.name));
        for (document, look) in file.documents.iter().zip(looks).filter(|(document, _)| !empty(document)) {
            match whole {
                Some(reason) => self.unchecked(document, look, source, reason),
                None if !is_map(document) && *mixed => self.told.findings.extend(no_map(document)),
                None => self.document(document, look, source),
            }
        }
        self.join_skipped(before, documents);
    }

    /// Says of the whole file what was said of each of its documents.
    fn join_skipped(&mut self, from: usize, documents: usize) {
        let skipped = &mut self.told.skipped;
        let Some(first) = skipped.get(from).cloned() else { return };
        if skipped.len() - from == documents
            && skipped[from..].iter().all(|other| other.reason == first.reason && other.detail.is_empty())
        {
            skipped.truncate(from);
            skipped.push(Skipped { document: None, ..first });
        }
    }

    /// Takes up the objects of the roots that were built, on all threads; these have been checked as far as they can be by
    /// themselves.
    pub(super) fn roots(self, checks: &Validators<'static>) -> Self {
        let (survey, built) = (self.survey, self.built);
        let documents = built.roots.iter().flat_map(|root| root.file.documents.iter().map(move |d| (root, d)));
        let documents: Vec<_> = documents.collect();
        let parts = documents.par_chunks(CHUNK).map(|documents| {
            let mut part = Self::new(survey, built);
            documents.iter().for_each(|(root, document)| part.built(root, document, checks));
            part
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().fold(self, Self::join)
    }

    /// Takes up one object of a root.
    fn built(&mut self, root: &'t BuiltRoot, document: &'t Document, checks: &Validators<'static>) {
        let is_checked = match classify(document) {
            DocumentClass::Manifest => root.file.checked,
            DocumentClass::Skip(SkipReason::Encrypted) => false,
            _ => return,
        };
        let Some(surroundings) = root.surroundings(document) else { return };
        let objects = Objects::of(document);
        let say =
            || objects.whole.iter().map(|object| checks.check_for(root.versions, *object, document.number)).collect();
        let mut said = if is_checked { root.verdicts(document, say) } else { &[] }.iter().cloned();
        for (number, &object) in objects.whole.iter().enumerate() {
            self.told.verdicts.push(Said { verdict: said.next(), number });
            let item = Item::new(object, root.file.source, document.number, surroundings);
            self.items.push(item.checked(is_checked));
        }
        if root.file.checked {
            self.broken(document, objects.broken);
        }
    }

    /// A file of the repository around: its objects are there to be referred to.
    fn around(&mut self, index: usize, file: &'t ReadFile, source: &Source) {
        let is_template = |document: &&Document| self.is_unread_template(index, document, source);
        if let Some(template) = file.documents.iter().find(is_template) {
            let document = Some(template.number);
            self.told.templates.push(Skipped { document, ..Skipped::new(&source.name, SkipReason::Template) });
        }
        if self.survey.skip_file(index, &source.name).is_some() || self.built.claimed.contains(&source.id) {
            return;
        }
        for document in file.documents.iter() {
            let class = self.survey.classify(&source.name, document);
            // A text that was let go has a tree still.
            let may_be_patch = source.text.is_empty() || is_directed(source.slice(document.span));
            if may_be_patch && class == DocumentClass::Manifest && self.survey.is_patch(&source.name, document) {
                continue;
            }
            if [DocumentClass::Manifest, DocumentClass::Skip(SkipReason::Encrypted)].contains(&class) {
                self.unseen(document, source);
            }
        }
    }

    /// Whether a document is not read, as it is a template of something else than Helm.
    fn is_unread_template(&self, index: usize, document: &Document, source: &Source) -> bool {
        match (&document.tree, self.survey.skip_file(index, &source.name)) {
            (_, Some(SkipReason::HelmTemplate)) => false,
            (Err(error), whole) => {
                (whole.is_some() || !is_settings(&source.name, source.slice(document.span)))
                    && is_template(document, source, error.span)
            }
            (Ok(_), Some(whole)) => whole == SkipReason::Template,
            (Ok(_), None) => {
                let class = self.survey.classify(&source.name, document);
                class == DocumentClass::Skip(SkipReason::Template)
            }
        }
    }

    /// A document of a file that is not checked. That it does not parse is said all the same, but for Helm's templates; and what a
    /// kustomization loses.
    fn unchecked(&mut self, document: &Document, look: Look, source: &Source, reason: SkipReason) {
        if reason == SkipReason::HelmTemplate && self.built.claimed.contains(&source.id) {
            return; // what it gives is checked
        }
        match &document.tree {
            Err(error) if reason != SkipReason::HelmTemplate && !is_template(document, source, error.span) => {
                self.skip(document, source, reason);
                self.told.findings.extend(look.text);
            }
            Err(_) if reason != SkipReason::HelmTemplate => self.skip(document, source, SkipReason::Template),
            Ok(_) if reason == SkipReason::Kustomization && !self.survey.is_fixture(&source.name) => {
                self.skip(document, source, reason);
                self.told.findings.extend(look.text);
            }
            _ => self.skip(document, source, reason),
        }
    }

    fn document(&mut self, document: &'t Document, look: Look, source: &Source) {
        let error = match &document.tree {
            Ok(_) => return self.parsed(document, look, source),
            Err(error) => error,
        };
        if is_settings(&source.name, source.slice(document.span)) {
            self.skip(document, source, SkipReason::Other);
        } else if is_template(document, source, error.span) {
            self.skip(document, source, SkipReason::Template);
            self.told.findings.extend(unread(document, source, error.span));
        } else if self.survey.is_fixture(&source.name)
            || self.survey.is_chart_test(&source.name)
            || is_suite(source.slice(document.span))
        {
            self.skip(document, source, SkipReason::TestFixture);
        } else if is_interface(source.slice(document.span)) {
            self.skip(document, source, SkipReason::Other);
        } else {
            self.told.findings.extend(look.text);
        }
    }

    fn parsed(&mut self, document: &'t Document, look: Look, source: &Source) {
        match self.survey.classify(&source.name, document) {
            // What was made of it is checked in its place.
            DocumentClass::Manifest | DocumentClass::Broken if self.built.claimed.contains(&source.id) => {
                self.told.findings.extend(look.text);
            }
            DocumentClass::Manifest if look.directed && self.survey.is_patch(&source.name, document) => {
                self.skip(document, source, SkipReason::Patch);
            }
            DocumentClass::Manifest => {
                let (before, broken) = (self.items.len(), self.objects(document, source, look.objects, true));
                // Of what nobody applies there is nothing to say but in the ledger.
                if self.items.len() == before && broken.is_empty() && self.is_set_aside(document) {
                    return;
                }
                self.told.findings.extend(look.text);
                if let Some(rest) = look.rest {
                    self.told.rest.append(self.kept(*rest, source));
                }
                if !broken.is_empty() && !self.survey.is_fixture(&source.name) {
                    self.broken(document, broken);
                }
            }
            DocumentClass::Broken if self.survey.is_fixture(&source.name) => {
                self.skip(document, source, SkipReason::TestFixture);
            }
            DocumentClass::Broken => {
                self.told.findings.extend(look.text);
                self.broken(document, document.tree.iter().map(yaml::Tree::root));
            }
            DocumentClass::Skip(reason) => {
                self.skip(document, source, reason);
                if reason == SkipReason::Encrypted && !self.built.claimed.contains(&source.id) {
                    self.unseen(document, source);
                }
            }
        }
    }

    /// What is said of parts that were let go, where what is around the file agrees: it was not known then.
    fn kept(&self, mut rest: Rest, source: &Source) -> Rest {
        let around = self.survey.surroundings(&source.name);
        if around.server_side || around.replaced || around.by_helm {
            for findings in [&mut rest.always, &mut rest.alone, &mut rest.deployed] {
                findings.retain(|finding| *finding.rule != *"oversized-object");
            }
        }
        rest
    }

    /// An encrypted object is not checked, but others may refer to it.
    fn unseen(&mut self, document: &'t Document, source: &Source) {
        self.objects(document, source, Vec::new(), false);
    }

    /// Takes up the objects of a document. Gives the items that are no objects.
    fn objects(
        &mut self,
        document: &'t Document,
        source: &Source,
        verdicts: Vec<Verdict>,
        checked: bool,
    ) -> Vec<Node<'t>> {
        let surroundings = self.survey.surroundings(&source.name);
        let objects = Objects::of(document);
        let all = objects.whole.len() + objects.broken.len();
        let mut verdicts = verdicts.into_iter();
        for (number, object) in objects.whole.into_iter().enumerate() {
            let verdict = verdicts.next();
            let item = Item::new(object, source.id, document.number, surroundings);
            match self.survey.unapplied(source.id.0 as usize, &source.name, object.root) {
                Some(reason) => self.unapplied.push((item.checked(checked), reason)),
                None => {
                    self.told.verdicts.push(Said { verdict, number });
                    self.items.push(item.checked(checked));
                }
            }
        }
        if checked {
            self.note_unapplied(document, source, all);
        }
        objects.broken
    }

    /// Whether objects of the document taken up last are not applied by anybody.
    fn is_set_aside(&self, document: &Document) -> bool {
        let last = self.unapplied.last();
        last.is_some_and(|(item, _)| (item.source, item.document) == (document.span.source, document.number))
    }

    /// Notes in the ledger, once for each reason, that objects of a document are not applied; `all` is how many it has.
    fn note_unapplied(&mut self, document: &Document, source: &Source, all: usize) {
        let here = |item: &Item<'_>| (item.source, item.document) == (source.id, document.number);
        let mut reasons: Vec<_> =
            self.unapplied.iter().rev().take_while(|(item, _)| here(item)).map(|(_, reason)| *reason).collect();
        reasons.sort_unstable();
        for same in reasons.chunk_by(|one, other| one == other) {
            let detail = if same.len() < all { format!("{} of {all} objects", same.len()) } else { String::new() };
            let skipped = Skipped { document: Some(document.number), detail, ..Skipped::new(&source.name, same[0]) };
            self.told.skipped.push(skipped);
        }
    }

    /// What is meant to be an object, as a document or as an item of a List, but does not say what it is.
    fn broken(&mut self, document: &'t Document, nodes: impl IntoIterator<Item = Node<'t>>) {
        let said = |node| schema::broken(node).or_else(|| schema::nested_list(node));
        for mut finding in nodes.into_iter().filter_map(said) {
            finding.document = Some(document.number);
            self.told.findings.push(finding);
        }
    }

    fn skip(&mut self, document: &Document, source: &Source, reason: SkipReason) {
        let document = Some(document.number);
        self.told.skipped.push(Skipped { document, ..Skipped::new(&source.name, reason) });
    }
}

/// The remark that a document is a template of a language that nobody here knows.
fn unread(document: &Document, source: &Source, place: Span) -> Option<Finding> {
    let text = source.slice(document.span);
    let token = unknown_token(text, place.start.saturating_sub(document.span.start) as usize)?;
    let start = document.span.start as usize + (token.as_ptr() as usize - text.as_ptr() as usize);
    let span = Span::new(source.id, start, start + token.len());
    let message = format!("`{token}` {MAKES_TEMPLATE}");
    let mut finding = Finding::new("unfilled-placeholder", Category::Syntax, Severity::Info, message, span);
    finding.document = Some(document.number);
    Some(finding.help("check what the program makes of it: `kubevet check` reads standard input, too"))
}

/// How it is said that a template is not read.
pub(super) const MAKES_TEMPLATE: &str = "makes this a template in a language that is not read";

/// Whether a file holds manifests, and what is none and no map beside them; or a list of manifests.
fn holds_manifests(file: &ReadFile) -> bool {
    if file.documents.iter().all(is_map) {
        return false;
    }
    let is_manifest =
        |document: &Document| matches!(classify(document), DocumentClass::Manifest | DocumentClass::Broken);
    let typed = |node: Node<'_>| ["apiVersion", "kind"].iter().all(|field| node.str_at(field).is_some());
    let lists = |document: &Document| {
        let root = document.tree.as_ref().ok().map(yaml::Tree::root);
        root.is_some_and(|root| !root.is_empty() && root.items().all(typed) && root.is_sequence())
    };
    file.documents.iter().any(|document| is_map(document) && is_manifest(document) || lists(document))
}

/// Whether a document is a map; one that does not parse, or holds nothing, may be.
fn is_map(document: &Document) -> bool {
    document.tree.as_ref().is_ok_and(|tree| tree.root().is_mapping() || tree.root().is_null()) || document.tree.is_err()
}

/// The finding on a document beside manifests that is no map.
fn no_map(document: &Document) -> Option<Finding> {
    let root = document.tree.as_ref().ok()?.root();
    // Lines of FreeMarker alone.
    if root.as_str().is_some_and(|text| text.starts_with("<#") || text.starts_with("</#")) {
        return None;
    }
    let message = format!("this document is {}, not a map: kubectl refuses the whole file", root.describe());
    let mut finding =
        Finding::new("document-not-a-map", Category::Syntax, Severity::Error, message, Place::Value(root).span());
    finding.document = Some(document.number);
    Some(finding.help(match root.is_sequence() {
        true => "make it a `List` (`kind: List` with `items`), or separate the objects with `---` lines",
        false => "remove it, or turn it into a comment",
    }))
}
