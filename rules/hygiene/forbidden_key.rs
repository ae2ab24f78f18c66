use crate::rule::prelude::*;

rule! {
    /// A label or annotation that the team forbids.
    ///
    /// Reports nothing until `keys` lists labels and annotations; a key that ends in `/` forbids all with that prefix.
    ///
    /// **How to fix**: remove the label or annotation.
    id: "forbidden-key",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    options: &[OptionSpec { name: "keys", default: OptionValue::Strings(&[]), help: "Labels and annotations that may not be used." }],
    peers: &["kyverno:metadata-match-regex", "kube-linter:forbidden-annotation", "kyverno:restrict-annotations"],
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let keys = context.strings("keys");
    let Some(metadata) = object.metadata().filter(|_| !keys.is_empty()) else { return };
    for entry in ["labels", "annotations"].iter().filter_map(|field| metadata.get(field)).flat_map(Node::entries) {
        if keys.iter().any(|key| *key == entry.name || key.ends_with('/') && entry.name.starts_with(key)) {
            context
                .report(Place::key(entry), format!("`{}` is forbidden here", entry.name))
                .help("drop it")
                .fix(Patch::new().prune(entry.value));
        }
    }
}
