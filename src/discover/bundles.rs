//! Versions that newer ones have replaced.
//!
//! In: the names of files. Out: which lie in the folder of an older version of an operator, as the catalogue of the Operator
//! Lifecycle Manager keeps them: `deploy/olm-catalog/<operator>/<version>/`. Nobody applies those any more. And which are
//! older than others of one name, or in a folder that is, where several versions are kept: `web-1.2.0.yaml`, `v1.2.0/web.yaml`.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

/// The folder that holds the operators, each with a folder for each version.
const CATALOGUE: &str = "olm-catalog/";

/// Whether a file lies in such a catalogue.
pub fn is_in_catalogue(name: &str) -> bool {
    name.contains(CATALOGUE)
}

/// The newest version of each operator.
pub struct Bundles(FxHashMap<String, Vec<u64>>);

impl Bundles {
    /// Of the files with these names.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut newest: FxHashMap<String, Vec<u64>> = FxHashMap::default();
        for (operator, version) in names.filter_map(parts) {
            let known = newest.entry(operator.to_owned()).or_default();
            if version > *known {
                *known = version;
            }
        }
        Self(newest)
    }

    /// Whether a file lies in the folder of a version that is not the newest of its operator.
    pub fn is_replaced(&self, name: &str) -> bool {
        parts(name).is_some_and(|(operator, version)| self.0.get(operator).is_some_and(|newest| version < *newest))
    }
}

/// The folder of an operator, and the version whose folder a file lies in.
fn parts(name: &str) -> Option<(&str, Vec<u64>)> {
    let at = name.rfind(CATALOGUE).filter(|at| *at == 0 || name[..*at].ends_with('/'))?;
    let below = &name[at + CATALOGUE.len()..];
    let (operator, rest) = below.split_once('/')?;
    let (version, _) = rest.split_once('/')?;
    Some((&name[..at + CATALOGUE.len() + operator.len()], numbers(version)?))
}

/// The numbers of a version, `v2.3.0` or `0.80.3-rc.1`. What follows a dash tells releases of one version apart, and is left out.
pub(super) fn numbers(version: &str) -> Option<Vec<u64>> {
    let digits = version.split(['-', '+']).next()?.trim_start_matches('v');
    digits.split('.').map(|part| part.parse().ok()).collect()
}

/// So many versions of one name are a collection; of fewer all may be in use.
const COLLECTION: usize = 3;

/// The versions of each name.
pub struct Versions(FxHashMap<String, BTreeSet<Vec<u64>>>);

impl Versions {
    /// Of the files with these names.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut known: FxHashMap<String, BTreeSet<Vec<u64>>> = FxHashMap::default();
        for (name, version) in names.filter_map(versioned) {
            known.entry(name).or_default().insert(version);
        }
        Self(known)
    }

    /// Whether a file is of an older version of a collection.
    pub fn is_replaced(&self, name: &str) -> bool {
        let Some((name, version)) = versioned(name) else { return false };
        self.0.get(&name).is_some_and(|all| all.len() >= COLLECTION && all.last() > Some(&version))
    }
}

/// The name of a file, or of the first folder above it, whose name holds a version, without that; and the version.
fn versioned(name: &str) -> Option<(String, Vec<u64>)> {
    // Asked of every file: most names have no two numbers with a sign between them.
    let bytes = name.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if !memchr::memchr2_iter(b'.', b'_', bytes).any(|at| at > 0 && is_digit(at - 1) && is_digit(at + 1)) {
        return None;
    }
    let mut start = 0;
    for part in name.split('/') {
        if let Some((at, version)) = version_in(part) {
            return Some((name[..start + at].to_owned(), version));
        }
        start += part.len() + 1;
    }
    None
}

/// Where a version of at least two numbers begins in the name of a file or folder, and its numbers.
fn version_in(part: &str) -> Option<(usize, Vec<u64>)> {
    let begins = |at: &usize| *at == 0 || part[..*at].ends_with(['-', '_', 'v']);
    let starts = (0..part.len()).filter(|at| part.as_bytes()[*at].is_ascii_digit() && begins(at));
    starts.into_iter().find_map(|at| {
        // `v2_13_3_full.yaml`
        let between = |b: u8| b == b'.' || (b == b'_' && part[..at].ends_with('v'));
        let length = part[at..].bytes().take_while(|b| b.is_ascii_digit() || between(*b)).count();
        let numbers: Option<Vec<u64>> = part[at..at + length]
            .trim_end_matches(['.', '_'])
            .split(['.', '_'])
            .map(|number| number.parse().ok())
            .collect();
        numbers.filter(|numbers| numbers.len() > 1).map(|numbers| (at, numbers))
    })
}

#[cfg(test)]
mod tests {
    use super::{Bundles, Versions};

    #[test]
    fn older_versions_of_a_collection_are_replaced() {
        let names = [
            "docs/web-v1.8.0.yaml",
            "docs/web-v1.10.0.yaml",
            "docs/web-v1.9.0.yaml",
            "docs/db-15.4.yaml",
            "docs/db-16.1.yaml",
            "mon/1.14.8/a.yaml",
            "mon/1.15-1.17/a.yaml",
            "mon/1.18.4/a.yaml",
            "install/v2_1_0_full.yaml",
            "install/v2_2_0_full.yaml",
            "install/v2_10_0_full.yaml",
        ];
        let versions = Versions::new(names.into_iter());
        for name in [names[0], names[2], names[5], names[6], names[8], names[9], "mon/1.14.8/b/c.yaml"] {
            assert!(versions.is_replaced(name), "{name}");
        }
        for name in [names[1], names[3], names[4], names[7], names[10], "docs/web.yaml", "docs/port-8080.yaml"] {
            assert!(!versions.is_replaced(name), "{name}");
        }
    }

    #[test]
    fn only_the_newest_version_is_not_replaced() {
        let names = [
            "deploy/olm-catalog/web/0.9.0/a.yaml",
            "deploy/olm-catalog/web/0.10.0/a.yaml",
            "olm-catalog/db/v1.0.0/b.yaml",
        ];
        let bundles = Bundles::new(names.into_iter());
        assert!(bundles.is_replaced("deploy/olm-catalog/web/0.9.0/crds/b.yaml"));
        for name in [
            "deploy/olm-catalog/web/0.10.0/a.yaml",
            "olm-catalog/db/v1.0.0/b.yaml",
            "deploy/olm-catalog/web/package.yaml",
            "web/0.9.0/a.yaml",
        ] {
            assert!(!bundles.is_replaced(name), "{name}");
        }
    }
}
