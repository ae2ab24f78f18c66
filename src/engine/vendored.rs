//! Findings in files that nobody edits where they lie, or applies to a cluster that matters.
//!
//! In: all findings of a run. Out: the same, those about what was copied from elsewhere, archives, tests and examples as
//! remarks; the configuration may give them another severity.

use std::path::PathBuf;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::discover::corners::{Corner, corner, is_environment, is_third_party};
use crate::files::Files;
use crate::files::name::{full, path_of};
use crate::finding::{Category, Finding, Severity};
use crate::render::helm::roots::is_fetched;
use crate::source::SourceMap;
use crate::workspace::ApplySet;

use super::Place;

/// Takes findings of policy in such files for remarks, and roots that do not render: warnings in what is vendored or shown as an
/// example, errors too in archives and tests. What a kustomization root elsewhere takes in is not softened. The templates of a
/// chart that was fetched are nobody's to edit, and what its values leave open may be set from outside.
pub(super) fn soften(
    findings: &mut [Finding],
    set: &ApplySet<'_>,
    sources: &SourceMap,
    place: &Place<'_>,
    paths: &[PathBuf],
) {
    let tops = Tops::new(paths);
    let mut fetched = Fetched { files: place.files, known: FxHashMap::default() };
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        let whole = finding.category == Category::Render;
        if finding.category.is_validity() && !whole {
            continue;
        }
        let warning = finding.severity == Severity::Warning;
        let mild = match tops.corner(finding, sources) {
            Some(Corner::Archive | Corner::Trials) => true,
            Some(Corner::Examples) => warning,
            None => false,
        };
        let name = &sources.get(finding.source()).name;
        let mut of_others = || {
            let below = tops.below(name);
            let in_chart = place.charts.around_file(name).is_some();
            is_third_party(below, in_chart) || fetched.holds(name) || set.vendored(finding.source()).is_some()
        };
        if mild || (warning && !whole && of_others()) {
            finding.severity = Severity::Info;
        }
    }
}

/// The charts that were fetched.
struct Fetched<'f> {
    files: &'f dyn Files,
    /// By the folder of a chart in another one's `charts/`.
    known: FxHashMap<String, bool>,
}

impl Fetched<'_> {
    /// Whether a file lies in a packed chart, or in one that another chart has from a repository.
    fn holds(&mut self, name: &str) -> bool {
        if name.contains(".tgz/") {
            return true;
        }
        name.match_indices("/charts/").any(|(at, part)| {
            let below = at + part.len();
            let Some(end) = name[below..].find('/').map(|end| below + end) else { return false };
            let folder = &name[..end];
            let known = self.known.get(folder).copied();
            known.unwrap_or_else(|| {
                let fetched = is_fetched(&path_of(folder), self.files);
                self.known.insert(folder.to_owned(), fetched);
                fetched
            })
        })
    }
}

/// Where what was asked for begins: folders above it say nothing.
struct Tops {
    paths: Vec<String>,
    /// No folder beside `test` is named like an environment; found out at the first need.
    lonely: OnceLock<bool>,
}

impl Tops {
    fn new(paths: &[PathBuf]) -> Self {
        Self { paths: paths.iter().map(|path| full(path)).collect(), lonely: OnceLock::new() }
    }

    fn is_lonely(&self, sources: &SourceMap) -> bool {
        let is_environment = |name: &str| self.below(name).split('/').next().is_some_and(is_environment);
        *self.lonely.get_or_init(|| !sources.iter().any(|source| is_environment(&source.name)))
    }

    /// A name as seen from the path that was asked for.
    fn below<'n>(&self, name: &'n str) -> &'n str {
        let rest = self.paths.iter().filter_map(|path| {
            let path = path.trim_end_matches('/');
            name.strip_prefix(path)?.strip_prefix('/')
        });
        rest.min_by_key(|rest| rest.len()).unwrap_or(name)
    }

    /// What a finding lies in: every set that it holds in, or else its file.
    fn corner(&self, finding: &Finding, sources: &SourceMap) -> Option<Corner> {
        let of = |name: &str| corner(self.below(name), self.is_lonely(sources));
        if finding.sets.names.is_empty() {
            return of(&sources.get(finding.source()).name);
        }
        // The least of them: what one root applies is applied.
        finding.sets.names.iter().map(|name| of(name)).min().flatten()
    }
}
