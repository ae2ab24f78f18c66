//! What is kept in memory of a file once it was looked at.
//!
//! In: a file, and what was said of it by itself. Out: the file as it is, or without its text and with little of its trees,
//! where nobody will ask for them: nothing was found in it, and it is no object that rules look at, or it is a
//! CustomResourceDefinition, whose schemas are read again where an object needs them, or an object of which rules ask no more
//! than its name and those it mentions.
//!
//! What is let go and asked for all the same is read again ([`super::again`]): to the report it makes no difference.

use std::hash::Hasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use rayon::prelude::*;
use rustc_hash::{FxHashSet, FxHasher};

use crate::coverage::SkipReason;
use crate::discover::classify::{classify, is_overlay};
use crate::discover::restriction::LIFTED;
use crate::discover::{DocumentClass, FoundFile, is_kustomization_file};
use crate::files::Files;
use crate::object::Object;
use crate::rule::plan::Rules;
use crate::schema;
use crate::source::{Source, SourceId};
use crate::workspace::mentions::{self, is_only_named};
use crate::workspace::{DESCRIBING, ReadFile};
use crate::yaml::{Document, Node, Tree};

use super::Job;
use super::load::{Loaded, bytes, read};
use super::look::{Look, Objects, is_data, is_definition};
use super::rest::Check;

/// How much of what may be asked for again is kept, in bytes of text: less than this is not worth reading twice.
const ROOM: usize = 2 << 20;

/// Of comments and annotations that suppress.
static WORDS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["kubevet", LIFTED].map(Finder::new));

/// Longer strings are no names.
const LONGEST: usize = 256;

/// What decides about it.
pub(super) struct Keep<'j> {
    /// Everything is kept: texts are compared with a revision's, or comments for other tools count.
    all: bool,
    job: &'j Job<'j>,
    /// The rules that run; none where policy is not checked.
    rules: &'j Rules,
    /// The rules may have other settings in some places, which are not known yet.
    by_place: bool,
    /// The base names of files that kustomizations apply as patches.
    patches: FxHashSet<String>,
    /// What is left of [`ROOM`].
    room: AtomicUsize,
}

impl<'j> Keep<'j> {
    /// Keeps everything.
    pub(super) fn everything(job: &'j Job<'j>) -> Self {
        Self {
            all: true,
            job,
            rules: job.rules(),
            by_place: false,
            patches: FxHashSet::default(),
            room: AtomicUsize::new(0),
        }
    }

    /// Keeps what a job over these files needs.
    pub(super) fn needed(job: &'j Job<'j>, found: &[FoundFile], files: &dyn Files) -> Self {
        if job.request.since.is_some() || job.settings.foreign {
            return Self::everything(job);
        }
        let kustomizations = found.par_iter().filter(|file| is_kustomization_file(&file.name));
        let patches = kustomizations.flat_map_iter(|file| patches(file, files)).collect();
        let by_place = job.settings.config.sets_options_by_place();
        Self {
            all: false,
            job,
            rules: job.rules(),
            by_place,
            patches,
            room: AtomicUsize::new(job.settings.room.unwrap_or(ROOM)),
        }
    }

    /// Lets go of what is not needed.
    pub(super) fn apply(&self, loaded: &mut Loaded) {
        // By their comments alone overlays are told from objects that lack something.
        if loaded.file.documents.iter().any(is_overlay) {
            return;
        }
        if !self.all && is_data(&loaded.file.documents, &loaded.source) && !self.is_asked_for(&loaded.source.name) {
            loaded.file = ReadFile { source: loaded.source.id, documents: Arc::default(), checked: false };
            loaded.looks = Arc::default();
        } else if !self.may_go(loaded) {
            return;
        }
        let left: Vec<_> = loaded.file.documents.iter().map(|document| self.left_of(document)).collect();
        if self.job.request.policy && loaded.file.checked && !self.note_rest(loaded, &left) {
            return;
        }
        loaded.digest = Some(digest(&loaded.source.text));
        loaded.source = Arc::new(Source::empty(loaded.source.id, loaded.source.name.clone()));
        loaded.file.documents = Arc::new(left);
    }

    /// Has the rules say what they can only say while the documents are whole; whether the rest is said of what is left of them.
    fn note_rest(&self, loaded: &mut Loaded, left: &[Document]) -> bool {
        let check = Check { rules: self.rules, versions: self.job.settings.versions };
        let looks = Arc::make_mut(&mut loaded.looks);
        for ((document, left), look) in loaded.file.documents.iter().zip(left).zip(looks) {
            if classify(document) != DocumentClass::Manifest {
                continue;
            }
            if self.by_place {
                return false;
            }
            let objects = Objects::of(document).whole.into_iter().zip(Objects::of(left).whole);
            for (whole, left) in objects {
                match check.rest(whole, left, document) {
                    Some(rest) if rest.is_empty() => {}
                    Some(rest) => look.rest.get_or_insert_default().append(rest),
                    None => return false,
                }
            }
        }
        true
    }

    /// What is left of a document.
    fn left_of(&self, document: &Document) -> Document {
        let cut = |tree| cut(tree, classify(document), self.job.request.policy);
        let tree = document.tree.as_ref().map(cut).map_err(Clone::clone);
        Document { tree, also: document.also.clone(), notes: document.notes.clone(), ..*document }
    }

    fn may_go(&self, loaded: &Loaded) -> bool {
        let (source, documents) = (&loaded.source, &loaded.file.documents);
        let unread = || documents.iter().any(|document| document.tree.is_err());
        let said = || !loaded.looks.iter().all(Look::is_silent);
        let speaks = || WORDS.iter().any(|word| word.find(source.text.as_bytes()).is_some());
        if self.all || unread() || self.is_asked_for(&source.name) || speaks() {
            return false;
        }
        let roots = documents.iter().flat_map(|document| &document.tree).map(Tree::root);
        if roots.clone().any(shapes_others) {
            return false;
        }
        let defines = documents.iter().any(|document| Objects::of(document).whole.into_iter().any(is_definition));
        // What was said of a definition stays as it is, and the text can be read again for the report.
        if said() && !documents.iter().all(|document| Objects::of(document).are_definitions()) {
            return false;
        }
        let pending = defines || loaded.looks.iter().any(Look::is_open);
        if self.job.request.policy && !documents.iter().all(is_of_no_interest) {
            return false;
        }
        let in_lists = || roots.clone().any(|root| defines && root.get("items").is_some());
        !(pending && (in_lists() || self.takes_room(source.text.len())))
    }

    /// Whether kustomizations need the file itself.
    fn is_asked_for(&self, name: &str) -> bool {
        is_kustomization_file(name) || self.patches.contains(name.rsplit('/').next().unwrap_or_default())
    }

    /// Whether there is room for so much more.
    fn takes_room(&self, size: usize) -> bool {
        let take = |room: usize| room.checked_sub(size);
        self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }
}

/// Whether rules need of a document no more than what is left of it: it is no object, a CustomResourceDefinition, or an object
/// that is only asked for its name.
fn is_of_no_interest(document: &Document) -> bool {
    match classify(document) {
        DocumentClass::Skip(reason) => reason != SkipReason::Encrypted,
        DocumentClass::Broken => false,
        DocumentClass::Manifest => {
            let is_root = |object: &Object<'_>| document.tree.as_ref().is_ok_and(|tree| tree.root() == object.root);
            let objects = Objects::of(document).whole;
            objects.iter().all(|object| is_definition(*object) || is_only_named(*object) && is_root(object))
        }
    }
}

/// Whether a document may say something about other documents: Flux's and kustomize's own, tests and Applications, and what
/// defines kinds without being a CustomResourceDefinition.
fn shapes_others(root: Node<'_>) -> bool {
    const KINDS: [&str; 7] =
        ["Kustomization", "Component", "Application", "ApplicationSet", "Suite", "Test", "TestSuite"];
    let defines = Object::from_node(root).is_some_and(schema::defines_otherwise);
    defines || root.str_at("kind").is_some_and(|kind| KINDS.contains(&kind)) || root.get_entry("vars").is_some()
}

/// What is left of a tree: what it is, and what it is called. Of a CustomResourceDefinition all but what describes
/// fields; for rules also the names that objects mention of which they ask no more.
fn cut(tree: &Tree, class: DocumentClass, for_rules: bool) -> Tree {
    let root = tree.root();
    let object = Object::from_node(root).filter(|_| class == DocumentClass::Manifest);
    if object.is_some_and(is_definition) {
        let describes = |node: Node<'_>| node.entry().is_some_and(|entry| DESCRIBING.contains(&entry.name));
        return tree.cut(usize::MAX, |node, depth| (2..=5).contains(&depth) && describes(node));
    }
    if let Some(object) = object.filter(|object| for_rules && is_only_named(*object)) {
        let is_metadata = |node: Node<'_>| node.entry().is_some_and(|entry| entry.name == "metadata");
        return tree.cut(LONGEST, |node, depth| depth == 1 && !is_metadata(node)).with_note(mentions::note(object));
    }
    let is_list = root.str_at("kind").is_some_and(|kind| kind.ends_with("List")) && root.get("items").is_some();
    let deepest = if is_list || root.get("objects").is_some() { 4 } else { 2 };
    tree.cut(LONGEST, |_, depth| depth >= deepest)
}

/// The base names of the files that a kustomization applies as patches.
fn patches(file: &FoundFile, files: &dyn Files) -> Vec<String> {
    let Ok(bytes) = bytes(file, files) else { return Vec::new() };
    let (_, file) = read(Source::from_bytes(SourceId(0), file.name.clone(), bytes), false);
    let roots = file.documents.iter().flat_map(|document| &document.tree).map(Tree::root);
    let lists = roots.flat_map(Node::entries).filter(|entry| entry.name.starts_with("patches"));
    let mut open: Vec<_> = lists.map(|entry| entry.value).collect();
    let mut names = Vec::new();
    while let Some(node) = open.pop() {
        names.extend(node.as_str().and_then(|text| text.rsplit('/').next()).map(str::to_owned));
        open.extend(node.items().chain(node.entries().map(|entry| entry.value)));
    }
    names
}

/// By which a text is known again.
pub(super) fn digest(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}
