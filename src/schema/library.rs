//! Schemas from outside the repository.
//!
//! In: the kinds a run's objects have, folders that `kubevet schemas import` made (or a checkout of the public CRD
//! catalogue), and the custom resources bundled with the program ([`super::packed`]). Out: the
//! CRDs and JSON Schemas of those kinds alone: nothing is unpacked or read that no object asks for.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::files::{Files, MAX_FILE};
use crate::object::{Gvk, Object};
use crate::source::{Source, SourceId};
use crate::yaml::{Document, Limits, read};

use super::custom::Compiled;
use super::json_schema::JsonKind;
use super::packed::{self, Bundled};

/// The folder of imported schemas, beside `kubevet.yaml`.
pub const FOLDER: &str = ".kubevet/schemas";

/// Schemas that a run needs beside the repository's own.
#[derive(Debug, Default)]
pub struct Library {
    imported: Vec<Arc<Shelved>>,
    /// With the package each is taken from.
    bundled: Vec<(Arc<Shelved>, &'static str)>,
    schemas: Vec<JsonKind>,
}

/// The documents of a definition, and what was compiled of them.
#[derive(Debug)]
struct Shelved {
    documents: Vec<Document>,
    compiled: Compiled,
}

/// Definitions that were read, for whoever checks more than once: what is the same is not read and compiled again.
#[derive(Debug, Default)]
pub struct Shelf {
    /// By group and kind.
    bundled: Mutex<FxHashMap<(&'static str, &'static str), Arc<Shelved>>>,
    /// By their files, each with a hash of the text it was made of.
    imported: Mutex<FxHashMap<PathBuf, (u64, Arc<Shelved>)>>,
}

impl Library {
    /// Gathers the schemas of the kinds wanted, once.
    pub fn gather<'g>(files: &dyn Files, folders: &[PathBuf], wanted: impl IntoIterator<Item = Gvk<'g>>) -> Library {
        Shelf::default().gather(files, folders, wanted)
    }

    /// The imported CRDs, with what was compiled of each.
    pub fn imported(&self) -> impl Iterator<Item = (Object<'_>, &Compiled)> {
        self.imported.iter().flat_map(|shelved| shelved.objects())
    }

    /// The CRDs that come with the program, with the package that each is taken from.
    pub fn bundled(&self) -> impl Iterator<Item = (Object<'_>, &Compiled, &'static str)> {
        self.bundled
            .iter()
            .flat_map(|(shelved, source)| shelved.objects().map(|(crd, compiled)| (crd, compiled, *source)))
    }

    /// The JSON Schema of a kind's version.
    pub fn schema(&self, gvk: Gvk<'_>) -> Option<&JsonKind> {
        self.schemas.iter().find(|schema| schema.is(gvk))
    }

    fn take_schema(&mut self, folders: &Folders<'_>, gvk: Gvk<'_>) -> bool {
        let file = format!("{}_{}.json", gvk.kind.to_lowercase(), gvk.version);
        let found = folders.read(&Path::new(gvk.group).join(file));
        let schema = found.and_then(|(_, bytes)| JsonKind::new(gvk, &bytes));
        let taken = schema.is_some();
        self.schemas.extend(schema);
        taken
    }
}

impl Shelved {
    fn new(text: String) -> Arc<Self> {
        Arc::new(Self { documents: documents(text), compiled: Compiled::default() })
    }

    fn objects(&self) -> impl Iterator<Item = (Object<'_>, &Compiled)> {
        objects(&self.documents).map(|object| (object, &self.compiled))
    }
}

impl Shelf {
    /// Gathers the schemas of the kinds wanted: from the first folder that has one, else from the bundle.
    pub fn gather<'g>(
        &self,
        files: &dyn Files,
        folders: &[PathBuf],
        wanted: impl IntoIterator<Item = Gvk<'g>>,
    ) -> Library {
        let wanted: BTreeSet<Gvk<'g>> = wanted.into_iter().filter(|gvk| is_plain(*gvk)).collect();
        let folders = &Folders { files, folders };
        let mut library = Library::default();
        let mut seen = BTreeSet::new();
        for gvk in wanted {
            if library.take_schema(folders, gvk) || !seen.insert((gvk.group, gvk.kind)) {
                continue;
            }
            if let Some((file, text)) = crd_in(folders, gvk) {
                library.imported.push(self.imported(file, text));
            } else if let Some(kind) = packed::find(gvk.group, gvk.kind) {
                library.bundled.extend(self.bundled(kind).map(|shelved| (shelved, kind.source)));
            }
        }
        library
    }

    /// Adds what comes with the program of these kinds.
    pub fn add_bundled<'g>(&self, library: &mut Library, kinds: impl IntoIterator<Item = Gvk<'g>>) {
        let kinds: BTreeSet<_> = kinds.into_iter().map(|gvk| (gvk.group, gvk.kind)).collect();
        let found = kinds.into_iter().filter_map(|(group, kind)| packed::find(group, kind));
        library.bundled.extend(found.filter_map(|kind| Some((self.bundled(kind)?, kind.source))));
    }

    fn bundled(&self, kind: &'static Bundled) -> Option<Arc<Shelved>> {
        let mut known = self.bundled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelved) = known.get(&(kind.group, kind.kind)) {
            return Some(shelved.clone());
        }
        let shelved = Shelved::new(kind.crd()?);
        known.insert((kind.group, kind.kind), shelved.clone());
        Some(shelved)
    }

    fn imported(&self, file: PathBuf, text: String) -> Arc<Shelved> {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        let mut known = self.imported.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, shelved)) = known.get(&file).filter(|(of, _)| *of == hash) {
            return shelved.clone();
        }
        let shelved = Shelved::new(text);
        known.insert(file, (hash, shelved.clone()));
        shelved
    }
}

fn documents(text: String) -> Vec<Document> {
    read(&Source::from_text(SourceId(0), "", text), &Limits::default())
}

fn objects(documents: &[Document]) -> impl Iterator<Item = Object<'_>> {
    documents.iter().filter_map(|document| Object::from_node(document.tree.as_ref().ok()?.root()))
}

/// The folders of imported schemas that lie beside the paths or above them, the nearest first.
pub fn folders(paths: &[PathBuf], files: &dyn Files) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        let Ok(path) = files.resolve(path) else { continue };
        let above = path.ancestors().map(|folder| folder.join(FOLDER)).find(|folder| files.is_directory(folder));
        found.extend(above.filter(|folder| !found.contains(folder)));
    }
    found
}

/// The file that an imported CRD has in such a folder.
pub(super) fn crd_file(group: &str, kind: &str) -> PathBuf {
    Path::new(group).join(format!("{}.crd.yaml", kind.to_lowercase()))
}

fn crd_in(folders: &Folders<'_>, gvk: Gvk<'_>) -> Option<(PathBuf, String)> {
    let (file, bytes) = folders.read(&crd_file(gvk.group, gvk.kind))?;
    Some((file, String::from_utf8(bytes).ok()?))
}

/// Folders of schemas.
struct Folders<'f> {
    files: &'f dyn Files,
    folders: &'f [PathBuf],
}

impl Folders<'_> {
    /// The first of the files of that name, and its bytes.
    fn read(&self, name: &Path) -> Option<(PathBuf, Vec<u8>)> {
        let mut files = self.folders.iter().map(|folder| folder.join(name));
        files.find_map(|file| self.files.read(&file, MAX_FILE).ok().map(|bytes| (file, bytes)))
    }
}

/// Whether the parts can be names of files: what an object says it is comes from anywhere.
fn is_plain(gvk: Gvk<'_>) -> bool {
    let plain = |text: &str| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')) && !text.contains("..")
    };
    !gvk.group.is_empty() && [gvk.group, gvk.version, gvk.kind].into_iter().all(|part| !part.is_empty() && plain(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;
    use crate::finding::Severity;
    use crate::schema::{SchemaStatus, Schemas};
    use crate::version::KubeVersion;

    #[test]
    fn every_bundled_kind_can_be_unpacked_and_checks() {
        for &packed::Bundled { group, kind, .. } in packed::kinds() {
            let library = Library::gather(&Memory::default(), &[], [Gvk { group, version: "v1", kind }]);
            let (crd, ..) = library.bundled().next().unwrap_or_else(|| panic!("{group} {kind}"));
            let version = crd.spec().and_then(|spec| spec.get("versions")?.items().next()?.str_at("name"));
            let text = format!("apiVersion: {group}/{}\nkind: {kind}\nbanana: 1\n", version.expect("a version"));
            let documents = read(&Source::from_text(SourceId(1), "a.yaml", text), &Limits::default());
            let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
            let schemas = Schemas::new(KubeVersion::NEWEST).with_library(&library);
            let result = schemas.check(object);
            assert_eq!(result.outcome, SchemaStatus::Validated, "{kind}");
            let schema =
                crd.spec().and_then(|spec| spec.get("versions")?.items().next()?.at(&["schema", "openAPIV3Schema"]));
            let open = schema.is_some_and(|schema| schema.get("x-kubernetes-preserve-unknown-fields").is_some());
            assert!(open || result.findings.iter().any(|finding| finding.path == "banana"), "{kind}");
        }
    }

    #[test]
    fn what_a_bundled_definition_lacks_is_doubted() {
        let (group, kind) = ("cert-manager.io", "Issuer");
        let library = Library::gather(&Memory::default(), &[], [Gvk { group, version: "v1", kind }]);
        let text = "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {nam: a}\nspec: {selfSigne: {}, ca: 1}\n";
        let documents = documents(text.to_owned());
        let object = objects(&documents).next().expect("an object");
        let bundled = Schemas::new(KubeVersion::NEWEST).with_library(&library);
        let own = Schemas::new(KubeVersion::NEWEST).with_crds(library.bundled().map(|(crd, ..)| crd));
        let said = |schemas: &Schemas<'_>| {
            let findings = schemas.check(object).findings;
            findings.into_iter().map(|f| (f.rule, f.severity, f.help.unwrap_or_default())).collect::<Vec<_>>()
        };
        let (bundled, own) = (said(&bundled), said(&own));
        assert_eq!((bundled[0].0.as_str(), bundled[0].1), ("unknown-field", Severity::Warning));
        assert!(bundled[0].2.starts_with("did you mean `selfSigned`? the bundled definition"), "{bundled:?}");
        assert_eq!((own[0].0.as_str(), own[0].1), ("unknown-field", Severity::Error));
        assert!(bundled.len() > 1 && bundled[1..] == own[1..], "{bundled:?}");
    }

    #[test]
    fn names_that_are_no_names_open_no_files() {
        for (group, kind) in [("../etc", "passwd"), ("a/b", "C"), ("a", "../c"), ("", "Pod")] {
            assert!(!is_plain(Gvk { group, version: "v1", kind }), "{group} {kind}");
        }
    }
}
