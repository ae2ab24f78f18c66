//! One list of findings out of each set's.
//!
//! In: findings, each with the set it was made in. Out: the same with those that several sets have said once, with all their
//! names. A fix stays only where every set that uses the line agrees with it.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::finding::{Finding, InSets, RuleId, Subject};
use crate::source::Span;
use crate::suppress::annotation;
use crate::workspace::sets::{SetId, Sets};
use crate::yaml::origin::By;

use super::built::{Built, shown};
use super::divide::names;

/// What makes findings of several sets the same.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    rule: RuleId,
    place: Span,
    /// Empty where one field of a kustomization decides for many objects: they have the same fault.
    message: String,
    /// Of what is built, lists may be of other lengths in each set.
    path: String,
    /// An annotation of the object suppresses it; that of another set's object may not.
    annotated: bool,
}

/// A finding of several sets.
struct Joined {
    finding: Finding,
    /// The set whose finding it is.
    first: SetId,
    of: Vec<SetId>,
    others: Vec<Subject>,
    /// Not all of them would fix it in the same way.
    differs: Option<SetId>,
    /// What is said of other objects.
    messages: BTreeSet<String>,
}

/// Joins what is the same.
pub(super) fn join(found: impl IntoIterator<Item = (SetId, Finding)>, sets: &Sets, built: &Built) -> Vec<Finding> {
    let mut at: FxHashMap<Key, usize> = FxHashMap::default();
    let mut joined: Vec<Joined> = Vec::new();
    for (set, finding) in found {
        match at.entry(key(&finding, built)) {
            Entry::Occupied(known) => joined[*known.get()].add(set, finding),
            Entry::Vacant(new) => {
                new.insert(joined.len());
                joined.push(Joined::new(set, finding));
            }
        }
    }
    joined.into_iter().map(|joined| joined.finish(sets, built)).collect()
}

fn key(finding: &Finding, built: &Built) -> Key {
    let object = finding.subject.and_then(|subject| built.object(subject));
    let annotated = object.is_some_and(|object| annotation::covers(object, finding));
    let path = if object.is_some() { String::new() } else { finding.path.clone() };
    let for_many = object.and_then(|_| built.node(finding)?.by()) == Some(By::Transformer);
    let message = if for_many { String::new() } else { finding.message.clone() };
    Key { rule: finding.rule.clone(), place: finding.primary.span, message, path, annotated }
}

impl Joined {
    fn new(set: SetId, finding: Finding) -> Self {
        Self { finding, first: set, of: vec![set], others: Vec::new(), differs: None, messages: BTreeSet::new() }
    }

    fn add(&mut self, set: SetId, finding: Finding) {
        self.finding.severity = self.finding.severity.max(finding.severity);
        self.others.extend(finding.subject.filter(|subject| self.finding.subject != Some(*subject)));
        if self.differs.is_none() && self.finding.fix != finding.fix {
            self.differs = Some(set);
        }
        if finding.message != self.finding.message {
            self.messages.insert(finding.message);
        }
        if let Err(place) = self.of.binary_search(&set) {
            self.of.insert(place, set);
        }
    }

    fn finish(self, sets: &Sets, built: &Built) -> Finding {
        let Self { mut finding, first, of, others, differs, messages } = self;
        if !messages.is_empty() {
            let more = if messages.len() == 1 { "object" } else { "objects" };
            finding.message.push_str(&format!(" (and {} more {more})", messages.len()));
        }
        let holders = sets.of_source(finding.source().0 as usize);
        let some = of.len() < holders.len();
        if let (true, Some(other)) = (finding.fix.is_some() && !others.is_empty(), differs) {
            let names: Vec<_> = [first, other].iter().filter_map(|&set| sets.name(set)).collect();
            match names[..] {
                [one, other] if one != other => {
                    leave(&mut finding, &format!("`{one}` and `{other}` need different fixes"))
                }
                _ => leave(&mut finding, "the sets it applies to need different fixes"),
            }
        }
        if built.root_for(&finding).is_some()
            && let Some((first, count)) = using(&finding, &of, sets, built)
        {
            let more = if count > 1 { format!(" and {} more use", count - 1) } else { " uses".to_owned() };
            leave(&mut finding, &format!("`{first}`{more} this line too, and nothing is wrong with it there"));
        }
        finding.sets = InSets { names: names(sets, &of), some, others };
        finding
    }
}

/// The first of the sets without the finding that use what its fix would change, and how many there are.
fn using<'s>(finding: &Finding, of: &[SetId], sets: &'s Sets, built: &Built) -> Option<(&'s Arc<str>, usize)> {
    let edits = &finding.fix.as_ref()?.edits;
    let spans = edits.iter().map(|edit| edit.span).filter(|span| !span.is_empty()).chain([finding.primary.span]);
    let mut found: Vec<&Arc<str>> = Vec::new();
    for span in spans {
        let holders = sets.of_source(span.source.0 as usize).iter().filter(|set| of.binary_search(set).is_err());
        let names = holders.filter_map(|&set| sets.name(set));
        found.extend(names.filter(|name| built.uses(name, span)));
    }
    found.sort_unstable();
    found.dedup();
    Some((found.first()?, found.len()))
}

/// Takes the fix away and says why.
pub(super) fn leave(finding: &mut Finding, why: &str) {
    finding.fix = None;
    let help = finding.help.take().map(|help| format!("{help}; ")).unwrap_or_default();
    finding.help = Some(format!("{help}not fixed automatically: {why}"));
}

impl Built {
    /// Whether the root of that name uses what stands in a span.
    fn uses(&self, name: &Arc<str>, span: Span) -> bool {
        self.roots.iter().any(|root| *shown(&root.name) == **name && root.uses(span))
    }
}
