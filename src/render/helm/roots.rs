//! What a folder with a Chart.yaml is.
//!
//! In: the door to files, folders with a Chart.yaml. Out: for each whether it is rendered by itself, through the chart in whose
//! `charts/` it lies, or only through those that depend on it; and the values files that its `ci/` folder holds for tests.

use std::path::{Path, PathBuf};

use super::chart::metadata::Metadata;
use super::functions::semver::is_in_range;
use super::template::Mark;
use crate::files::name::{full, path_of};
use crate::files::{Files, MAX_FILE};
use crate::go::path::clean;
use crate::source::{Source, SourceId};
use crate::version::KubeVersion;
use crate::yaml::{Limits, read};

/// How a chart is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// By itself, with its own values.
    Root,
    /// Through the chart at this folder, in whose `charts/` it lies.
    Part(PathBuf),
    /// It only has templates for charts that depend on it.
    Library,
    /// Its Chart.yaml cannot be read: rendering it says why.
    Broken,
    /// Its Chart.yaml is empty: the beginning of a chart, and none yet.
    Empty,
}

/// What the chart in a folder is.
pub fn role(folder: &Path, door: &dyn Files) -> Role {
    let mut outermost = None;
    let mut at = folder;
    while let Some(charts) = at.parent().filter(|parent| parent.ends_with("charts")) {
        let Some(above) = charts.parent() else { break };
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        if !door.is_file(&above.join("Chart.yaml")) {
            break;
        }
        outermost = Some(above);
        at = above;
    }
    if let Some(above) = outermost {
        return Role::Part(above.to_owned());
    }
    if door.read(&folder.join("Chart.yaml"), MAX_FILE).is_ok_and(|text| text.trim_ascii().is_empty()) {
        return Role::Empty;
    }
    match metadata(folder, door) {
        Some(metadata) if metadata.kind == "library" => Role::Library,
        Some(_) => Role::Root,
        None => Role::Broken,
    }
}

/// The name that the chart in a folder has.
pub fn declared_name(folder: &Path, door: &dyn Files) -> Option<String> {
    metadata(folder, door).map(|metadata| metadata.name)
}

/// The name and version of the chart in a folder, as its `Chart.yaml` has them.
pub fn declared(folder: &Path, door: &dyn Files) -> Option<(String, String)> {
    metadata(folder, door).map(|metadata| (metadata.name, metadata.version))
}

/// The versions of Kubernetes with bundled schemas that the chart in a folder allows by its `kubeVersion`, and what it says;
/// nothing where it says nothing.
pub fn allowed_versions(folder: &Path, door: &dyn Files) -> Option<(String, Vec<KubeVersion>)> {
    let range = metadata(folder, door)?.kube_version;
    let is_allowed = |version: &KubeVersion| allows(&range, version.0.into());
    let allowed = KubeVersion::all().filter(is_allowed).collect();
    (!range.is_empty()).then_some((range, allowed))
}

/// Whether a range allows a minor version of Kubernetes, or a late patch of it.
pub fn allows(range: &str, minor: u32) -> bool {
    ["0", "99"].iter().any(|patch| is_in_range(range, &format!("v1.{minor}.{patch}")))
}

/// The folders of the charts that the one in a folder takes in from elsewhere in the repository: `repository: file://../web`.
pub fn taken_in(folder: &Path, door: &dyn Files) -> Vec<PathBuf> {
    let dependencies = metadata(folder, door).map(|metadata| metadata.dependencies).unwrap_or_default();
    let folders = dependencies.iter().filter_map(|dependency| dependency.repository.strip_prefix("file://"));
    folders.map(|path| path_of(&clean(&format!("{}/{path}", full(folder))))).collect()
}

fn metadata(folder: &Path, door: &dyn Files) -> Option<Metadata> {
    let bytes = door.read(&folder.join("Chart.yaml"), MAX_FILE).ok()?;
    let source = Source::from_bytes(SourceId(0), "Chart.yaml", bytes);
    let documents = read(&source, &Limits::default());
    let tree = documents.first()?.tree.as_ref().ok()?;
    let mut metadata = Metadata::default();
    metadata.read(tree.root(), &mut |_| Mark::NONE).ok()?;
    Some(metadata)
}

/// The values files with which a chart is tested: `ci/*-values.yaml`, sorted.
pub fn test_values(folder: &Path, door: &dyn Files) -> Vec<PathBuf> {
    let ci = folder.join("ci");
    let entries = door.list(&ci).unwrap_or_default().into_iter().flatten();
    let named = entries.filter(|entry| entry.name.to_string_lossy().ends_with("-values.yaml"));
    let mut files: Vec<PathBuf> = named.map(|entry| ci.join(entry.name)).filter(|path| door.is_file(path)).collect();
    files.sort();
    files
}

/// Folders of a chart that hold values for tests and environments, and nothing else.
const VALUES_FOLDERS: [&str; 4] = ["ci", "values", "test-values", "environments"];
/// Most values files that are tried.
const MOST_VALUES: usize = 12;

/// The values files beside a chart's own: those of its tests first, then `linter_values.yaml`, `values-prod.yaml`,
/// `values/dev.yaml` and the like, each kind sorted.
pub fn other_values(folder: &Path, door: &dyn Files) -> Vec<PathBuf> {
    let is_yaml = |name: &str| name.ends_with(".yaml") || name.ends_with(".yml");
    let files = |below: &str, is_wanted: &dyn Fn(&str) -> bool| {
        let at = if below.is_empty() { folder.to_owned() } else { folder.join(below) };
        let names = door.list(&at).unwrap_or_default().into_iter().flatten();
        let names = names.map(|entry| entry.name.to_string_lossy().into_owned());
        let named = names.filter(|name| is_yaml(name) && is_wanted(name));
        let mut files: Vec<PathBuf> = named.map(|name| at.join(name)).filter(|path| door.is_file(path)).collect();
        files.sort();
        files
    };
    let beside = |name: &str| {
        let stem = name.trim_end_matches(".yaml").trim_end_matches(".yml");
        stem != "values" && (stem.starts_with("values") || stem.ends_with("values"))
    };
    let mut all = test_values(folder, door);
    all.extend(files("", &beside));
    VALUES_FOLDERS.iter().for_each(|below| all.extend(files(below, &|_| true)));
    let mut seen = std::collections::HashSet::new();
    all.retain(|path| seen.insert(path.clone()));
    all.truncate(MOST_VALUES);
    all
}

/// Whether the chart in a folder was fetched: it lies in the `charts/` of one that names a repository for it.
pub fn is_fetched(folder: &Path, door: &dyn Files) -> bool {
    let Some(charts) = folder.parent().filter(|parent| parent.ends_with("charts")) else { return false };
    let above = charts.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(parent) = metadata(above, door) else { return false };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let remote = |address: &str| !address.is_empty() && !address.starts_with("file://");
    let named = parent.dependencies.iter().any(|one| one.name == name && remote(&one.repository));
    named || is_fetched(above, door)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    #[test]
    fn charts_in_charts_are_parts_of_the_outermost() {
        let app = "apiVersion: v2\nname: a\nversion: 0.1.0\n";
        let files: Memory = [
            ("a/Chart.yaml", app),
            ("a/charts/b/Chart.yaml", app),
            ("a/charts/b/charts/c/Chart.yaml", app),
            ("charts/d/Chart.yaml", app),
            ("lib/Chart.yaml", "apiVersion: v2\nname: l\nversion: 0.1.0\ntype: library\n"),
            ("odd/Chart.yaml", "- a\n"),
            ("new/Chart.yaml", "\n"),
            ("a/ci/x-values.yaml", ""),
            ("a/ci/README.md", ""),
        ]
        .into_iter()
        .collect();
        let part = || Role::Part(PathBuf::from("a"));
        for (folder, want) in [
            ("a", Role::Root),
            ("a/charts/b", part()),
            ("a/charts/b/charts/c", part()),
            ("charts/d", Role::Root),
            ("lib", Role::Library),
            ("odd", Role::Broken),
            ("new", Role::Empty),
        ] {
            assert_eq!(role(Path::new(folder), &files), want, "{folder}");
        }
        assert_eq!(test_values(Path::new("a"), &files), [PathBuf::from("a/ci/x-values.yaml")]);
    }
}
