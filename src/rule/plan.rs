//! Which rules look at which objects.
//!
//! In: the rules that are on. Out: [`Rules`], where the rules for a kind are found without asking each rule: made once for all that an
//! engine checks; and [`Plan`], the rules for the kinds that a set has.

use rustc_hash::FxHashMap;

use crate::object::Gvk;
use crate::workspace::{ApplySet, Item};

use super::run::Enabled;
use super::{Action, Check};

/// Rules, and what they look at.
#[derive(Default)]
pub struct Rules {
    /// The rules.
    pub all: Vec<Enabled>,
    /// What they look at.
    pub by_kind: ByKind,
}

impl Rules {
    /// These.
    pub fn new(all: Vec<Enabled>) -> Self {
        let by_kind = ByKind::of(&all);
        Self { all, by_kind }
    }
}

/// What the rules of a list look at, by their numbers in it.
#[derive(Default)]
pub struct ByKind {
    /// Sets as a whole.
    of_sets: Vec<u32>,
    /// Objects of all kinds.
    of_all: Vec<u32>,
    /// Whatever makes pods.
    of_workloads: Vec<u32>,
    /// Single kinds: by these, the groups.
    of_kinds: FxHashMap<&'static str, Vec<(&'static str, u32)>>,
}

impl ByKind {
    fn of(rules: &[Enabled]) -> Self {
        let mut by_kind = Self::default();
        for (number, rule) in (0..).zip(rules) {
            let Action::Check(check) = &rule.action else {
                by_kind.of_all.push(number);
                continue;
            };
            match check {
                Check::Set(_) => by_kind.of_sets.push(number),
                Check::Object(_) | Check::ObjectInSet(_) => by_kind.of_all.push(number),
                Check::Kind(kinds, _) | Check::KindInSet(kinds, _) => {
                    for (group, kind) in kinds.iter().map(|kind| kind.rsplit_once('/').unwrap_or(("", kind))) {
                        by_kind.of_kinds.entry(kind).or_default().push((group, number));
                    }
                }
                _ => by_kind.of_workloads.push(number),
            }
        }
        by_kind
    }

    /// The numbers of the rules that look at objects of a kind one by one, in their order.
    fn look_at(&self, kind: Gvk<'_>, makes_pods: bool) -> Vec<u32> {
        let of_kind = self.of_kinds.get(kind.kind).into_iter().flatten();
        let of_kind = of_kind.filter(|(group, _)| *group == kind.group).map(|(_, number)| *number);
        let of_workloads = if makes_pods { &self.of_workloads[..] } else { &[] };
        let mut numbers: Vec<u32> = self.of_all.iter().chain(of_workloads).copied().chain(of_kind).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// Which rules look at what: made once for all sets.
pub struct Plan<'a, 't> {
    /// For each kind, the rules that look at its objects one by one.
    by_kind: FxHashMap<(&'t str, &'t str), Vec<&'a Enabled>>,
    /// The rules that look at a set as a whole.
    of_sets: Vec<&'a Enabled>,
    /// They look at all objects, not only at those that are checked.
    everything: bool,
}

impl<'a, 't> Plan<'a, 't> {
    /// Which of some rules look at which objects of a set that holds all others; where the rules have other settings than an engine's
    /// own ones, they are the same rules.
    pub fn new(rules: &'a [Enabled], numbers: &ByKind, whole: &ApplySet<'t>) -> Self {
        let named = |numbers: &[u32]| numbers.iter().filter_map(|number| rules.get(*number as usize)).collect();
        let by_kind = whole.kinds().map(|(kind, first)| {
            let makes_pods = first.workload().is_some();
            (kind, named(&numbers.look_at(first.object.gvk, makes_pods)))
        });
        Self { by_kind: by_kind.collect(), of_sets: named(&numbers.of_sets), everything: false }
    }

    /// The same with some of the rules alone.
    pub fn only(mut self, is_meant: impl Fn(&Enabled) -> bool) -> Self {
        self.by_kind.values_mut().chain([&mut self.of_sets]).for_each(|rules| rules.retain(|rule| is_meant(rule)));
        self
    }

    /// The rules that look at objects of the kind of one, one by one.
    pub fn of_kind(&self, kind: Gvk<'t>) -> &[&'a Enabled] {
        self.by_kind.get(&(kind.group, kind.kind)).map_or(&[], Vec::as_slice)
    }

    /// The rules that look at a set as a whole.
    pub fn of_sets(&self) -> &[&'a Enabled] {
        &self.of_sets
    }

    /// Whether any of these is looked at.
    pub fn looks_at_any(&self, items: &[Item<'t>]) -> bool {
        self.everything || items.iter().any(|item| item.checked)
    }

    /// The same for all objects, be they checked or not.
    pub fn over_everything(self) -> Self {
        Self { everything: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Workload;
    use crate::rules;
    use crate::source::{Source, SourceId};
    use crate::workspace::Surroundings;
    use crate::yaml::{Limits, read};

    /// As each rule says it itself.
    fn looks_at(rule: &Enabled, kind: Gvk<'_>, makes_pods: bool) -> bool {
        let Action::Check(check) = &rule.action else { return true };
        let written =
            if kind.group.is_empty() { kind.kind.to_owned() } else { format!("{}/{}", kind.group, kind.kind) };
        match check {
            Check::Object(_) | Check::ObjectInSet(_) => true,
            Check::Kind(kinds, _) | Check::KindInSet(kinds, _) => kinds.contains(&&*written),
            Check::Set(_) => false,
            _ => makes_pods,
        }
    }

    #[test]
    fn every_rule_looks_at_the_kinds_that_it_names() {
        let enabled = |rule: &std::sync::Arc<crate::rule::RuleInfo>| {
            let settings = crate::rule::Settings {
                severity: rule.severity,
                standard: false,
                exact: false,
                options: FxHashMap::default(),
            };
            Some(Enabled { rule: rule.clone(), action: rule.action.clone()?, settings, by_path: None })
        };
        let rules = Rules::new(rules::registry().all().filter_map(enabled).collect());
        let named =
            rules.by_kind.of_kinds.iter().flat_map(|(kind, of)| of.iter().map(move |(group, _)| (*group, *kind)));
        let others =
            [("", "Pod"), ("apps", "Deployment"), ("example.org", "Pod"), ("example.org", "Boat"), ("", "a/b")];
        let texts: Vec<String> = named
            .chain(others)
            .map(|(group, kind)| {
                let slash = if group.is_empty() { "" } else { "/" };
                format!("apiVersion: {group}{slash}v1\nkind: {kind}\nmetadata: {{name: a}}\n")
            })
            .collect();
        assert!(texts.len() > 100);
        let source = Source::from_text(SourceId(0), "a.yaml", texts.join("---\n"));
        let (documents, surroundings) = (read(&source, &Limits::default()), Surroundings::default());
        let objects = documents
            .iter()
            .filter_map(|document| crate::object::Object::from_node(document.tree.as_ref().ok()?.root()));
        let set = ApplySet::new(objects.map(|object| Item::new(object, source.id, 0, &surroundings)).collect());
        let plan = Plan::new(&rules.all, &rules.by_kind, &set);
        for item in set.items() {
            let (kind, makes_pods) = (item.object.gvk, Workload::of(item.object).is_some());
            let ids = |rule: &Enabled| rule.rule.id.clone();
            let found: Vec<_> = plan.of_kind(kind).iter().map(|rule| ids(rule)).collect();
            let said: Vec<_> = rules.all.iter().filter(|rule| looks_at(rule, kind, makes_pods)).map(ids).collect();
            assert_eq!(found, said, "{kind:?}");
        }
        let one = plan.only(|rule| rule.rule.id == "bare-pod");
        assert_eq!(one.of_kind(Gvk { group: "", version: "v1", kind: "Pod" }).len(), 1);
    }
}
