//! Which folders are charts.
//!
//! In: the names of a walk's files, what the walk saw as it listed directories, and the door to the files. Out: for each file the
//! chart that it lies in. What the walk listed is not asked again: the door is asked about the folders above it and those of
//! files that were named themselves.

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use crate::files::Files;
use crate::files::name::path_of;

use super::kustomize::parent;
use super::walk::Listed;

/// The file that makes a folder a chart.
pub const FILE: &str = "Chart.yaml";

/// The charts around some files, by the names of their folders.
#[derive(Debug, Default)]
pub struct Charts {
    /// For each folder that files lie in, the nearest at or above it that is a chart.
    nearest: FxHashMap<String, Option<String>>,
    /// There is one.
    any: bool,
}

impl Charts {
    /// Finds the charts around files, by their names, and what is known of directories.
    pub fn around<'n>(names: impl IntoIterator<Item = &'n str>, listed: &[Listed], files: &dyn Files) -> Self {
        let listed: FxHashMap<_, _> = listed.iter().map(|listed| (listed.name(), listed.is_chart)).collect();
        let holds = |folder: &str| listed.get(folder).copied().unwrap_or_else(|| files.is_file(&file_in(folder)));
        let (mut charts, mut last) = (Self::default(), None);
        for folder in names.into_iter().map(parent) {
            // Files of one folder mostly come one after the other.
            if last.replace(folder) != Some(folder) {
                charts.note(folder, &holds);
            }
        }
        charts.any = charts.nearest.values().any(Option::is_some);
        charts
    }

    /// Remembers in which chart a folder lies, and those above it on the way.
    fn note(&mut self, folder: &str, holds: &dyn Fn(&str) -> bool) {
        let (mut way, mut at) = (Vec::new(), folder);
        let chart = loop {
            if let Some(known) = self.nearest.get(at) {
                break known.clone();
            }
            way.push(at);
            if holds(at) {
                break Some(at.to_owned());
            }
            // Above a name that leads up, or is absolute, there is not the working directory.
            if at.is_empty() || at == ".." || at.ends_with("/..") || (at.starts_with('/') && parent(at).is_empty()) {
                break None;
            }
            at = parent(at);
        };
        self.nearest.extend(way.into_iter().map(|folder| (folder.to_owned(), chart.clone())));
    }

    /// The folder of the chart that a file lies in.
    pub fn around_file(&self, name: &str) -> Option<&str> {
        if self.any { self.nearest.get(parent(name))?.as_deref() } else { None }
    }

    /// Whether a release of the chart that a file lies in may apply what stands in it: not where it only lies there. So may
    /// everything that lies in no chart.
    pub fn renders(&self, name: &str) -> bool {
        let Some(below) = self.below(name) else { return true };
        let first = below.split('/').next().unwrap_or(below);
        matches!(first, "templates" | "crds" | "charts") || !below.contains('/') && first.contains("values")
    }

    /// Whether a file is a template of the chart that it lies in.
    pub fn is_template(&self, name: &str) -> bool {
        self.below(name).is_some_and(|below| below.starts_with("templates/"))
    }

    /// Whether a file is one that was a template of the chart that it lies in: its folder stands beside that of the templates and says so.
    /// Helm renders none of it, and it was never written to be applied as it stands.
    pub fn is_former_template(&self, name: &str) -> bool {
        let folder = self.below(name).and_then(|below| below.split_once('/')).map(|(folder, _)| folder);
        folder.is_some_and(is_former)
    }

    /// The name of a file within its chart.
    pub(super) fn below<'n>(&self, name: &'n str) -> Option<&'n str> {
        let chart = self.around_file(name)?;
        if chart.is_empty() { Some(name) } else { name.strip_prefix(chart)?.strip_prefix('/') }
    }

    /// The files that make folders charts.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.nearest.values().flatten().map(|folder| file_in(folder))
    }
}

/// Whether a folder is called as the one for templates is, and as what is kept: `old_templates`, `templates.bak`; or is an archive.
fn is_former(folder: &str) -> bool {
    const KEPT: [&str; 12] = [
        "archive",
        "archived",
        "backup",
        "bak",
        "deprecated",
        "disabled",
        "legacy",
        "off",
        "old",
        "orig",
        "original",
        "unused",
    ];
    let lower = folder.to_ascii_lowercase();
    let words = || lower.split(['-', '_', '.']).filter(|word| !word.is_empty());
    let kept = words().any(|word| KEPT.contains(&word));
    let of_templates = words().any(|word| matches!(word, "template" | "templates"));
    kept && (of_templates || lower.starts_with(['_', '.']))
}

fn file_in(folder: &str) -> PathBuf {
    if folder.is_empty() { PathBuf::from(FILE) } else { path_of(folder).join(FILE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    #[test]
    fn charts_are_found_above_files() {
        let memory: Memory =
            ["Chart.yaml", "a/Chart.yaml", "c/d/Chart.yaml"].map(|name| (name, "")).into_iter().collect();
        let names = ["templates/x.yaml", "a/templates/b/x.yaml", "c/d/values.yaml", "c/x.yaml", "/e/x.yaml"];
        let charts = Charts::around(names, &[], &memory);
        let below = names.map(|name| charts.below(name));
        let in_top = Some("c/x.yaml");
        assert_eq!(below, [Some("templates/x.yaml"), Some("templates/b/x.yaml"), Some("values.yaml"), in_top, None]);
        assert_eq!(Charts::around(names, &[], &Memory::default()).files().count(), 0);
    }

    #[test]
    fn folders_of_former_templates_are_told_by_their_names() {
        for folder in ["old_templates", "templates_old", "templates-old", "templates.bak", "_archive", "Templates.orig"]
        {
            assert!(is_former(folder), "{folder}");
        }
        for folder in ["templates", "archive", "old", "cold-templates", "templates-v2", "_helpers"] {
            assert!(!is_former(folder), "{folder}");
        }
    }

    #[test]
    fn what_was_listed_is_not_asked_again() {
        let listed = [("./a", true), (".", false), ("a/b/", false)];
        let listed = listed.map(|(path, is_chart)| Listed {
            path: path.into(),
            is_chart,
            configures: false,
            drafts: Vec::new(),
        });
        let charts = Charts::around(["a/b/x.yaml", "x.yaml"], &listed, &Memory::default());
        assert_eq!((charts.below("a/b/x.yaml"), charts.below("x.yaml")), (Some("b/x.yaml"), None));
    }
}
