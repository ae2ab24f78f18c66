//! Validity of one object by itself.
//!
//! In: an object of the set and the target version, or versions. Out: findings of the categories `schema` and `api`, and whether there
//! was a schema to check by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::api;
use crate::discover::bundles::Versions;
use crate::discover::corners::corner;
use crate::finding::{Category, Finding, Severity};
use crate::object::Object;
use crate::schema::library::{self, Library};
use crate::schema::{self, SchemaStatus, Schemas};
use crate::source::SourceId;
use crate::version::{KubeVersion, VersionRange};
use crate::workspace::Item;
use crate::yaml::{Document, Node, Place};

use super::again::Again;
use super::look::{Objects, Verdict, is_definition};
use super::{Job, Settings};

/// What decoding sees goes to the tables of field rules.
struct Seen<'t>(api::Typed<'t>);

impl<'t> schema::Visit<'t> for Seen<'t> {
    fn object(&mut self, node: Node<'t>, definition: &'static schema::Definition) {
        self.0.see(node, definition.name);
    }
}

/// The versions checked for, with what each needs.
pub(super) struct Validators<'t> {
    /// The oldest first; never empty.
    versions: Vec<(KubeVersion, Schemas<'t>)>,
    /// An object without a schema is an error.
    require_schema: bool,
}

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
    pub(super) fn new(items: &[Item<'t>], kinds: &Kinds<'_>, whole: &'t Whole, again: &Again<'_>) -> Self {
        let defining = |item: &&Item<'t>| is_definition(item.object) || schema::defines_otherwise(item.object);
        let name = |item: &Item<'t>| again.name(item.object.root.span().source);
        let versions = Versions::new(items.iter().filter(defining).map(name));
        let is_spare = |name: &str| versions.is_replaced(name) || corner(name, true).is_some();
        let (mut objects, mut of_tests, mut spare) = (Vec::new(), Vec::new(), Vec::new());
        for item in items.iter().filter(defining) {
            let folder = again.folder(item.object.root.span().source);
            let list = match name(item) {
                name if is_of_tests(name) => &mut of_tests,
                name if is_spare(name) => &mut spare,
                _ => &mut objects,
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

    fn placed(&self) -> impl Iterator<Item = (Object<'t>, &str, bool)> {
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

/// Reads again the definitions of the kinds that objects are of; of what else their files hold nothing is kept.
pub(super) fn definitions_of(kinds: &Kinds<'_>, items: &[Item<'_>], again: &Again<'_>) -> Whole {
    let mut seen = FxHashSet::default();
    let gone = items.iter().filter(|item| again.is_gone(item.source) && defines(item.object, kinds));
    let wanted: Vec<_> = gone.map(|item| item.source).filter(|source| seen.insert(again.digest(*source))).collect();
    let is_wanted = |document: &Document| Objects::of(document).whole.into_iter().any(|object| defines(object, kinds));
    let definitions = |source: SourceId| {
        let mut documents = again.documents(source);
        documents.retain(is_wanted);
        documents.shrink_to_fit();
        (source, documents)
    };
    wanted.into_par_iter().map(definitions).collect()
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

impl Validators<'static> {
    /// The kinds of Kubernetes itself.
    pub(super) fn of_built_in_kinds(settings: &Settings) -> Self {
        let versions = settings.versions.versions().map(|version| (version, Schemas::new(version))).collect();
        Self { versions, require_schema: settings.require_schema }
    }
}

impl<'t> Validators<'t> {
    /// All kinds: Kubernetes' own, those that CustomResourceDefinitions of the run define, and those with schemas from outside.
    pub(super) fn of_all_kinds(job: &Job<'_>, definitions: &Definitions<'t>, library: &'t Library) -> Self {
        let schemas = |version| Schemas::new(version).with_crds_of(definitions.placed()).with_library(library);
        let versions = job.settings.versions.versions().map(|version| (version, schemas(version))).collect();
        Self { versions, require_schema: job.settings.require_schema }
    }

    /// Whether there is a schema for an object, or the server is known to refuse it.
    pub(super) fn know(&self, object: Object<'t>) -> bool {
        self.versions.iter().any(|(_, schemas)| schemas.check(object).outcome != SchemaStatus::NoSchema)
    }

    /// Validity of one object by itself; it lies in a folder. The outcome is the newest version's.
    pub(super) fn check(&self, object: Object<'t>, document: u32, folder: &str) -> Verdict {
        let verdicts = self.versions.iter().map(|(version, schemas)| {
            let verdict = one_version(object, schemas, *version, folder);
            (*version, verdict)
        });
        self.finish(object, document, verdicts.collect())
    }

    /// The same of an object that is made for some of the versions alone.
    pub(super) fn check_for(&self, versions: Option<VersionRange>, object: Object<'t>, document: u32) -> Verdict {
        let Some(made_for) = versions else { return self.check(object, document, "") };
        let is_meant = |version: KubeVersion| (made_for.from..=made_for.to).contains(&version);
        let meant = self.versions.iter().filter(|(version, _)| is_meant(*version));
        let verdicts = meant.map(|(version, schemas)| (*version, one_version(object, schemas, *version, "")));
        self.finish(object, document, verdicts.collect())
    }

    /// One verdict out of each version's.
    fn finish(&self, object: Object<'t>, document: u32, mut verdicts: Vec<(KubeVersion, Verdict)>) -> Verdict {
        let outcome = verdicts.last().map_or(SchemaStatus::NoSchema, |&(_, (outcome, _))| outcome);
        let mut findings = match self.versions.len() {
            1 => verdicts.pop().map(|(_, (_, findings))| findings).unwrap_or_default(),
            _ => self.sweep(verdicts.into_iter().map(|(version, (_, findings))| (version, findings))),
        };
        if self.require_schema && outcome == SchemaStatus::NoSchema {
            findings.push(no_schema(object));
        }
        if !findings.is_empty() {
            let reference = Arc::new(object.reference());
            for finding in &mut findings {
                object.attach_to(finding, document, &reference);
            }
        }
        (outcome, findings)
    }

    /// One list out of each version's: a finding says from or up to which version it holds, where it is not all.
    fn sweep(&self, lists: impl Iterator<Item = (KubeVersion, Vec<Finding>)>) -> Vec<Finding> {
        let mut merged: Vec<(Finding, KubeVersion, KubeVersion)> = Vec::new();
        for (version, list) in lists {
            for finding in list {
                let same = |other: &Finding| {
                    other.rule == finding.rule && other.path == finding.path && other.primary == finding.primary
                };
                match merged.iter_mut().find(|(other, _, _)| same(other)) {
                    Some((_, _, last)) => *last = version,
                    None => merged.push((finding, version, version)),
                }
            }
        }
        let (oldest, newest) = (self.versions[0].0, self.versions[self.versions.len() - 1].0);
        let finish = |(mut finding, first, last): (Finding, KubeVersion, KubeVersion)| {
            match (first > oldest, last < newest) {
                (true, true) => finding.message.push_str(&format!(" (Kubernetes {first} to {last})")),
                (true, false) => finding.message.push_str(&format!(" (from Kubernetes {first} on)")),
                (false, true) => finding.message.push_str(&format!(" (up to Kubernetes {last})")),
                (false, false) => {}
            }
            finding
        };
        merged.into_iter().map(finish).collect()
    }
}

/// Schema, then what the server checks after decoding.
fn one_version<'t>(object: Object<'t>, schemas: &Schemas<'t>, version: KubeVersion, folder: &str) -> Verdict {
    let mut typed = Seen(api::Typed::default());
    let schema::SchemaResult { outcome, mut findings, custom, .. } = schemas.check_in(object, folder, &mut typed);
    if outcome != SchemaStatus::Refused {
        let schema = findings.iter().filter(|finding| finding.category == Category::Schema);
        let unread = Unread::new(schema.map(|finding| finding.path.clone()));
        let said = match custom {
            Some(custom) => {
                let embedded = custom.embedded.into_iter().map(|embedded| (embedded.node, embedded.path));
                api::custom::validate(object, custom.namespaced, embedded, version)
            }
            None => api::validate_typed(object, &typed.0, version),
        };
        let said = said.into_iter().filter(|finding| !unread.holds(&finding.path));
        findings.extend(said);
    }
    (outcome, findings)
}

fn no_schema(object: Object<'_>) -> Finding {
    let gvk = object.gvk;
    let message = format!("there is no schema for {} of `{}`", gvk.kind, gvk.api_version());
    let span = Place::field(object.root, "kind").span();
    let mut finding = Finding::new("no-schema", Category::Schema, Severity::Error, message, span)
        .help("keep its CustomResourceDefinition in the repository, or import it with `kubevet schemas import`");
    finding.path = "kind".to_owned();
    finding
}

/// The paths of values that cannot be read: what they are and what lies below is not validated as well. Sorted.
struct Unread(Vec<String>);

impl Unread {
    fn new(paths: impl Iterator<Item = String>) -> Self {
        let mut paths: Vec<_> = paths.collect();
        paths.sort_unstable();
        paths.dedup();
        Self(paths)
    }

    /// Whether a path is one of them or lies below. A beginning of a path is sorted before it, and is a beginning of all
    /// that are sorted between the two.
    fn holds(&self, path: &str) -> bool {
        let (mut rest, mut shared) = (&self.0[..], path.len());
        loop {
            let reach = &path.as_bytes()[..shared];
            rest = &rest[..rest.partition_point(|other| other.as_bytes() <= reach)];
            let Some((last, before)) = rest.split_last() else { return false };
            if lies_in(path, last) {
                return true;
            }
            shared = path.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
            rest = before;
        }
    }
}

/// Whether a path is `outer` or lies below it.
fn lies_in(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
