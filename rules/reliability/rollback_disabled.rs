use crate::rule::prelude::*;

rule! {
    /// A workload that keeps no old revisions to roll back to.
    ///
    /// With `revisionHistoryLimit: 0` the former ReplicaSets are deleted at once, and `kubectl rollout undo` has nothing to
    /// return to.
    ///
    /// **How to fix**: remove the field (10 are kept by default), or set it to at least 1.
    id: "rollback-disabled",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["datree:ARGO_WORKFLOW_INCORRECT_REVISION_HISTORY_LIMIT_VALUE_0"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#clean-up-policy"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = workload.object.spec().and_then(|spec| spec.get("revisionHistoryLimit")) else { return };
    if node.as_i64() == Some(0) {
        let message = format!("{} keeps no old revisions to roll back to", workload.object.title());
        let help = "remove `revisionHistoryLimit`, or set it to at least 1";
        context.report(node, message).help(help).fix(Patch::new().remove(node));
    }
}
