//! Rules over every set.
//!
//! In: all objects of a run. Out: how they divide into sets, and what the rules find in each; what is found in several is
//! said once, with their names.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Category, Finding, InSets, RuleId, Severity};
use crate::rule::run::{Plan, run as look_at};
use crate::source::Span;
use crate::workspace::sets::{Facts, SetId, Sets, identity};
use crate::workspace::{ApplySet, Around, Item};

use super::Run;

/// How the sources of a run divide. `roots` are the directories of the kustomizations that no other takes in.
pub(super) fn sets(run: &Run<'_>, whole: &ApplySet<'_>, roots: &FxHashSet<String>) -> Sets {
    let mut facts: Vec<_> = run.sources.iter().map(|source| Facts { name: &source.name, ..Facts::default() }).collect();
    for item in whole.items() {
        let facts = &mut facts[item.source.0 as usize];
        facts.identities.extend(identity(item.object));
        if facts.roots.is_empty() {
            let takers = item.surroundings.taken_in_by.iter().map(AsRef::as_ref);
            facts.roots.extend(takers.filter(|taker: &&str| roots.contains(*taker)));
        }
        facts.holds = true;
    }
    let config = &run.job.config;
    let is_cluster =
        config.clusters.as_ref().map(|globs| move |folder: &str| globs.is_match(&*config.relative(folder)));
    Sets::new(&facts, is_cluster.as_ref().map(|test| test as &dyn Fn(&str) -> bool))
}

/// Names the sets that findings about single documents hold in.
pub(super) fn name(findings: &mut [Finding], sets: &Sets) {
    for finding in findings {
        finding.sets.names = names(sets, sets.of_source(finding.source().0 as usize));
    }
}

/// The names of sets, sorted; those of plain files have none.
fn names(sets: &Sets, of: &[SetId]) -> Vec<Arc<str>> {
    let mut names: Vec<_> = of.iter().filter_map(|&set| sets.name(set).cloned()).collect();
    names.sort_unstable();
    names
}

/// What a finding says in a set of which not everything is here.
const OPEN: &str = "the kustomization also brings a base from elsewhere or a chart, which may hold it";

/// Lowers what is said of dangling references in a set that brings more than is here: nobody can be sure of them.
fn soften(findings: &mut [Finding]) {
    let dangling =
        |finding: &&mut Finding| finding.category == Category::Wiring && finding.rule.starts_with("dangling-");
    for finding in findings.iter_mut().filter(dangling) {
        finding.severity = Severity::Info;
        finding.help = Some(finding.help.as_ref().map_or_else(|| OPEN.to_owned(), |help| format!("{help}; {OPEN}")));
    }
}

/// Runs the rules over each set. `open` are the directories of kustomizations that bring something that is not here.
pub(super) fn rules<'t>(
    run: &Run<'_>,
    whole: &Arc<ApplySet<'t>>,
    sets: Sets,
    open: &FxHashSet<String>,
) -> Vec<Finding> {
    let is_open =
        |set: SetId| sets.name(set).is_some_and(|name| open.contains(if **name == *"." { "" } else { &**name }));
    let of_open: FxHashSet<_> =
        (0..sets.len() as u32).map(SetId).filter(|set| !open.is_empty() && is_open(*set)).collect();
    let (rules, versions) = (run.rules, run.job.versions);
    if rules.is_empty() {
        return Vec::new(); // validity alone: no set has to be looked through
    }
    if sets.len() <= 1 {
        let mut findings = look_at(&Plan::new(rules, whole), whole, versions);
        if !of_open.is_empty() {
            soften(&mut findings);
        }
        name(&mut findings, &sets);
        return findings;
    }
    let sets = Arc::new(sets);
    let (members, plan) = (members(whole, &sets), Plan::new(rules, whole));
    let found = members.into_par_iter().map(|(set, items)| {
        let part = part(whole, &sets, set, items);
        let mut findings = look_at(&plan, &part, versions);
        if of_open.contains(&set) {
            soften(&mut findings);
        }
        (set, findings)
    });
    join(found.collect(), &sets)
}

/// The items of each set that has any.
fn members<'t>(whole: &ApplySet<'t>, sets: &Sets) -> Vec<(SetId, Vec<Item<'t>>)> {
    let mut members: Vec<Vec<Item<'t>>> = (0..sets.len()).map(|_| Vec::new()).collect();
    for item in whole.items() {
        for set in sets.of_source(item.source.0 as usize) {
            members[set.0 as usize].push(*item);
        }
    }
    let numbered = (0..).map(SetId).zip(members);
    numbered.filter(|(_, items)| items.iter().any(|item| item.judged)).collect()
}

/// One set, with the rest of the repository around it.
fn part<'t>(whole: &Arc<ApplySet<'t>>, sets: &Arc<Sets>, set: SetId, items: Vec<Item<'t>>) -> ApplySet<'t> {
    let mut part = ApplySet::new(items);
    let of_set = |root: &String| sets.of_root(root).is_none_or(|other| !sets.are_alternatives(set, other));
    let generated = whole.generated.iter().filter(|made| made.roots.is_empty() || made.roots.iter().any(of_set));
    part.generated = generated.cloned().collect();
    part.around = Some(Around { all: whole.clone(), sets: sets.clone(), set });
    part
}

/// One list out of each set's: a finding that several have is said once.
fn join(found: Vec<(SetId, Vec<Finding>)>, sets: &Sets) -> Vec<Finding> {
    let mut at: FxHashMap<(RuleId, Span, String, String), usize> = FxHashMap::default();
    let mut joined: Vec<(Finding, Vec<SetId>)> = Vec::new();
    for (set, findings) in found {
        for finding in findings {
            let key = (finding.rule.clone(), finding.primary.span, finding.message.clone(), finding.path.clone());
            match at.entry(key) {
                Entry::Occupied(known) => {
                    let (other, of) = &mut joined[*known.get()];
                    other.severity = other.severity.max(finding.severity);
                    if of.last() != Some(&set) {
                        of.push(set);
                    }
                }
                Entry::Vacant(new) => {
                    new.insert(joined.len());
                    joined.push((finding, vec![set]));
                }
            }
        }
    }
    let finish = |(mut finding, of): (Finding, Vec<SetId>)| {
        let some = of.len() < sets.of_source(finding.source().0 as usize).len();
        finding.sets = InSets { names: names(sets, &of), some };
        finding
    };
    joined.into_iter().map(finish).collect()
}
