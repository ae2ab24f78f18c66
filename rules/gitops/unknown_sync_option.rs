use crate::rule::prelude::*;

rule! {
    /// An Argo CD sync option that does not exist.
    ///
    /// Argo CD compares options letter by letter: a misspelt one, one with another value (`ServerSideApply=True`) or one that
    /// exists only elsewhere is ignored. Found in the annotation `argocd.argoproj.io/sync-options` of objects, where
    /// options are separated by commas, in `syncPolicy.syncOptions` of Applications and ApplicationSets, where each is an item
    /// of its own, and in `argocd.argoproj.io/compare-options`.
    ///
    /// **How to fix**: correct the option: `Name=value`.
    id: "unknown-sync-option",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/compare-options/",
    ],
    check: Check::Object(check),
}

const BOTH: &[&str] = &["true", "false"];
const CONFIRM: &[&str] = &["true", "false", "confirm"];
/// Options that an object may set for itself, and their values; those that turn something off by default are known too.
const OF_OBJECTS: &[(&str, &[&str])] = &[
    ("Validate", BOTH),
    ("SkipDryRunOnMissingResource", BOTH),
    ("Delete", CONFIRM),
    ("Prune", CONFIRM),
    ("PruneLast", BOTH),
    ("Replace", BOTH),
    ("Force", BOTH),
    ("ServerSideApply", BOTH),
];
/// Options of Applications. `Force` is none: it works for single objects alone.
const OF_APPLICATIONS: &[(&str, &[&str])] = &[
    ("Validate", BOTH),
    ("SkipDryRunOnMissingResource", BOTH),
    ("Delete", CONFIRM),
    ("Prune", CONFIRM),
    ("PruneLast", BOTH),
    ("Replace", BOTH),
    ("ServerSideApply", BOTH),
    ("ClientSideApplyMigration", BOTH),
    ("ApplyOutOfSyncOnly", BOTH),
    ("PrunePropagationPolicy", &["foreground", "background", "orphan"]),
    ("FailOnSharedResource", BOTH),
    ("RespectIgnoreDifferences", BOTH),
    ("CreateNamespace", BOTH),
];
const OF_COMPARISON: &[(&str, &[&str])] =
    &[("IgnoreExtraneous", &[""]), ("ServerSideDiff", BOTH), ("IncludeMutationWebhook", BOTH)];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let annotations = object.annotations();
    for (key, known) in [("sync-options", OF_OBJECTS), ("compare-options", OF_COMPARISON)] {
        let Some(node) = annotations.and_then(|map| map.get(&format!("argocd.argoproj.io/{key}"))) else { continue };
        for option in sync::values(node.as_str().unwrap_or("")) {
            check_one(node, option, known, context);
        }
    }
    let spec = match (object.gvk.group, object.gvk.kind) {
        ("argoproj.io", "Application") => object.spec(),
        ("argoproj.io", "ApplicationSet") => object.root.at(&["spec", "template", "spec"]),
        _ => None,
    };
    for node in spec.and_then(|spec| spec.at(&["syncPolicy", "syncOptions"])).into_iter().flat_map(Node::items) {
        let Some(option) = node.as_str().filter(|option| !option.contains("{{")) else { continue };
        check_one(node, option, OF_APPLICATIONS, context);
    }
}

/// Reports an option that is not among the known ones, each a name and its values.
fn check_one(node: Node<'_>, option: &str, known: &[(&str, &[&str])], context: &mut Context<'_, '_>) {
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    let elsewhere =
        || [OF_OBJECTS, OF_APPLICATIONS, OF_COMPARISON].iter().any(|list| list.iter().any(|(other, _)| *other == name));
    let (message, help) = match known.iter().find(|(other, _)| *other == name) {
        Some((_, values)) if values.contains(&value) => return,
        Some((name, [""])) => (format!("`{option}` has no effect: `{name}` takes no value"), format!("write `{name}`")),
        Some((name, values)) => {
            let help = format!("write `{name}=` and one of {}", values.join(", "));
            (format!("`{option}` has no effect: not a valid value of `{name}`"), help)
        }
        None if elsewhere() => {
            (format!("`{name}` has no effect here"), "move it to where it has an effect, or remove it".to_owned())
        }
        None => (format!("`{option}` is not a sync option"), "use an option that exists, as `Name=value`".to_owned()),
    };
    let patch = meant(name, value, known).map_or_else(Patch::none, |better| sync::respell(node, option, &better));
    context.report(node, message).help(help).fix(patch);
}

/// The option that was probably meant: with a name or a value that is misspelt, without its value, or with `:` for `=`.
fn meant(name: &str, value: &str, known: &[(&str, &[&str])]) -> Option<String> {
    let (name, value) = name.split_once(':').filter(|_| value.is_empty()).unwrap_or((name, value));
    let name = closest(name.trim(), known.iter().map(|(name, _)| *name))?;
    let (_, values) = known.iter().find(|(other, _)| *other == name)?;
    match *values {
        [""] => Some(name.to_owned()),
        // An option without its value, which could only mean this one.
        [only] if value.is_empty() => Some(format!("{name}={only}")),
        _ => closest(value.trim(), values.iter().copied()).map(|value| format!("{name}={value}")),
    }
}
