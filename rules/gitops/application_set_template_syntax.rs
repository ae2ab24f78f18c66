use crate::rule::prelude::*;

rule! {
    /// A placeholder of the other template language.
    ///
    /// An ApplicationSet fills in `{{name}}`; with `goTemplate: true` its templates are Go templates, which write `{{.name}}`.
    /// Without it `{{.name}}` stays as it is, and with it `{{name}}` is a call of a function that does not exist: nothing is
    /// created. Checked without `goTemplate` in the fields that decide what an Application is (name, project, destination,
    /// sources), with it in the whole template, all of which is parsed.
    ///
    /// **How to fix**: set `goTemplate: true` for `{{.name}}`, remove it for `{{name}}`; a placeholder that is meant for
    /// somebody else is written ``{{`{{name}}`}}`` in a Go template.
    id: "application-set-template-syntax",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &["https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/GoTemplate/"],
    check: Check::Kind(&["argoproj.io/ApplicationSet"], check),
}

/// Words that stand alone in a Go template: the language's own, and functions without arguments.
const ALONE: &[&str] = &[
    "else",
    "end",
    "break",
    "continue",
    "true",
    "false",
    "nil",
    "now",
    "uuidv4",
    "dict",
    "list",
    "tuple",
    "randBytes",
    "keys",
    "print",
    "println",
    "hello",
    "cat",
    "fail",
    "coalesce",
    "and",
    "or",
    "genPrivateKey",
    "concat",
    "merge",
    "all",
    "any",
    "values",
    "min",
    "max",
    "add",
    "mul",
    "toYaml",
    "fromYaml",
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if context.item().surroundings.altered {
        return; // overlays may fill in what is missing here
    }
    if generators::is_go(object) {
        let Some(template) = object.root.at(&["spec", "template"]) else { return };
        let mut open = vec![template];
        while let Some(node) = open.pop() {
            open.extend(node.items().rev());
            open.extend(node.entries().rev().map(|entry| entry.value));
            if let Some(tag) = node.as_str().and_then(plain_name) {
                let message = format!(
                    "`{{{{{tag}}}}}` is not a parameter in a Go template, but a call of a function that does not exist"
                );
                let patch = Patch::respell(node, node.as_str().map(|text| with_dot(text, tag)));
                context.report(node, message).help(format!("write `{{{{.{tag}}}}}`")).fix(patch);
            }
        }
        return;
    }
    for node in generators::decisive(object) {
        let tags = node.as_str().map(template::tags).unwrap_or_default();
        if let Some(tag) = tags.into_iter().find(|tag| template::go_parameter(tag).is_some()) {
            context
                .report(node, format!("`{{{{{tag}}}}}` is not filled in without `goTemplate: true`"))
                .help("set `goTemplate: true`, or leave out the dot");
        }
    }
}

/// The first placeholder that is a mere name, where the text holds no raw strings with placeholders of others.
fn plain_name(text: &str) -> Option<&str> {
    let raw = text.contains('`') || text.contains("{{/*") || text.contains("{{- /*") || text.contains("define");
    let name = |tag: &&str| template::is_plain_name(tag) && !ALONE.contains(tag);
    template::tags(text).into_iter().find(|tag| !raw && name(tag))
}

/// The text with a dot before a name, wherever that is all that a placeholder holds.
fn with_dot(text: &str, name: &str) -> String {
    [format!("{{{{{name}}}}}"), format!("{{{{ {name} }}}}")]
        .iter()
        .fold(text.to_owned(), |text, tag| text.replace(tag.as_str(), &tag.replace(name, &format!(".{name}"))))
}
