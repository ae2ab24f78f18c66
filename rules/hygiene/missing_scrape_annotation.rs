use crate::rule::prelude::*;

rule! {
    /// A Prometheus configuration that selects pods by an annotation that no pod has.
    ///
    /// A configuration of the repository keeps only pods with the annotation `prometheus.io/scrape: "true"`, and no pod
    /// template has it: nothing is scraped.
    ///
    /// **How to fix**: add `prometheus.io/scrape: "true"`, `prometheus.io/port` and `prometheus.io/path` to the pod
    /// templates.
    id: "missing-scrape-annotation",
    severity: Warning,
    references: &["https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config"],
    check: Check::KindInSet(&["ConfigMap"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let mut data = object.root.get("data").into_iter().flat_map(Node::entries);
    let keeps = |text: &str| text.contains("__meta_kubernetes_pod_annotation_prometheus_io_scrape");
    let Some(entry) = data.find(|entry| entry.value.as_str().is_some_and(keeps)) else { return };
    // It scrapes the pods of all namespaces, and of what is deployed apart.
    let marks = |set: &ApplySet<'_>| {
        set.workloads().any(|(_, workload)| workload.pod_annotation("prometheus.io/scrape").is_some())
    };
    let marked = marks(context.set) || context.set.around.as_ref().is_some_and(|around| marks(&around.all));
    if !marked && context.set.workloads().next().is_some() {
        context
            .report(
                Place::key(entry),
                "no pod in this repository has the annotation `prometheus.io/scrape` that this configuration selects by",
            )
            .help("add `prometheus.io/scrape: \"true\"` and `prometheus.io/port` to the pod templates");
    }
}
