use crate::rule::prelude::*;

rule! {
    /// A namespace that nobody creates.
    ///
    /// Applied to a fresh cluster, everything in it is refused. Judged where the repository makes namespaces of its own, and
    /// reported once a namespace. Namespaces that an Argo CD application or a Flux Kustomization deploys to are known.
    ///
    /// **How to fix**: add a Namespace object, or correct the name.
    id: "uncreated-namespace",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"],
    check: Check::Set(check),
}

const EXISTING: &[&str] = &["default", "kube-system", "kube-public", "kube-node-lease", "argocd", "flux-system", "istio-system"];

fn check<'t>(set: &ApplySet<'t>, context: &mut Context<'_, 't>) {
    if set.of_kind("", "Namespace").next().is_none() {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for item in set.items() {
        let Some(name) = item.namespace().filter(|name| !EXISTING.contains(name) && !seen.contains(name)) else { continue };
        seen.push(name);
        let made = ["Namespace", "Project", "ProjectRequest"].iter().any(|kind| set.named(kind, name, None).next().is_some());
        let deployed = set.items().iter().any(|other| deploys_to(other.object, name));
        if made || deployed || set.may_be_made("Namespace", name) {
            continue;
        }
        let node = item.object.metadata().and_then(|metadata| metadata.get("namespace"));
        let place = node.map_or_else(|| item.object.place(), Place::Value);
        let message = format!("namespace `{name}` is made by nothing in the repository");
        context.report_on(item, place, message).help("add a Namespace object, or correct the name");
    }
}

fn deploys_to(object: Object<'_>, namespace: &str) -> bool {
    let at = |path: &[&str]| object.root.at(path).and_then(Node::as_str) == Some(namespace);
    at(&["spec", "destination", "namespace"]) || at(&["spec", "targetNamespace"])
}
