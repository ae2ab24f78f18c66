use crate::rule::prelude::*;

rule! {
    /// A KEDA trigger whose credentials do not exist.
    ///
    /// A trigger names a TriggerAuthentication of its own namespace, or a ClusterTriggerAuthentication. Where it is missing,
    /// the ScaledObject is never ready and nothing is scaled. The Secrets that it reads are `dangling-secret-reference`.
    ///
    /// **How to fix**: correct the name, or add it to the namespace.
    id: "dangling-trigger-authentication",
    severity: Warning,
    references: &["https://keda.sh/docs/latest/concepts/authentication/"],
    check: Check::KindInSet(&["keda.sh/ScaledObject", "keda.sh/ScaledJob"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    for trigger in spec.get("triggers").into_iter().flat_map(Node::items) {
        let Some(reference) = trigger.get("authenticationRef") else { continue };
        let kind = reference.str_at("kind").unwrap_or("TriggerAuthentication");
        let Some(node) = reference.get("name") else { continue };
        let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
        // One of the whole cluster is set up once, elsewhere, as often as not.
        let most = if kind == "TriggerAuthentication" { Severity::Warning } else { Severity::Info };
        let namespace = context.item().namespace().filter(|_| kind == "TriggerAuthentication");
        let known = context.set.named(kind, name, namespace).next().is_some();
        if !known && !context.set.may_exist_in(kind, name, namespace) {
            let message = format!(
                "{kind} `{name}`, which a trigger of {} refers to, is not defined in this repository",
                object.title()
            );
            let finding = context.report(node, message).help("correct the name, or add it to the namespace");
            finding.missing(kind, name).at_most(most);
        }
    }
}
