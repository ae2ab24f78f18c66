use crate::rule::prelude::*;

rule! {
    /// A ServiceMonitor or PodMonitor that selects nothing.
    ///
    /// Prometheus scrapes nothing and says nothing. A ServiceMonitor looks for labels of Services (not of pods), in its own
    /// namespace unless `namespaceSelector` says otherwise. Checked where the repository contains Services (or workloads) of the
    /// namespace.
    ///
    /// **How to fix**: change `selector.matchLabels` to match the labels of the Service, or of the pod template for a PodMonitor.
    id: "dangling-monitor-selector",
    severity: Warning,
    peers: &["kube-linter:dangling-servicemonitor"],
    references: &["https://prometheus-operator.dev/docs/developer/getting-started/"],
    check: Check::KindInSet(&["monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let Some(selector) = spec.get("selector").filter(|selector| !selector.is_empty()) else { return };
    let elsewhere = spec.get("namespaceSelector").is_some_and(|selector| !selector.is_empty());
    let nothing = match object.gvk.kind {
        "PodMonitor" => !elsewhere && context.selects_nothing(selector) == Some(Severity::Warning),
        _ => no_service(selector, elsewhere, context),
    };
    if nothing {
        let what = if object.gvk.kind == "PodMonitor" { "pod" } else { "Service" };
        let message = format!("{} selects no {what}s", object.title());
        context
            .report(Place::Key(selector), message)
            .help(format!("change the selector to match the labels of a {what}"));
    }
}

fn no_service(selector: Node<'_>, elsewhere: bool, context: &SetContext<'_, '_>) -> bool {
    let namespace = if elsewhere { None } else { context.item().namespace() };
    let mut services = context.set.of_kind_near("", "Service", namespace);
    let mut like = context.set.like("Service", selector).filter(|item| may_be_same(item.namespace(), namespace));
    let made =
        || Labels(selector.get("matchLabels")).iter().any(|(_, value)| context.set.may_be_made("Service", value));
    !elsewhere
        && services.next().is_some()
        && !like.any(|item| selector::selects(selector, item.object.labels()))
        && !made()
}
