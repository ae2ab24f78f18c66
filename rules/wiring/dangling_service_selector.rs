use crate::rule::prelude::*;

rule! {
    /// A Service that selects no pods.
    ///
    /// Its name resolves, and every connection is refused. Checked where the repository contains workloads for the Service's
    /// namespace; pods that an operator's resource or a Helm release makes are recognised by its name in the selector.
    /// Info where the value is a word for one that is to be set (`none`).
    ///
    /// **How to fix**: change the selector to match the labels of the pod template (not those of the Deployment itself).
    id: "dangling-service-selector",
    severity: Warning,
    peers: &["kube-linter:dangling-service", "kube-score:service-targets-pod", "kubescape:C-0293",
             "kics:service_does_not_target_pod", "popeye:1100"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/"],
    check: Check::KindInSet(&["Service"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let service = Service { object };
    let Some(selector) = service.selector().filter(|_| !service.is_external_name()) else { return };
    let Some(most) = context.map_selects_nothing(selector) else { return };
    let labels: Vec<_> = Labels(Some(selector)).iter().map(|(key, value)| format!("{key}={value}")).collect();
    let message = format!("{} selects no pods: none has the labels `{}`", object.title(), labels.join(","));
    let help = "change the selector to match the labels of a pod template";
    let is_open = Labels(Some(selector)).iter().any(|(_, value)| is_to_be_set(value));
    let most = if is_open { Severity::Info } else { most };
    context.report(Place::Key(selector), message).help(help).at_most(most);
}

/// Whether a value stands for one that somebody sets: `app: none`.
fn is_to_be_set(value: &str) -> bool {
    const WORDS: [&str; 7] = ["changeme", "fixme", "none", "null", "placeholder", "tbd", "todo"];
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}
