use crate::rule::prelude::*;

rule! {
    /// A variable that is set twice in one container.
    ///
    /// The last one wins, and with `kubectl apply` the two are merged in surprising ways. A value that builds on the one
    /// before (`PATH: $(PATH):/opt`) is meant so.
    ///
    /// **How to fix**: drop one of them.
    id: "duplicate-environment-variable",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/"],
    peers: &["kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication", "kubescape:C-0295"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let mut seen: Vec<(&str, Node<'_>)> = Vec::new();
    for variable in container.env() {
        let (Some(name), Some(node)) = (variable.str_at("name"), variable.get("name")) else { continue };
        match seen.iter().find(|(earlier, _)| *earlier == name) {
            Some(_) if extends(variable, name) => {}
            Some((_, first)) => {
                let message = format!("variable `{name}` is set twice in container `{}`", container.name());
                let (how, patch) = without_one(*first, variable, name);
                context
                    .report(node, message)
                    .help("drop one of them: the last one wins")
                    .related(*first, "the first")
                    .fix_as(how, patch);
            }
            None => seen.push((name, node)),
        }
    }
}

/// Whether the value holds, and is more than, a reference to the variable as it was.
fn extends(variable: Node<'_>, name: &str) -> bool {
    let reference = format!("$({name})");
    let value = variable.str_at("value").unwrap_or_default();
    variable.get("valueFrom").is_none() && value != reference && value.contains(&reference)
}

/// Drops the second of two that are the same; else the first, which never counts, unless others refer to it.
fn without_one(first: Node<'_>, second: Node<'_>, name: &str) -> (Applicability, Patch) {
    let Some(earlier) = first.parent().filter(|earlier| earlier.parent() == second.parent()) else {
        return (Applicability::Unsafe, Patch::none());
    };
    if value_of(earlier) == value_of(second) {
        return (Applicability::Safe, Patch::new().remove(second));
    }
    let reference = format!("$({name})");
    let mut others = second.parent().into_iter().flat_map(Node::items).filter_map(|other| other.str_at("value"));
    let used = others.any(|value| value.contains(&reference));
    (Applicability::Unsafe, if used { Patch::none() } else { Patch::new().remove(earlier) })
}
