//! Dependencies that lie elsewhere in the repository.
//!
//! In: a chart, its folder, the door to files. Out: the chart with those dependencies that `repository: file://…` names and
//! `charts/` lacks, as `helm dependency build` would put them there; theirs as well. Where that is wanted, a chart in the folder
//! beside it stands for one of the same name that is published, if its version is one that is asked for. What lies outside the
//! repository, is not there or is of another version stays missing.

use std::path::{Path, PathBuf};

use super::chart::load::{LoadError, Loader};
use super::chart::metadata::Dependency;
use super::chart::{Chart, folder};
use super::dependencies::lacking;
use super::functions::semver::is_in_range;
use super::roots::declared;
use super::values::coalesce::Warnings;
use crate::discover::repository::root_of;
use crate::files::name::{full, path_of};
use crate::files::{Files, MAX_FILE};
use crate::go::path::clean;
use crate::source::{Source, SourceId};
use crate::yaml::{Limits, read};

/// Most charts that are brought in from elsewhere.
const MAX_LOADS: usize = 200;

/// Brings dependencies in.
pub struct Local<'l> {
    door: &'l dyn Files,
    /// Charts in folders beside a chart stand for published ones.
    beside: bool,
    /// The folders whose dependencies are being brought in, links resolved: none of them again.
    open: Vec<PathBuf>,
    loads: usize,
}

impl<'l> Local<'l> {
    /// Through a door.
    pub fn new(door: &'l dyn Files, beside: bool) -> Self {
        Self { door, beside, open: Vec::new(), loads: 0 }
    }

    /// Adds what a chart in a folder lacks.
    ///
    /// # Errors
    /// Where a chart that is there cannot be loaded.
    pub fn add(
        &mut self,
        chart: &mut Chart,
        folder: &Path,
        loader: &mut Loader<'_>,
        warnings: &mut Warnings,
    ) -> Result<(), LoadError> {
        let lacking: Vec<Dependency> = lacking(chart).into_iter().cloned().collect();
        let Ok(own) = self.door.resolve(folder) else { return Ok(()) };
        if lacking.is_empty() || self.open.contains(&own) {
            return Ok(());
        }
        let locked = self.locked(folder);
        self.open.push(own.clone());
        for dependency in &lacking {
            let Some(there) = self.folder_of(dependency, folder, &own) else { continue };
            self.loads += 1;
            if self.loads > MAX_LOADS {
                let message = format!("more than {MAX_LOADS} charts are included by `file://`");
                return Err(LoadError { message, span: dependency.span });
            }
            let fail = |message: String| LoadError {
                message: format!("dependency {}: {message}", dependency.name),
                span: dependency.span,
            };
            let files = folder::read(&there, self.door).map_err(fail)?;
            let mut sub = loader.load(files, &full(&there))?;
            if sub.name() != dependency.name || !is_in_range(&dependency.version, &sub.metadata.version) {
                continue;
            }
            let lock = locked.iter().find(|(name, _)| *name == dependency.name);
            if let Some((name, version)) = lock.filter(|(_, version)| *version != sub.metadata.version) {
                let is = &sub.metadata.version;
                warnings.push(format!(
                    "Chart.lock has {name} {version}, but {is} is at {}: `helm dependency build` refuses it",
                    dependency.repository
                ));
            }
            self.add(&mut sub, &there, loader, warnings)?;
            chart.dependencies.push(sub);
        }
        self.open.pop();
        Ok(())
    }

    /// The folder of a dependency, as the user would name it.
    fn folder_of(&self, dependency: &Dependency, folder: &Path, own: &Path) -> Option<PathBuf> {
        let Some(path) = dependency.repository.strip_prefix("file://") else {
            let there = path_of(&clean(&format!("{}/../{}", full(folder), dependency.name)));
            let named = |there: &PathBuf| {
                let name = declared(there, self.door);
                name.is_some_and(|(name, version)| {
                    name == dependency.name && is_in_range(&dependency.version, &version)
                })
            };
            return self.inside(&there, own).then_some(there).filter(|there| self.beside && named(there));
        };
        let there = path_of(&clean(&format!("{}/{path}", full(folder))));
        let there = if path.starts_with('/') { path_of(path) } else { there };
        (self.inside(&there, own) && self.door.is_file(&there.join("Chart.yaml"))).then_some(there)
    }

    /// Whether a folder lies in the repository of another one.
    fn inside(&self, there: &Path, own: &Path) -> bool {
        let Ok(resolved) = self.door.resolve(there) else { return false };
        root_of(own, self.door).is_none_or(|top| resolved.starts_with(top))
    }

    /// Names and versions of the lock file.
    fn locked(&self, folder: &Path) -> Vec<(String, String)> {
        let file = ["Chart.lock", "requirements.lock"].into_iter().map(|name| folder.join(name));
        let Some(bytes) = file.into_iter().find_map(|file| self.door.read(&file, MAX_FILE).ok()) else {
            return Vec::new();
        };
        let source = Source::from_bytes(SourceId(0), "Chart.lock", bytes);
        let documents = read(&source, &Limits::default());
        let Some(Ok(tree)) = documents.first().map(|document| &document.tree) else { return Vec::new() };
        let entries = tree.root().get("dependencies").into_iter().flat_map(|list| list.items());
        let entries = entries.filter_map(|entry| Some((entry.str_at("name")?, entry.str_at("version")?)));
        entries.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
    }
}
