use crate::rule::prelude::*;

rule! {
    /// A Prometheus that sends alerts to an Alertmanager Service that does not exist.
    ///
    /// Alerts fire and nobody is notified. `alertmanager-operated` is created by the operator; others are checked where the repository
    /// contains Services of the namespace.
    ///
    /// **How to fix**: correct `alerting.alertmanagers`, or add the Service.
    id: "dangling-alertmanager-reference",
    severity: Warning,
    references: &["https://prometheus-operator.dev/docs/developer/alerting/"],
    check: Check::KindInSet(&["monitoring.coreos.com/Prometheus"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let list = object.root.at(&["spec", "alerting", "alertmanagers"]).into_iter().flat_map(Node::items);
    for reference in list {
        let Some(node) = reference.get("name") else { continue };
        let Some(name) = node.as_str().filter(|name| *name != "alertmanager-operated") else { continue };
        let namespace = reference.str_at("namespace").or(context.item().namespace());
        let set = context.set;
        let known = !set.is_external("Service", name) && namespace.is_some_and(|name| set.services_live_in(name));
        // The Alertmanager's resource gives the Service its name in no way: it must be written down.
        if known && set.named("Service", name, namespace).next().is_none() {
            let message = format!(
                "Service `{name}`, which {} sends alerts to, is not defined in this repository",
                object.title()
            );
            context
                .report(node, message)
                .help("correct `alerting.alertmanagers`, or add the Service")
                .missing("Service", name);
        }
    }
}
