//! What of what was read is judged.
//!
//! In: documents, and what the survey says about their files. Out: the objects to judge, the documents whose text deserves a look,
//! findings about those that are no objects though they mean to be, and the ledger's lines about the rest.

use crate::coverage::{Coverage, SkipReason, Skipped};
use crate::discover::{DocumentClass, Survey, placeholder};
use crate::finding::Finding;
use crate::object::Object;
use crate::schema;
use crate::source::{Source, SourceId, Span};
use crate::workspace::{Item, ReadFile, Surroundings};
use crate::yaml::{self, Document, Node};

/// Sorts documents into what is judged and what is only counted.
pub(super) struct Sorter<'a, 't> {
    pub survey: &'t Survey,
    pub coverage: &'a mut Coverage,
    pub findings: Vec<Finding>,
    pub items: Vec<Item<'t>>,
    /// Documents whose text is to be looked at as well.
    pub texts: Vec<(&'t Source, &'t Document)>,
}

impl<'t> Sorter<'_, 't> {
    /// Takes up one file.
    pub(super) fn file(&mut self, index: usize, file: &'t ReadFile, source: &'t Source) {
        if !file.judged {
            return self.around(index, file, source);
        }
        if source.name.ends_with(".json") && !file.documents.iter().any(|document| is_expected(document, source)) {
            return; // data of something else: nobody expects it to be judged
        }
        self.coverage.files += 1;
        self.coverage.documents += file.documents.len();
        // An empty document beside others (a separator at the end, a licence at the top) is nothing to speak of.
        let empty = |document: &&Document| document.tree.is_ok() && document.is_empty();
        if file.documents.iter().all(|document| empty(&document)) {
            return self.coverage.skipped.push(Skipped::new(&source.name, SkipReason::Empty));
        }
        let (whole, before) = (self.survey.skip_file(index, &source.name), self.coverage.skipped.len());
        let documents: Vec<_> = file.documents.iter().filter(|document| !empty(document)).collect();
        for document in &documents {
            match whole {
                Some(reason) => self.unjudged(document, source, reason),
                None => self.document(document, source),
            }
        }
        self.join_skipped(before, documents.len());
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

    /// A file of the repository around: its objects are there to be referred to.
    fn around(&mut self, index: usize, file: &'t ReadFile, source: &'t Source) {
        if self.survey.skip_file(index, &source.name).is_some() {
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
    fn unjudged(&mut self, document: &'t Document, source: &'t Source, reason: SkipReason) {
        match &document.tree {
            Err(error) if reason != SkipReason::HelmTemplate && !is_template(document, source, error.span) => {
                self.skip(document, source, reason);
                self.texts.push((source, document));
            }
            Err(_) if reason != SkipReason::HelmTemplate => self.skip(document, source, SkipReason::Template),
            _ => self.skip(document, source, reason),
        }
    }

    fn document(&mut self, document: &'t Document, source: &'t Source) {
        let error = match &document.tree {
            Ok(_) => return self.parsed(document, source),
            Err(error) => error,
        };
        if is_template(document, source, error.span) {
            self.skip(document, source, SkipReason::Template);
        } else {
            self.texts.push((source, document));
        }
    }

    fn parsed(&mut self, document: &'t Document, source: &'t Source) {
        match self.survey.classify(&source.name, document) {
            DocumentClass::Manifest => {
                self.texts.push((source, document));
                let broken = objects_of(document, source.id, self.survey.surroundings(&source.name), &mut self.items);
                self.broken(document, broken);
            }
            DocumentClass::Broken => {
                self.texts.push((source, document));
                self.broken(document, document.tree.iter().map(yaml::Tree::root));
            }
            DocumentClass::Skip(reason) => {
                self.skip(document, source, reason);
                if reason == SkipReason::Encrypted {
                    self.unseen(document, source);
                }
            }
        }
    }

    /// An encrypted object is not judged, but others may refer to it.
    fn unseen(&mut self, document: &'t Document, source: &'t Source) {
        let first = self.items.len();
        objects_of(document, source.id, self.survey.surroundings(&source.name), &mut self.items);
        self.items[first..].iter_mut().for_each(|item| item.judged = false);
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

/// Whether a document that does not parse at a place is a template.
fn is_template(document: &Document, source: &Source, place: Span) -> bool {
    placeholder::is_template(source.slice(document.span), place.start.saturating_sub(document.span.start) as usize)
}

/// Whether a document of a JSON file is a manifest, or holds a half of what makes one: itself, or an item of its list. One that
/// does not parse is taken for one where its text speaks of both halves.
fn is_expected(document: &Document, source: &Source) -> bool {
    let speaks = |node: Node<'_>| node.get("apiVersion").or_else(|| node.get("kind")).is_some();
    match &document.tree {
        Ok(tree) => speaks(tree.root()) || tree.root().items().any(speaks),
        Err(_) => ["\"apiVersion\"", "\"kind\""].iter().all(|field| source.slice(document.span).contains(field)),
    }
}

/// Adds the objects of a document: itself, or the items of a List. Gives the items that are no objects.
fn objects_of<'t>(
    document: &'t Document,
    source: SourceId,
    surroundings: &'t Surroundings,
    items: &mut Vec<Item<'t>>,
) -> Vec<Node<'t>> {
    let mut broken = Vec::new();
    let Some(root) = document.tree.as_ref().ok().and_then(|tree| Object::from_node(tree.root())) else { return broken };
    let mut push = |node| match Object::from_node(node).filter(|_| schema::broken(node).is_none()) {
        Some(object) => {
            items.push(Item { object, source, document: document.number, surroundings, judged: true, index: 0 })
        }
        None => broken.push(node),
    };
    match list_items(root) {
        Some(nodes) => nodes.items().for_each(&mut push),
        None => push(root.root),
    }
    broken
}

/// The `items` of a list of any kind (kubectl takes it apart before sending).
fn list_items<'t>(object: Object<'t>) -> Option<Node<'t>> {
    let is_list = object.gvk.kind.ends_with("List");
    is_list.then(|| object.root.get("items")).flatten().filter(|items| items.is_sequence())
}
