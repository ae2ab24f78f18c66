use crate::rule::prelude::*;

rule! {
    /// A field of an add-on's resource that its project no longer supports.
    ///
    /// Prometheus' operator, Istio, Argo CD and cert-manager still read it, or ignore it, and have announced its removal.
    ///
    /// **How to fix**: use the field that the message names.
    id: "deprecated-custom-field",
    severity: Info,
    fix: Some(Applicability::Safe),
    references: &[
        "https://prometheus-operator.dev/docs/api-reference/api/",
        "https://istio.io/latest/docs/reference/config/networking/",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/source-integrity/",
        "https://cert-manager.io/docs/reference/api-docs/",
    ],
    check: Check::Object(check),
}

/// Group, kinds, path below `spec` (a list is gone through item by item), and what takes its place.
const OLD: &[(&str, &[&str], &str, &str)] = &[
    ("monitoring.coreos.com", &["Prometheus", "Alertmanager"], "baseImage", "`image`"),
    ("monitoring.coreos.com", &["Prometheus", "Alertmanager"], "tag", "`image`"),
    ("monitoring.coreos.com", &["Prometheus", "Alertmanager"], "sha", "`image`"),
    (
        "monitoring.coreos.com",
        &["Prometheus", "Alertmanager", "ThanosRuler", "PrometheusAgent"],
        "storage.disableMountSubPath",
        "nothing: it is the default",
    ),
    (
        "monitoring.coreos.com",
        &["Prometheus"],
        "allowOverlappingBlocks",
        "nothing: it has no effect since Prometheus 2.39",
    ),
    ("monitoring.coreos.com", &["Prometheus"], "thanos.baseImage", "`thanos.image`"),
    ("monitoring.coreos.com", &["Prometheus"], "thanos.tag", "`thanos.image`"),
    ("monitoring.coreos.com", &["Prometheus"], "thanos.sha", "`thanos.image`"),
    ("monitoring.coreos.com", &["Prometheus"], "thanos.listenLocal", "`grpcListenLocal` and `httpListenLocal`"),
    (
        "monitoring.coreos.com",
        &["Prometheus", "ThanosRuler"],
        "prometheusRulesExcludedFromEnforce",
        "`excludedFromEnforcement`",
    ),
    ("monitoring.coreos.com", &["Prometheus", "PrometheusAgent"], "apiserverConfig.bearerToken", "`authorization`"),
    ("monitoring.coreos.com", &["Prometheus", "PrometheusAgent"], "apiserverConfig.bearerTokenFile", "`authorization`"),
    (
        "monitoring.coreos.com",
        &["Prometheus", "PrometheusAgent", "ThanosRuler"],
        "remoteWrite.bearerToken",
        "`authorization`",
    ),
    (
        "monitoring.coreos.com",
        &["Prometheus", "PrometheusAgent", "ThanosRuler"],
        "remoteWrite.bearerTokenFile",
        "`authorization`",
    ),
    ("monitoring.coreos.com", &["Prometheus"], "remoteRead.bearerToken", "`authorization`"),
    ("monitoring.coreos.com", &["Prometheus"], "remoteRead.bearerTokenFile", "`authorization`"),
    ("monitoring.coreos.com", &["Prometheus"], "alerting.alertmanagers.bearerTokenFile", "`authorization`"),
    ("monitoring.coreos.com", &["ServiceMonitor"], "endpoints.bearerTokenFile", "`authorization`"),
    ("monitoring.coreos.com", &["ServiceMonitor"], "endpoints.bearerTokenSecret", "`authorization`"),
    ("monitoring.coreos.com", &["PodMonitor"], "podMetricsEndpoints.bearerTokenSecret", "`authorization`"),
    ("monitoring.coreos.com", &["PodMonitor"], "podMetricsEndpoints.targetPort", "`port` or `portNumber`"),
    ("monitoring.coreos.com", &["Probe"], "bearerTokenSecret", "`authorization`"),
    ("networking.istio.io", &["VirtualService"], "http.mirrorPercent", "`mirrorPercentage`"),
    ("networking.istio.io", &["VirtualService"], "http.mirror_percent", "`mirrorPercentage`"),
    ("networking.istio.io", &["VirtualService"], "http.corsPolicy.allowOrigin", "`allowOrigins`"),
    ("networking.istio.io", &["VirtualService"], "http.fault.delay.percent", "`percentage`"),
    (
        "networking.istio.io",
        &["DestinationRule"],
        "trafficPolicy.outlierDetection.consecutiveErrors",
        "`consecutive5xxErrors` or `consecutiveGatewayErrors`",
    ),
    (
        "networking.istio.io",
        &["DestinationRule"],
        "subsets.trafficPolicy.outlierDetection.consecutiveErrors",
        "`consecutive5xxErrors` or `consecutiveGatewayErrors`",
    ),
    ("networking.istio.io", &["DestinationRule"], "trafficPolicy.loadBalancer.warmupDurationSecs", "`warmup`"),
    ("networking.istio.io", &["DestinationRule"], "subsets.trafficPolicy.loadBalancer.warmupDurationSecs", "`warmup`"),
    (
        "networking.istio.io",
        &["DestinationRule"],
        "trafficPolicy.loadBalancer.consistentHash.minimumRingSize",
        "`ringHash.minimumRingSize`",
    ),
    ("argoproj.io", &["AppProject"], "signatureKeys", "`sourceIntegrity`"),
    (
        "cert-manager.io",
        &["Issuer", "ClusterIssuer"],
        "acme.externalAccountBinding.keyAlgorithm",
        "nothing: it is ignored",
    ),
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let of_kind = |row: &&(&str, &[&str], &str, &str)| row.0 == object.gvk.group && row.1.contains(&object.gvk.kind);
    for (_, _, path, instead) in OLD.iter().filter(of_kind) {
        let mut found = vec![spec];
        for name in path.split('.') {
            let next = found.into_iter().filter_map(|node| node.get(name));
            found =
                next.flat_map(|node| {
                    if node.is_sequence() && !path.ends_with(name) { node.items().collect() } else { vec![node] }
                })
                .collect();
        }
        for node in found {
            let name = path.rsplit('.').next().unwrap_or(path);
            // What nothing reads any more can go as well.
            let read = !instead.starts_with("nothing");
            let help = if read { format!("use {instead}") } else { format!("it is replaced by {instead}") };
            let patch = if read { Patch::none() } else { Patch::new().remove(node) };
            context
                .report(Place::Key(node), format!("`{name}` of {} is deprecated", object.gvk.kind))
                .help(help)
                .fix(patch);
        }
    }
}
