use crate::rule::prelude::*;

rule! {
    /// A command with its arguments in one string.
    ///
    /// `command` is a list: its first item is the program, and no shell cuts it at spaces. `command: ["sleep 3600"]` looks for
    /// a program named `sleep 3600`, and the container does not start.
    ///
    /// **How to fix**: write each argument as an item of its own, or `["sh", "-c", "…"]`.
    id: "command-in-one-string",
    severity: Error,
    references: &["https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let of_container = container.node.get("command");
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().filter_map(|f| container.node.get(f));
    let hooks = ["postStart", "preStop"].into_iter().filter_map(|hook| container.node.at(&["lifecycle", hook]));
    let executed = probes.chain(hooks).filter_map(|handler| handler.at(&["exec", "command"]));
    for command in of_container.into_iter().chain(executed) {
        let Some(first) = command.items().next() else { continue };
        let Some(text) = first.as_str().filter(|text| is_line(text)) else { continue };
        let program = text.split_whitespace().next().unwrap_or_default();
        let message =
            format!("container `{}` runs a program named `{}`, including the spaces", container.name(), shown(text));
        context
            .report(first, message)
            .help(format!("write `{program}` and each argument as separate list items, or pass the line to `sh -c`"));
    }
}

/// Whether a program's name has arguments in it: `sleep 3600`, `/bin/sh -c x`.
fn is_line(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (Some(program), Some(_)) = (words.next(), words.next()) else { return false };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-' | b'+');
    program.bytes().all(plain) && !text.contains("{{")
}

fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.len() > 40 { format!("{}…", line.chars().take(40).collect::<String>()) } else { line.to_owned() }
}
