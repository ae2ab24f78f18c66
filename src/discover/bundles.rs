//! Bundles that newer ones have replaced.
//!
//! In: the names of files. Out: which lie in the folder of an older version of an operator, as the catalogue of the Operator
//! Lifecycle Manager keeps them: `deploy/olm-catalog/<operator>/<version>/`. Nobody applies those any more.

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
    let digits = version.strip_prefix('v').unwrap_or(version);
    // What follows a dash tells releases of one version apart, and is left out.
    let number = digits.split(['-', '+']).next().unwrap_or_default();
    let numbers: Option<Vec<u64>> = number.split('.').map(|part| part.parse().ok()).collect();
    Some((&name[..at + CATALOGUE.len() + operator.len()], numbers?))
}

#[cfg(test)]
mod tests {
    use super::Bundles;

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
