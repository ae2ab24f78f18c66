use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rule::prelude::*;

rule! {
    /// An object that two Applications deploy.
    ///
    /// Both say that it is theirs: Argo CD warns of a shared resource, each of them is out of sync when the other has been
    /// synchronised, and the one that is deleted or pruned takes the object with it. Judged for Applications of one cluster
    /// that lie in one directory or kustomization, and whose sources are plain directories and kustomizations of the
    /// repository at hand.
    ///
    /// **How to fix**: let one of them deploy the object.
    id: "shared-resource",
    severity: Warning,
    repository: true,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found"],
    check: Check::Set(check),
}

/// An object in a cluster: the cluster's address and name; group, kind, namespace and name of the object.
type Identity<'t> = (&'t str, &'t str, &'t str, &'t str, &'t str, &'t str);

/// What an Application shares with an earlier one: the first such object, by which of its sources it comes, and how many
/// there are.
#[derive(Clone, Copy)]
struct Shared<'a, 't> {
    order: usize,
    source: usize,
    first: &'a Item<'t>,
    count: usize,
}

/// The first Application of those with one destination and equal sources, and the first of another name.
type Heads<'a, 't> = (&'a Item<'t>, Option<&'a Item<'t>>);

/// Applications that bring the same objects to the same place.
#[derive(Default)]
struct Class<'a, 't> {
    /// What they bring, and by which of their sources.
    brought: Vec<(Identity<'t>, &'a Item<'t>, usize)>,
    /// Those looked at so far, by what they are applied with.
    seen: BTreeMap<Batch<'a>, Heads<'a, 't>>,
    /// Objects that the same classes bring: these, and the objects.
    parts: BTreeMap<Vec<usize>, Shared<'a, 't>>,
}

fn check<'t>(set: &ApplySet<'t>, context: &mut Context<'_, 't>) {
    let (mut classes, of) = classify(set);
    let mut owners: BTreeMap<Identity<'t>, Vec<usize>> = BTreeMap::new();
    for (number, class) in classes.iter().enumerate() {
        for (identity, ..) in &class.brought {
            let known = owners.entry(*identity).or_default();
            if known.last() != Some(&number) {
                known.push(number);
            }
        }
    }
    for class in &mut classes {
        for (order, (identity, first, source)) in class.brought.iter().enumerate() {
            let of = owners.get(identity).cloned().unwrap_or_default();
            let new = Shared { order, source: *source, first, count: 0 };
            class.parts.entry(of).or_insert(new).count += 1;
        }
    }
    for (item, application, number) in of {
        report(set, &classes, (item, application, number), context);
        let heads = classes[number].seen.entry(set.batch_of(item)).or_insert((item, None));
        if heads.1.is_none() && heads.0.name() != item.name() {
            heads.1 = Some(item);
        }
    }
}

/// The Applications in their order, each with the number of its class.
type Members<'a, 't> = Vec<(&'a Item<'t>, Application<'t>, usize)>;

fn classify<'a, 't>(set: &'a ApplySet<'t>) -> (Vec<Class<'a, 't>>, Members<'a, 't>) {
    let (mut classes, mut members, mut numbers) = (Vec::new(), Vec::new(), BTreeMap::new());
    for item in set.of_kind("argoproj.io", "Application").filter(|item| !item.surroundings.altered) {
        let Some(application) = Application::of(item.object) else { continue };
        let lists: Vec<_> = paths(application).into_iter().map(|(source, _)| set.delivered_by(source)).collect();
        let key = (destination(application), set.delivery_of(&lists));
        let number = *numbers.entry(key).or_insert(classes.len());
        if number == classes.len() {
            classes.push(Class { brought: brings(application, &lists, set), ..Class::default() });
        }
        members.push((item, application, number));
    }
    (classes, members)
}

fn report<'t>(
    set: &ApplySet<'t>,
    classes: &[Class<'_, 't>],
    (item, application, number): (&Item<'t>, Application<'t>, usize),
    context: &mut Context<'_, 't>,
) {
    let mut shared: BTreeMap<u32, Shared<'_, 't>> = BTreeMap::new();
    for (others, part) in &classes[number].parts {
        let earlier = others.iter().filter_map(|other| earlier(set, &classes[*other], item));
        let Some(other) = earlier.min_by_key(|other| other.index) else { continue };
        let known = shared.entry(other.index).or_insert(Shared { count: 0, ..*part });
        let first = if part.order < known.order { *part } else { *known };
        *known = Shared { count: known.count + part.count, ..first };
    }
    let paths = paths(application);
    for (other, Shared { source, first, count, .. }) in shared {
        let (other, path) = (&set.items()[other as usize], paths[source].1);
        let more = if count > 1 { format!(" and {} more objects", count - 1) } else { String::new() };
        let message = format!(
            "{} deploys {}{more}, and so does {}",
            item.object.title(),
            first.object.title(),
            other.object.title()
        );
        let help = "let one of them deploy the object";
        context
            .report_on(item, path, message)
            .help(help)
            .related(first.object.place(), "the object")
            .related(other.object.place(), "the other");
    }
}

/// The first Application of a class that has another name and is applied together with this one.
fn earlier<'a, 't>(set: &ApplySet<'t>, class: &Class<'a, 't>, item: &Item<'t>) -> Option<&'a Item<'t>> {
    let of_other_name = |(first, second): &Heads<'a, 't>| Some(*first).filter(|f| f.name() != item.name()).or(*second);
    match set.batch_of(item) {
        own @ (Batch::Directory(_) | Batch::File(_)) => class.seen.get(&own).and_then(of_other_name),
        Batch::Kustomizations(_) => {
            let found = class.seen.values().filter(|heads| set.are_applied_together(heads.0, item));
            found.filter_map(of_other_name).min_by_key(|other| other.index)
        }
    }
}

/// The sources that bring a path of a repository, and where the path stands.
fn paths<'t>(application: Application<'t>) -> Vec<(AppSource<'t>, Node<'t>)> {
    application.sources().into_iter().filter_map(|source| Some((source, source.literal("path")?))).collect()
}

/// Address, name and namespace of where an Application goes.
fn destination<'t>(application: Application<'t>) -> [&'t str; 3] {
    let destination = application.spec.get("destination");
    ["server", "name", "namespace"].map(|field| destination.and_then(|it| it.str_at(field)).unwrap_or(""))
}

/// The objects that an Application brings, as they will be called in its cluster, and by which of its sources.
fn brings<'a, 't>(
    application: Application<'t>,
    lists: &[Arc<[u32]>],
    set: &'a ApplySet<'t>,
) -> Vec<(Identity<'t>, &'a Item<'t>, usize)> {
    let [server, cluster, namespace] = destination(application);
    let mut found = Vec::new();
    for (source, list) in lists.iter().enumerate() {
        for item in list.iter().map(|&index| &set.items()[index as usize]) {
            let gvk = item.object.gvk;
            let placed =
                if apis::is_cluster_scoped(gvk) == Some(true) { "" } else { item.namespace().unwrap_or(namespace) };
            let identity = (server, cluster, gvk.group, gvk.kind, placed, item.name().unwrap_or(""));
            found.push((identity, item, source));
        }
    }
    found
}
