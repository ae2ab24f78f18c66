use crate::rule::prelude::*;

rule! {
    /// An API version of an add-on that its project no longer supports.
    ///
    /// Current releases of cert-manager, Istio, Argo, Flux, Traefik and others no longer serve it, or announce that
    /// they will not. Info where the definition in the repository, or the version of the add-on that is pinned, does not serve the
    /// newer version yet.
    ///
    /// **How to fix**: use the version that the message names.
    id: "deprecated-custom-api",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["pluto:addons"],
    references: &["https://github.com/FairwindsOps/pluto"],
    check: Check::Object(check),
}

/// Versions whose objects the version that takes their place reads without a change.
const ALIKE: &[(&str, &[&str])] = &[
    ("cert-manager.io", &["v1beta1"]),
    ("acme.cert-manager.io", &["v1beta1"]),
    ("networking.istio.io", &["v1alpha3", "v1beta1"]),
    ("security.istio.io", &["v1beta1"]),
    ("traefik.containo.us", &["v1alpha1"]),
    ("external-secrets.io", &["v1beta1"]),
    ("snapshot.storage.k8s.io", &["v1beta1"]),
];

fn reads_alike(gvk: Gvk<'_>) -> bool {
    ALIKE.iter().any(|(group, versions)| *group == gvk.group && versions.contains(&gvk.version))
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let gvk = object.gvk;
    let (Some(new), Some(node)) = (custom_apis::successor(gvk), object.root.get("apiVersion")) else { return };
    // Istio still serves the older versions of a group that lives on.
    let still_served = gvk.group.ends_with("istio.io") && new.split('/').next() == Some(gvk.group);
    let what = if still_served {
        "is not the current version of its project"
    } else {
        "is no longer supported by its project"
    };
    let patch = if reads_alike(gvk) { Patch::new().set(node, new) } else { Patch::none() };
    let finding =
        context.report(node, format!("`{}` {what}", gvk.api_version())).help(format!("use `{new}`")).fix(patch);
    if still_served {
        finding.at_most(Severity::Info);
    }
}
