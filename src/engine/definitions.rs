//! The definitions of custom resources in a run.
//!
//! In: the objects of a run, and the kinds of those that are checked. Out: the CustomResourceDefinitions by which they are, each with the
//! folder that it lies in; those that were let go are read again, as far as schemas are made of them.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::bundles::Versions;
use crate::discover::corners::corner;
use crate::object::Object;
use crate::schema::library::{self, Library};
use crate::schema::{self, Schemas};
use crate::source::SourceId;
use crate::version::KubeVersion;
use crate::workspace::Item;
use crate::yaml::{Document, Entry, Node};

use super::Job;
use super::again::Again;
use super::look::{Objects, is_definition};

/// The CustomResourceDefinitions of a run.
pub(super) struct Definitions<'t> {
    /// Of the items, with the folders they lie in.
    objects: Vec<(Object<'t>, String)>,
    /// The same, of those that lie among tests, which may be cut down to what a test needs.
    of_tests: Vec<(Object<'t>, String)>,
    /// The same, of examples, archives and older releases.
    spare: Vec<(Object<'t>, String)>,
}

impl<'t> Definitions<'t> {
    /// Those among the items; `whole` has the documents of those that were let go and read again, which are those of `kinds`,
    /// each text once. Of the others the names are enough.
    pub(super) fn new(
        items: &[Item<'t>],
        kinds: &Kinds<'_>,
        ranks: &Ranks,
        whole: &'t Whole,
        again: &Again<'_>,
    ) -> Self {
        let (mut objects, mut of_tests, mut spare) = (Vec::new(), Vec::new(), Vec::new());
        for item in items.iter().filter(|item| is_defining(item.object)) {
            let source = item.object.root.span().source;
            let folder = again.folder(source);
            let list = match ranks.of(again.name(source)) {
                Rank::OfTests => &mut of_tests,
                Rank::Spare => &mut spare,
                Rank::Own => &mut objects,
            };
            if !again.is_gone(item.source) || !defines(item.object, kinds) {
                list.push((item.object, folder.to_owned()));
                continue;
            }
            let documents = whole.get(&item.source).into_iter().flatten();
            let same = documents.filter(|other| other.number == item.document);
            list.extend(same.flat_map(|other| Objects::of(other).whole).map(|object| (object, folder.to_owned())));
        }
        Self { objects, of_tests, spare }
    }

    /// The definitions that others than CustomResourceDefinitions of `v1` come to, with their folders.
    pub(super) fn derived(&self, kinds: &Kinds<'_>) -> Vec<(Document, String)> {
        let wanted = |group: &str, kind: &str| kinds.contains(&(group, kind));
        let of = |(object, folder): &(Object<'t>, String)| {
            schema::derived(*object, &wanted).into_iter().map(|document| (document, folder.clone())).collect::<Vec<_>>()
        };
        self.objects.iter().flat_map(of).collect()
    }

    /// Adds what is derived.
    pub(super) fn with(mut self, derived: &'t [(Document, String)]) -> Self {
        let whole = |document: &'t Document| Objects::of(document).whole;
        let objects =
            derived.iter().flat_map(|(document, folder)| whole(document).into_iter().map(|o| (o, folder.clone())));
        self.objects.extend(objects);
        self
    }

    /// All of them, each with its folder and whether it is a spare one.
    pub(super) fn placed(&self) -> impl Iterator<Item = (Object<'t>, &str, bool)> {
        let all = self.objects.iter().map(|of| (of, false)).chain(self.spare.iter().map(|of| (of, true)));
        all.map(|((object, folder), spare)| (*object, folder.as_str(), spare))
    }

    /// The schemas from outside of those kinds that these do not define; of the others what comes with the program, which is asked where
    /// a definition lies in another part of the repository.
    pub(super) fn library<'o>(&self, job: &Job<'_>, objects: impl Iterator<Item = Object<'o>>) -> Library {
        let own = Schemas::new(KubeVersion::NEWEST).with_crds_of(self.placed().filter(|(.., spare)| !spare));
        let (lacking, defined) = own.lacking(objects);
        let mut library = job.engine.shelf.gather(&*job.snapshot.files, &folders(job), lacking);
        job.engine.shelf.add_bundled(&mut library, defined);
        library
    }

    /// Takes the spare ones whose kinds nothing else defines for the others.
    pub(super) fn with_spare(mut self, library: &Library) -> Self {
        let of = |object: Object<'_>| {
            let spec = object.spec();
            let kind = spec.and_then(|spec| spec.at(&["names", "kind"])).and_then(Node::as_str).map(str::to_owned);
            (spec.and_then(|spec| spec.str_at("group")).map(str::to_owned), kind)
        };
        // What comes with the program is whole, and a release of the project, but for what examples bring of their own.
        let bundled: FxHashSet<_> = library.bundled().map(|(definition, ..)| of(definition)).collect();
        let own: FxHashSet<_> = self.objects.iter().map(|(object, _)| of(*object)).collect();
        let (of_tests, spare) = (std::mem::take(&mut self.of_tests), std::mem::take(&mut self.spare));
        let (mut known, only): (Vec<_>, Vec<_>) = spare.into_iter().partition(|(object, _)| own.contains(&of(*object)));
        self.objects.extend(only);
        for (object, folder) in of_tests {
            let kind = of(object);
            let is_known = own.contains(&kind) || bundled.contains(&kind);
            if is_known { &mut known } else { &mut self.objects }.push((object, folder));
        }
        self.spare = known;
        self
    }
}

/// Where a definition stands among others of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rank {
    Own,
    /// It lies among tests.
    OfTests,
    /// It is an example, archived, or of an older release.
    Spare,
}

/// Tells where definitions stand, by the names of their files.
pub(super) struct Ranks(Versions);

impl Ranks {
    /// Of the definitions among the items.
    pub(super) fn new(items: &[Item<'_>], again: &Again<'_>) -> Self {
        let defining = items.iter().filter(|item| is_defining(item.object));
        Self(Versions::new(defining.map(|item| again.name(item.object.root.span().source))))
    }

    fn of(&self, name: &str) -> Rank {
        match name {
            name if is_of_tests(name) => Rank::OfTests,
            name if self.0.is_replaced(name) || corner(name, true).is_some() => Rank::Spare,
            _ => Rank::Own,
        }
    }
}

/// Whether an object defines a kind, in whatever way.
fn is_defining(object: Object<'_>) -> bool {
    is_definition(object) || schema::defines_otherwise(object)
}

/// Whether a file lies among tests, or is named as what one reads.
fn is_of_tests(name: &str) -> bool {
    let (folder, base) = name.rsplit_once('/').unwrap_or(("", name));
    folder.split('/').any(|part| TESTS.contains(&part)) || base.starts_with("test_") || base.starts_with("test-")
}

/// Folders of tests.
const TESTS: [&str; 6] = ["__tests__", "e2e", "envtest", "test", "testdata", "tests"];

/// Groups and kinds.
pub(super) type Kinds<'k> = FxHashSet<(&'k str, &'k str)>;

/// Documents that were let go and read again.
pub(super) type Whole = FxHashMap<SourceId, Vec<Document>>;

/// Reads again the definitions of the kinds that objects are of; of what else their files hold nothing is kept, nor what they say to
/// people. Of equal ones in a folder the first is enough.
pub(super) fn definitions_of(kinds: &Kinds<'_>, items: &[Item<'_>], ranks: &Ranks, again: &Again<'_>) -> Whole {
    let mut seen = FxHashSet::default();
    let gone = items.iter().filter(|item| again.is_gone(item.source) && defines(item.object, kinds));
    let wanted = gone.map(|item| item.source).filter(|source| seen.insert(again.digest(*source)));
    let (mut numbers, mut folders) = (FxHashMap::default(), Vec::<Vec<SourceId>>::new());
    for source in wanted {
        let number = *numbers.entry((again.folder(source), ranks.of(again.name(source)))).or_insert(folders.len());
        if number == folders.len() {
            folders.push(Vec::new());
        }
        folders[number].push(source);
    }
    folders.into_par_iter().flat_map_iter(|sources| of_folder(&sources, kinds, again)).collect()
}

/// The definitions of one folder.
fn of_folder(sources: &[SourceId], kinds: &Kinds<'_>, again: &Again<'_>) -> Vec<(SourceId, Vec<Document>)> {
    let mut known = FxHashSet::default();
    let mut of_source = |source: SourceId| {
        let documents = again.documents(source).into_iter();
        (source, documents.filter_map(|document| lean(document, kinds, &mut known)).collect())
    };
    sources.iter().map(|source| of_source(*source)).collect()
}

/// A definition of one of those kinds without its text and descriptions, unless an equal one is known.
fn lean(document: Document, kinds: &Kinds<'_>, known: &mut FxHashSet<(String, u64)>) -> Option<Document> {
    let object = Objects::of(&document).whole.into_iter().find(|object| defines(*object, kinds))?;
    let identity = schema::identity(object.spec()?);
    if !known.insert((object.gvk.version.to_owned(), identity)) {
        return None;
    }
    let tells = |entry: &Entry<'_>| entry.name == "description" && entry.value.is_string();
    let tree = document.tree.as_ref().ok()?.without(tells).with_note(identity.to_string());
    Some(Document { tree: Ok(tree), also: Vec::new(), notes: Vec::new(), ..document })
}

/// Whether an object is the definition of one of those kinds.
fn defines(object: Object<'_>, kinds: &Kinds<'_>) -> bool {
    // Asked of all objects: most are told by their kind, without a look into their trees.
    let spec = if is_definition(object) { object.spec() } else { None };
    let kind = spec.and_then(|spec| Some((spec.str_at("group")?, spec.at(&["names", "kind"])?.as_str()?)));
    kind.is_some_and(|kind| kinds.contains(&kind))
}

/// The folders of imported schemas: those that the configuration names, then those found from the paths upwards.
fn folders(job: &Job<'_>) -> Vec<PathBuf> {
    let folder = |file: PathBuf| {
        file.parent().filter(|parent| job.snapshot.files.is_directory(parent)).unwrap_or(Path::new(".")).to_owned()
    };
    let paths: Vec<_> = job.snapshot.paths.iter().cloned().chain(job.snapshot.stdin_file().map(folder)).collect();
    job.settings.config.schemas.iter().cloned().chain(library::folders(&paths, &*job.snapshot.files)).collect()
}
