//! What is never applied to one cluster, beside folders that hold the same thing.
//!
//! In: the sources of a run. Out: files side by side that are one thing for several environments (`web-dev.yaml`,
//! `web-prod.yaml`), and folders that Applications bring to different clusters.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::environments::is_environment;
use super::folders::{Folder, Folders};
use super::sets::Facts;

/// A file name without its word for an environment, and that word.
fn environment(name: &str) -> Option<(String, &str)> {
    let stem = name.rsplit('/').next()?.rsplit_once('.')?.0;
    let is_between = |c: char| matches!(c, '-' | '_' | '.');
    let mut words = stem.split(is_between).filter(|word| is_environment(word));
    let (word, more) = (words.next()?, words.next());
    let at = word.as_ptr() as usize - name.as_ptr() as usize;
    more.is_none().then(|| (format!("{}\0{}", &name[..at], &name[at + word.len()..]), word))
}

/// The plain files, by number, that are one thing for several environments: they lie side by side, their names differ in the word
/// for an environment alone, and they hold an object in common.
pub(super) fn of_environments(sources: &[Facts<'_>]) -> FxHashSet<usize> {
    let mut families: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (index, facts) in sources.iter().enumerate() {
        if facts.roots.is_empty()
            && !facts.identities.is_empty()
            && let Some((family, _)) = environment(facts.name)
        {
            families.entry(family).or_default().push(index);
        }
    }
    let mut found = FxHashSet::default();
    for members in families.into_values().filter(|members| members.len() > 1) {
        let mut seen: FxHashMap<u64, usize> = FxHashMap::default();
        for &member in &members {
            for &identity in &sources[member].identities {
                let first = *seen.entry(identity).or_insert(member);
                if first != member {
                    found.extend([first, member]);
                }
            }
        }
    }
    found
}

/// Lists of folders that Applications bring to different clusters, each to one: what lies side by side in a folder.
pub(super) fn of_destinations(folders: &Folders, sources: &[Facts<'_>]) -> Vec<Vec<Folder>> {
    let mut below: BTreeMap<Folder, BTreeMap<Folder, BTreeSet<&str>>> = BTreeMap::new();
    for (path, server) in sources.iter().flat_map(|facts| &facts.destinations) {
        let Some(folder) = folders.find(path.trim_matches(['.', '/'])) else { continue };
        let mut child = folder;
        for parent in folders.above(folder) {
            below.entry(parent).or_default().entry(child).or_default().insert(server);
            child = parent;
        }
    }
    let apart = |children: &BTreeMap<Folder, BTreeSet<&str>>| {
        let servers: BTreeSet<_> = children.values().flatten().collect();
        children.len() > 1 && children.values().all(|own| own.len() == 1) && servers.len() == children.len()
    };
    let lists = below.into_values().filter(apart);
    lists.map(|children| children.into_keys().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_environment() {
        let (dev, prod) = (environment("a/w-dev.yaml"), environment("a/w-prod.yaml"));
        let (dev, prod) = (dev.expect("dev"), prod.expect("prod"));
        assert_eq!((&dev.0, dev.1, prod.1), (&prod.0, "dev", "prod"));
        assert_eq!(environment("dev.yaml").map(|(_, word)| word), Some("dev"));
        assert!(environment("a/device.yaml").is_none() && environment("test-dev.yaml").is_none());
        assert!(environment("dev/web.yaml").is_none());
    }
}
