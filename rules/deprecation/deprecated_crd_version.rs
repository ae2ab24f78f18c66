use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// A custom resource version that its definition marks as deprecated.
    ///
    /// The CustomResourceDefinition in the repository marks the version as `deprecated`: the API server answers with its
    /// warning, and a later release will not serve it.
    ///
    /// **How to fix**: use the version that the warning names, or the one that is stored.
    id: "deprecated-crd-version",
    severity: Warning,
    references: &["https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-deprecation"],
    check: Check::Set(check),
}

/// A version that is served and deprecated.
struct Old<'t> {
    group: &'t str,
    kind: &'t str,
    version: &'t str,
    warning: Option<&'t str>,
    node: Node<'t>,
}

fn check(set: &ApplySet<'_>, context: &mut SetContext<'_, '_>) {
    let mut known: HashMap<_, Old<'_>, rustc_hash::FxBuildHasher> = HashMap::default();
    let definitions = set.of_kind("apiextensions.k8s.io", "CustomResourceDefinition");
    for old in definitions.flat_map(|item| deprecated(item.object)) {
        known.entry((old.group, old.kind, old.version)).or_insert(old);
    }
    if known.is_empty() {
        return;
    }
    for item in set.items() {
        let gvk = item.object.gvk;
        let Some(old) = known.get(&(gvk.group, gvk.kind, gvk.version)) else { continue };
        let place = item.object.root.get("apiVersion").map_or_else(|| item.object.place(), Place::Value);
        let message = match old.warning {
            Some(warning) => format!("{} of {} is deprecated: {warning}", gvk.kind, gvk.api_version()),
            None => format!("{} of {} is deprecated", gvk.kind, gvk.api_version()),
        };
        context.report_on(item, place, message).help("use a newer version").related(old.node, "the definition says so");
    }
}

/// The deprecated versions of a definition.
fn deprecated<'t>(object: Object<'t>) -> Vec<Old<'t>> {
    let spec = object.spec().filter(|_| object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition"));
    let Some(spec) = spec else { return Vec::new() };
    let named = spec.str_at("group").zip(spec.at(&["names"]).and_then(|names| names.str_at("kind")));
    let Some((group, kind)) = named else { return Vec::new() };
    let versions = spec.get("versions").into_iter().flat_map(Node::items);
    let old = versions.filter_map(|version| Some((version, version.get("deprecated")?)));
    let old = old.filter(|(_, node)| node.as_bool() == Some(true));
    let make = |(version, node): (Node<'t>, Node<'t>)| {
        Some(Old { group, kind, version: version.str_at("name")?, warning: version.str_at("deprecationWarning"), node })
    };
    old.filter_map(make).collect()
}
