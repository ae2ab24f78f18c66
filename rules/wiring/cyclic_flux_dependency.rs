use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// Flux Kustomizations or HelmReleases that depend on each other in a cycle.
    ///
    /// Each waits until another is ready, so none ever is. Where several objects have one name (clusters that share a
    /// repository), dependencies on that name are not followed.
    ///
    /// **How to fix**: remove one of the entries of `dependsOn`.
    id: "cyclic-flux-dependency",
    severity: Error,
    references: &["https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies"],
    check: Check::Set(check),
}

const KINDS: &[(&str, &str)] =
    &[("kustomize.toolkit.fluxcd.io", "Kustomization"), ("helm.toolkit.fluxcd.io", "HelmRelease")];

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    for (group, kind) in KINDS {
        let items: Vec<_> = set.of_kind(group, kind).collect();
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, item) in items.iter().enumerate() {
            by_name.entry(item.name().unwrap_or("")).or_default().push(index);
        }
        let edges: Vec<Vec<(usize, Node<'t>)>> = items.iter().map(|item| dependencies(item, &by_name)).collect();
        for Circle { members, count } in circles(&edges) {
            let (first, node) = members[0];
            let names: Vec<_> =
                members.iter().map(|(index, _)| format!("`{}`", items[*index].name().unwrap_or(""))).collect();
            let more = if count > names.len() { format!(" and {} more", count - names.len()) } else { String::new() };
            let message = match names.as_slice() {
                [one] => format!("{kind} {one} depends on itself"),
                _ => format!("{kind} {}{more} wait for each other", names.join(" and ")),
            };
            context.report_on(items[first], node, message).help("remove one of the entries of `dependsOn`");
        }
    }
}

/// What an object depends on, each with the node that says so.
fn dependencies<'t>(item: &Item<'t>, by_name: &BTreeMap<&str, Vec<usize>>) -> Vec<(usize, Node<'t>)> {
    let entries = item.object.spec().and_then(|spec| spec.get("dependsOn")).into_iter().flat_map(Node::items);
    let single = |name: &str| by_name.get(name).and_then(|found| if let [one] = found[..] { Some(one) } else { None });
    entries.filter_map(|entry| entry.get("name").and_then(|node| Some((single(node.as_str()?)?, node)))).collect()
}

/// How many members of a circle are named.
const NAMED: usize = 10;

/// Objects that wait for each other.
struct Circle<'t> {
    /// The first of them, each with the node that leads to the next.
    members: Vec<(usize, Node<'t>)>,
    /// How many there are.
    count: usize,
}

/// Every circle once, from its first member on.
fn circles<'t>(edges: &[Vec<(usize, Node<'t>)>]) -> Vec<Circle<'t>> {
    let mut found = Vec::new();
    let mut done = vec![false; edges.len()];
    // Where on the way down an object is.
    let mut places: Vec<Option<usize>> = vec![None; edges.len()];
    for start in 0..edges.len() {
        // The way down from here: members, and which of their edges comes next.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, next)) = path.pop() {
            if done[at] {
                continue;
            }
            let Some((to, _)) = edges[at].get(next) else {
                (done[at], places[at]) = (true, None);
                continue;
            };
            places[at] = Some(path.len());
            path.push((at, next + 1));
            match places[*to] {
                Some(first) => {
                    let circle = &path[first..];
                    let named = circle.iter().take(NAMED);
                    let members = named.map(|(member, next)| (*member, edges[*member][next - 1].1)).collect();
                    found.push(Circle { members, count: circle.len() });
                }
                None => path.push((*to, 0)),
            }
        }
    }
    found
}
