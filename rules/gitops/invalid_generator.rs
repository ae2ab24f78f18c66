use std::collections::BTreeSet;

use crate::rule::prelude::*;

rule! {
    /// A generator that cannot produce anything.
    ///
    /// Argo CD refuses it when it generates Applications: a matrix takes exactly two generators, a merge at least two and keys
    /// to merge by, which tell the sets of each of its generators apart; a git generator needs directories or files; two git
    /// generators in a matrix need a `pathParamPrefix` unless the template is a Go template; and without Go templates the values
    /// of a list's elements are texts: that is said once, at the first value that is none.
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
    let mut odd = Vec::new();
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
            odd.extend(no_texts(list));
        }
    }
    report_texts(&odd, context);
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

/// The values of a list's elements, and of their maps `values`, that are no texts.
fn no_texts<'t>(list: Node<'t>) -> impl Iterator<Item = Entry<'t>> {
    list.get("elements").into_iter().flat_map(Node::items).flat_map(|element| {
        let values = element.get("values").filter(|values| values.is_mapping());
        let own = element.entries().filter(|entry| entry.name != "values");
        let all = own.chain(values.into_iter().flat_map(Node::entries));
        all.filter(|entry| !entry.value.is_string() && !entry.value.is_null())
    })
}

/// Most further values that are shown.
const MOST: usize = 20;

/// Without Go templates every value has to be a text: the cause is one, however many are not.
fn report_texts(odd: &[Entry<'_>], context: &mut Context<'_, '_>) {
    let Some((first, others)) = odd.split_first() else { return };
    let more = match others.len() {
        0 => String::new(),
        1 => " (nor is one more)".to_owned(),
        more => format!(" (nor are {more} more)"),
    };
    let scalar = |entry: &Entry<'_>| !entry.value.is_mapping() && !entry.value.is_sequence();
    let quoted = |patch: Patch, entry: &Entry<'_>| patch.set(entry.value, entry.value.raw());
    let patch = if odd.iter().all(scalar) { odd.iter().fold(Patch::new(), quoted) } else { Patch::none() };
    let message = format!("`{}` is not a string: the generator fails{more}", first.name);
    let help = if others.is_empty() { "put it in quotes, or set `goTemplate: true`" } else { HELP };
    let mut finding = context.report(first.value, message).help(help).fix(patch);
    for entry in others.iter().take(MOST) {
        finding = finding.related(entry.value, format!("nor is `{}`", entry.name));
    }
}

const HELP: &str = "put all of them in quotes, or set `goTemplate: true`";
