//! What stands in files that could not be read as YAML.
//!
//! In: the findings of a run, and what was skipped. Out: for a finding on something that is not there, which of these files has it by its
//! lines (an object of a kind and name, the labels that are asked for), or which one of the same folder may. Nothing is parsed.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::{SkipReason, Skipped};
use crate::finding::{Finding, Missing, Severity, folder_of};
use crate::source::SourceId;

use super::Run;
use super::drafts::objects;
use super::texts::{LONGEST_LINE, Texts, short_line};

/// Most files that are looked into.
const MOST: usize = 1_024;
/// Selectors have fewer lines than that.
const LABELS: usize = 10;
/// The rule that a NetworkPolicy answers which no other can name.
const POLICIES: &str = "missing-network-policy";
/// Rules on what is missing by a name or kind: a file has it by its lines, or not at all.
pub(super) const NAMED: [&str; 2] = [POLICIES, "uncreated-namespace"];

/// The files, and what stands in them, found out at the first need.
pub(super) struct Unread<'u> {
    run: &'u Run<'u>,
    /// By folder, the first of its files.
    folders: FxHashMap<&'u str, &'u str>,
    files: Vec<SourceId>,
    lines: OnceLock<Lines>,
}

/// What stands in lines; files by their places in [`Unread::files`].
#[derive(Default)]
struct Lines {
    /// By kind and name.
    objects: FxHashMap<(String, String), usize>,
    kinds: FxHashMap<String, usize>,
    /// By key and value.
    pairs: FxHashMap<(String, String), FxHashSet<usize>>,
}

impl<'u> Unread<'u> {
    /// Nothing is looked into yet.
    pub(super) fn new(findings: &[Finding], skipped: impl Iterator<Item = &'u Skipped>, run: &'u Run<'u>) -> Self {
        let broken = findings.iter().filter(|one| one.rule == "yaml-syntax" && one.severity == Severity::Error);
        let broken = broken.map(|finding| &*run.sources.get(finding.source()).name);
        let templates = skipped.filter(|skipped| skipped.reason == SkipReason::Template).map(|one| one.file.as_str());
        let mut names: Vec<&str> = broken.chain(templates).collect();
        names.sort_unstable();
        names.dedup();
        let mut folders = FxHashMap::default();
        for name in &names {
            folders.entry(folder_of(name)).or_insert(*name);
        }
        let files: BTreeSet<SourceId> = names.into_iter().filter_map(|name| run.of_names.file(name, run)).collect();
        let files = files.into_iter().take(MOST).collect();
        Self { run, folders, files, lines: OnceLock::new() }
    }

    /// Why it is not sure that something is not there, if so.
    pub(super) fn tells(&self, finding: &Finding) -> Option<String> {
        if self.folders.is_empty() {
            return None;
        }
        let name = |at: usize| &self.run.sources.get(self.files[at]).name;
        if let Some(at) = self.holds(finding) {
            return Some(format!("`{}`, which could not be read, has it by its lines", name(at)));
        }
        let beside = self.folders.get(folder_of(&self.run.sources.get(finding.source()).name))?;
        // Whatever lies beside may answer any other.
        (!NAMED.contains(&finding.rule.as_str())).then(|| format!("`{beside}`, which could not be read, may have it"))
    }

    /// The file that has what is missing, by its lines.
    fn holds(&self, finding: &Finding) -> Option<usize> {
        let lines = || self.lines.get_or_init(|| self.read());
        if finding.rule == POLICIES {
            return lines().kinds.get("NetworkPolicy").copied();
        }
        if let Some(Missing::Object { kind, name }) = &finding.missing {
            return lines().objects.get(&(kind.to_string(), name.to_string())).copied();
        }
        // `selects no pods: none has the labels `a=b,c=d``
        let named = finding.message.split('`').skip(1).step_by(2).find(|quoted| quoted.contains('='));
        let labels: Vec<(String, String)> = match named {
            Some(labels) => labels.split(',').filter_map(|label| label.split_once('=')).map(owned).collect(),
            None => self.selector(finding),
        };
        let mut found: Option<FxHashSet<usize>> = None;
        for label in &labels {
            let files = lines().pairs.get(label)?;
            found = Some(found.map_or_else(|| files.clone(), |known| known.intersection(files).copied().collect()));
        }
        found?.into_iter().min()
    }

    /// The labels that a selector in lines of its own asks for, where a finding is told at its key.
    fn selector(&self, finding: &Finding) -> Vec<(String, String)> {
        let mut texts = Texts::new(self.run);
        let source = texts.get(finding.source());
        let first = source.line_of(finding.primary.span.start);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let outer = indent(short_line(source, first));
        let below = (first + 1..first + LABELS).map(|line| short_line(source, line));
        let below: Vec<&str> = below.take_while(|line| !line.is_empty() && indent(line) > outer).collect();
        let plain = short_line(source, first).trim_end().ends_with(':');
        if !plain || below.iter().any(|line| line.contains("matchExpressions") || line.contains('{')) {
            return Vec::new();
        }
        below.into_iter().filter_map(pair).map(owned).collect()
    }

    fn read(&self) -> Lines {
        let (mut texts, mut lines) = (Texts::new(self.run), Lines::default());
        for (at, &id) in self.files.iter().enumerate() {
            let text = &texts.get(id).text;
            for (kind, name) in objects(text) {
                lines.objects.entry((kind.to_owned(), name.to_owned())).or_insert(at);
                lines.kinds.entry(kind.to_owned()).or_insert(at);
            }
            for (key, value) in text.lines().filter(|line| line.len() < LONGEST_LINE).filter_map(pair) {
                lines.pairs.entry((key.to_owned(), value.to_owned())).or_default().insert(at);
            }
        }
        lines
    }
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

/// The key and the plain value of a line.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim().split_once(": ")?;
    let plain = |text: &'_ str| !text.is_empty() && !text.contains(char::is_whitespace);
    let (key, value) = (key.trim_matches(['"', '\'']), value.trim().trim_matches(['"', '\'']));
    (plain(key) && plain(value)).then_some((key, value))
}

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn labels_are_found_by_their_lines() {
        assert_eq!(pair("      app: \"web\""), Some(("app", "web")));
        assert_eq!([pair("  MARK"), pair("- name:"), pair("# see: a b")], [None; 3]);
    }
}
