//! Files as a repository knows them.
//!
//! In: a report. Out: names of files relative to the root of their git repository, which is how code scanning knows them; and the
//! tree around some paths, which nothing is written outside of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kubevet::discover::repository::root_of;
use kubevet::files::name::{full, path_of};
use kubevet::files::{Files, Tree};
use kubevet::report::Report;

/// For each file that findings point into: its path in the repository, links to folders resolved, where that is not its name.
pub fn names(report: &Report, files: &dyn Files) -> BTreeMap<String, String> {
    let here = files.resolve(Path::new(".")).unwrap_or_default();
    let root = root_of(&here, files).unwrap_or(&here);
    let labels = report.findings.iter().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related));
    let mut sources: Vec<_> = labels.map(|label| label.span.source).collect();
    sources.sort();
    sources.dedup();
    let names = sources.into_iter().map(|id| report.sources.get(id).name.as_str());
    let mut folders: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let names = names.filter_map(|name| {
        let (folder, base) = name.rsplit_once('/').unwrap_or(("", name));
        let folder = folders.entry(folder).or_insert_with(|| in_repository(folder, name, root, files)).as_deref()?;
        let path = if folder.is_empty() { base.to_owned() } else { format!("{folder}/{base}") };
        Some((name.to_owned(), path))
    });
    names.filter(|(name, path)| name != path).collect()
}

/// A folder as its repository knows it. Looked up once for all files in it, `name` being one of them.
fn in_repository(folder: &str, name: &str, root: &Path, files: &dyn Files) -> Option<String> {
    let folder = if name.starts_with('/') { format!("{folder}/") } else { format!("./{folder}") };
    let path = files.resolve(&path_of(&folder)).ok()?;
    let relative = path.strip_prefix(root).ok().or_else(|| path.strip_prefix(root_of(&path, files)?).ok())?;
    Some(full(relative))
}

/// The tree that some paths stand for: what lies below the directories among them and beside the files, and the repositories
/// around them.
pub fn tree(paths: &[PathBuf], files: &dyn Files) -> Tree {
    let folder = |path: &PathBuf| if files.is_directory(path) { path.clone() } else { above(path) };
    let folders: BTreeSet<_> = paths.iter().filter_map(|path| files.resolve(&folder(path)).ok()).collect();
    let roots: BTreeSet<_> = folders.iter().filter_map(|folder| root_of(folder, files)).map(Path::to_owned).collect();
    Tree::new(folders.into_iter().chain(roots))
}

fn above(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}
