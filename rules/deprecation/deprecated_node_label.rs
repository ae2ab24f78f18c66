use crate::rule::prelude::*;

rule! {
    /// A selector for a node label that was renamed.
    ///
    /// Nodes carry the old labels no more, or will not: the pod finds no node, the volume no zone. Node selectors and node
    /// affinities, topology keys, PersistentVolumes, StorageClasses, RuntimeClasses and CSIStorageCapacities are looked at.
    /// `node-role.kubernetes.io/master` is not told of what goes to OpenShift, whose nodes carry it.
    /// Info where nodes still carry both labels, as those of system and architecture, and where a pod merely prefers such nodes.
    ///
    /// **How to fix**: use the label that the message names.
    id: "deprecated-node-label",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/reference/labels-annotations-taints/"],
    check: Check::Object(check),
}

/// The label that OpenShift has kept.
const MASTER: &str = "node-role.kubernetes.io/master";

/// Old label, and the new one; empty where there is none.
const OLD: &[(&str, &str)] = &[
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    (MASTER, "node-role.kubernetes.io/control-plane"),
    ("app.kubernetes.io/created-by", ""),
    ("scheduler.alpha.kubernetes.io/preferAvoidPods", ""),
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        return of_pod(pod.node, context);
    }
    let root = object.root;
    match (object.gvk.group, object.gvk.kind) {
        ("", "PersistentVolume") => {
            for term in items(root.at(&["spec", "nodeAffinity", "required", "nodeSelectorTerms"])) {
                values(term.get("matchExpressions"), "key", context);
            }
        }
        ("storage.k8s.io", "StorageClass") => {
            for term in items(root.get("allowedTopologies")) {
                values(term.get("matchLabelExpressions"), "key", context);
            }
        }
        ("storage.k8s.io", "CSIStorageCapacity") => {
            values(root.at(&["nodeTopology", "matchExpressions"]), "key", context);
            keys(root.at(&["nodeTopology", "matchLabels"]), context);
        }
        ("node.k8s.io", "RuntimeClass") => keys(root.at(&["scheduling", "nodeSelector"]), context),
        _ => {}
    }
}

fn of_pod(spec: Node<'_>, context: &mut Context<'_, '_>) {
    keys(spec.get("nodeSelector"), context);
    let Some(affinity) = spec.get("affinity") else {
        return values(spec.get("topologySpreadConstraints"), "topologyKey", context);
    };
    let required =
        items(affinity.at(&["nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]));
    let preferred = items(affinity.at(&["nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution"]));
    for term in required {
        values(term.get("matchExpressions"), "key", context);
    }
    for term in preferred.filter_map(|weighted| weighted.get("preference")) {
        let labels = items(term.get("matchExpressions")).filter_map(|expression| expression.get("key"));
        labels
            .for_each(|node| check_one(Place::Value(node), node.as_str().unwrap_or_default(), Severity::Info, context));
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        values(affinity.at(&[kind, "requiredDuringSchedulingIgnoredDuringExecution"]), "topologyKey", context);
        for weighted in items(affinity.at(&[kind, "preferredDuringSchedulingIgnoredDuringExecution"])) {
            if let Some(node) = weighted.at(&["podAffinityTerm", "topologyKey"]) {
                check_one(Place::Value(node), node.as_str().unwrap_or_default(), Severity::Info, context);
            }
        }
    }
    values(spec.get("topologySpreadConstraints"), "topologyKey", context);
}

fn items(list: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    list.into_iter().flat_map(Node::items)
}

/// The keys of a map of labels.
fn keys(map: Option<Node<'_>>, context: &mut Context<'_, '_>) {
    for entry in map.into_iter().flat_map(Node::entries) {
        check_one(Place::key(entry), entry.name, Severity::Error, context);
    }
}

/// The labels named by a field of each item.
fn values(list: Option<Node<'_>>, field: &str, context: &mut Context<'_, '_>) {
    for node in items(list).filter_map(|item| item.get(field)) {
        check_one(Place::Value(node), node.as_str().unwrap_or_default(), Severity::Error, context);
    }
}

fn check_one(place: Place<'_>, name: &str, most: Severity, context: &mut Context<'_, '_>) {
    let Some((old, new)) = OLD.iter().find(|(old, _)| *old == name) else { return };
    if *old == MASTER && context.is_for_openshift() {
        return;
    }
    if new.is_empty() {
        context.report(place, format!("the node label `{old}` is deprecated")).help("use another label, or taints");
    } else {
        let patch = match &place {
            Place::Key(node) => Patch::new().rename(*node, new),
            place => Patch::new().put(place, *new),
        };
        let finding = context.report(place, format!("the node label `{old}` was renamed")).help(format!("use `{new}`"));
        // The kubelet itself writes both labels of system and architecture; others are up to whoever labels the nodes.
        let both = matches!(*new, "kubernetes.io/os" | "kubernetes.io/arch");
        match both {
            true => finding.at_most(Severity::Info).fix_as(Applicability::Safe, patch),
            false => finding.at_most(most).fix_as(Applicability::Unsafe, patch),
        };
    }
}
