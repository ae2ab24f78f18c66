use crate::rule::prelude::*;

rule! {
    /// A selector for a node label that was renamed.
    ///
    /// Nodes carry the old labels no more, or will not: the pod finds no node.
    ///
    /// **How to fix**: use the label that the message names.
    id: "deprecated-node-label",
    severity: Warning,
    references: &["https://kubernetes.io/docs/reference/labels-annotations-taints/"],
    check: Check::PodSpec(check),
}

const OLD: &[(&str, &str)] = &[
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"),
];

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let mut keys: Vec<Place<'_>> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for entry in pod.node.get("nodeSelector").into_iter().flat_map(Node::entries) {
        keys.push(Place::key(entry));
        names.push(entry.name);
    }
    let terms = pod.node.at(&["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]);
    let expressions = terms.into_iter().flat_map(Node::items).filter_map(|term| term.get("matchExpressions")).flat_map(Node::items);
    for node in expressions.filter_map(|expression| expression.get("key")) {
        keys.push(Place::Value(node));
        names.push(node.as_str().unwrap_or(""));
    }
    for (place, name) in keys.into_iter().zip(names) {
        if let Some((old, new)) = OLD.iter().find(|(old, _)| *old == name) {
            context.report(place, format!("the node label `{old}` was renamed")).help(format!("use `{new}`"));
        }
    }
}
