use crate::rule::prelude::*;

rule! {
    /// A container with many settings written into its manifest.
    ///
    /// Settings in a ConfigMap can be shared by containers, differ between environments without touching the workload,
    /// and be changed without a release.
    ///
    /// **How to fix**: move them to a ConfigMap, and refer to it with `envFrom`.
    id: "hardcoded-configuration",
    severity: Info,
    options: &[OptionSpec { name: "maximum", default: OptionValue::Int(5), help: "The largest number of literal variables that is acceptable." }],
    references: &["https://kubernetes.io/docs/concepts/configuration/configmap/"],
    profiles: &["strict", "seeds"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let literal = container
        .env()
        .filter(|env| {
            env.get("value").and_then(Node::as_str).is_some_and(|value| !value.is_empty() && !value.contains("$("))
        })
        .count();
    if literal as i64 > context.int("maximum") {
        let message =
            format!("container `{}` has {literal} environment variables with literal values", container.name());
        let place = container.node.get("env").map_or_else(|| container.missing("env"), Place::Key);
        context.report(place, message).help("move them to a ConfigMap, and refer to it with `envFrom`");
    }
}
