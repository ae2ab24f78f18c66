//! Validity of all objects.
//!
//! In: the objects, and what is said of them by themselves. Out: the findings, the ledger's numbers, and the kinds without a schema.
//! What is left to be checked here are objects that other documents decide about: custom resources, once all
//! CustomResourceDefinitions are known.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::Coverage;
use crate::finding::Finding;
use crate::object::Object;
use crate::progress::Stage;
use crate::schema::{self, SchemaStatus};
use crate::source::SourceId;
use crate::workspace::Item;

use super::Run;
use super::again::Again;
use super::definitions::{Definitions, Ranks, definitions_of};
use super::kept::Kept;
use super::look::{Objects, Verdict, is_definition, is_open};
use super::sorted::Said;
use super::validity::Validators;

/// What was said of items, by their numbers, sorted.
type Verdicts = Vec<(usize, Verdict)>;

/// Kinds that there is no schema for, each with its `apiVersion`.
pub(super) type Unknown = FxHashSet<(String, String)>;

/// Checks what other documents decide about; `said` has an entry for each item. Gives the kinds without a schema as well: those of
/// objects that are not checked, too, where they may be an operator's.
pub(super) fn check<'t>(
    items: &[Item<'t>],
    mut said: Vec<Said>,
    run: &Run<'_>,
    is_checked: &dyn Fn(SourceId) -> Option<bool>,
    coverage: &mut Coverage,
) -> (Vec<Finding>, Unknown, Verdicts) {
    let job = run.job;
    let verdicts = pending(items, &said, run);
    for (index, verdict) in &verdicts {
        said[*index].verdict = Some(verdict.clone());
    }
    let (mut findings, mut unknown) = (Vec::new(), Unknown::default());
    for (item, said) in items.iter().zip(said) {
        if said.verdict.as_ref().is_some_and(is_open) {
            unknown.insert((item.object.gvk.api_version(), item.object.gvk.kind.to_owned()));
        }
        if !item.checked {
            continue;
        }
        let counts = job.counts(item, is_checked);
        coverage.objects += usize::from(counts);
        let Some((outcome, mut found)) = said.verdict else { continue };
        say_once(&mut found);
        if counts {
            count(coverage, item.object, outcome);
        }
        findings.extend(found.into_iter().filter(|finding| !is_filled(item, item.object, finding)));
    }
    (findings, unknown, verdicts)
}

/// Leaves out what is said of a place again: of what an alias repeats, or a template in a loop, the first is enough.
fn say_once(found: &mut Vec<Finding>) {
    if found.len() < 2 {
        return;
    }
    let mut known = FxHashMap::default();
    found.retain(|finding| {
        let field = finding.path.rsplit('.').next().unwrap_or_default();
        // Two findings of one path have two causes; the server begins some paths with a dot.
        let path = finding.path.trim_start_matches('.').to_owned();
        let key = (finding.rule.clone(), finding.primary.span, field.to_owned());
        *known.entry(key).or_insert_with(|| path.clone()) == path
    });
}

/// The verdicts on the items whose kinds other documents may define, by their numbers. Those of kinds that none defines keep
/// the verdicts that they have.
fn pending(items: &[Item<'_>], said: &[Said], run: &Run<'_>) -> Verdicts {
    let (job, again) = (run.job, run.again);
    let mut seen = FxHashSet::default();
    let mut is_pending = |at: &usize| match items[*at].checked {
        true => said[*at].verdict.as_ref().is_some_and(is_open),
        // Of a kind that nobody asks about one tells whether there is a schema.
        false => {
            let gvk = items[*at].object.gvk;
            let may_matter = job.request.policy && items[*at].may_have_operator();
            may_matter && seen.insert((gvk.group, gvk.version, gvk.kind))
        }
    };
    let mut open: Vec<_> = (0..items.len()).filter(|at| is_pending(at)).collect();
    let known = known(items, run);
    open.retain(|at| known.binary_search_by_key(at, |(known, _)| *known).is_err());
    job.request.progress.start(Stage::Checking, open.len());
    if open.is_empty() {
        return known;
    }
    let objects = || open.iter().map(|&at| items[at].object);
    let kinds: FxHashSet<_> = objects().map(|object| (object.gvk.group, object.gvk.kind)).collect();
    let ranks = Ranks::new(items, again);
    let whole = definitions_of(&kinds, items, &ranks, again);
    let written = Definitions::new(items, &kinds, &ranks, &whole, again);
    let derived = written.derived(&kinds);
    let definitions = written.with(&derived);
    let library = definitions.library(job, objects());
    let definitions = definitions.with_spare(&library);
    let checks = Validators::of_all_kinds(job, &definitions, &library);
    let (gone, here): (Vec<_>, Vec<_>) = open.into_iter().partition(|&at| again.is_gone(items[at].source));
    // What is left of an object tells its kind.
    let (gone, unknown): (Vec<_>, Vec<_>) = gone.into_par_iter().partition(|&at| checks.know(items[at].object));
    let one = |at: usize| {
        job.request.progress.step();
        (at, checks.check(items[at].object, items[at].document, again.folder(home(items[at].object))))
    };
    let mut verdicts: Vec<_> = known;
    verdicts.par_extend(here.into_par_iter().map(one));
    let files: Vec<_> = gone.chunk_by(|one, other| items[*one].source == items[*other].source).collect();
    let read_again = files.into_par_iter().flat_map_iter(|file| of_file(file, items, said, &checks, again));
    verdicts.extend(read_again.collect::<Vec<_>>());
    let unchecked = unknown.into_iter().filter(|&at| !items[at].checked);
    verdicts.extend(unchecked.map(|at| (at, (SchemaStatus::NoSchema, Vec::new()))));
    verdicts.sort_unstable_by_key(|(at, _)| *at);
    verdicts
}

/// The verdicts of the check before that still hold: all but those on what stands in files that changed. None, where any of these
/// defines kinds.
fn known(items: &[Item<'_>], run: &Run<'_>) -> Verdicts {
    let Some(former) = run.former else { return Vec::new() };
    debug_assert_eq!(former.common.objects, items.len(), "a change that hides adds no object and takes none");
    let changed = run.kept.map(Kept::changed).unwrap_or_default();
    let has_changed = |item: &Item<'_>| changed.contains(&item.source);
    let defines = |item: &Item<'_>| is_definition(item.object) || schema::defines_otherwise(item.object);
    if items.iter().any(|item| has_changed(item) && defines(item)) {
        return Vec::new();
    }
    former.common.verdicts.iter().filter(|(at, _)| !has_changed(&items[*at])).cloned().collect()
}

/// The verdicts on items of one file, which is read again for it.
fn of_file(
    file: &[usize],
    items: &[Item<'_>],
    said: &[Said],
    checks: &Validators<'_>,
    again: &Again<'_>,
) -> Vec<(usize, Verdict)> {
    let Some(&first) = file.first() else { return Vec::new() };
    let documents = again.documents(items[first].source);
    let mut at = file.iter().copied().peekable();
    let mut verdicts = Vec::with_capacity(file.len());
    for document in &documents {
        let objects = Objects::of(document).whole;
        while let Some(index) = at.next_if(|&index| items[index].document == document.number) {
            let Some(&object) = objects.get(said[index].number) else { continue };
            let (outcome, mut findings) =
                checks.check(object, document.number, again.folder(home(items[index].object)));
            findings.retain(|finding| !is_filled(&items[index], object, finding));
            verdicts.push((index, (outcome, findings)));
        }
    }
    verdicts
}

/// Whether a finding is about a field that kustomizations set, or that a parameter fills in.
fn is_filled(item: &Item<'_>, object: Object<'_>, finding: &Finding) -> bool {
    let filled = is_parameter(object, finding);
    filled || item.surroundings.fills(object, &finding.path, matches!(finding.rule.as_str(), "required" | "not-found"))
}

/// Whether a finding is about a value with a parameter in it, of an object in a Template.
fn is_parameter(object: Object<'_>, finding: &Finding) -> bool {
    let tree = object.root.tree();
    let in_template = tree.root() != object.root && tree.root().str_at("kind") == Some("Template");
    in_template && tree.slice(finding.primary.span).contains("${")
}

fn count(coverage: &mut Coverage, object: Object<'_>, outcome: SchemaStatus) {
    if outcome == SchemaStatus::NoSchema {
        let key = (object.gvk.api_version(), object.gvk.kind.to_owned());
        *coverage.no_schema.entry(key).or_default() += 1;
    } else {
        coverage.validated += 1;
    }
}

/// The source that an object was written in, which for one that was built is not the root's.
fn home(object: Object<'_>) -> SourceId {
    object.root.span().source
}
