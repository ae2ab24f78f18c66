use crate::rule::prelude::*;

rule! {
    /// A Flux Kustomization or HelmRelease whose source does not exist.
    ///
    /// Flux reports that the source is not found, and deploys nothing. Checked where the repository contains sources of that kind;
    /// `flux-system`, which `flux bootstrap` creates, is taken into account. A source of that name in any namespace counts.
    ///
    /// **How to fix**: correct `sourceRef` (kind and name), or add the source.
    id: "dangling-flux-source",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference",
        "https://fluxcd.io/flux/components/helm/helmreleases/#chart-template",
    ],
    check: Check::KindInSet(
        &[
            "kustomize.toolkit.fluxcd.io/Kustomization",
            "helm.toolkit.fluxcd.io/HelmRelease",
            "source.toolkit.fluxcd.io/HelmChart",
            "image.toolkit.fluxcd.io/ImageUpdateAutomation",
        ],
        check,
    ),
}

const SOURCES: &str = "source.toolkit.fluxcd.io";

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let paths: [&[&str]; 3] = [&["spec", "sourceRef"], &["spec", "chart", "spec", "sourceRef"], &["spec", "chartRef"]];
    for reference in paths.iter().filter_map(|path| object.root.at(path)) {
        let Some((kind, node)) = reference.str_at("kind").zip(reference.get("name")) else { continue };
        let Some(name) = node.as_str().filter(|name| is_literal(name) && *name != "flux-system") else { continue };
        let set = context.set;
        let known = !set.lacks(SOURCES, kind, name, None);
        // Sets of the Flux operator make objects of all kinds.
        let made = set.known_of_kind("fluxcd.controlplane.io", "ResourceSet").next().is_some();
        if known || made || context.item().surroundings.altered {
            continue;
        }
        let nearest = closest(name, set.known_of_kind(SOURCES, kind).filter_map(Item::name));
        let other = ["GitRepository", "OCIRepository", "HelmRepository", "Bucket", "HelmChart"]
            .into_iter()
            .find(|other| *other != kind && set.has(SOURCES, other, name));
        let patch = match other {
            Some(other) => Patch::new().field(reference, &["kind"], other),
            None => Patch::respell(node, nearest),
        };
        let help = match (other, nearest) {
            (Some(other), _) => format!("there is a {other} of that name: correct `kind`"),
            (None, Some(nearest)) => format!("is `{nearest}` meant?"),
            (None, None) => "correct the name, or add the source".to_owned(),
        };
        if set.is_anywhere(kind, name) {
            let message =
                format!("{kind} `{name}` is defined in this repository, but not in what is applied together with this");
            context.report(node, message).help("apply both to the same cluster").at_most(Severity::Info);
            continue;
        }
        context.report(node, format!("{kind} `{name}` is not defined in this repository")).help(help).fix(patch);
    }
}
