use crate::rule::prelude::*;

rule! {
    /// A rolling update that cannot finish.
    ///
    /// With `maxUnavailable` at 0 (25 % of up to three pods is 0 as well), a new pod has to be ready before an old one
    /// goes. If it needs a volume that one pod (ReadWriteOncePod) or one node (ReadWriteOnce) holds, or a host port, it
    /// waits for the old pod, which waits for the new one. For ReadWriteOnce and host ports an update works only while the
    /// scheduler finds the right node. An update also fails if `progressDeadlineSeconds` ends before a pod
    /// can be ready: before its readiness probe starts and `minReadySeconds` have passed.
    ///
    /// **How to fix**: use strategy `Recreate` or `maxSurge: 0` with `maxUnavailable: 1`, or a StatefulSet; raise
    /// `progressDeadlineSeconds`.
    id: "rolling-update-stuck",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds",
    ],
    check: Check::KindInSet(&["apps/Deployment"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(workload) = Workload::of(object) else { return };
    let (Some(pod), Some(count)) = (workload.pod_spec(), workload.replica_count().filter(|count| *count > 0)) else {
        return;
    };
    deadline(object, pod, context);
    let rolling = object.root.at(&["spec", "strategy", "type"]).and_then(Node::as_str).unwrap_or("RollingUpdate")
        == "RollingUpdate";
    if !rolling || may_stop_one(object, count) {
        return;
    }
    let (set, namespace) = (context.set, context.item().namespace());
    for reference in context.references(pod).iter().filter(|r| r.kind == "PersistentVolumeClaim") {
        let mut claims = set.named("PersistentVolumeClaim", reference.name, namespace).peekable();
        let Some(first) = claims.peek().copied() else { continue };
        let modes = claims.map(|claim| only_mode(claim.object)).collect::<Vec<_>>();
        let holder = match modes.iter().min() {
            Some(Some("ReadWriteOncePod")) if modes.iter().all(Option::is_some) => "one pod only",
            Some(Some("ReadWriteOnce")) => "one node only",
            _ => continue,
        };
        let message = format!(
            "an update of {} starts a new pod before it stops an old one, but claim `{}` can be used by {holder}",
            object.title(),
            reference.name
        );
        let patch = object
            .spec()
            .map_or_else(Patch::none, |spec| Patch::new().field(spec, &["strategy"], json!({"type": "Recreate"})));
        let finding = context
            .report(reference.node, message)
            .help("use strategy `Recreate`")
            .related(first.object.place(), "the claim")
            .fix(patch);
        if holder == "one node only" {
            finding.at_most(Severity::Info);
        }
    }
}

/// Whether an update may stop a pod before the new one is ready (`ResolveFenceposts` of the deployment controller).
fn may_stop_one(object: Object<'_>, count: i64) -> bool {
    let field = |name: &str| object.root.at(&["spec", "strategy", "rollingUpdate", name]);
    let share = |node: Option<Node<'_>>, up: bool| {
        let percent = match node {
            None => 25,
            Some(node) => match node.as_i64() {
                Some(number) => return Some(number),
                None => node.as_str()?.strip_suffix('%')?.parse::<i64>().ok()?,
            },
        };
        Some(if up { (percent * count + 99) / 100 } else { percent * count / 100 })
    };
    // What cannot be read may be anything; where both are 0, one pod is stopped.
    match (share(field("maxUnavailable"), false), share(field("maxSurge"), true)) {
        (Some(down), Some(surge)) => down > 0 || surge == 0,
        _ => true,
    }
}

/// The access mode of a claim for a single pod or node, where it has no other.
fn only_mode(claim: Object<'_>) -> Option<&str> {
    let modes: Vec<_> = claim.spec()?.get("accessModes")?.items().filter_map(Node::as_str).collect();
    match modes.as_slice() {
        [mode] if ["ReadWriteOnce", "ReadWriteOncePod"].contains(mode) => Some(mode),
        _ => None,
    }
}

fn deadline(object: Object<'_>, pod: PodSpec<'_>, context: &mut SetContext<'_, '_>) {
    let number = |name: &str, default: i64| {
        object.spec().and_then(|spec| spec.get(name)).and_then(Node::as_i64).unwrap_or(default)
    };
    let delay = |probe: Option<Node<'_>>| {
        probe.and_then(|probe| probe.get("initialDelaySeconds")).and_then(Node::as_i64).unwrap_or(0)
    };
    let ready = pod
        .long_running()
        .map(|c| delay(c.node.get("readinessProbe")) + number("minReadySeconds", 0))
        .max()
        .unwrap_or(0);
    let deadline = number("progressDeadlineSeconds", 600);
    if ready > deadline && !pod.workload.object.root.at(&["spec", "paused"]).and_then(Node::as_bool).unwrap_or(false) {
        let spec = object.spec().unwrap_or(object.root);
        let place = Place::field(spec, "progressDeadlineSeconds");
        let message = format!("an update fails after {deadline} s, but no pod is available before {ready} s");
        context.report(place, message).help("raise `progressDeadlineSeconds`");
    }
}
