use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// `$(VARIABLE)` without such a variable.
    ///
    /// Kubernetes replaces `$(NAME)` in `command`, `args` and values of `env` by variables of the container; in `env` only by
    /// those defined before it. References that it cannot resolve stay as they are: the program gets the text `$(NAME)`. Containers with
    /// `envFrom` are not checked, nor are names in lower case, which a shell treats as commands, nor the variables that
    /// Kubernetes sets for Services, nor `vars` of a kustomization.
    ///
    /// **How to fix**: define the variable before it is used, or write `$$(NAME)` where the text is meant.
    id: "undefined-variable-reference",
    severity: Warning,
    references: &["https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"],
    check: Check::ContainerInSet(check),
}

fn check<'t>(container: Container<'t>, context: &mut SetContext<'_, 't>) {
    let set = context.set;
    if container.env_from().next().is_some()
        || context.item().surroundings.patched(container.pod.workload.object.gvk.kind, "env")
    {
        return;
    }
    let all: HashSet<&str> = container.env().filter_map(|variable| variable.str_at("name")).collect();
    let mut before = HashSet::new();
    for variable in container.env() {
        let Some(name) = variable.str_at("name") else { continue };
        if let Some(node) = variable.get("value") {
            for used in
                references(node.as_str().unwrap_or("")).filter(|used| !before.contains(used) && !set.is_replaced(used))
            {
                let message = if all.contains(used) {
                    format!(
                        "variable `{name}` of container `{}` refers to `{used}`, which is defined after it",
                        container.name()
                    )
                } else {
                    format!(
                        "variable `{name}` of container `{}` refers to `{used}`, which is not defined",
                        container.name()
                    )
                };
                context
                    .report(node, message)
                    .help("define the variable before it is used; otherwise the reference is not replaced");
            }
        }
        before.insert(name);
    }
    let lists = ["command", "args"].into_iter().filter_map(|field| container.node.get(field));
    for node in lists.flat_map(Node::items) {
        // Of a script, comments are not read.
        let lines = node.as_str().unwrap_or("").lines().filter(|line| !line.trim_start().starts_with('#'));
        let mut used = lines.flat_map(references);
        let Some(used) = used.find(|used| !all.contains(used) && !set.is_replaced(used)) else { continue };
        let message =
            format!("an argument of container `{}` refers to `{used}`, which is not defined", container.name());
        context.report(node, message).help("define the variable under `env`; otherwise the reference is not replaced");
    }
}

/// The names of variables that a text refers to: `$(NAME)`, not `$$(NAME)`.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while let Some(at) = rest.find('$') {
            let behind = &rest[at + 1..];
            if let Some(escaped) = behind.strip_prefix('$') {
                rest = escaped;
                continue;
            }
            rest = behind;
            let Some(name) = behind.strip_prefix('(').and_then(|inner| inner.split(')').next()) else { continue };
            if behind.len() > name.len() + 1 && is_variable(name) {
                return Some(name);
            }
        }
        None
    })
}

/// Whether a name is one of a variable, as people write them, that Kubernetes does not make itself.
fn is_variable(name: &str) -> bool {
    let upper = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let made = name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_");
    upper && !made && name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase())
}
