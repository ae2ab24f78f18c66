use crate::rule::prelude::*;

rule! {
    /// Rules of a NetworkPolicy that are ignored.
    ///
    /// `policyTypes` says which directions a policy is about. Rules of a direction that it leaves out do nothing: egress rules
    /// under `policyTypes: [Ingress]` let nothing out and close nothing, and `policyTypes: [Egress]` with nothing but ingress
    /// rules denies all that goes out, while everyone may still come in.
    ///
    /// **How to fix**: add the direction to `policyTypes`, or remove the rules.
    id: "network-policy-rule-ignored",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource"],
    check: Check::Kind(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let Some(types) = spec.get("policyTypes").filter(|types| types.is_sequence() && !types.is_empty()) else { return };
    let lists = |direction: &str| types.items().any(|kind| kind.as_str() == Some(direction));
    for (field, direction, other) in [("ingress", "Ingress", "egress"), ("egress", "Egress", "ingress")] {
        let Some(rules) = spec.get(field).filter(|rules| !rules.is_empty() && !lists(direction)) else { continue };
        let closes = spec.get(other).is_none_or(Node::is_empty);
        let more = if closes { format!(", and without {other} rules it denies all {other}") } else { String::new() };
        let message = format!(
            "the {field} rules of {} are ignored: `policyTypes` does not list `{direction}`{more}",
            object.title()
        );
        context
            .report(Place::Key(rules), message)
            .help(format!("add `{direction}` to `policyTypes`, or remove the rules"))
            .related(types, "these are the directions it covers");
    }
}
