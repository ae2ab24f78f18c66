//! Fixing to a fixpoint.
//!
//! In: an engine, what it checks and is asked, and how far fixes may go. Out: the outcome after all fixes were carried out, again and again until nothing
//! changes, and the texts that changed. Nothing is written. A fix must not make a document less valid: a round in which one
//! does is taken back, and the document left alone from then on.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Selection;
use crate::finding::{Applicability, Finding, Severity};
use crate::fix::{self, Round};
use crate::report::Report;

use super::{Engine, Outcome, Request, Settings, Snapshot};

/// Fixes may uncover what others can fix; more rounds than this mean that two undo each other.
const MOST_ROUNDS: usize = 32;

/// What fixing did.
pub struct Fixed {
    /// The run over the fixed texts.
    pub outcome: Outcome,
    /// Number of fixes carried out.
    pub fixes: usize,
    /// Texts before and after, by file.
    pub changes: BTreeMap<String, (String, String)>,
}

/// A document by its file and its number there; without a number the whole file.
type Place = (String, Option<u32>);

impl Engine {
    /// Checks a snapshot and fixes what it finds, in memory.
    pub fn fix(&self, mut snapshot: Snapshot, request: &Request, most: Applicability) -> Fixed {
        let check = Refusals::new(self);
        let (mut first, mut alone) = (BTreeMap::new(), BTreeSet::new());
        let mut outcome = self.check(&snapshot, request);
        let mut refused = check.errors(&snapshot, request, &outcome.report);
        let mut fixes = 0;
        for _ in 0..MOST_ROUNDS {
            let round = round(&outcome.report, most, &self.settings.selection, &alone);
            if round.fixes == 0 {
                break;
            }
            let done = round.fixes;
            let (before, after) = texts(&outcome.report, round);
            let next = snapshot.clone().with_texts(after);
            let fixed = self.check(&next, request);
            let refused_then = check.errors(&next, request, &fixed.report);
            let worse = worse(&refused, &refused_then, &before);
            if worse.is_empty() {
                fixes += done;
                (snapshot, outcome, refused) = (next, fixed, refused_then);
                for (name, text) in before {
                    first.entry(name).or_insert(text);
                }
            } else {
                leave_alone(&mut alone, worse);
            }
        }
        let after = |name: &str| snapshot.text(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let changes = first.into_iter().filter_map(|(name, before)| after(&name).map(|after| (name, (before, after))));
        let changes = changes.filter(|(_, (before, after))| before != after).collect();
        Fixed { outcome, fixes, changes }
    }
}

/// What can be fixed in documents that are not to be left alone. A remark is fixed by an unsafe fix only where its rule was
/// asked for: nobody wants two replicas everywhere.
fn round(report: &Report, most: Applicability, selection: &Selection, alone: &BTreeSet<Place>) -> Round {
    let may = |finding: &&Finding| {
        let (name, document) = place(report, finding);
        let changes_more = finding.fix.as_ref().is_some_and(|fix| fix.applicability > Applicability::Safe);
        if changes_more && finding.severity == Severity::Info && !selection.selects(finding) {
            return false;
        }
        alone.is_empty() || !alone.contains(&(name.clone(), None)) && !alone.contains(&(name, document))
    };
    fix::round(report.findings.iter().filter(may), &report.sources, most)
}

fn place(report: &Report, finding: &Finding) -> Place {
    (report.sources.get(finding.source()).name.clone(), finding.document)
}

/// The texts that a round changes, as they were and as they are then, by file.
fn texts(report: &Report, round: Round) -> (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    for (source, text) in round.texts {
        let source = report.sources.get(source);
        before.insert(source.name.clone(), source.text.to_string());
        after.insert(source.name.clone(), text.into_bytes());
    }
    (before, after)
}

/// The documents of changed files that have more errors than before.
fn worse(before: &ErrorCounts, after: &ErrorCounts, changed: &BTreeMap<String, String>) -> BTreeSet<Place> {
    let grown = after.iter().filter(|(place, count)| before.get(place).is_none_or(|before| before < *count));
    let (own, elsewhere): (BTreeSet<Place>, BTreeSet<Place>) =
        grown.map(|(place, _)| place.clone()).partition(|(name, _)| changed.contains_key(name));
    // What got worse in a file that is as it was (a patch that does not apply any more) may be the fault of any.
    if elsewhere.is_empty() { own } else { changed.keys().map(|name| (name.clone(), None)).collect() }
}

/// Number of things that the server refuses, by document.
type ErrorCounts = BTreeMap<Place, usize>;

/// What the server refuses in the texts as they are. Where rules were chosen, the report says nothing of it.
struct Refusals(Option<Engine>);

impl Refusals {
    fn new(engine: &Engine) -> Self {
        let Settings { selection, .. } = &engine.settings;
        let chosen = !selection.select.is_empty() || !selection.ignore.is_empty();
        let all = || Settings { selection: Selection::default(), baseline: None, ..engine.settings.clone() };
        Self(chosen.then(|| Engine::new(all())))
    }

    fn errors(&self, snapshot: &Snapshot, request: &Request, report: &Report) -> ErrorCounts {
        let Some(engine) = &self.0 else { return errors(report) };
        let Request { repository, no_ignore, strict_files, ref argocd, ref today, .. } = *request;
        let (argocd, today) = (argocd.clone(), today.clone());
        let validity = Request { repository, no_ignore, strict_files, argocd, today, ..Request::default() };
        errors(&engine.check(snapshot, &validity).report)
    }
}

fn errors(report: &Report) -> ErrorCounts {
    let mut errors = BTreeMap::new();
    for finding in &report.findings {
        if finding.category.is_validity() && finding.severity == Severity::Error {
            *errors.entry(place(report, finding)).or_default() += 1;
        }
    }
    errors
}

/// Where a document got worse although it was left alone, another one of its file is at fault.
fn leave_alone(alone: &mut BTreeSet<Place>, worse: BTreeSet<Place>) {
    for (name, document) in worse {
        if !alone.insert((name.clone(), document)) {
            alone.insert((name, None));
        }
    }
}
