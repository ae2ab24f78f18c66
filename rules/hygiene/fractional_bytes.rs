use crate::rule::prelude::*;

rule! {
    /// An amount of memory or storage that is not a whole number of bytes.
    ///
    /// `100m` of memory is a tenth of a byte. The API server warns of it and rounds up.
    ///
    /// **How to fix**: use `Mi` for mebibytes, `M` for megabytes.
    id: "fractional-bytes",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory"],
    check: Check::Object(check),
}

const LISTS: [&str; 2] = ["requests", "limits"];
const OF_PODS: &[&str] = &["memory", "ephemeral-storage"];
const OF_CLAIMS: &[&str] = &["storage"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let root = object.root;
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        of_pod(pod, context);
    }
    if object.gvk.is("", "PersistentVolumeClaim") {
        resources(object.spec(), OF_CLAIMS, context);
    } else if object.gvk.is("apps", "StatefulSet") {
        for claim in root.at(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items) {
            resources(claim.get("spec"), OF_CLAIMS, context);
        }
    }
}

fn of_pod(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    if let Some(overhead) = pod.node.get("overhead") {
        amounts(overhead, OF_PODS, context);
    }
    for container in pod.containers() {
        resources(Some(container.node), OF_PODS, context);
    }
    for volume in pod.volumes() {
        resources(volume.at(&["ephemeral", "volumeClaimTemplate", "spec"]), OF_CLAIMS, context);
    }
}

fn resources(parent: Option<Node<'_>>, names: &[&str], context: &mut Context<'_, '_>) {
    let Some(resources) = parent.and_then(|parent| parent.get("resources")) else { return };
    for list in LISTS.iter().filter_map(|list| resources.get(list)) {
        amounts(list, names, context);
    }
}

fn amounts(list: Node<'_>, names: &[&str], context: &mut Context<'_, '_>) {
    for node in names.iter().filter_map(|name| list.get(name)) {
        let broken = Quantity::of(node).is_some_and(|amount| amount.milli_value() % 1000 != 0);
        if broken {
            let text = node.raw().trim_matches(['"', '\'']);
            let patch =
                Quantity::mistyped_mebibytes(text).map_or_else(Patch::none, |meant| Patch::new().set(node, meant));
            context
                .report(node, format!("`{text}` is not a whole number of bytes"))
                .help("use `Mi` for mebibytes")
                .fix(patch);
        }
    }
}
