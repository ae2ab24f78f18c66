//! Taking schemas over from a folder or a text.
//!
//! In: a folder with CRDs (YAML or JSON, anywhere below it) or with JSON Schemas in the layout of the public CRD catalogue
//! (`group/kind_version.json`), or a text with CRDs, as `kubectl get crd -o yaml` prints them. Out: copies in a folder of ours, one file a kind, which [`super::library`] finds by name.

use std::io;
use std::path::{Path, PathBuf};

use crate::files::{self, Files, Kind, ReadError, Tree, WriteError, name};
use crate::object::Object;
use crate::source::{Source, SourceId};
use crate::yaml::{Limits, Node, read, to_json};

use super::library::crd_file;

/// What an import took over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Kinds that came as CRDs: group and kind.
    pub crds: Vec<(String, String)>,
    /// Files that came as JSON Schemas: group and file name.
    pub schemas: Vec<(String, String)>,
}

/// Imports what `from` holds into `to`, which is made where it is missing. A kind that is there already is replaced.
///
/// # Errors
/// Where a folder cannot be read or a file not be written.
pub fn import(files: &dyn Files, from: &Path, to: &Path) -> io::Result<Imported> {
    let mut imported = Imported::default();
    for path in schemas(files, from)? {
        match schema_name(&path) {
            Some((group, file)) => {
                write(&to.join(&group).join(&file), &bytes(files, &path)?)?;
                imported.schemas.push((group, file));
            }
            None => import_crds(files, &path, to, &mut imported)?,
        }
    }
    Ok(imported.sorted())
}

/// Imports the CRDs of a text into `to`.
///
/// # Errors
/// Where the text cannot be read as YAML or JSON, holds no CRD, or a file cannot be written.
pub fn import_text(text: Vec<u8>, to: &Path) -> io::Result<Imported> {
    let mut imported = Imported::default();
    let source = Source::from_bytes(SourceId(0), "<stdin>", text);
    if let Some(error) = take_crds(&source, to, &mut imported)? {
        return Err(io::Error::other(error));
    }
    if imported.crds.is_empty() {
        return Err(io::Error::other("it contains no CustomResourceDefinition"));
    }
    Ok(imported.sorted())
}

impl Imported {
    fn sorted(mut self) -> Self {
        self.crds.sort();
        self.crds.dedup();
        self.schemas.sort();
        self
    }
}

/// The YAML and JSON files below a folder, sorted; links are not followed.
fn schemas(files: &dyn Files, from: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![from.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in files.list(&folder)? {
            let entry = entry?;
            let path = folder.join(&entry.name);
            let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_owned);
            if entry.kind == Kind::Directory && entry.name != ".git" {
                folders.push(path);
            } else if entry.kind == Kind::File && matches!(extension.as_deref(), Some("yaml" | "yml" | "json")) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Group and file name, where the path is that of the catalogue's layout: `cert-manager.io/issuer_v1.json`.
fn schema_name(path: &Path) -> Option<(String, String)> {
    let file = path.file_name()?.to_str()?;
    let (_, version) = file.strip_suffix(".json")?.rsplit_once('_')?;
    let numbered = version.strip_prefix('v')?.starts_with(|c: char| c.is_ascii_digit());
    let group = path.parent()?.file_name()?.to_str()?;
    (numbered && group.contains('.')).then(|| (group.to_owned(), file.to_owned()))
}

fn write(to: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        files::write::folder(folder)?;
    }
    files::report(to, &Tree::default(), |out| out.write_all(bytes)).map_err(|error| match error {
        WriteError::Io(error) => error,
        other => io::Error::other(format!("{}: {other}", name::shown(to))),
    })
}

fn bytes(files: &dyn Files, path: &Path) -> io::Result<Vec<u8>> {
    files.read(path, files::MAX_FILE).map_err(|error| match error {
        ReadError::Io(error) => error,
        other => io::Error::other(format!("{}: {other}", name::shown(path))),
    })
}

/// Each CRD of a file by itself. What does not parse holds none.
fn import_crds(files: &dyn Files, path: &Path, to: &Path, imported: &mut Imported) -> io::Result<()> {
    let source = Source::from_bytes(SourceId(0), name::shown(path), bytes(files, path)?);
    take_crds(&source, to, imported).map(|_| ())
}

/// Writes each CRD of a text, items of Lists included, to a file of its own. What is wrong with the first document that does
/// not parse comes back.
fn take_crds(source: &Source, to: &Path, imported: &mut Imported) -> io::Result<Option<String>> {
    let mut error = None;
    for document in read(source, &Limits::default()) {
        let root = match &document.tree {
            Ok(tree) => tree.root(),
            Err(finding) => {
                error = error.or_else(|| Some(finding.message.clone()));
                continue;
            }
        };
        let items = root.get("items").filter(|_| root.str_at("kind").is_some_and(|kind| kind.ends_with("List")));
        if let Some((group, kind)) = Object::from_node(root).and_then(names) {
            write(&to.join(crd_file(group, kind)), source.slice(document.span).as_bytes())?;
            imported.crds.push((group.to_owned(), kind.to_owned()));
        }
        for item in items.iter().flat_map(|items| items.items()) {
            let Some((group, kind)) = Object::from_node(item).and_then(names) else { continue };
            let Ok(json) = to_json(item) else { continue };
            write(&to.join(crd_file(group, kind)), json.as_bytes())?;
            imported.crds.push((group.to_owned(), kind.to_owned()));
        }
    }
    Ok(error)
}

/// Group and kind of a CRD whose names can be names of files.
fn names<'t>(crd: Object<'t>) -> Option<(&'t str, &'t str)> {
    if !crd.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return None;
    }
    let spec = crd.spec()?;
    let (group, kind) = (spec.str_at("group")?, spec.at(&["names", "kind"]).and_then(Node::as_str)?);
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    (plain(group) && plain(kind) && !group.contains("..")).then_some((group, kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Disk;
    use crate::object::Gvk;
    use crate::schema::library::Library;

    #[test]
    fn a_list_of_crds_is_taken_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let crd = |kind: &str| {
            format!(
                "- apiVersion: apiextensions.k8s.io/v1\n  kind: CustomResourceDefinition\n  spec:\n    group: example.org\n    \
                 names: {{kind: {kind}}}\n    versions: []\n"
            )
        };
        let text =
            format!("apiVersion: v1\nkind: List\nitems:\n{}{}- kind: Pod\n  apiVersion: v1\n", crd("Boat"), crd("Oar"));
        let imported = import_text(text.into_bytes(), folder.path()).expect("imported");
        let named = |kind: &str| ("example.org".to_owned(), kind.to_owned());
        assert_eq!(imported.crds, [named("Boat"), named("Oar")]);
        let boat = Gvk { group: "example.org", version: "v1", kind: "Boat" };
        let library = Library::gather(&Disk, &[folder.path().to_path_buf()], [boat]);
        assert_eq!(library.imported().count(), 1);
        for text in ["", "kind: Pod\napiVersion: v1\n", "a: [\n"] {
            assert!(import_text(text.into(), folder.path()).is_err(), "{text}");
        }
    }

    #[test]
    fn crds_and_json_schemas_are_found_again_by_kind() {
        let folder = tempfile::tempdir().expect("a folder");
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let crd = "kind: ConfigMap\napiVersion: v1\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                   spec: {group: example.org, names: {kind: Boat}, versions: []}\n";
        write(&from.join("deep/boats.yaml"), crd.as_bytes()).expect("written");
        write(&from.join("example.com/car_v1.json"), b"{}").expect("written");
        write(&from.join("notes.json"), b"{").expect("written");
        let imported = import(&Disk, &from, &to).expect("imported");
        let named = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        let expected = Imported { crds: named("example.org", "Boat"), schemas: named("example.com", "car_v1.json") };
        assert_eq!(imported, expected);
        let car = Gvk { group: "example.com", version: "v1", kind: "Car" };
        let boat = Gvk { group: "example.org", version: "v1", kind: "Boat" };
        let library = Library::gather(&Disk, &[to], [car, boat]);
        assert!(library.schema(car).is_some() && library.imported().count() == 1);
    }
}
