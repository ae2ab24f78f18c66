use crate::rule::prelude::*;

rule! {
    /// An ApplicationSet that generates an Application with an invalid name.
    ///
    /// Names are lower case letters, digits, `-` and `.`; the API server refuses others, and no Application of the set is
    /// made. Checked for list generators and matrices of two lists. `normalize` makes a name of any text in a Go template, and
    /// clusters and paths have a `nameNormalized` and a `path.basenameNormalized`.
    ///
    /// **How to fix**: correct the value in the element, or normalize it in `template.metadata.name`.
    id: "invalid-generated-name",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Template/"],
    check: Check::Kind(&["argoproj.io/ApplicationSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if context.item().surroundings.altered {
        return; // overlays may fill in what is missing here
    }
    let go = generators::is_go(object);
    let Some(node) = object.root.at(&["spec", "template", "metadata", "name"]) else { return };
    let Some(text) = node.as_str().filter(|text| text.contains("{{")) else { return };
    let sets = generators::top_level(object).filter_map(|generator| generators::expand(generator, go)).flatten();
    let invalid =
        sets.filter_map(|set| template::render(text, &set, go)).find(|name| names::dns_subdomain(name).is_err());
    if let Some(name) = invalid {
        let message = format!("an Application would have the name `{name}`, which is not a valid name");
        context.report(node, message).help("correct the value in the element, or normalize it");
    }
}
