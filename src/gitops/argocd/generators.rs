//! What the generators of an ApplicationSet yield.
//!
//! In: a generator's node. Out: the names of its parameters ([`yielded`]) and, for lists and matrices of lists, every set of
//! parameters ([`expand`]). Mirrors `applicationset/generators` of Argo CD. What only a cluster, a repository or a plugin
//! knows is unknown.

use std::collections::BTreeMap;

use crate::object::Object;

use super::Application;
pub use super::application::{generators as top_level, inner_generators as inner};
use crate::yaml::{Kind, Node};

/// Kinds of generators, by the field they stand under.
pub const KINDS: &[&str] =
    &["list", "clusters", "git", "scmProvider", "clusterDecisionResource", "pullRequest", "matrix", "merge", "plugin"];

/// Most sets of parameters that a generator is expanded to.
const MOST: usize = 2000;
/// Levels of generators: those of an ApplicationSet, those within a matrix or merge, and those within these.
const LEVELS: usize = 3;

/// Whether an ApplicationSet's templates are Go templates.
pub fn is_go(object: Object<'_>) -> bool {
    object.root.at(&["spec", "goTemplate"]).and_then(Node::as_bool) == Some(true)
}

/// All generators of an ApplicationSet, those within others included.
pub fn all(object: Object<'_>) -> Vec<Node<'_>> {
    let mut all: Vec<_> = top_level(object).collect();
    let mut last = all.clone();
    for _ in 1..LEVELS {
        last = last.into_iter().flat_map(inner).take(MOST).collect();
        all.extend(last.iter().copied());
    }
    all
}

/// The parameters that a generator yields in every set; one that ends in `.` stands for all that begin like the rest of it.
/// Nothing where that is unknown.
pub fn yielded(generator: Node<'_>, go: bool) -> Option<Vec<String>> {
    yielded_at(generator, go, LEVELS)
}

fn yielded_at(generator: Node<'_>, go: bool, levels: usize) -> Option<Vec<String>> {
    let (kind, node) = KINDS.iter().find_map(|kind| Some((*kind, generator.get_entry(kind)?.value)))?;
    let mut names = match kind {
        "list" => return of_list(node, go),
        "matrix" | "merge" if levels > 1 => {
            let mut names = Vec::new();
            inner(generator).next()?;
            for child in inner(generator) {
                names.extend(yielded_at(child, go, levels - 1)?);
            }
            return Some(names);
        }
        "clusters" if node.get("flatList").and_then(Node::as_bool) == Some(true) => return None,
        "clusters" => ["name", "nameNormalized", "server", "project", "metadata.labels.", "metadata.annotations."]
            .map(owned)
            .to_vec(),
        "git" => of_git(node, go)?,
        "scmProvider" => [
            "organization",
            "repository",
            "repository_id",
            "url",
            "branch",
            "branchNormalized",
            "sha",
            "short_sha",
            "short_sha_7",
            "labels",
        ]
        .map(owned)
        .to_vec(),
        "pullRequest" => [
            "number",
            "title",
            "branch",
            "branch_slug",
            "target_branch",
            "target_branch_slug",
            "head_sha",
            "head_short_sha",
            "head_short_sha_7",
            "author",
            "labels",
        ]
        .map(owned)
        .to_vec(),
        _ => return None,
    };
    names.extend(node.get("values").into_iter().flat_map(Node::entries).map(|entry| format!("values.{}", entry.name)));
    Some(names)
}

fn owned(text: &str) -> String {
    text.to_owned()
}

fn of_git(node: Node<'_>, go: bool) -> Option<Vec<String>> {
    // Files bring parameters of their own.
    node.get("directories").filter(|list| !list.is_empty())?;
    let prefix = node.str_at("pathParamPrefix").filter(|prefix| !prefix.is_empty());
    let path = prefix.map_or("path".to_owned(), |prefix| format!("{prefix}.path"));
    let mut names = vec![format!("{path}.basename"), format!("{path}.basenameNormalized")];
    match go {
        true => names.extend([format!("{path}.path"), format!("{path}.segments")]),
        false => names.extend([path.clone(), format!("{path}[.")]),
    }
    Some(names)
}

/// The parameters that every element of a list has.
fn of_list(node: Node<'_>, go: bool) -> Option<Vec<String>> {
    let mut sets = list_sets(node, go)?.into_iter();
    let first = sets.next()?;
    let mut names: Vec<String> = first.into_keys().collect();
    sets.for_each(|set| names.retain(|name| set.contains_key(name)));
    Some(names)
}

/// One set of parameters: the value of each name; nothing for one that is no text.
pub type Parameters<'t> = BTreeMap<String, Option<&'t str>>;

/// The fields of a template that decide what an Application is and where it goes: its name, project, destination, sources.
pub fn decisive(object: Object<'_>) -> Vec<Node<'_>> {
    let Some(template) = object.root.at(&["spec", "template"]) else { return Vec::new() };
    let mut found = fields(template.get("metadata"), &["name", "namespace"]);
    let Some(spec) = template.get("spec") else { return found };
    found.extend(fields(Some(spec), &["project"]));
    found.extend(fields(spec.get("destination"), &["server", "name", "namespace"]));
    for source in Application::of(object).into_iter().flat_map(Application::sources) {
        found.extend(fields(Some(source.node), &["repoURL", "path", "targetRevision", "chart"]));
    }
    found
}

fn fields<'t>(node: Option<Node<'t>>, names: &[&str]) -> Vec<Node<'t>> {
    names.iter().filter_map(|name| node?.get(name)).collect()
}

/// Whether a generator has a template of its own, which may say something else than that of the ApplicationSet.
pub fn has_own_template(generator: Node<'_>) -> bool {
    let own = |kind: &&str| generator.at(&[kind, "template"]).is_some_and(|template| !template.is_empty());
    KINDS.iter().any(own)
}

/// All sets of parameters that a generator yields, in order; nothing where they are unknown.
pub fn expand(generator: Node<'_>, go: bool) -> Option<Vec<Parameters<'_>>> {
    // A selector drops some of them.
    generator.get("selector").is_none().then_some(())?;
    if let Some(list) = generator.get("list") {
        return list_sets(list, go);
    }
    let mut children = generator.get("matrix").map(|_| inner(generator))?;
    let (first, second) = (children.next()?, children.next()?);
    let of_list = |child: Node<'_>| child.get("selector").is_none() && child.get("list").is_some();
    if !of_list(first) || !of_list(second) || children.next().is_some() {
        return None;
    }
    let (firsts, seconds) = (list_sets(first.get("list")?, go)?, list_sets(second.get("list")?, go)?);
    let pairs = firsts.iter().flat_map(|a| seconds.iter().map(move |b| (a, b))).take(MOST);
    Some(pairs.map(|(a, b)| b.iter().chain(a).map(|(name, value)| (name.clone(), *value)).collect()).collect())
}

fn list_sets(list: Node<'_>, go: bool) -> Option<Vec<Parameters<'_>>> {
    list.get("elementsYaml").is_none().then_some(())?;
    let elements = list.get("elements")?.items().take(MOST);
    Some(elements.map(|element| of_element(element, go)).collect())
}

/// Without Go templates only the map `values` goes deeper than one level; with them all maps do.
fn of_element(element: Node<'_>, go: bool) -> Parameters<'_> {
    let mut set = Parameters::new();
    let mut open = vec![(String::new(), element, 0)];
    while let Some((prefix, node, depth)) = open.pop() {
        for entry in node.entries() {
            let name = format!("{prefix}{}", entry.name);
            let deeper = entry.value.is_mapping() && (go || name == "values") && depth < 10;
            if deeper {
                open.push((format!("{name}."), entry.value, depth + 1));
            }
            set.insert(name, scalar(entry.value));
        }
    }
    set
}

fn scalar(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        Kind::String(text) => Some(text),
        _ => None,
    }
}
