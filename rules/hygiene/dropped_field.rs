use crate::rule::prelude::*;

rule! {
    /// A field that the target version drops.
    ///
    /// A feature begins behind a gate that is off. The server knows the field then, and drops it silently: a
    /// `hostUsers: false` before 1.33 gives a pod in the host's user namespace, a sidecar in 1.28 an init container that never
    /// ends. Where the cluster has the gate on, the field counts.
    ///
    /// **How to fix**: leave the field out for such a version, or turn the gate on and let this rule be off.
    id: "dropped-field",
    severity: Warning,
    references: &["https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        for field in gates::OF_PODS {
            check_one(pod.node, *field, context);
        }
    }
    for field in gates::of_kind(object.gvk.group, object.gvk.kind) {
        check_one(object.root, *field, context);
    }
}

fn check_one(root: Node<'_>, field: gates::Gated, context: &mut Context<'_, '_>) {
    if !field.is_dropped_in(context.version) {
        return;
    }
    let lists: &[&str] = match field.path {
        ["containers", ..] => &["containers", "initContainers", "ephemeralContainers"],
        [first, ..] => &[*first],
        [] => &[],
    };
    for list in lists.iter().filter_map(|list| root.get(list)) {
        report(list, &field.path[1..], field, context);
    }
}

/// Goes down a path, through each item of lists, and reports what stands at its end.
fn report(node: Node<'_>, path: &[&str], field: gates::Gated, context: &mut Context<'_, '_>) {
    match path {
        [] if is_set(node) => {
            let until = field.on.map_or_else(|| "so far".to_owned(), |on| format!("before 1.{on}"));
            let name = field.path.last().copied().unwrap_or_default();
            let message = format!(
                "the server drops `{name}` where the feature gate `{}` is off, as it is by default {until}",
                field.gate
            );
            context
                .report(Place::Key(node), message)
                .help("remove it, or make sure that the feature gate is enabled in the cluster");
        }
        [] => {}
        ["*", rest @ ..] => node.items().for_each(|item| report(item, rest, field, context)),
        [name, rest @ ..] => node.get(name).into_iter().for_each(|below| report(below, rest, field, context)),
    }
}

/// Whether a value says more than nothing: what is dropped is missed then.
fn is_set(node: Node<'_>) -> bool {
    let empty = (node.is_mapping() || node.is_sequence()) && node.is_empty();
    !node.is_null() && !empty && node.as_str() != Some("Default")
}
