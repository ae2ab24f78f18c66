use crate::rule::prelude::*;

rule! {
    /// A Flux Kustomization or HelmRelease that depends on one that does not exist.
    ///
    /// It waits forever: `dependency … not found`. `dependsOn` names objects of its own kind. One with that name in any
    /// namespace counts.
    ///
    /// **How to fix**: correct the name under `dependsOn`, or remove the entry.
    id: "dangling-flux-dependency",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies"],
    check: Check::KindInSet(&["kustomize.toolkit.fluxcd.io/Kustomization", "helm.toolkit.fluxcd.io/HelmRelease"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let (set, gvk) = (context.set, object.gvk);
    for entry in object.spec().and_then(|spec| spec.get("dependsOn")).into_iter().flat_map(Node::items) {
        let Some(node) = entry.get("name") else { continue };
        let Some(name) = node.as_str().filter(|name| is_literal(name)) else { continue };
        // Sets of the Flux operator make objects of all kinds.
        let made = set.known_of_kind("fluxcd.controlplane.io", "ResourceSet").next().is_some();
        let found = made || set.is_external(gvk.kind, name) || set.has(gvk.group, gvk.kind, name);
        if found || context.item().surroundings.altered {
            continue;
        }
        let nearest = closest(
            name,
            set.known_of_kind(gvk.group, gvk.kind).filter_map(Item::name).filter(|other| Some(*other) != object.name()),
        );
        let help = nearest
            .map_or("correct the name, or remove the entry".to_owned(), |nearest| format!("is `{nearest}` meant?"));
        // One that no set brings lies there all the same.
        let unused = set.is_anywhere(gvk.kind, name);
        let where_from =
            if unused { "not part of anything that is applied here" } else { "not defined in this repository" };
        let finding = context
            .report(node, format!("{} `{name}` is {where_from}", gvk.kind))
            .help(help)
            .missing(gvk.kind, name)
            .fix(Patch::respell(node, nearest));
        if unused {
            finding.at_most(Severity::Info);
        }
    }
}
