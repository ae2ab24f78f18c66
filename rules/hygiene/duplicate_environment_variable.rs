use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use crate::rule::prelude::*;

rule! {
    /// A variable that is set twice in one container.
    ///
    /// The last one wins, and with `kubectl apply` the two are merged in surprising ways. A value that builds on the one
    /// before (`PATH: $(PATH):/opt`) is intentional. Server-side apply refuses both: under a path that Flux applies, or Argo CD with
    /// `ServerSideApply=true`, it is an error.
    ///
    /// **How to fix**: remove one of them.
    id: "duplicate-environment-variable",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/"],
    peers: &["kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication", "kubescape:C-0295"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let server_side = context.item().surroundings.server_side;
    let mut seen: HashMap<&str, Node<'_>> = HashMap::new();
    let used = LazyCell::new(|| used(container));
    for variable in container.env() {
        let (Some(name), Some(node)) = (variable.str_at("name"), variable.get("name")) else { continue };
        match seen.get(name) {
            Some(_) if extends(variable, name) && !server_side => {}
            Some(first) => {
                let message = format!("variable `{name}` is set twice in container `{}`", container.name());
                let (how, patch) = without_one(*first, variable, || used.contains(name) || name.contains(['$', ')']));
                let help = if server_side { REFUSED } else { "remove one of them: the last one wins" };
                let draft = context.report(node, message).help(help).related(*first, "the first").fix_as(how, patch);
                if server_side {
                    draft.at_least(Severity::Error);
                }
            }
            None => {
                seen.insert(name, node);
            }
        }
    }
}

const REFUSED: &str = "remove one of them: server-side apply refuses duplicate keys in a list";

/// Whether the value holds, and is more than, a reference to the variable as it was.
fn extends(variable: Node<'_>, name: &str) -> bool {
    let reference = format!("$({name})");
    let value = variable.str_at("value").unwrap_or_default();
    variable.get("valueFrom").is_none() && value != reference && value.contains(&reference)
}

/// Drops the second of two that are the same; else the first, which never counts, unless others refer to it.
fn without_one(first: Node<'_>, second: Node<'_>, is_used: impl Fn() -> bool) -> (Applicability, Patch) {
    let Some(earlier) = first.parent().filter(|earlier| earlier.parent() == second.parent()) else {
        return (Applicability::Unsafe, Patch::none());
    };
    if value_of(earlier) == value_of(second) {
        return (Applicability::Safe, Patch::new().remove(second));
    }
    (Applicability::Unsafe, if is_used() { Patch::none() } else { Patch::new().remove(earlier) })
}

/// The names of the variables that a variable of the container refers to: `$(NAME)`.
fn used(container: Container<'_>) -> HashSet<&str> {
    let values = container.node.get("env").into_iter().flat_map(Node::items).filter_map(|env| env.str_at("value"));
    let closed = values.filter_map(|value| Some(value.rsplit_once(')')?.0)).flat_map(|value| value.split(')'));
    let names = closed.filter_map(|text| Some(text.rsplit_once("$(")?.1));
    names.collect()
}
