use crate::rule::prelude::*;

rule! {
    /// A container that a LimitRange of its namespace forbids.
    ///
    /// Admission refuses the pod: the workload is accepted, and no pod ever appears.
    ///
    /// **How to fix**: stay between the `min` and `max` of the LimitRange.
    id: "limit-range-violated",
    severity: Error,
    repository: true,
    references: &["https://kubernetes.io/docs/concepts/policy/limit-range/"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    let item = context.item();
    for limit in context.set.container_limits(&item).iter() {
        for (field, list, low) in [("min", "requests", true), ("max", "limits", false)] {
            for bound in limit.get(field).into_iter().flat_map(Node::entries) {
                let Some(node) = container.resource(list, bound.name) else { continue };
                let Some(order) = Quantity::compare(node, bound.value) else { continue };
                if low && order.is_lt() || !low && order.is_gt() {
                    let than = if low { "below the least" } else { "above the most" };
                    let message = format!(
                        "`{}` of {} is {than} that the LimitRange allows: `{}`",
                        node.raw(),
                        bound.name,
                        bound.value.raw()
                    );
                    context.report(node, message).help("stay within the LimitRange").related(bound.value, "the bound");
                }
            }
        }
    }
}
