use crate::rule::prelude::*;

rule! {
    /// A sync option of Argo CD that does not exist.
    ///
    /// A misspelt option is ignored. Found in the annotation `argocd.argoproj.io/sync-options` and in
    /// `syncPolicy.syncOptions` of Applications.
    ///
    /// **How to fix**: correct the option: `Name=value`.
    id: "unknown-sync-option",
    severity: Warning,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/"],
    check: Check::Object(check),
}

const OPTIONS: &[&str] = &[
    "Validate", "SkipDryRunOnMissingResource", "Delete", "Prune", "PruneLast", "Replace", "ServerSideApply", "ApplyOutOfSyncOnly",
    "PrunePropagationPolicy", "FailOnSharedResource", "RespectIgnoreDifferences", "CreateNamespace", "Force", "ClientSideApplyMigration",
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let annotations = object.metadata().and_then(|metadata| metadata.get("annotations"));
    let own = annotations.and_then(|map| map.get("argocd.argoproj.io/sync-options"));
    let listed = object.root.at(&["spec", "syncPolicy", "syncOptions"]).filter(|_| object.gvk.is("argoproj.io", "Application"));
    for node in own.into_iter().chain(listed.into_iter().flat_map(Node::items)) {
        for option in node.as_str().unwrap_or("").split(',').map(str::trim).filter(|option| !option.is_empty()) {
            let name = option.split_once('=').map_or(option, |(name, _)| name);
            if !OPTIONS.contains(&name) || !option.contains('=') {
                context.report(node, format!("`{option}` is no sync option")).help("write `Name=value` with an option that exists");
            }
        }
    }
}
