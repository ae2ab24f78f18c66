//! What is said of documents once they are read.
//!
//! In: a [`Run`]: the files, what roots make of them, the rules. Out: the findings, sorted, those suppressed marked; the ledger; and what
//! a session keeps of it.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::Survey;
use crate::finding::{Category, Finding, Wiring};
use crate::progress::Stage as Step;
use crate::report::Coverage;
use crate::rule::run::Enabled;
use crate::source::{SourceId, SourceMap, Span};
use crate::suppress::baseline::Baseline;
use crate::workspace::{ApplySet, Item, Layout, ReadFile};

use super::again::Again;
use super::built::Built;
use super::kept::Kept;
use super::look::Look;
use super::sorted::{SortedFiles, Told, sort_again};
use super::sorter::Sorter;
use super::stages::{Common, OfNames, Stages};
use super::weigh::{self, Given};
use super::{
    Job, Place, aside, checking, checkout, divide, filled, folded, known, once, secrets, shared, suppress, unreferenced,
};

/// A run once everything is read.
pub(super) struct Run<'r> {
    pub files: &'r [ReadFile],
    pub sources: &'r SourceMap,
    pub job: &'r Job<'r>,
    pub own: &'r Own,
    pub rules: &'r [Enabled],
    pub again: &'r Again<'r>,
    pub place: &'r Place<'r>,
    pub built: &'r Built,
    /// What is kept of the run before, where there is one.
    pub kept: Option<&'r Kept>,
    /// What was worked out in that, where it still holds.
    pub former: Option<&'r Stages>,
    /// What the names of the sources tell.
    pub of_names: Arc<OfNames>,
}

/// The sources of a run's own files, where it has them.
pub(super) struct Own {
    /// Of [`crate::config::Config::files`].
    pub configs: Vec<Option<SourceId>>,
    pub baseline: Option<SourceId>,
}

/// What is said of documents.
pub(super) struct CheckResult {
    pub findings: Vec<Finding>,
    /// The baseline to be made of it, where one was asked for.
    pub baseline: Option<Baseline>,
    /// Where values are that a report must not show.
    pub secrets: Vec<Span>,
    /// What refers to what, where that was asked for.
    pub wiring: Vec<Wiring>,
    /// What was worked out over all objects, where it is kept.
    pub common: Option<Common>,
}

/// What so many objects may ask for is looked up once they do.
const FEW: usize = 16;

/// Everything that is said about documents once they are read.
pub(super) fn check(
    run: &Run<'_>,
    survey: &Survey,
    looks: Vec<Arc<Vec<Look>>>,
    coverage: &mut Coverage,
) -> CheckResult {
    let &Run { files, sources, job, built, .. } = run;
    let mut names: FxHashMap<_, FxHashSet<String>> = FxHashMap::default();
    for made in &survey.generated {
        names.entry(made.kind).or_default().insert(made.name.clone());
    }
    let generated = run.generated(survey.generated.clone());
    let (sorted, sorted_files) = run.sort(looks, survey);
    let Sorter { told, items, unapplied, .. } = sorted.roots(&job.engine.checks);
    let Told { mut findings, verdicts, rest, templates, .. } = told;
    coverage.files += told.files;
    coverage.read.extend(told.read);
    coverage.documents += told.documents;
    coverage.skipped.extend(told.skipped);
    coverage.sets.extend(built.states.iter().cloned());
    let is_checked = |source: SourceId| files.get(source.0 as usize).map(|file| file.checked);
    let mut whole = ApplySet::new(items);
    let many = run.asks_much(whole.items());
    let check = || {
        let checked = checking::check(whole.items(), verdicts, run, &is_checked, coverage);
        if many {
            whole.prepare();
        }
        checked
    };
    // How they divide one thread finds out: that takes as long as the others need for all else that is asked of these.
    let divide = || match run.former {
        Some(former) => (former.common.sets.clone(), former.common.layout.clone()),
        None => {
            let layout = Layout::new(sources.iter().map(|source| source.name.as_str()));
            (Arc::new(divide::sets(run, whole.items(), &survey.roots)), Arc::new(layout))
        }
    };
    let ((mut checked, unknown, verdicts), (sets, layout)) = rayon::join(check, divide);
    filled::set_aside(&mut checked, survey, run, &templates, coverage);
    findings.append(&mut checked);
    (whole.generated, whole.layout, whole.variables) = (generated, layout, survey.variables.clone());
    whole.external = job.settings.config.external.clone();
    whole.checkout = checkout::around(run, &whole, coverage);
    // It counts where all is one set; else each set has its own mark.
    whole.open = built.roots.iter().any(|root| root.lacks_objects);
    whole.partly = built.partly_read(whole.items(), sources);
    job.request.progress.start(Step::Rules, 0);
    let known = known::still(run);
    run.former.iter().for_each(|former| former.common.spoken.tell(&whole));
    let whole = Arc::new(whole);
    findings.extend(aside::security(run, unapplied));
    findings.extend(rest.within(&whole));
    if job.request.policy {
        findings.extend(unreferenced::find(run, survey, &whole));
    }
    let mut findings = divide::validity(findings, &sets, built);
    let wiring = if job.request.wiring { divide::wiring(&whole, &sets) } else { Vec::new() };
    findings.extend(divide::rules(run, &whole, &sets, known));
    built.settle(&mut findings, files, run.place);
    let mut troubles = built.troubles(&findings);
    troubles.retain(|finding| job.request.policy || finding.category.is_validity());
    findings.append(&mut troubles);
    let given =
        Given { whole: &whole, sets: &sets, survey, generated: &names, templates: &templates, unknown: &unknown };
    weigh::weigh(&mut findings, &given, run, coverage, &is_checked);
    // Before anything is suppressed: a baseline knows findings by their paths, as reports show them.
    findings.par_iter_mut().for_each(Finding::bound);
    let secrets = secrets::places(run, &whole, &findings);
    let (mut findings, baseline) = suppress::suppress(findings, run, &whole);
    // Each of them may be suppressed, and each may be what is new since a revision.
    if job.request.since.is_none() {
        sort(&mut findings, sources);
        once::miss(&mut findings, &sets);
        shared::join(&mut findings, &whole, run);
        folded::fold(&mut findings);
    }
    let common = run.common(&whole, sets, verdicts, sorted_files);
    CheckResult { findings, baseline, secrets, wiring, common }
}

impl<'r> Run<'r> {
    /// Whether so many objects are asked about that what rules look up is better found out beforehand, on all threads: few ask for
    /// less, and not all of them at once.
    fn asks_much(&self, items: &[Item<'_>]) -> bool {
        self.former.is_none()
            && items.iter().filter(|item| item.checked).nth(FEW).is_some()
            && self.rules.iter().any(|enabled| enabled.rule.category == Category::Wiring)
    }

    /// Sorts what was read: where it is kept from the check before, only what changed.
    fn sort(&self, looks: Vec<Arc<Vec<Look>>>, survey: &'r Survey) -> (Sorter<'r>, SortedFiles) {
        let &Run { files, sources, built, .. } = self;
        match self.former {
            Some(former) => {
                let changed = self.kept.map(Kept::changed).unwrap_or_default();
                sort_again((files, &looks), sources, (survey, built), &former.common.sorted, &changed)
            }
            None => Sorter::sort(files, looks, sources, (survey, built), self.kept.is_some()),
        }
    }
}

/// By file name, place and rule: the same input gives the same order on any number of threads.
pub(super) fn sort(findings: &mut [Finding], sources: &SourceMap) {
    findings.par_sort_by(|a, b| {
        let file = |f: &Finding| sources.get(f.source()).name.as_str();
        let (one, other) = (a.primary.span, b.primary.span);
        file(a)
            .cmp(file(b))
            .then_with(|| one.start.cmp(&other.start))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| one.end.cmp(&other.end))
            .then_with(|| a.path.cmp(&b.path))
            .then_with(|| a.message.cmp(&b.message))
    });
}
