use std::collections::BTreeSet;

use crate::rule::prelude::*;

rule! {
    /// A namespace that nobody creates.
    ///
    /// Applied to a fresh cluster, everything in it is refused. Checked where the repository defines namespaces, and reported once per
    /// namespace. Namespaces that an Argo CD application or a Flux Kustomization deploys to are known.
    ///
    /// **How to fix**: add a Namespace object, or correct the name.
    id: "uncreated-namespace",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"],
    check: Check::Set(check),
}

const EXISTING: &[&str] =
    &["default", "kube-system", "kube-public", "kube-node-lease", "argocd", "flux-system", "istio-system"];

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    if set.known_of_kind("", "Namespace").next().is_none() {
        return;
    }
    let deployed_to: BTreeSet<&str> = set.items().iter().flat_map(|item| deploys_to(item.object)).collect();
    let mut seen = BTreeSet::new();
    // Of an object of the cluster the namespace that is written does not count.
    let lives_in_one = |item: &&Item<'_>| apis::is_cluster_scoped(item.object.gvk) != Some(true);
    for item in set.items().iter().filter(lives_in_one) {
        let Some(name) = item.namespace().filter(|&name| !EXISTING.contains(&name) && seen.insert(name)) else {
            continue;
        };
        let made =
            ["Namespace", "Project", "ProjectRequest"].iter().any(|kind| set.named(kind, name, None).next().is_some());
        // A kustomization that sets the namespace renames the Namespace objects that it takes in as well.
        let made = made || set.renames_a_namespace_to(name);
        let of_openshift = name == "openshift" || name.starts_with("openshift-");
        if made || of_openshift || deployed_to.contains(name) || set.may_be_made("Namespace", name) {
            continue;
        }
        let node = item.object.metadata().and_then(|metadata| metadata.get("namespace"));
        let place = node.map_or_else(|| item.object.place(), Place::Value);
        let message = format!("namespace `{name}` is not defined in this repository");
        context
            .report_on(item, place, message)
            .help("add a Namespace object, or correct the name")
            .missing("Namespace", name);
    }
}

/// The namespaces that an application or a Flux Kustomization deploys to.
fn deploys_to<'t>(object: Object<'t>) -> impl Iterator<Item = &'t str> {
    let paths: [&[&str]; 2] = [&["spec", "destination", "namespace"], &["spec", "targetNamespace"]];
    paths.into_iter().filter_map(move |path| object.root.at(path).and_then(Node::as_str))
}
