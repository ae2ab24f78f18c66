use crate::rule::prelude::*;

rule! {
    /// A PodDisruptionBudget that selects no pods.
    ///
    /// It protects nothing when nodes are drained. Checked where the repository contains workloads for its namespace; pods that
    /// an operator's resource or a Helm release makes are recognised by its name in the selector.
    ///
    /// **How to fix**: change the selector to match the labels of the pod template.
    id: "dangling-pdb-selector",
    severity: Warning,
    peers: &["popeye:900"],
    references: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    check: Check::KindInSet(&["policy/PodDisruptionBudget"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(selector) = object.spec().and_then(|spec| spec.get("selector")) else { return };
    if let Some(most) = context.selects_nothing(selector) {
        let message = format!("{} selects no pods", object.title());
        let help = "change the selector to match the labels of a pod template";
        context.report(Place::Key(selector), message).help(help).at_most(most);
    }
}
