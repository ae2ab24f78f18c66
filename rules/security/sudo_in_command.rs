use crate::rule::prelude::*;

rule! {
    /// A container that starts with `sudo`.
    ///
    /// The image then holds a program that gives root to anyone in the container, and the pod needs privilege escalation.
    ///
    /// **How to fix**: name the user in `runAsUser`, and start the program itself.
    id: "sudo-in-command",
    severity: Warning,
    peers: &["kubescape:C-0062"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let lists = ["command", "args"].into_iter().filter_map(|field| container.node.get(field));
    for word in lists.flat_map(Node::items) {
        let text = word.as_str().unwrap_or("");
        if text == "sudo" || text.ends_with("/sudo") || text.lines().any(|line| line.trim_start().starts_with("sudo "))
        {
            let message = format!("container `{}` runs `sudo`", container.name());
            context.report(word, message).help("name the user in `runAsUser`, and start the program itself");
            return;
        }
    }
}
