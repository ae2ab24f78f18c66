use crate::rule::prelude::*;

rule! {
    /// A workload without the labels that Kubernetes recommends.
    ///
    /// `app.kubernetes.io/name`, `instance`, `version`, `component`, `part-of` and `managed-by` are what dashboards, cost
    /// reports and `kubectl -l` across teams agree on. Info: at least `app.kubernetes.io/name` is asked for, on the
    /// workload or on its pods.
    ///
    /// **How to fix**: add the labels to `metadata.labels` of the workload and of its pod template (but not to the selector,
    /// which cannot change).
    id: "missing-recommended-labels",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    options: &[OptionSpec {
        name: "labels",
        default: OptionValue::Strings(&["app.kubernetes.io/name"]),
        help: "Labels that every workload needs.",
    }],
    peers: &["kubescape:C-0076", "kubescape:C-0077", "kyverno:require-labels", "kube-linter:required-label-owner"],
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"],
    profiles: &["strict", "seeds"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    if context.item().surroundings.rendered {
        return;
    }
    let object = workload.object;
    let has = |label: &&str| object.label(label).is_some() || workload.pod_labels().get(label).is_some();
    let missing: Vec<_> = context.strings("labels").into_iter().filter(|label| !has(label)).collect();
    if !missing.is_empty() {
        let labels: Vec<_> = missing.iter().map(|label| format!("`{label}`")).collect();
        let message = format!("{} is missing the label {}", object.title(), labels.join(", "));
        let place = object.metadata().and_then(|metadata| metadata.get("labels"));
        let place = place.map_or_else(|| object.place(), Place::Key);
        let help = "add the recommended labels to the workload and its pod template";
        context.report(place, message).help(help).fix(name_label(object, &missing));
    }
}

/// Lets the recommended label say what the label `app` says.
fn name_label(object: Object<'_>, missing: &[&str]) -> Patch {
    const NAME: &str = "app.kubernetes.io/name";
    match (object.metadata(), object.label("app")) {
        (Some(metadata), Some(name)) if missing == [NAME] => Patch::new().field(metadata, &["labels", NAME], name),
        _ => Patch::none(),
    }
}
