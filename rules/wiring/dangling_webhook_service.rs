use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A webhook or APIService whose Service does not exist.
    ///
    /// With `failurePolicy: Fail` every request that it matches is refused; a missing APIService blocks the deletion of
    /// namespaces. Checked where the repository contains Services of the namespace that is named.
    ///
    /// **How to fix**: correct `service.name` and `service.namespace`, or add the Service.
    id: "dangling-webhook-service",
    severity: Warning,
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"],
    check: Check::KindInSet(
        &["admissionregistration.k8s.io/ValidatingWebhookConfiguration",
          "admissionregistration.k8s.io/MutatingWebhookConfiguration", "apiregistration.k8s.io/APIService"],
        check,
    ),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let webhooks = object.root.get("webhooks").into_iter().flat_map(Node::items);
    let services = webhooks.filter_map(|webhook| webhook.at(&["clientConfig", "service"]));
    let mut seen = HashSet::new();
    for service in services.chain(object.root.at(&["spec", "service"])) {
        let (Some(node), Some(namespace)) = (service.get("name"), service.str_at("namespace")) else { continue };
        let Some(name) = node.as_str().filter(|name| !seen.contains(name)) else { continue };
        let set = context.set;
        let there = set.named("Service", name, Some(namespace)).next().is_some();
        if set.has_services_or_workloads_in(namespace) && !there && !set.may_exist_in("Service", name, Some(namespace))
        {
            seen.insert(name);
            let message =
                format!("Service `{name}`, which {} calls, is not defined in namespace `{namespace}`", object.title());
            let help = "correct the name or the namespace, or add the Service";
            context.report(node, message).help(help).missing("Service", name);
        }
    }
}
