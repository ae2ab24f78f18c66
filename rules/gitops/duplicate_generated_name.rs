use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// An ApplicationSet that generates two Applications with the same name.
    ///
    /// The controller refuses to create any of them: every set of parameters needs a name of its own. Checked for list
    /// generators and matrices of two lists, and where a name holds no parameter at all.
    ///
    /// **How to fix**: put into `template.metadata.name` parameters that together differ in every element.
    id: "duplicate-generated-name",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Template/"],
    check: Check::Kind(&["argoproj.io/ApplicationSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if context.item().surroundings.altered {
        return; // overlays may fill in what is missing here
    }
    let go = generators::is_go(object);
    let template = object.root.at(&["spec", "template", "metadata"]);
    let namespaced = template.is_some_and(|metadata| metadata.get("namespace").is_some());
    let Some(node) = template.and_then(|metadata| metadata.get("name")).filter(|_| !namespaced) else { return };
    let Some(text) = node.as_str() else { return };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for generator in generators::top_level(object) {
        let own = generators::has_own_template(generator);
        for set in generators::expand(generator, go).filter(|_| !own).unwrap_or_default() {
            if let Some(name) = template::render(text, &set, go) {
                *seen.entry(name).or_default() += 1;
            }
        }
    }
    if let Some((name, count)) = seen.into_iter().find(|(_, count)| *count > 1) {
        let message = format!("{count} Applications would have the name `{name}`: none of them is created");
        context.report(node, message).help("use parameters in the name that differ in every element");
    }
}
