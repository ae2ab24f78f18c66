use crate::rule::prelude::*;

rule! {
    /// A finalizer without a domain.
    ///
    /// Two controllers may use the same word, and one lifts what the other waits for. Kubernetes refuses such finalizers on
    /// its own kinds and warns of them on others.
    ///
    /// **How to fix**: use a name with a domain and a path, as in `example.com/cleanup`.
    id: "unqualified-finalizer",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/"],
    check: Check::Object(check),
}

const STANDARD: [&str; 3] = ["orphan", "foregroundDeletion", "kubernetes"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let list = object.metadata().and_then(|metadata| metadata.get("finalizers"));
    if list.is_none() || apis::is_known_group(object.gvk.group) {
        return;
    }
    for node in list.into_iter().flat_map(Node::items) {
        let Some(name) = node.as_str().filter(|name| !name.contains('/') && !STANDARD.contains(name)) else { continue };
        // That of Argo CD is older than the rule, and known.
        if !name.ends_with(".argocd.argoproj.io") {
            let message = format!("the finalizer `{name}` has no domain prefix");
            context.report(node, message).help(format!("use a name such as `example.com/{name}`"));
        }
    }
}
