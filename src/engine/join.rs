//! One list of findings out of each set's.
//!
//! In: findings, each with the set it was made in. Out: the same with those that several sets have said once, with all their
//! names. A fix stays only where every set that uses the line agrees with it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::finding::{Finding, InSets, Subject};
use crate::source::Span;
use crate::suppress::annotation;
use crate::workspace::sets::{SetId, Sets};
use crate::yaml::origin::By;

use super::built::{Built, shown};
use super::divide::names;

/// By which parts of it a finding is told from others, beside its rule and its place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Told {
    /// Not where one field of a kustomization decides for many objects: they have the same fault.
    by_message: bool,
    /// Not where it is built: lists may be of other lengths in each set.
    by_path: bool,
    /// An annotation of the object suppresses it; that of another set's object may not.
    annotated: bool,
}

/// A finding of several sets.
struct Joined<'f> {
    finding: Cow<'f, Finding>,
    told: Told,
    /// Another one whose key has the same hash.
    next: Option<usize>,
    /// The set whose finding it is.
    first: SetId,
    of: Vec<SetId>,
    others: Vec<Subject>,
    /// Not all of them would fix it in the same way.
    differs: Option<SetId>,
    /// What is said of other objects.
    messages: BTreeSet<String>,
}

/// Joins what is the same. A copy is made of what is left alone: of thousands of sets, most say the same of what they share.
pub(super) fn join<'f>(
    found: impl IntoIterator<Item = (SetId, Cow<'f, Finding>)>,
    sets: &Sets,
    built: &Built,
) -> Vec<Finding> {
    let mut first: FxHashMap<u64, usize> = FxHashMap::default();
    let mut joined: Vec<Joined<'f>> = Vec::new();
    for (set, finding) in found {
        let told = Told::of(&finding, built);
        let next = match first.entry(told.hash(&finding)) {
            Entry::Occupied(mut known) => {
                let same = |at: &usize| joined[*at].told == told && told.are_same(&joined[*at].finding, &finding);
                match std::iter::successors(Some(*known.get()), |at| joined[*at].next).find(same) {
                    Some(at) => {
                        joined[at].add(set, &finding);
                        continue;
                    }
                    None => Some(known.insert(joined.len())),
                }
            }
            Entry::Vacant(new) => {
                new.insert(joined.len());
                None
            }
        };
        joined.push(Joined::new(set, finding, told, next));
    }
    joined.into_iter().map(|joined| joined.finish(sets, built)).collect()
}

impl Told {
    fn of(finding: &Finding, built: &Built) -> Self {
        let object = finding.subject.and_then(|subject| built.object(subject));
        let for_many = object.and_then(|_| built.node(finding)?.by()) == Some(By::Transformer);
        let annotated = object.is_some_and(|object| annotation::covers(object, finding));
        Self { by_message: !for_many, by_path: object.is_none(), annotated }
    }

    /// What it says and where, as far as that tells it from others.
    fn texts(self, finding: &Finding) -> (&str, &str) {
        let (message, path) = (finding.message.as_str(), finding.path.as_str());
        (if self.by_message { message } else { "" }, if self.by_path { path } else { "" })
    }

    fn hash(self, finding: &Finding) -> u64 {
        let mut hasher = FxHasher::default();
        (finding.rule.as_str(), finding.primary.span, self.texts(finding), self.annotated).hash(&mut hasher);
        hasher.finish()
    }

    /// Whether findings that are told alike are the same.
    fn are_same(self, one: &Finding, other: &Finding) -> bool {
        one.primary.span == other.primary.span && one.rule == other.rule && self.texts(one) == self.texts(other)
    }
}

impl<'f> Joined<'f> {
    fn new(set: SetId, finding: Cow<'f, Finding>, told: Told, next: Option<usize>) -> Self {
        let (others, messages) = Default::default();
        Self { finding, told, next, first: set, of: vec![set], others, differs: None, messages }
    }

    fn add(&mut self, set: SetId, finding: &Finding) {
        if self.finding.severity < finding.severity {
            self.finding.to_mut().severity = finding.severity;
        }
        self.others.extend(finding.subject.filter(|subject| self.finding.subject != Some(*subject)));
        if self.differs.is_none() && self.finding.fix != finding.fix {
            self.differs = Some(set);
        }
        if finding.message != self.finding.message {
            self.messages.insert(finding.message.clone());
        }
        if let Err(place) = self.of.binary_search(&set) {
            self.of.insert(place, set);
        }
    }

    fn finish(self, sets: &Sets, built: &Built) -> Finding {
        let Self { finding, first, of, others, differs, messages, .. } = self;
        let mut finding = finding.into_owned();
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
    finding.explain(&format!("not fixed automatically: {why}"));
}

impl Built {
    /// Whether the root of that name uses what stands in a span.
    fn uses(&self, name: &Arc<str>, span: Span) -> bool {
        self.roots.iter().any(|root| *shown(&root.name) == **name && root.uses(span))
    }
}
