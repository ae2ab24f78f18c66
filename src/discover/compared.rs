//! What policies of Open Cluster Management compare with a cluster.
//!
//! In: the documents of PolicyGenerators and PolicyGenTemplates. Out: whether a file, or a folder around it, is one of their manifests.
//! These are wrapped into a policy and compared field by field with what is in the cluster: they name as much of an object as is asked
//! for, and need no more.

use rustc_hash::FxHashSet;

use crate::yaml::Node;

use super::kustomize::{items, parent, resolve};

/// Where a PolicyGenTemplate has the files that it names.
const SOURCES: &str = "source-crs";

/// The files and folders that policies name.
#[derive(Debug, Default)]
pub(super) struct Compared {
    paths: FxHashSet<String>,
}

/// Whether a document makes policies of other files.
pub(super) fn compares(root: Node<'_>) -> bool {
    let api = root.str_at("apiVersion").unwrap_or_default();
    matches!(root.str_at("kind"), Some("PolicyGenerator")) && api.starts_with("policy.open-cluster-management.io/")
        || matches!(root.str_at("kind"), Some("PolicyGenTemplate")) && api.starts_with("ran.openshift.io/")
}

impl Compared {
    /// Takes up a document of a file, where it [`compares`].
    pub(super) fn add(&mut self, file: &str, root: Node<'_>) {
        if !compares(root) {
            return;
        }
        let folder = parent(file);
        let manifests = items(root, "policies").flat_map(|policy| items(policy, "manifests"));
        let named = manifests.filter_map(|manifest| manifest.str_at("path")).map(|path| resolve(folder, path));
        let sources = root.get("spec").into_iter().flat_map(|spec| items(spec, "sourceFiles"));
        let sources = sources.filter_map(|source| source.str_at("fileName"));
        let sources = sources.map(|name| resolve(folder, &format!("{SOURCES}/{name}")));
        // A generator that takes in all around itself says nothing about any of it.
        self.paths.extend(named.chain(sources).filter(|path| !path.is_empty() && path != folder));
    }

    /// Whether a file is a manifest of a policy.
    pub(super) fn holds(&self, file: &str) -> bool {
        let above = || std::iter::successors(Some(file), |at| Some(parent(at)).filter(|up| !up.is_empty()));
        !self.paths.is_empty() && above().any(|at| self.paths.contains(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn of(file: &str, text: &str) -> Compared {
        let documents = read(&Source::from_text(SourceId(0), file, text), &Limits::default());
        let root = documents[0].tree.as_ref().expect("it parses").root();
        let mut compared = Compared::default();
        assert!(compares(root));
        compared.add(file, root);
        compared
    }

    #[test]
    fn policies_name_files_and_folders() {
        let text = "apiVersion: policy.open-cluster-management.io/v1\nkind: PolicyGenerator\npolicies:\n- manifests:\n  - path: ../in/a.yaml\n  - path: all/\n- manifests: [{path: .}]\n";
        let compared = of("p/q/gen.yaml", text);
        assert!(compared.holds("p/in/a.yaml") && compared.holds("p/q/all/x/b.yaml"));
        assert!(!compared.holds("p/in/b.yaml") && !compared.holds("p/q/b.yaml"));
        let text =
            "apiVersion: ran.openshift.io/v1\nkind: PolicyGenTemplate\nspec: {sourceFiles: [{fileName: Sub.yaml}]}\n";
        assert!(of("ztp/site.yaml", text).holds("ztp/source-crs/Sub.yaml"));
    }
}
