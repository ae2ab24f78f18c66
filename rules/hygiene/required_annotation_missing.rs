use crate::rule::prelude::*;

rule! {
    /// A workload without an annotation that the team requires.
    ///
    /// Reports nothing until `annotations` lists keys: an owner, a runbook, a cost centre.
    ///
    /// **How to fix**: add the annotation.
    id: "required-annotation-missing",
    severity: Warning,
    options: &[OptionSpec { name: "annotations", default: OptionValue::Strings(&[]), help: "Annotations that every workload needs." }],
    peers: &["kube-linter:required-annotation-email", "kyverno:require-annotations"],
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    let object = workload.object;
    for key in context.strings("annotations") {
        let given = |value: Option<&str>| value.is_some_and(|text| !text.is_empty());
        if !given(object.annotation(key)) && !given(workload.pod_annotation(key)) {
            let message = format!("{} has no annotation `{key}`", object.title());
            context.report(object.place(), message).help("add the annotation");
        }
    }
}
