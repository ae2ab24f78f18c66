//! The whole repository around some paths.
//!
//! In: the paths a user named (a hook passes the changed files). Out: a walk over them and over the rest of the git
//! repositories they lie in. The rest is read for what the named files refer to, and not checked.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::files::{Files, name, nearest};

use super::walk::{FoundFile, Listed, Walk, display, is_candidate, walk};

/// The nearest directory at or above `path` that holds `.git`; `path` has to be absolute.
pub fn root_of<'p>(path: &'p Path, files: &dyn Files) -> Option<&'p Path> {
    path.ancestors().find(|directory| holds_repository(directory, files))
}

/// Whether a directory is the root of a repository: it holds `.git`.
pub fn holds_repository(directory: &Path, files: &dyn Files) -> bool {
    files.exists(&directory.join(".git"))
}

/// Whether the git repositories around the paths hold more than the paths do: no path is a repository's root, or above it.
/// `beside` is a file that need not be there.
pub fn leaves_some_out(paths: &[PathBuf], beside: Option<&Path>, files: &dyn Files) -> bool {
    // Only a directory can hold a repository. Of many files the first one says enough.
    let directories = paths.iter().filter(|path| files.is_directory(path));
    let directories: Vec<_> = directories.filter_map(|path| files.resolve(path).ok()).collect();
    let named = paths.iter().filter_map(|path| files.resolve(path).ok());
    let mut places = named.chain(beside.and_then(|beside| nearest(files, beside)));
    places.any(|place| {
        root_of(&place, files).is_some_and(|root| !directories.iter().any(|directory| root.starts_with(directory)))
    })
}

/// Walks the paths and what lies around them; what was named is checked, as far as it would be without the rest. `beside` is
/// a file that need not be there: what lies around it is walked, too.
pub fn walk_around(files: &dyn Files, paths: &[PathBuf], beside: Option<&Path>, no_ignore: bool) -> Walk {
    let mut found = walk(files, paths, no_ignore);
    // A hook names every changed file: JSON is looked at first, as in a walk.
    found.files.iter_mut().for_each(|file| file.explicit &= !file.name.ends_with(".json"));
    // Where they lie: a link, and what it leads to.
    let places = found.files.iter().flat_map(|file| [files.resolve(&file.path).ok(), unfollowed(&file.path, files)]);
    let named: BTreeSet<_> = places.flatten().collect();
    let here = files.resolve(Path::new(".")).unwrap_or_default();
    // Names have to fit together, so that a kustomization finds its resources: all relative, or none.
    let relative = are_relative(paths, beside);
    let mut view = View { here: &here, last: None };
    for root in roots(paths, beside, files) {
        let rest = walk(files, std::slice::from_ref(&root), no_ignore);
        // What is ignored out there is nobody's question; that git does not tell what it tracks is.
        found.skipped.extend(rest.skipped.into_iter().filter(|skipped| Path::new(&skipped.file).ends_with(".git")));
        let listed = rest.listed.into_iter();
        let mut seen = |path: PathBuf| if relative { name::path_of(&view.name(&path)) } else { path };
        found.listed.extend(listed.map(|listed| Listed { path: seen(listed.path), ..listed }));
        let rest = rest.files.into_iter();
        found.files.extend(rest.filter(|file| !named.contains(&file.path)).map(|file| FoundFile {
            name: if relative { view.name(&file.path) } else { file.name },
            checked: false,
            named: false,
            ..file
        }));
    }
    found.files.sort();
    found.skipped.sort();
    found.skipped.dedup();
    found
}

fn are_relative(paths: &[PathBuf], beside: Option<&Path>) -> bool {
    paths.iter().map(PathBuf::as_path).chain(beside).all(Path::is_relative)
}

/// The name that a walk would give to a file that is not there any more, by its absolute path, and whether it would be
/// checked; nothing where it would not have come that way.
pub fn name_of_gone(
    files: &dyn Files,
    gone: &Path,
    paths: &[PathBuf],
    beside: Option<&Path>,
    around: bool,
) -> Option<(String, bool)> {
    if !is_candidate(gone) {
        return None;
    }
    for path in paths.iter().filter(|path| files.is_directory(path)) {
        let rest = files.resolve(path).ok().and_then(|root| gone.strip_prefix(root).ok().map(Path::to_owned));
        if let Some(rest) = rest {
            return Some((display(&path.join(rest)), true));
        }
    }
    let here = files.resolve(Path::new(".")).unwrap_or_default();
    let name = || if are_relative(paths, beside) { from(&here, gone) } else { display(gone) };
    around.then(|| (name(), false))
}

/// The roots of the repositories the paths lie in, as canonical paths; none within another.
fn roots(paths: &[PathBuf], beside: Option<&Path>, files: &dyn Files) -> BTreeSet<PathBuf> {
    let named = paths.iter().filter_map(|path| files.resolve(path).ok());
    let canonical = named.chain(beside.and_then(|beside| nearest(files, beside)));
    let mut roots: BTreeSet<_> = canonical.filter_map(|path| root_of(&path, files).map(Path::to_owned)).collect();
    let all = roots.clone();
    roots.retain(|root| !root.ancestors().skip(1).any(|above| all.contains(above)));
    roots
}

/// Names as seen from an absolute directory. What lies in one folder mostly comes one after the other: its name is found out once.
struct View<'v> {
    here: &'v Path,
    /// The last folder, and its name.
    last: Option<(String, String)>,
}

impl View<'_> {
    /// As [`from`].
    fn name(&mut self, path: &Path) -> String {
        let plain = path.to_str().filter(|text| !text.contains('\\'));
        // Of what lies at or above the directory, the name leads up.
        let is_above = |text: &str| self.here.to_str().is_none_or(|here| here.starts_with(text));
        let parts = plain.filter(|text| !is_above(text)).and_then(|text| text.rsplit_once('/'));
        let Some((folder, base)) = parts.filter(|(folder, base)| !folder.is_empty() && !base.is_empty()) else {
            return from(self.here, path);
        };
        if self.last.as_ref().is_none_or(|(last, _)| last != folder) {
            self.last = Some((folder.to_owned(), from(self.here, Path::new(folder))));
        }
        match &self.last {
            Some((_, name)) if !name.is_empty() => [name, "/", base].concat(),
            _ => base.to_owned(),
        }
    }
}

/// The name of an absolute path as seen from an absolute directory, with `/` as separator.
fn from(directory: &Path, path: &Path) -> String {
    let shared = directory.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = directory.components().skip(shared).map(|_| Component::ParentDir);
    let name: PathBuf = up.chain(path.components().skip(shared)).collect();
    name::full(&name)
}

/// The absolute path of a file, links resolved up to its folder.
fn unfollowed(path: &Path, files: &dyn Files) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(files.resolve(folder).ok()?.join(path.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_the_working_directory() {
        for (directory, path, name) in [
            ("/r", "/r/a/b.yaml", "a/b.yaml"),
            ("/r/a", "/r/a/b.yaml", "b.yaml"),
            ("/r/a/c", "/r/b.yaml", "../../b.yaml"),
            ("/r/a/c", "/r/a", ".."),
            ("/r/a", "/r/a", ""),
            ("/", "/r/b.yaml", "r/b.yaml"),
            ("/r", "/b.yaml", "../b.yaml"),
            ("/r/a", "/r/ab/c\\d.yaml", "../ab/c\\d.yaml"),
        ] {
            assert_eq!(from(Path::new(directory), Path::new(path)), name);
            assert_eq!(View { here: directory.as_ref(), last: None }.name(path.as_ref()), name);
        }
    }
}
