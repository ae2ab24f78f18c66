//! Rules over every set.
//!
//! In: all objects of a run. Out: how they divide into sets, and what the rules find in each; what is found in several is
//! said once, with their names.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Finding, RuleId, Wiring};
use crate::rule::plan::Plan;
use crate::rule::run::{Enabled, run as look_at};
use crate::version::VersionRange;
use crate::workspace::sets::{Facts, SetId, Sets, identity};
use crate::workspace::{ApplySet, Around, Generated, Item, Seen};
use crate::yaml::Node;

use super::built::Built;
use super::join::join;
use super::known::{FoundIn, InSets};
use super::repeated::add_up;
use super::{Run, wiring as links};

/// How the sources of a run divide. `roots` are the directories of the kustomizations that no other takes in.
pub(super) fn sets(run: &Run<'_>, items: &[Item<'_>], roots: &FxHashSet<String>) -> Sets {
    let mut facts: Vec<_> = run.sources.iter().map(|source| Facts { name: &source.name, ..Facts::default() }).collect();
    let variants = run.built.variants();
    for (root, is_variant) in run.built.roots.iter().zip(variants) {
        for source in root.reads.iter().copied().chain([root.file.source]) {
            let facts = &mut facts[source.0 as usize];
            facts.roots.push(&root.name);
            facts.apart.extend((!is_variant).then_some(root.name.as_str()));
        }
    }
    for item in items {
        let facts = &mut facts[item.source.0 as usize];
        facts.identities.extend(identity(item));
        facts.destinations.extend(destinations(item, &run.sources.get(item.written_in()).name));
        if facts.roots.is_empty() {
            let takers = item.surroundings.taken_in_by.iter().map(AsRef::as_ref);
            facts.roots.extend(takers.filter(|taker: &&str| roots.contains(*taker)));
        }
        facts.holds = true;
    }
    let config = &run.job.settings.config;
    let is_cluster =
        config.clusters.as_ref().map(|globs| move |folder: &str| globs.is_match(&*config.relative(folder)));
    Sets::new(&facts, is_cluster.as_ref().map(|test| test as &dyn Fn(&str) -> bool))
}

/// The folders that an Application brings to a cluster, and its own roots, by the names that these may have; and the cluster's
/// address.
fn destinations<'t>(item: &Item<'t>, file: &str) -> Vec<(String, &'t str)> {
    let spec = item.object.spec().filter(|_| item.object.gvk.is("argoproj.io", "Application"));
    let Some(spec) = spec else { return Vec::new() };
    let Some(server) = spec.at(&["destination", "server"]).and_then(Node::as_str) else { return Vec::new() };
    let listed = spec.get("sources").into_iter().flat_map(Node::items);
    let paths = spec.get("source").into_iter().chain(listed).filter_map(|source| source.str_at("path"));
    let roots = [file.to_owned(), format!("{file} ({})", item.name().unwrap_or_default())];
    paths.map(str::to_owned).chain(roots).map(|name| (name, server)).collect()
}

/// Names the sets that findings about single documents hold in; of those on built objects, each is said once.
pub(super) fn validity(findings: Vec<Finding>, sets: &Sets, built: &Built) -> Vec<Finding> {
    let (on_built, mut plain): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| built.root_for(finding).is_some());
    for finding in plain.iter_mut().filter(|finding| finding.sets.names.is_empty()) {
        finding.sets.names = names(sets, sets.of_source(finding.source().0 as usize));
    }
    let with_set = on_built.into_iter().flat_map(|finding| {
        let source = finding.subject.map_or(finding.source(), |subject| subject.source);
        sets.of_source(source.0 as usize).first().map(|&set| (set, Cow::Owned(finding)))
    });
    plain.extend(join(with_set, sets, built));
    plain
}

/// The names of sets, sorted; those of plain files have none.
pub(super) fn names(sets: &Sets, of: &[SetId]) -> Vec<Arc<str>> {
    let mut names: Vec<_> = of.iter().filter_map(|&set| sets.name(set).cloned()).collect();
    names.sort_unstable();
    names
}

/// Runs the rules over each set but for those of which it is known what they find. Where findings of a rule add up, those in files
/// that are not checked are among them.
pub(super) fn rules<'t>(run: &Run<'_>, whole: &Arc<ApplySet<'t>>, sets: &Arc<Sets>, known: InSets) -> Vec<Finding> {
    if run.rules.is_empty() {
        return Vec::new(); // validity alone: no set has to be looked through
    }
    let plan = || Plan::new(run.rules, &run.job.rules().by_kind, whole);
    let mut found = looked_through(&plan(), run, whole, sets, known);
    if whole.items().iter().all(|item| item.checked) {
        return found;
    }
    let says = |enabled: &Enabled| found.iter().any(|finding| finding.rule == enabled.rule.id);
    let again: Vec<_> = run.rules.iter().filter(|enabled| add_up(&enabled.rule.id) && says(enabled)).collect();
    if !again.is_empty() {
        let is_one = |id: &RuleId| again.iter().any(|enabled| enabled.rule.id == *id);
        found.retain(|finding| !is_one(&finding.rule));
        let plan = plan().only(|enabled| is_one(&enabled.rule.id)).over_everything();
        found.extend(looked_through(
            &plan,
            &Run { kept: None, of_names: run.of_names.clone(), ..*run },
            whole,
            sets,
            InSets::default(),
        ));
    }
    found
}

/// Runs the rules of a plan.
fn looked_through<'t>(
    plan: &Plan<'_, 't>,
    run: &Run<'_>,
    whole: &Arc<ApplySet<'t>>,
    sets: &Arc<Sets>,
    mut known: InSets,
) -> Vec<Finding> {
    let versions = run.job.settings.versions;
    if sets.len() <= 1 {
        return validity(look_at(plan, whole, versions), sets, run.built);
    }
    let lacking = run.built.roots.iter().filter(|root| root.lacks_objects);
    let open: FxHashSet<SetId> =
        lacking.filter_map(|root| sets.of_source(root.file.source.0 as usize).first().copied()).collect();
    let made_for = run.built.roots.iter().filter_map(|root| {
        let set = sets.of_source(root.file.source.0 as usize).first().copied();
        Some((set?, root.versions?))
    });
    let made_for: FxHashMap<SetId, VersionRange> = made_for.collect();
    let mut members = members(whole, sets, |set| !known.contains_key(&set));
    members.retain(|(_, items)| plan.looks_at_any(items));
    let looks = members.into_par_iter().map(|(set, items)| {
        let mut part = part(whole, sets, set, items, run.kept.map(|_| Seen::none_of(run.sources.next_id().0 as usize)));
        part.open = open.contains(&set);
        let findings = look_at(plan, &part, made_for.get(&set).copied().unwrap_or(versions));
        (set, part, findings)
    });
    let Some(kept) = run.kept else {
        let found: Vec<(SetId, Vec<Finding>)> = looks.map(|(set, _, findings)| (set, findings)).collect();
        let in_order =
            found.iter().flat_map(|(set, found)| found.iter().map(move |finding| (*set, Cow::Borrowed(finding))));
        let joined = join(in_order, sets, run.built);
        // Most are copies of what is left: it takes a while to free them.
        found.into_par_iter().for_each(drop);
        return joined;
    };
    let found = looks.map(|(set, part, findings)| {
        let own = part.items().iter().map(|item| item.source).collect();
        (set, FoundIn::new(findings, own, part.around.as_ref().and_then(|around| around.seen.as_ref())))
    });
    let found: Vec<(SetId, FoundIn)> = found.collect();
    known.extend(found);
    let mut in_order: Vec<_> = known.iter().collect();
    in_order.sort_unstable_by_key(|(set, _)| **set);
    let in_order = in_order.into_iter();
    let in_order =
        in_order.flat_map(|(&set, found)| found.findings.iter().map(move |finding| (set, Cow::Borrowed(finding))));
    let joined = join(in_order, sets, run.built);
    kept.known.keep(known);
    joined
}

/// What refers to what in each set.
pub(super) fn wiring(whole: &Arc<ApplySet<'_>>, sets: &Arc<Sets>) -> Vec<Wiring> {
    let one = |(set, items)| {
        let (links, more) = match sets.len() {
            0 | 1 => links::links(whole),
            _ => links::links(&part(whole, sets, set, items, None)),
        };
        Wiring { set: sets.name(set).cloned(), links, more }
    };
    let checked =
        members(whole, sets, |_| true).into_par_iter().filter(|(_, items)| items.iter().any(|item| item.checked));
    let mut found: Vec<Wiring> = checked.map(one).collect();
    found.retain(|wiring| !wiring.links.is_empty());
    found
}

impl Run<'_> {
    /// What kustomizations generate, without what was built.
    pub(super) fn generated(&self, all: Vec<Generated>) -> Vec<Generated> {
        let built = self.built.roots.iter().map(|root| &root.name).chain(&self.built.brought);
        let built: FxHashSet<&str> = built.map(String::as_str).collect();
        let mut all = all;
        all.retain_mut(|made| {
            let known = !made.roots.is_empty();
            made.roots.retain(|root| !built.contains(root.as_str()));
            !known || !made.roots.is_empty()
        });
        all
    }
}

/// The items of each set that is asked for and has any.
fn members<'t>(whole: &ApplySet<'t>, sets: &Sets, is_asked: impl Fn(SetId) -> bool) -> Vec<(SetId, Vec<Item<'t>>)> {
    let is_asked: Vec<bool> = (0..sets.len() as u32).map(|set| is_asked(SetId(set))).collect();
    let mut members: Vec<Vec<Item<'t>>> = (0..sets.len()).map(|_| Vec::new()).collect();
    for item in whole.items() {
        for set in sets.of_source(item.source.0 as usize).iter().filter(|set| is_asked[set.0 as usize]) {
            members[set.0 as usize].push(*item);
        }
    }
    let numbered = (0..).map(SetId).zip(members);
    numbered.filter(|(_, items)| !items.is_empty()).collect()
}

/// One set, with the rest of the repository around it.
fn part<'t>(
    whole: &Arc<ApplySet<'t>>,
    sets: &Arc<Sets>,
    set: SetId,
    items: Vec<Item<'t>>,
    seen: Option<Seen>,
) -> ApplySet<'t> {
    let mut part = ApplySet::new(items);
    let of_set = |root: &String| sets.of_root(root).is_none_or(|other| !sets.are_alternatives(set, other));
    let generated = whole.generated.iter().filter(|made| made.roots.is_empty() || made.roots.iter().any(of_set));
    part.generated = generated.cloned().collect();
    part.around = Some(Around { all: whole.clone(), sets: sets.clone(), set, seen });
    part
}
