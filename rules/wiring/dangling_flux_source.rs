use crate::rule::prelude::*;

rule! {
    /// A Flux Kustomization or HelmRelease whose source does not exist.
    ///
    /// Flux reports that the source is not found, and deploys nothing. Checked where the repository contains sources of that kind;
    /// `flux-system`, which `flux bootstrap` creates, is taken into account. A source of that name in any namespace counts. Where several
    /// Kustomizations name the source, or one of them a path of this repository, it is info: whoever sets up Flux may create it
    /// under a name of their own.
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
            let message = format!("{kind} `{name}` is not applied together with this");
            context.report(node, message).help("apply both to the same cluster").at_most(Severity::Info);
            continue;
        }
        let at_most = if other.is_none() && nearest.is_none() && is_set_up_elsewhere(object, name, set) {
            Severity::Info
        } else {
            Severity::Warning
        };
        let message = format!("{kind} `{name}` is not defined in this repository");
        context.report(node, message).help(help).at_most(at_most).fix(patch);
    }
}

/// How many Kustomizations are looked at for others that name a source.
const LOOKED_AT: usize = 500;

/// As many do not all misspell a name.
const SEVERAL: usize = 3;

/// Whether a source that a Kustomization names seems to be this repository, for which the source is created when Flux is set up.
fn is_set_up_elsewhere(object: Object<'_>, name: &str, set: &ApplySet<'_>) -> bool {
    if object.gvk.group != "kustomize.toolkit.fluxcd.io" {
        return false;
    }
    let path =
        object.spec().and_then(|spec| spec.str_at("path")).filter(|path| !matches!(path.trim_matches(['.', '/']), ""));
    let is_here = |path: &str| set.checkout().is_some_and(|checkout| checkout.presence(path) == Presence::Directory);
    let all = set.known_of_kind(object.gvk.group, object.gvk.kind).take(LOOKED_AT);
    let names_it = |item: &&Item<'_>| {
        item.object.root.at(&["spec", "sourceRef"]).is_some_and(|reference| reference.str_at("name") == Some(name))
    };
    path.is_some_and(is_here) || all.filter(names_it).take(SEVERAL).count() == SEVERAL
}
