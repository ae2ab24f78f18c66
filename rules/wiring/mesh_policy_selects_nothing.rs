use crate::rule::prelude::*;

rule! {
    /// An Istio policy that selects no pods.
    ///
    /// An AuthorizationPolicy, PeerAuthentication, RequestAuthentication, Telemetry, Sidecar or the like whose `selector` no
    /// pod of its namespace has protects nothing, while everyone believes it does. Checked where the repository contains workloads
    /// for the namespace; those of the mesh's root namespace are for all namespaces and are left out.
    ///
    /// **How to fix**: change the selector to match the labels of the pod template.
    id: "mesh-policy-selects-nothing",
    severity: Warning,
    references: &["https://istio.io/latest/docs/reference/config/type/workload-selector/"],
    check: Check::KindInSet(
        &["security.istio.io/AuthorizationPolicy", "security.istio.io/PeerAuthentication",
          "security.istio.io/RequestAuthentication", "telemetry.istio.io/Telemetry", "extensions.istio.io/WasmPlugin",
          "networking.istio.io/Sidecar", "networking.istio.io/EnvoyFilter", "networking.istio.io/ServiceEntry"],
        check,
    ),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    if context.item().namespace() == Some("istio-system") {
        return;
    }
    let labels = match spec.get("selector") {
        Some(selector) => selector.get("matchLabels"),
        None => spec.at(&["workloadSelector", "labels"]),
    };
    let Some(labels) = labels.filter(|labels| labels.is_mapping() && !labels.is_empty()) else { return };
    // What waypoints and gateways of Istio's own charts carry is in no manifest.
    if Labels(Some(labels)).iter().any(|(key, _)| key == "istio" || key.contains("istio.io/")) {
        return;
    }
    let Some(most) = context.map_selects_nothing(labels) else { return };
    let shown: Vec<_> = Labels(Some(labels)).iter().map(|(key, value)| format!("{key}={value}")).collect();
    let message = format!("{} selects no pods: none has the labels `{}`", object.title(), shown.join(","));
    context
        .report(Place::Key(labels), message)
        .help("change the selector to match the labels of a pod template")
        .at_most(most);
}
