use crate::rule::prelude::*;

rule! {
    /// A preStop hook that takes longer than the grace period.
    ///
    /// The hook counts against `terminationGracePeriodSeconds` (30 by default): when it sleeps for as long, the program is
    /// killed without a chance to shut down.
    ///
    /// **How to fix**: raise `terminationGracePeriodSeconds` above the sleep and the time that the program needs.
    id: "grace-shorter-than-pre-stop",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let Some(hook) = container.node.at(&["lifecycle", "preStop"]) else { return };
    let grace = container.pod.node.get("terminationGracePeriodSeconds").and_then(Node::as_i64).unwrap_or(30);
    let slept = match hook.at(&["sleep", "seconds"]) {
        Some(seconds) => seconds.as_i64(),
        None => hook.at(&["exec", "command"]).and_then(sleeps),
    };
    if let Some(slept) = slept.filter(|&slept| slept >= grace && grace > 0) {
        let message = format!(
            "the preStop hook of container `{}` takes {slept} s of the {grace} s grace period",
            container.name()
        );
        context.report(Place::Key(hook), message).help("raise `terminationGracePeriodSeconds`");
    }
}

/// The seconds of a `sleep N` in a command.
fn sleeps(command: Node<'_>) -> Option<i64> {
    let words: Vec<&str> =
        command.items().filter_map(Node::as_str).flat_map(|text| text.split([' ', ';', '&', '\n'])).collect();
    let at = words.iter().position(|word| *word == "sleep" || word.ends_with("/sleep"))?;
    words.get(at + 1)?.trim_end_matches('s').parse().ok()
}
