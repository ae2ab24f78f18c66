use crate::rule::prelude::*;

rule! {
    /// A limit that is many times the request.
    ///
    /// The scheduler fills nodes by requests: when several such containers use what their limits allow, the node runs
    /// out of memory.
    ///
    /// **How to fix**: raise the request to what the container needs in normal operation, or lower the limit.
    id: "limit-far-above-request",
    severity: Info,
    options: &[OptionSpec { name: "ratio", default: OptionValue::Int(10), help: "The highest acceptable ratio of limit to request." }],
    peers: &["kyverno:enforce-resources-as-ratio"],
    references: &["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let ratio = context.int("ratio");
    for resource in ["cpu", "memory"] {
        let (Some(request), Some(limit)) =
            (container.resource("requests", resource), container.resource("limits", resource))
        else {
            continue;
        };
        let (Some(asked), Some(most)) = (Quantity::of(request), Quantity::of(limit)) else { continue };
        if !asked.is_zero() && most.as_f64() > asked.as_f64() * ratio as f64 {
            let message =
                format!("container `{}` may use more than {ratio} times the {resource} it requests", container.name());
            context
                .report(limit, message)
                .help("raise the request, or lower the limit")
                .related(request, "the request");
        }
    }
}
