use crate::rule::prelude::*;

rule! {
    /// A parameter that no generator provides.
    ///
    /// The template of an ApplicationSet is filled in with the parameters of each of its generators in turn. One that is not
    /// among them stays as it is written, or becomes `<no value>` in a Go template: the Application gets a wrong name, project,
    /// destination or path, or none is created. Checked where a generator's parameters are known: elements of a list, clusters,
    /// directories of git, pull requests, repositories of an SCM provider, and matrices and merges of them.
    ///
    /// **How to fix**: correct the name, or add it to every element; in a Go template `path` is a map, and the path
    /// itself `.path.path`.
    id: "application-set-unknown-parameter",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/"],
    check: Check::Kind(&["argoproj.io/ApplicationSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if context.item().surroundings.altered {
        return; // overlays may fill in what is missing here
    }
    let go = generators::is_go(object);
    let checked = generators::top_level(object).filter(|generator| !generators::has_own_template(*generator));
    let yielded: Vec<_> = checked.filter_map(|generator| generators::yielded(generator, go)).collect();
    for node in generators::decisive(object) {
        let text = node.as_str().unwrap_or("");
        // Within these the dot is something else.
        if go && ["range", "with", "define", "block"].iter().any(|word| text.contains(word)) {
            continue;
        }
        let mut seen = Vec::new();
        for name in template::tags(text).into_iter().filter_map(|tag| parameter(tag, go)) {
            let lacking = yielded.iter().find(|names| !knows(names, name, go));
            if let Some(names) = lacking.filter(|_| !seen.contains(&name)) {
                seen.push(name);
                report(node, name, names, context);
            }
        }
    }
}

fn parameter(tag: &str, go: bool) -> Option<&str> {
    if go { template::go_parameter(tag) } else { Some(tag).filter(|tag| template::is_plain_name(tag)) }
}

/// Whether a parameter is among those that are yielded: itself, or with Go templates part of one.
fn knows(names: &[String], name: &str, go: bool) -> bool {
    names.iter().any(|known| {
        let open = known.strip_suffix('.').is_some_and(|start| name.starts_with(start));
        let deeper = go && name.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('.'));
        open || known == name || deeper
    })
}

fn report(node: Node<'_>, name: &str, names: &[String], context: &mut Context<'_, '_>) {
    let inside = names.iter().any(|known| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
    let message = match inside {
        true => format!("`{name}` is a map, not a string"),
        false => format!("`{name}` is not a parameter of the generators"),
    };
    let path = format!("{name}.path");
    let nearest =
        if inside { Some(path.as_str()).filter(|path| names.iter().any(|known| known == path)) } else { None };
    let nearest = nearest.or_else(|| closest(name, names.iter().map(String::as_str)));
    let help = match nearest {
        Some(nearest) => format!("is `{}` meant?", nearest.trim_end_matches('.')),
        None => "correct the name, or add it to every generator".to_owned(),
    };
    context.report(node, message).help(help);
}
