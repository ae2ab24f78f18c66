use crate::rule::prelude::*;

rule! {
    /// Workloads that ask for more than their namespace's quota.
    ///
    /// The sum of what the workloads of the namespace request, at the fewest pods they run with, is above the
    /// ResourceQuota: the last pods are refused. Quotas with scopes are not checked.
    ///
    /// **How to fix**: raise the quota, or lower requests or replicas.
    id: "quota-exceeded",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/policy/resource-quotas/"],
    check: Check::KindInSet(&["ResourceQuota"], check),
}

/// Keys of a quota, and the list and resource they sum up.
const SUMS: &[(&str, &str, &str)] = &[
    ("cpu", "requests", "cpu"),
    ("requests.cpu", "requests", "cpu"),
    ("limits.cpu", "limits", "cpu"),
    ("memory", "requests", "memory"),
    ("requests.memory", "requests", "memory"),
    ("limits.memory", "limits", "memory"),
];

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec().filter(|spec| spec.get("scopes").is_none() && spec.get("scopeSelector").is_none())
    else {
        return;
    };
    let Some(namespace) = context.item().namespace() else { return };
    for (key, list, resource) in SUMS {
        let Some(node) = spec.get("hard").and_then(|hard| hard.get(key)) else { continue };
        let Some(hard) = Quantity::of(node) else { continue };
        let set = context.set;
        // A namespace may have several quotas.
        let sum = set.remember_sum(format!("quota-exceeded {namespace} {list} {resource}"), || {
            set.workloads_of(Some(namespace)).map(|(item, workload)| wanted(set, item, workload, list, resource)).sum()
        });
        if sum > hard.as_f64() * 1.000_001 {
            let message = format!(
                "the workloads in namespace `{namespace}` request more than the quota of `{}` for `{key}`",
                node.raw()
            );
            context.report(node, message).help("raise the quota, or lower requests or replicas");
        }
    }
}

/// What all pods of a workload ask for; Jobs come and go and do not count.
fn wanted<'t>(set: &ApplySet<'t>, item: &Item<'t>, workload: Workload<'t>, list: &str, resource: &str) -> f64 {
    let floor = set.floor_of(item);
    let Some(pods) = floor.or_else(|| workload.replica_count()) else { return 0.0 };
    let amounts = workload.pod_spec().into_iter().flat_map(|pod| pod.long_running()).filter_map(|container| {
        let node = if list == "limits" {
            set.effective_limit(item, container, resource)
        } else {
            set.effective_request(item, container, resource)
        };
        Quantity::of(node?)
    });
    pods as f64 * amounts.map(Quantity::as_f64).sum::<f64>()
}
