//! What the kustomizations that are deployed leave aside.
//!
//! In: the kustomizations of the walk, and what Applications and Flux Kustomizations deploy. Out: the folders and files that lie beside
//! or below a kustomization which is deployed, which does not take them in, and which nothing else deploys: an app that was taken off
//! the list, and what its own Flux Kustomization would deploy, or one among others in a folder that are deployed. Also the folders that a kustomization names in a comment alone, as
//! scaffolds of operators do with what is not switched on.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::yaml::Node;

use super::claims::{Claims, is_open};
use super::kustomize::{Kustomizations, parent};

/// So many kustomizations of one folder are deployed where another one beside them is not by choice.
const DEPLOYED: usize = 3;
/// So often is looked again whether what deploys is left aside itself.
const ROUNDS: usize = 4;

/// What is left aside.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Aside {
    /// Folders of kustomizations.
    folders: FxHashSet<String>,
    files: FxHashSet<String>,
}

impl Aside {
    /// Of the files that no kustomization takes in, and the documents that deploy something, with their files.
    pub(super) fn find(
        kustomizations: &Kustomizations,
        roots: &FxHashSet<String>,
        passed_over: &FxHashSet<String>,
        deploying: &[(&str, Node<'_>)],
    ) -> Self {
        let mut found = Self::find_deployed(kustomizations, roots, passed_over, deploying);
        let commented = kustomizations.commented();
        if !commented.is_empty() && !deploying.iter().any(|(_, root)| is_open(*root)) {
            let mut claims = Claims::default();
            deploying.iter().for_each(|(_, root)| claims.add(*root));
            let off = roots.iter().filter(|root| commented.contains(*root) && claims.claim(root).is_none());
            found.folders.extend(off.cloned());
        }
        found
    }

    /// What the kustomizations that something deploys leave aside.
    fn find_deployed(
        kustomizations: &Kustomizations,
        roots: &FxHashSet<String>,
        passed_over: &FxHashSet<String>,
        deploying: &[(&str, Node<'_>)],
    ) -> Self {
        // Where a path is filled in later, nobody knows what it reaches.
        if kustomizations.is_empty() || deploying.is_empty() || deploying.iter().any(|(_, root)| is_open(*root)) {
            return Self::default();
        }
        // Those above come first.
        let mut roots: Vec<&str> = roots.iter().map(String::as_str).filter(|root| !root.is_empty()).collect();
        roots.sort_unstable();
        let mut found = Self::default();
        for _ in 0..ROUNDS {
            let mut claims = Claims::default();
            let live = deploying.iter().filter(|(file, _)| !found.files.contains(*file));
            live.for_each(|(_, root)| claims.add(*root));
            let next = Self::by(kustomizations, &roots, passed_over, &claims);
            if next == found {
                break;
            }
            found = next;
        }
        found
    }

    fn by(kustomizations: &Kustomizations, roots: &[&str], passed_over: &FxHashSet<String>, claims: &Claims) -> Self {
        let mut folders: FxHashSet<String> = FxHashSet::default();
        let is_left = |folder: &str, above: &str, folders: &FxHashSet<String>| {
            folders.contains(above) || (claims.claim(above).is_some() && !claims.reach_below(folder, above))
        };
        let is_root: FxHashSet<&str> = roots.iter().copied().collect();
        let mut taken: FxHashMap<&str, usize> = FxHashMap::default();
        let inner = kustomizations.folders().filter(|folder| !folder.is_empty());
        for folder in inner.filter(|folder| !is_root.contains(folder) || claims.claim(folder).is_some()) {
            *taken.entry(parent(folder)).or_default() += 1;
        }
        for root in roots {
            let beside =
                || claims.claim(root).is_none() && taken.get(parent(root)).is_some_and(|&count| count >= DEPLOYED);
            if kustomizations.around(parent(root)).is_some_and(|above| is_left(root, above, &folders)) || beside() {
                folders.insert((*root).to_owned());
            }
        }
        let is_aside = |file: &&String| {
            let folder = parent(file);
            kustomizations.around(folder).is_some_and(|above| is_left(folder, above, &folders))
        };
        let files = passed_over.iter().filter(is_aside).cloned().collect();
        Self { folders, files }
    }

    /// Whether a folder of a kustomization is.
    pub(super) fn holds_folder(&self, folder: &str) -> bool {
        self.folders.contains(folder)
    }

    /// Whether a file is.
    pub(super) fn holds_file(&self, file: &str) -> bool {
        self.files.contains(file)
    }
}
