use crate::rule::prelude::*;

rule! {
    /// A request or limit that is probably a mistake.
    ///
    /// `64m` of memory is 64 thousandths of a byte, `512` is 512 bytes, and `cpu: 1000` is a thousand cores: the
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
                let what = if resource == "memory" { "less than a megabyte of memory" } else { "more than 256 cores" };
                let message = format!(
                    "container `{}` has a {} of `{}`: {what}",
                    container.name(),
                    list.trim_end_matches('s'),
                    node.raw().trim_matches(['"', '\''])
                );
                let help = if resource == "memory" {
                    "write memory with `Mi` or `Gi`"
                } else {
                    "write CPU in cores, or with `m`"
                };
                context.report(node, message).help(help).fix(Patch::respell(node, meant(resource, node)));
            }
        }
    }
}

/// With the suffix that was forgotten: thousandths of a core, or mebibytes where that is not more than a large machine has.
fn meant(resource: &str, node: Node<'_>) -> Option<String> {
    let bare = node.as_i64().or_else(|| node.as_str()?.parse().ok());
    match (resource, bare) {
        ("cpu", Some(count)) => Some(format!("{count}m")).filter(|_| count < 1_000_000),
        ("memory", Some(count)) => Quantity::mistyped_mebibytes(&format!("{count}m")),
        ("memory", None) => Quantity::mistyped_mebibytes(node.as_str()?),
        _ => None,
    }
}
