use std::collections::BTreeSet;

use crate::rule::prelude::*;

rule! {
    /// A generator that cannot produce anything.
    ///
    /// Argo CD refuses it when it generates Applications: a matrix takes exactly two generators, a merge at least two and keys
    /// to merge by, which tell the sets of each of its generators apart; a git generator needs directories or files; two git
    /// generators in a matrix need a `pathParamPrefix` unless the template is a Go template; and without Go templates the values
    /// of a list's elements are texts.
    ///
    /// **How to fix**: see the message.
    id: "invalid-generator",
    severity: Error,
    fix: Some(Applicability::Safe),
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Matrix/",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Merge/",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-List/",
    ],
    check: Check::Kind(&["argoproj.io/ApplicationSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if context.item().surroundings.altered {
        return; // overlays may fill in what is missing here
    }
    let go = generators::is_go(object);
    for generator in generators::all(object) {
        if let Some(entry) = generator.get_entry("matrix") {
            matrix(generator, entry, go, context);
        }
        if let Some(entry) = generator.get_entry("merge") {
            merge(generator, entry, go, context);
        }
        if let Some(git) = generator
            .get("git")
            .filter(|git| ["directories", "files"].iter().all(|field| git.get(field).is_none_or(Node::is_empty)))
        {
            context
                .report(Place::Key(git), "this git generator has neither `directories` nor `files`")
                .help("set `directories` or `files`");
        }
        if let Some(list) = generator.get("list").filter(|_| !go) {
            texts(list, context);
        }
    }
}

fn matrix(generator: Node<'_>, entry: Entry<'_>, go: bool, context: &mut Context<'_, '_>) {
    let inner: Vec<_> = generators::inner(generator).collect();
    if inner.len() != 2 {
        context
            .report(Place::key(entry), format!("a matrix takes exactly two generators, not {}", inner.len()))
            .help("nest matrices for more");
        return;
    }
    let git = |child: &Node<'_>| child.get("git").map(|git| git.str_at("pathParamPrefix").unwrap_or("").to_owned());
    if let (Some(first), Some(second), false) = (git(&inner[0]), git(&inner[1]), go)
        && first == second
    {
        context
            .report(Place::key(entry), "both git generators set `path`, and a matrix cannot set one parameter twice")
            .help("set `pathParamPrefix` in one of them");
    }
}

fn merge(generator: Node<'_>, entry: Entry<'_>, go: bool, context: &mut Context<'_, '_>) {
    let inner: Vec<_> = generators::inner(generator).collect();
    let keys: Vec<_> =
        entry.value.get("mergeKeys").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect();
    if inner.len() < 2 {
        context
            .report(Place::key(entry), format!("a merge takes at least two generators, not {}", inner.len()))
            .help("add a generator");
    }
    if keys.is_empty() {
        context.report(Place::key(entry), "this merge has no `mergeKeys`").help("list the parameters to merge by");
        return;
    }
    for child in inner {
        let mut seen = BTreeSet::new();
        for set in generators::expand(child, go).unwrap_or_default() {
            let values: Option<Vec<_>> = keys.iter().map(|key| set.get(*key).copied().unwrap_or(Some(""))).collect();
            if values.is_some_and(|values| !seen.insert(values)) {
                let message = format!("two parameter sets of this generator have the same {}", keys.join(" and "));
                context
                    .report(child, message)
                    .help("choose merge keys that differ in every parameter set of a generator");
                break;
            }
        }
    }
}

/// Without Go templates every value of an element, and of its map `values`, is a text.
fn texts(list: Node<'_>, context: &mut Context<'_, '_>) {
    for element in list.get("elements").into_iter().flat_map(Node::items) {
        let values = element.get("values").filter(|values| values.is_mapping());
        let entries =
            element.entries().filter(|entry| entry.name != "values").chain(values.into_iter().flat_map(Node::entries));
        for entry in entries.filter(|entry| !entry.value.is_string() && !entry.value.is_null()) {
            let message = format!("`{}` is not a string: the generator fails", entry.name);
            let scalar = !entry.value.is_mapping() && !entry.value.is_sequence();
            let patch = Patch::respell(entry.value, scalar.then(|| entry.value.raw()));
            context.report(entry.value, message).help("put it in quotes, or set `goTemplate: true`").fix(patch);
        }
    }
}
