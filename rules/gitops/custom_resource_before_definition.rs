use std::collections::{BTreeMap, BTreeSet};

use crate::rule::prelude::*;

rule! {
    /// A custom resource whose definition another Application brings later.
    ///
    /// Within an Application Argo CD applies definitions first by itself. Between two it follows the waves of the Applications:
    /// the one in the earlier wave fails at `no matches for kind`, and where waves wait for health the other never comes. Judged for Applications
    /// that lie in one directory or kustomization, and whose sources are plain directories and kustomizations of the
    /// repository at hand. Silent with the sync option `SkipDryRunOnMissingResource=true`, of the resource or its Application.
    ///
    /// **How to fix**: give the Application with the definition the same or a lower wave.
    id: "custom-resource-before-definition",
    severity: Warning,
    repository: true,
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#skip-dry-run-for-new-custom-resources-types",
    ],
    check: Check::Set(check),
}

const SKIPS: &str = "SkipDryRunOnMissingResource=true";

/// Applications that bring the same objects.
struct Class<'a, 't> {
    brought: Vec<&'a Item<'t>>,
    /// The first of those that are synchronised at one time and applied together, by number.
    first: Vec<usize>,
    /// Kinds whose definition they bring.
    defined: BTreeSet<Kind<'t>>,
}

/// A group and a kind.
type Kind<'t> = (&'t str, &'t str);

fn check<'t>(set: &ApplySet<'t>, context: &mut Context<'_, 't>) {
    let applications: Vec<_> =
        set.of_kind("argoproj.io", "Application").filter(|item| !item.surroundings.altered).collect();
    let (classes, of) = classify(set, &applications);
    // By kind: the classes that bring its definition.
    let mut definers: BTreeMap<Kind<'t>, Vec<usize>> = BTreeMap::new();
    for (number, class) in classes.iter().enumerate() {
        class.defined.iter().for_each(|kind| definers.entry(*kind).or_default().push(number));
    }
    let needs: Vec<_> = classes.iter().map(|class| needs(class, &definers)).collect();
    for (application, number) in applications.iter().zip(of) {
        if skips_all(application.object) {
            continue;
        }
        let is_early = |other: usize| is_earlier(set, application, applications[other]);
        let late = needs[number].iter().find(|(_, definers)| first_of(&classes, definers).all(is_early));
        let found = late.and_then(|(item, definers)| Some((item, first_of(&classes, definers).min()?)));
        if let Some((item, other)) = found {
            report(application, item, applications[other], context);
        }
    }
}

/// The Applications of some classes that stand for all of these.
fn first_of<'c>(classes: &'c [Class<'_, '_>], numbers: &'c [usize]) -> impl Iterator<Item = usize> + 'c {
    numbers.iter().flat_map(|number| classes[*number].first.iter().copied())
}

/// The classes of Applications, and the number of each Application's.
fn classify<'a, 't>(set: &'a ApplySet<'t>, applications: &[&'a Item<'t>]) -> (Vec<Class<'a, 't>>, Vec<usize>) {
    let (mut classes, mut of, mut numbers, mut known) =
        (Vec::<Class<'a, 't>>::new(), Vec::new(), BTreeMap::new(), BTreeSet::new());
    for (index, item) in applications.iter().enumerate() {
        let sources = Application::of(item.object).into_iter().flat_map(Application::sources);
        let lists: Vec<_> = sources.map(|source| set.delivered_by(source)).collect();
        let number = *numbers.entry(set.delivery_of(&lists)).or_insert(classes.len());
        if number == classes.len() {
            let brought: Vec<_> =
                lists.iter().flat_map(|list| list.iter()).map(|&i| &set.items()[i as usize]).collect();
            let defined = brought.iter().filter_map(|item| defines(item.object)).collect();
            classes.push(Class { brought, first: Vec::new(), defined });
        }
        if known.insert((number, sync::slot(item.object), set.batch_of(item))) {
            classes[number].first.push(index);
        }
        of.push(number);
    }
    (classes, of)
}

/// The first object of each kind that others define, with the classes of these.
fn needs<'a, 'd, 't>(
    class: &Class<'a, 't>,
    definers: &'d BTreeMap<Kind<'t>, Vec<usize>>,
) -> Vec<(&'a Item<'t>, &'d [usize])> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for item in &class.brought {
        let kind = (item.object.gvk.group, item.object.gvk.kind);
        let Some(others) = definers.get(&kind).filter(|_| !class.defined.contains(&kind)) else { continue };
        let options = item.object.annotation("argocd.argoproj.io/sync-options");
        let skips = options.is_some_and(|text| sync::values(text).any(|option| option == SKIPS));
        if !skips && seen.insert(kind) {
            found.push((*item, others.as_slice()));
        }
    }
    found
}

/// The group and kind that a CustomResourceDefinition defines.
fn defines(object: Object<'_>) -> Option<(&str, &str)> {
    let spec = object.spec().filter(|_| object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition"))?;
    Some((spec.str_at("group")?, spec.at(&["names", "kind"])?.as_str()?))
}

fn skips_all(application: Object<'_>) -> bool {
    let options = application.root.at(&["spec", "syncPolicy", "syncOptions"]).into_iter().flat_map(Node::items);
    options.into_iter().any(|option| option.as_str() == Some(SKIPS))
}

/// Whether one Application is sure to be synchronised before another.
fn is_earlier<'t>(set: &ApplySet<'t>, one: &Item<'t>, other: &Item<'t>) -> bool {
    let slots = sync::slot(one.object).zip(sync::slot(other.object));
    slots.is_some_and(|(own, later)| own < later) && set.are_applied_together(one, other)
}

fn report<'t>(application: &Item<'t>, item: &Item<'t>, definer: &Item<'t>, context: &mut Context<'_, 't>) {
    let annotations = application.object.annotations();
    let place = annotations.and_then(|map| map.get(sync::WAVE)).map_or(application.object.place(), Place::Value);
    let message = format!(
        "{} is synchronised before {}, which brings the definition of {}",
        application.object.title(),
        definer.object.title(),
        item.object.title()
    );
    let help = "give the Application with the definition the same or a lower wave";
    context.report_on(application, place, message).help(help).related(item.object.place(), "this needs the definition");
}
