use crate::rule::prelude::*;

rule! {
    /// A single-node claim used by a workload with several pods.
    ///
    /// A volume with the access mode ReadWriteOnce is attached to one node: pods on other nodes wait for it forever, and
    /// with ReadWriteOncePod every second pod does.
    ///
    /// **How to fix**: use a StatefulSet with `volumeClaimTemplates`, a volume with ReadWriteMany, or a single replica.
    id: "shared-read-write-once-claim",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let (set, item) = (context.set, context.item());
    let most = set.ceiling_of(&item);
    let several = most.or_else(|| workload.replica_count()).is_some_and(|count| count > 1);
    let Some(pod) = workload.pod_spec().filter(|_| several || workload.kind == WorkloadKind::DaemonSet) else { return };
    for reference in context.references(pod).iter().filter(|r| r.kind == "PersistentVolumeClaim") {
        let mut claims = set.named("PersistentVolumeClaim", reference.name, item.namespace()).peekable();
        let found = claims.peek().is_some();
        if found && claims.all(|claim| is_for_one_node(claim.object)) {
            let message = format!(
                "claim `{}` can be used on one node only, but {} runs several pods",
                reference.name,
                workload.object.title()
            );
            context
                .report(reference.node, message)
                .help("use a StatefulSet with `volumeClaimTemplates`, or a ReadWriteMany volume");
        }
    }
}

fn is_for_one_node(claim: Object<'_>) -> bool {
    let Some(modes) = claim.spec().and_then(|spec| spec.get("accessModes")).filter(|modes| !modes.is_empty()) else {
        return false;
    };
    modes.items().all(|mode| matches!(mode.as_str(), Some("ReadWriteOnce" | "ReadWriteOncePod")))
}
