//! Suppression by the `ignore:` entries of `kubevet.yaml`.
//!
//! In: findings and the configuration. Out: the findings marked, and which entries did something.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::config::{Config, Ignore, Places, Plain};
use crate::finding::{Finding, ObjectRef};

use super::{RuleSelectors, mark};

/// Marks findings that an entry covers. Gives for each entry whether it covered any. `today` is `YYYY-MM-DD`: entries
/// that held until an earlier day cover nothing. `places` are the sources with what holds for them: findings for which another
/// configuration holds are none of this one's business.
pub fn apply(findings: &mut [Finding], config: &Config, places: &Places<'_>, today: &str) -> Vec<bool> {
    let mut used = vec![false; config.ignores.len()];
    if used.is_empty() {
        return used;
    }
    let index = Index::new(&config.ignores, today);
    for finding in findings {
        let Some(name) = &places.at(finding.source()).seen_from(config) else { continue };
        for number in index.near(finding, name) {
            let entry = &config.ignores[number];
            if covers(entry, finding, name) {
                used[number] = true;
                mark(finding, "config", &entry.reason);
            }
        }
    }
    used
}

/// What an entry can be looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'c> {
    Name(&'c str),
    Beginning(&'c str),
    Path(&'c str),
    Any,
}

/// The entries that hold, by number: where each is to be looked for, and the rule or category (or nothing for all).
#[derive(Default)]
struct Index<'c> {
    entries: FxHashMap<(Key<'c>, &'c str), Vec<usize>>,
    /// How long beginnings of names are.
    lengths: BTreeSet<usize>,
}

impl<'c> Index<'c> {
    fn new(entries: &'c [Ignore], today: &str) -> Self {
        let mut index = Self::default();
        for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| !is_expired(entry, today)) {
            let keys: Vec<Key<'c>> = match &entry.plain {
                Some(Plain::Names(names)) => names.iter().map(|name| Key::Name(name)).collect(),
                Some(Plain::Beginnings(names)) => names.iter().map(|name| Key::Beginning(name)).collect(),
                Some(Plain::Paths(paths)) => paths.iter().map(|path| Key::Path(path)).collect(),
                None => vec![Key::Any],
            };
            let rules: Vec<&'c str> = match entry.rules.as_slice() {
                [] => vec![""],
                rules => rules.iter().map(String::as_str).collect(),
            };
            for key in keys {
                if let Key::Beginning(text) = key {
                    index.lengths.insert(text.len());
                }
                rules.iter().for_each(|rule| index.entries.entry((key, rule)).or_default().push(number));
            }
        }
        index
    }

    /// Those that may cover a finding, in their order.
    fn near(&self, finding: &Finding, file: &str) -> Vec<usize> {
        let called = || finding.object.as_deref().into_iter().flat_map(ObjectRef::names);
        let names = called().flat_map(above).map(Key::Name);
        let beginnings = called().flat_map(|name| self.lengths.iter().filter_map(|&length| name.get(..length)));
        let keys = names.chain(beginnings.map(Key::Beginning)).chain(above(file).map(Key::Path)).chain([Key::Any]);
        let rules = ["", finding.rule.as_str(), finding.category.as_str()];
        let found = keys.flat_map(|key| rules.map(|rule| self.entries.get(&(key, rule))));
        let mut numbers: Vec<usize> = found.flatten().flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// A path and the folders it lies in.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

/// Whether an entry's last day has passed.
pub fn is_expired(entry: &Ignore, today: &str) -> bool {
    entry.until.as_deref().is_some_and(|until| until < today)
}

fn covers(entry: &Ignore, finding: &Finding, file: &str) -> bool {
    let object = finding.object.as_deref();
    let is = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|w| found == Some(w));
    RuleSelectors::cover_by(&entry.rules, finding)
        && entry.paths.as_ref().is_none_or(|paths| paths.is_match(file))
        && is(&entry.kind, object.map(|o| o.kind.as_str()))
        && entry
            .namespace
            .as_deref()
            .is_none_or(|wanted| object.is_some_and(|o| o.namespaces().any(|name| name == wanted)))
        && entry.container.as_ref().is_none_or(|names| container(finding).is_some_and(|name| names.is_match(name)))
        && entry.name.as_ref().is_none_or(|names| object.is_some_and(|o| o.names().any(|name| names.is_match(name))))
}

/// The name of the container that a finding is about, or in.
fn container(finding: &Finding) -> Option<&str> {
    const LIST: &str = "ontainers[name=";
    let path = finding.keyed_path.as_deref()?;
    let name = &path[path.find(LIST)? + LIST.len()..];
    name.split(']').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Category, Severity};
    use crate::source::Span;

    #[test]
    fn the_container_of_a_finding_is_read_from_its_path() {
        let mut finding = Finding::new("a", Category::Images, Severity::Info, "m", Span::default());
        for (path, name) in [
            ("spec.containers[name=web].image", Some("web")),
            ("spec.template.spec.initContainers[name=a.b]", Some("a.b")),
            ("spec.volumes[name=web]", None),
        ] {
            finding.keyed_path = Some(path.to_owned());
            assert_eq!(container(&finding), name, "{path}");
        }
    }
}
