//! What of what was read is judged.
//!
//! In: documents, what there is to say of them by themselves, and what the survey says about their files. Out: the objects, with
//! what is said of them so far, findings about documents' texts and about those that are no objects though they mean to be,
//! and the ledger's lines about the rest.

use rayon::prelude::*;

use crate::coverage::{Coverage, SkipReason, Skipped};
use crate::discover::{DocumentClass, Survey, classify::classify};
use crate::finding::Finding;
use crate::schema;
use crate::source::{Source, SourceMap};
use crate::workspace::{Item, ReadFile};
use crate::yaml::{self, Document, Node};

use super::built::{Built, BuiltRoot};
use super::look::{Look, Objects, Verdict, is_data, is_template};
use super::rest::Rest;
use super::validity::Judges;

/// So many files are sorted in one go.
const CHUNK: usize = 64;

/// Sorts documents into what is judged and what is only counted.
pub(super) struct Sorter<'t> {
    survey: &'t Survey<'t>,
    built: &'t Built,
    pub coverage: Coverage,
    pub findings: Vec<Finding>,
    pub items: Vec<Item<'t>>,
    /// What is said of each item by itself.
    pub verdicts: Vec<Said>,
    /// What rules said of parts that are gone.
    pub rest: Rest,
}

/// What is said of an object by itself.
#[derive(Debug)]
pub(super) struct Said {
    /// Nothing where it is not judged.
    pub verdict: Option<Verdict>,
    /// Its number among the objects of its document.
    pub number: usize,
}

impl<'t> Sorter<'t> {
    /// Sorts all files, on all threads; what there is to say of them stays in their order.
    pub(super) fn sort(
        files: &'t [ReadFile],
        looks: Vec<Vec<Look>>,
        sources: &SourceMap,
        survey: &'t Survey,
        built: &'t Built,
    ) -> Self {
        let numbered = files.par_iter().zip(looks).enumerate();
        let parts = numbered.chunks(CHUNK).map(|files| {
            let mut part = Self::new(survey, built);
            for (index, (file, looks)) in files {
                part.file(index, file, looks, sources.get(file.source));
            }
            part
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().fold(Self::new(survey, built), Self::join)
    }

    fn new(survey: &'t Survey, built: &'t Built) -> Self {
        let (findings, items, verdicts) = (Vec::new(), Vec::new(), Vec::new());
        Self { survey, built, coverage: Coverage::default(), findings, items, verdicts, rest: Rest::default() }
    }

    fn join(mut self, other: Self) -> Self {
        self.coverage.files += other.coverage.files;
        self.coverage.documents += other.coverage.documents;
        self.coverage.skipped.extend(other.coverage.skipped);
        self.findings.extend(other.findings);
        self.items.extend(other.items);
        self.verdicts.extend(other.verdicts);
        self.rest.append(other.rest);
        self
    }

    /// Takes up one file.
    fn file(&mut self, index: usize, file: &'t ReadFile, looks: Vec<Look>, source: &Source) {
        if !file.judged {
            return self.around(index, file, source);
        }
        if is_data(&file.documents, source) {
            return;
        }
        self.coverage.files += 1;
        self.coverage.documents += file.documents.len();
        // An empty document beside others (a separator at the end, a licence at the top) is nothing to speak of.
        let empty = |document: &&Document| document.tree.is_ok() && document.is_empty();
        if file.documents.iter().all(|document| empty(&document)) {
            return self.coverage.skipped.push(Skipped::new(&source.name, SkipReason::Empty));
        }
        let (whole, before) = (self.survey.skip_file(index, &source.name), self.coverage.skipped.len());
        let documents = file.documents.iter().filter(|document| !empty(document)).count();
        for (document, look) in file.documents.iter().zip(looks).filter(|(document, _)| !empty(document)) {
            match whole {
                Some(reason) => self.unjudged(document, look, source, reason),
                None => self.document(document, look, source),
            }
        }
        self.join_skipped(before, documents);
    }

    /// Says of the whole file what was said of each of its documents.
    fn join_skipped(&mut self, from: usize, documents: usize) {
        let skipped = &mut self.coverage.skipped;
        let Some(first) = skipped.get(from).cloned() else { return };
        if skipped.len() - from == documents && skipped[from..].iter().all(|other| other.reason == first.reason) {
            skipped.truncate(from);
            skipped.push(Skipped { document: None, ..first });
        }
    }

    /// Takes up the objects of the roots that were built, on all threads; these have been judged as far as they can be by
    /// themselves.
    pub(super) fn roots(self, judges: &Judges<'static>) -> Self {
        let (survey, built) = (self.survey, self.built);
        let documents = built.roots.iter().flat_map(|root| root.file.documents.iter().map(move |d| (root, d)));
        let documents: Vec<_> = documents.collect();
        let parts = documents.par_chunks(CHUNK).map(|documents| {
            let mut part = Self::new(survey, built);
            documents.iter().for_each(|(root, document)| part.built(root, document, judges));
            part
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().fold(self, Self::join)
    }

    /// Takes up one object of a root.
    fn built(&mut self, root: &'t BuiltRoot, document: &'t Document, judges: &Judges<'static>) {
        let is_judged = match classify(document) {
            DocumentClass::Manifest => true,
            DocumentClass::Skip(SkipReason::Encrypted) => false,
            _ => return,
        };
        let Some(surroundings) = root.surroundings(document) else { return };
        let objects = Objects::of(document);
        for (number, object) in objects.whole.into_iter().enumerate() {
            let verdict = is_judged.then(|| judges.judge(object, document.number));
            self.verdicts.push(Said { verdict, number });
            let item = Item::new(object, root.file.source, document.number, surroundings);
            self.items.push(item.judged(is_judged));
        }
        self.broken(document, objects.broken);
    }

    /// A file of the repository around: its objects are there to be referred to.
    fn around(&mut self, index: usize, file: &'t ReadFile, source: &Source) {
        if self.survey.skip_file(index, &source.name).is_some() || self.built.claimed.contains(&source.id) {
            return;
        }
        for document in &file.documents {
            let class = self.survey.classify(&source.name, document);
            if [DocumentClass::Manifest, DocumentClass::Skip(SkipReason::Encrypted)].contains(&class) {
                self.unseen(document, source);
            }
        }
    }

    /// A document of a file that is not judged. That it does not parse is said all the same, but for Helm's templates.
    fn unjudged(&mut self, document: &Document, look: Look, source: &Source, reason: SkipReason) {
        if reason == SkipReason::HelmTemplate && self.built.claimed.contains(&source.id) {
            return; // what it gives is judged
        }
        match &document.tree {
            Err(error) if reason != SkipReason::HelmTemplate && !is_template(document, source, error.span) => {
                self.skip(document, source, reason);
                self.findings.extend(look.text);
            }
            Err(_) if reason != SkipReason::HelmTemplate => self.skip(document, source, SkipReason::Template),
            _ => self.skip(document, source, reason),
        }
    }

    fn document(&mut self, document: &'t Document, look: Look, source: &Source) {
        let error = match &document.tree {
            Ok(_) => return self.parsed(document, look, source),
            Err(error) => error,
        };
        if is_template(document, source, error.span) {
            self.skip(document, source, SkipReason::Template);
        } else {
            self.findings.extend(look.text);
        }
    }

    fn parsed(&mut self, document: &'t Document, look: Look, source: &Source) {
        match self.survey.classify(&source.name, document) {
            // What was made of it is judged in its place.
            DocumentClass::Manifest | DocumentClass::Broken if self.built.claimed.contains(&source.id) => {
                self.findings.extend(look.text);
            }
            DocumentClass::Manifest => {
                self.findings.extend(look.text);
                self.rest.append(look.rest);
                let broken = self.objects(document, source, look.objects, true);
                self.broken(document, broken);
            }
            DocumentClass::Broken => {
                self.findings.extend(look.text);
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

    /// An encrypted object is not judged, but others may refer to it.
    fn unseen(&mut self, document: &'t Document, source: &Source) {
        self.objects(document, source, Vec::new(), false);
    }

    /// Takes up the objects of a document. Gives the items that are no objects.
    fn objects(
        &mut self,
        document: &'t Document,
        source: &Source,
        verdicts: Vec<Verdict>,
        judged: bool,
    ) -> Vec<Node<'t>> {
        let surroundings = self.survey.surroundings(&source.name);
        let objects = Objects::of(document);
        let mut verdicts = verdicts.into_iter();
        for (number, object) in objects.whole.into_iter().enumerate() {
            self.verdicts.push(Said { verdict: verdicts.next(), number });
            self.items.push(Item::new(object, source.id, document.number, surroundings).judged(judged));
        }
        objects.broken
    }

    /// What is meant to be an object, as a document or as an item of a List, but does not say what it is.
    fn broken(&mut self, document: &'t Document, nodes: impl IntoIterator<Item = Node<'t>>) {
        for mut finding in nodes.into_iter().filter_map(schema::broken) {
            finding.document = Some(document.number);
            self.findings.push(finding);
        }
    }

    fn skip(&mut self, document: &Document, source: &Source, reason: SkipReason) {
        let document = Some(document.number);
        self.coverage.skipped.push(Skipped { document, ..Skipped::new(&source.name, reason) });
    }
}
