use crate::rule::prelude::*;

rule! {
    /// An ApplicationSet that continues when a parameter is missing.
    ///
    /// With Go templates and without `goTemplateOptions: ["missingkey=error"]` a missing parameter becomes `<no
    /// value>`: Applications get the same or an invalid name, and are deleted and made anew.
    ///
    /// **How to fix**: set `goTemplateOptions: ["missingkey=error"]`.
    id: "application-set-missing-key",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/GoTemplate/"],
    check: Check::Kind(&["argoproj.io/ApplicationSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let Some(node) = spec.get("goTemplate").filter(|node| node.as_bool() == Some(true)) else { return };
    let strict =
        spec.get("goTemplateOptions").into_iter().flat_map(Node::items).any(|o| o.as_str() == Some("missingkey=error"));
    if !strict {
        let message = format!("{} continues when a parameter is missing", object.title());
        let patch = match spec.get("goTemplateOptions").filter(|list| list.is_sequence()) {
            Some(list) => {
                match list.items().find(|option| option.as_str().is_some_and(|o| o.starts_with("missingkey="))) {
                    Some(lax) => Patch::new().set(lax, "missingkey=error"),
                    None => Patch::new().push(list, "missingkey=error"),
                }
            }
            None => Patch::new().field(spec, &["goTemplateOptions"], vec!["missingkey=error"]),
        };
        context.report(node, message).help("set `goTemplateOptions: [\"missingkey=error\"]`").fix(patch);
    }
}
