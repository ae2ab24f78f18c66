use crate::rule::prelude::*;

rule! {
    /// A Job that may run forever.
    ///
    /// Without `activeDeadlineSeconds` a Job that hangs holds its resources until someone notices, and a CronJob that forbids
    /// concurrent runs never starts again.
    ///
    /// **How to fix**: set `activeDeadlineSeconds` on the Job (or on the pod template).
    id: "job-without-deadline",
    severity: Info,
    peers: &["kyverno:enforce-pod-duration"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup"],
    profiles: &["strict"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    let spec = match workload.kind {
        WorkloadKind::Job => workload.object.spec(),
        WorkloadKind::CronJob => workload.object.root.at(&["spec", "jobTemplate", "spec"]),
        _ => return,
    };
    let Some(spec) = spec else { return };
    let of_pod = workload.pod_spec().and_then(|pod| pod.node.get("activeDeadlineSeconds"));
    if spec.get("activeDeadlineSeconds").or(of_pod).is_none() {
        let message = format!("{} may run forever", workload.object.title());
        context.report(Place::missing(spec, "activeDeadlineSeconds"), message).help("set `activeDeadlineSeconds`");
    }
}
