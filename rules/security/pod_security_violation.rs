use crate::rule::prelude::*;

rule! {
    /// A pod that its namespace's Pod Security level forbids.
    ///
    /// A Namespace of the repository with the label `pod-security.kubernetes.io/enforce` makes the cluster refuse pods that
    /// break its level; the Deployment is accepted, and no pod ever appears. Checked with the version that the label
    /// `enforce-version` pins, else the target version. What only the labels `warn` or `audit` ask for is a warning.
    ///
    /// **How to fix**: change the field that is pointed at, or the namespace's level.
    id: "pod-security-violation",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kyverno:restricted-latest", "kyverno:podsecurity-subrule-baseline", "kyverno:podsecurity-subrule-restricted"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-admission/",
                  "https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    check: Check::PodSpecInSet(check),
}

const PREFIX: &str = "pod-security.kubernetes.io/";

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let Some(namespace) = context.item().namespace() else { return };
    let labels = context.set.namespace_labels(namespace, &context.item());
    if labels.is_empty() {
        return;
    }
    let mut seen: Vec<(Place<'_>, String)> = Vec::new();
    for mode in ["enforce", "warn", "audit"] {
        let Some(name) = labels.get(&format!("{PREFIX}{mode}")) else { continue };
        let Some(level) = pss::Level::parse(name) else { continue };
        let pinned = labels.get(&format!("{PREFIX}{mode}-version")).and_then(KubeVersion::parse);
        for violation in pss::violations(pod, level, pinned.unwrap_or(context.version)) {
            if seen.iter().any(|(place, message)| *place == violation.place && *message == violation.message) {
                continue;
            }
            let verb = if mode == "enforce" { "refuses this pod" } else { "warns of this pod" };
            let message = format!("namespace `{namespace}` ({mode}: {name}) {verb}: {}", violation.message);
            let patch = violation.patch();
            seen.push((violation.place.clone(), violation.message));
            let help = "change the field, or the namespace's Pod Security level";
            let finding = context.report(violation.place, message).help(help).fix(patch);
            if mode != "enforce" {
                finding.at_most(Severity::Warning);
            }
        }
    }
}
