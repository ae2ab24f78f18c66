use crate::rule::prelude::*;

rule! {
    /// A container that a LimitRange of its namespace forbids.
    ///
    /// Admission refuses the pod: the workload is accepted, and no pod ever appears. A warning where it is not certain that both come
    /// into one namespace: the workload names none, stands in another file, and no kustomization or chart brings the two together.
    ///
    /// **How to fix**: stay between the `min` and `max` of the LimitRange.
    id: "limit-range-violated",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/policy/limit-range/"],
    check: Check::ContainerInSet(check),
}

fn check<'t>(container: Container<'t>, context: &mut SetContext<'_, 't>) {
    let Some(bounds) = context.set.container_bounds(&context.item()) else { return };
    for (list, low, bounds) in [("requests", true, &bounds.least), ("limits", false, &bounds.most)] {
        let amounts = container.node.at(&["resources", list]).into_iter().flat_map(Node::entries);
        for (name, node) in amounts.map(|entry| (entry.name, entry.value)) {
            for &bound in bounds.get(name).into_iter().flatten() {
                let Some(order) = Quantity::compare(node, bound) else { continue };
                if low && order.is_lt() || !low && order.is_gt() {
                    let than = if low { "below the least" } else { "above the most" };
                    let message =
                        format!("`{}` of {name} is {than} that the LimitRange allows: `{}`", node.raw(), bound.raw());
                    let sure = comes_together(node, bound, &context.item());
                    context
                        .report(node, message)
                        .help("stay within the LimitRange")
                        .related(bound, "the bound")
                        .at_most(if sure { Severity::Error } else { Severity::Warning });
                }
            }
        }
    }
}

/// Whether a container and the bound of a LimitRange come into one namespace for certain.
fn comes_together(node: Node<'_>, bound: Node<'_>, item: &Item<'_>) -> bool {
    let around = item.surroundings;
    item.namespace().is_some()
        || around.rendered
        || !around.taken_in_by.is_empty()
        || node.span().source == bound.span().source
}
