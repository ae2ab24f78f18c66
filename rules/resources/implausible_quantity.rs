use crate::rule::prelude::*;

rule! {
    /// A request or limit that cannot be meant.
    ///
    /// `64m` of memory is 64 thousandths of a byte, `512` are 512 bytes, and `cpu: 1000` are a thousand cores: the
    /// suffix is missing or is the wrong one. Memory below 1Mi and more than 256 cores are reported.
    ///
    /// **How to fix**: write memory with `Mi` or `Gi`, and CPU in cores or with `m`.
    id: "implausible-quantity",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#resource-units-in-kubernetes"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    for list in ["requests", "limits"] {
        for (resource, least, most) in [("memory", 1 << 20, i64::MAX), ("cpu", 0, 256)] {
            let Some(node) = container.resource(list, resource) else { continue };
            let Some(amount) = Quantity::of(node).filter(|amount| !amount.is_zero()) else { continue };
            if amount.value() < least || amount.value() > most {
                let what = if resource == "memory" { "less than a megabyte of memory" } else { "hundreds of cores" };
                let message = format!("container `{}` has a {} of `{}`: {what}", container.name(), list.trim_end_matches('s'), node.raw().trim_matches(['"', '\'']));
                let help = if resource == "memory" { "write memory with `Mi` or `Gi`" } else { "write CPU in cores, or with `m`" };
                let text = node.as_str().filter(|_| resource == "memory").unwrap_or_default();
                let patch = Quantity::mistyped_mebibytes(text).map_or_else(Patch::none, |meant| Patch::new().set(node, meant));
                context.report(node, message).help(help).fix(patch);
            }
        }
    }
}
