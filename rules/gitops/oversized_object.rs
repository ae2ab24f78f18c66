use crate::rule::prelude::*;

rule! {
    /// An object too large for client-side apply.
    ///
    /// `kubectl apply` and Argo CD keep the whole object in an annotation, which may hold 256 KiB: larger ones are
    /// refused with `metadata.annotations: Too long`. Not reported with the sync option `ServerSideApply=true`, under a path that Flux
    /// applies, and for what Helm installs.
    ///
    /// **How to fix**: apply it on the server's side: `argocd.argoproj.io/sync-options: ServerSideApply=true`, or
    /// `kubectl apply --server-side`.
    id: "oversized-object",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    options: &[OptionSpec { name: "bytes", default: OptionValue::Int(262_144), help: "Largest size, in bytes of JSON." }],
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#server-side-apply"],
    check: Check::ObjectInSet(check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let span = object.root.span();
    let size = (span.end - span.start) as usize;
    // Indentation goes away in JSON: what is small enough as text needs no second look, where it stands in one.
    let most = context.int("bytes") as usize;
    if size <= most && !object.root.tree().is_built() {
        return;
    }
    let item = context.item();
    let around = item.surroundings;
    let kept_otherwise = around.server_side || around.replaced || around.by_helm;
    let served = object
        .annotation("argocd.argoproj.io/sync-options")
        .is_some_and(|text| text.contains("ServerSideApply=true") || text.contains("Replace=true"));
    let mut applications = context.set.known_of_kind("argoproj.io", "Application").peekable();
    let by_application = applications.peek().is_some();
    if !served && !kept_otherwise && json_size(object.root) > most {
        let message = format!("{} is too large for client-side apply", object.title());
        if by_application {
            let help = "set the sync option `ServerSideApply=true`";
            context.report(object.place(), message).help(help).fix(serve(object));
        } else {
            context
                .report(object.place(), message)
                .help("apply it with `kubectl apply --server-side`, or `kubectl create`");
        }
    }
}

/// A lower bound of its size as JSON: the bytes of its scalars and keys.
fn json_size(root: Node<'_>) -> usize {
    let (mut size, mut open) = (0, vec![root]);
    while let Some(node) = open.pop() {
        open.extend(node.items());
        for entry in node.entries() {
            size += entry.name.len() + 3;
            open.push(entry.value);
        }
        size += node.as_str().map_or(1, str::len);
    }
    size
}

/// Adds the sync option to those that the object has.
fn serve(object: Object<'_>) -> Patch {
    const KEY: &str = "argocd.argoproj.io/sync-options";
    const OPTION: &str = "ServerSideApply=true";
    let Some(metadata) = object.metadata() else { return Patch::none() };
    let options = object.annotation(KEY).map_or_else(|| OPTION.to_owned(), |others| format!("{others},{OPTION}"));
    Patch::new().field(metadata, &["annotations", KEY], options)
}
