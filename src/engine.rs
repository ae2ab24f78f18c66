//! The one way through: the only module that knows every stage, and the only one that runs things in parallel (beside
//! the rules' own runner).
//!
//! In: what to read and how to judge it. Out: a finished [`Report`].

mod again;
mod ahead;
mod aside;
mod built;
mod divide;
mod filled;
mod job;
mod join;
mod judging;
mod keep;
mod load;
mod look;
mod mend;
mod patterns;
mod rest;
mod since;
mod sorter;
mod suppress;
mod told;
mod unreferenced;
mod validity;
mod vendored;

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Config;
use crate::discover::{self, Charts, Survey};
use crate::files::{Files, Memory};
use crate::finding::{Category, Finding};
use crate::progress::Stage as Step;
use crate::report::{Coverage, Report, SkipReason, Skipped};
use crate::rule::run::Enabled;
use crate::source::{Encoding, Source, SourceId, SourceMap};
use crate::suppress::baseline::Baseline;
use crate::version::{KubeVersion, VersionRange};
use crate::workspace::{ApplySet, Checkout, Layout, ReadFile};

use self::again::Again;
use self::ahead::Ahead;
use self::built::Built;
pub use self::job::Job;
use self::keep::Keep;
use self::load::{Loaded, Reader};
use self::look::Look;
pub use self::mend::{Mended, mend};
pub use self::since::Since;
use self::sorter::Sorter;
use self::validity::Judges;

/// What a run gave.
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// Paths named on the command line that could not be read.
    pub failures: Vec<String>,
    /// The baseline under which the findings would not count, where one was to be made.
    pub baseline: Option<Baseline>,
}

/// What judging gives.
struct Judgement {
    report: Report,
    /// The documents judged, and those around them; only where they are compared with a revision's.
    read: Vec<ReadFile>,
    baseline: Option<Baseline>,
    /// Messages about files that were other ones when they were read again.
    changed: Vec<String>,
    charts: Charts,
}

/// Runs a job.
pub fn run(job: &Job) -> Outcome {
    let files = job.overlaid();
    let (mut walk, ahead) = Ahead::read(&files, |tell| find(job, tell));
    let coverage = Coverage { skipped: std::mem::take(&mut walk.skipped), ..Coverage::default() };
    let Judgement { mut report, read, baseline, changed, charts } = judge_walk(&mut walk, ahead, job, &files, coverage);
    if let Some(since) = &job.since {
        since.narrow(&mut report, &read, &walk.files, &charts, job);
    }
    walk.failures.extend(changed);
    Outcome { report, failures: walk.failures, baseline }
}

/// Reads and judges the files of a walk.
fn judge_walk(
    walk: &mut discover::Walk,
    ahead: Ahead,
    job: &Job,
    files: &dyn Files,
    mut coverage: Coverage,
) -> Judgement {
    let rules = enabled(job);
    let keep = Keep::needed(job, &rules, &walk.files, files);
    let reader = Reader { judges: Judges::of_built_in_kinds(job), keep, files, ahead };
    let loaded = load::load(walk, &reader, &job.progress);
    coverage.skipped.append(&mut walk.skipped);
    let charts = Charts::around(walk.files.iter().map(|file| file.name.as_str()), &walk.listed, files);
    let place = Place { found: &walk.files, files, charts, excluded_by: &walk.excluded_by };
    judge_all(loaded, job, rules, place, coverage)
}

/// Reads and judges texts that are in memory.
fn judge_texts(texts: Vec<(String, Vec<u8>)>, job: &Job) -> Report {
    let (rules, none) = (enabled(job), Memory::default());
    let (judges, keep) = (Judges::of_built_in_kinds(job), Keep::everything(job));
    let reader = Reader { judges, keep, files: &none, ahead: Ahead::default() };
    let loaded = load::read_all(texts, &reader);
    let place = Place { found: &[], files: &none, charts: Charts::default(), excluded_by: &[] };
    judge_all(loaded, job, rules, place, Coverage::default()).report
}

/// The rules that run.
fn enabled(job: &Job) -> Vec<Enabled> {
    let mut rules = if job.policy { job.selection.enabled(&job.config, &job.registry) } else { Vec::new() };
    rules.retain(|enabled| !job.alone || enabled.action.judges_alone());
    rules
}

/// The files of a job.
fn find(job: &Job, tell: &dyn Fn(&discover::FoundFile)) -> discover::Walk {
    let mut walk = if job.repository {
        discover::repository::walk_around(&*job.files, &job.paths, job.stdin_file().as_deref(), job.no_ignore)
    } else {
        discover::walk_and_tell(&*job.files, &job.paths, job.no_ignore, tell)
    };
    if let Some((name, _)) = &job.stdin {
        walk.put(name, &job.files);
    }
    exclude(&mut walk, &job.config);
    walk
}

/// Validity of texts that are in memory, by their names: their numbers are their sources' ids.
pub fn validate_texts(texts: Vec<(String, Vec<u8>)>, version: KubeVersion) -> Report {
    judge_texts(texts, &Job { versions: VersionRange::one(version), ..Job::default() })
}

/// Judges a text that is in memory as a job says; the job's own paths are not read.
pub fn judge_text(name: &str, text: Vec<u8>, job: &Job) -> Report {
    judge_texts(vec![(name.to_owned(), text)], job)
}

/// Where what was read comes from.
struct Place<'p> {
    /// The files, by their sources' ids.
    found: &'p [discover::FoundFile],
    files: &'p dyn Files,
    charts: Charts,
    /// Which patterns of `exclude` left files out.
    excluded_by: &'p [bool],
}

/// Judges what was read.
fn judge_all(
    files: Vec<Loaded>,
    job: &Job,
    mut rules: Vec<Enabled>,
    place: Place<'_>,
    mut coverage: Coverage,
) -> Judgement {
    let Stock { mut sources, mut read, looks, digests } = Stock::of(files);
    if job.argocd.is_some() {
        read.iter_mut().for_each(|file| file.judged = false);
    }
    let again = Again { found: place.found, files: place.files, digests, changed: Default::default() };
    let mut join = |source: Option<&Arc<Source>>| {
        let (source, id) = (source?, sources.next_id());
        sources.push(Source::from_text(id, source.name.clone(), source.text.clone()));
        Some(id)
    };
    let own = Own {
        config: join(job.config.source.as_ref()),
        baseline: join(job.baseline.as_ref().and_then(|baseline| baseline.source.as_ref())),
    };
    let survey = Survey::new(&read, &sources, &place.charts, job.strict_files || job.alone);
    let built = built::build(&survey, &read, &mut sources, &again, &place, job);
    for file in read.iter_mut().filter(|file| built.asked_files.contains(&file.source)) {
        file.judged = true;
    }
    let missing = job.argocd.as_ref().filter(|_| built.asked_files.is_empty());
    let missing = missing.map(|name| format!("no Application `{name}` is defined in what was read"));
    job.selection.place(&mut rules, &job.config, &sources);
    let (rules, place_of, texts) = (&rules, &place, &sources);
    let run =
        Run { files: &read, sources: texts, job, own: &own, rules, again: &again, place: place_of, built: &built };
    let (mut findings, baseline) = judge(&run, survey, looks, &mut coverage);
    debug_assert!(
        findings.iter().all(|finding| job.registry.find(&finding.rule).is_some()),
        "every rule is documented"
    );
    findings.par_iter_mut().for_each(Finding::bound);
    coverage.skipped.par_iter_mut().for_each(Skipped::bound);
    sort(&mut findings, &sources);
    let extra = if job.since.is_some() { built.extra_files(read.len(), &sources) } else { Vec::new() };
    sources.truncate(sources.next_id().0 as usize - built.roots.len());
    drop(built);
    let mut read = if job.since.is_some() { read } else { free(read) };
    read.extend(extra);
    again.restore(&findings, &mut sources);
    // Edits count bytes of UTF-8.
    let recoded = |id: SourceId| sources.get(id).encoding == Encoding::FromUtf16;
    findings.iter_mut().filter(|finding| recoded(finding.source())).for_each(|finding| finding.fix = None);
    coverage.skipped.par_sort();
    coverage.skipped.dedup();
    let report =
        Report { sources, findings, coverage, versions: job.versions, since: None, registry: job.registry.clone() };
    Judgement {
        report,
        read,
        baseline,
        changed: again.failures().into_iter().chain(missing).collect(),
        charts: place.charts,
    }
}

/// Frees what was read, and leaves nothing of it.
fn free(read: Vec<ReadFile>) -> Vec<ReadFile> {
    read.into_par_iter().for_each(drop);
    Vec::new()
}

/// What was read, a list for each part.
#[derive(Default)]
struct Stock {
    sources: SourceMap,
    read: Vec<ReadFile>,
    looks: Vec<Vec<Look>>,
    digests: Vec<Option<u64>>,
}

impl Stock {
    fn of(files: Vec<Loaded>) -> Self {
        let mut stock = Self::default();
        for loaded in files {
            stock.sources.push(loaded.source);
            stock.read.push(loaded.file);
            stock.looks.push(loaded.looks);
            stock.digests.push(loaded.digest);
        }
        stock
    }
}

/// A run once everything is read.
struct Run<'r> {
    files: &'r [ReadFile],
    sources: &'r SourceMap,
    job: &'r Job,
    own: &'r Own,
    rules: &'r [Enabled],
    again: &'r Again<'r>,
    place: &'r Place<'r>,
    built: &'r Built,
}

/// The sources of a run's own files, where it has them.
struct Own {
    config: Option<SourceId>,
    baseline: Option<SourceId>,
}

/// Takes out of a walk what the configuration excludes.
fn exclude(walk: &mut discover::Walk, config: &Config) {
    let Some(exclude) = &config.exclude else { return };
    let mut used = vec![false; exclude.patterns.len()];
    let mut kept = Vec::with_capacity(walk.files.len());
    for file in std::mem::take(&mut walk.files) {
        let Some(pattern) = exclude.leaves_out(&config.relative(&file.name)) else {
            kept.push(file);
            continue;
        };
        used[pattern] = true;
        if file.judged {
            let detail = "excluded by the configuration".to_owned();
            walk.skipped.push(Skipped { detail, ..Skipped::new(&file.name, SkipReason::Ignored) });
        }
    }
    (walk.files, walk.excluded_by) = (kept, used);
}

/// Everything that is said about documents once they are read; and the baseline to be made of it.
fn judge(
    run: &Run<'_>,
    mut survey: Survey<'_>,
    looks: Vec<Vec<Look>>,
    coverage: &mut Coverage,
) -> (Vec<Finding>, Option<Baseline>) {
    let Run { files, sources, job, built, .. } = *run;
    let variables = std::mem::take(&mut survey.variables);
    let generated = run.generated(std::mem::take(&mut survey.generated));
    let sorted = Sorter::sort(files, looks, sources, &survey, built).roots(&Judges::of_built_in_kinds(job));
    let Sorter { coverage: sorted, mut findings, items, verdicts, rest, unapplied, .. } = sorted;
    coverage.files += sorted.files;
    coverage.documents += sorted.documents;
    coverage.skipped.extend(sorted.skipped);
    coverage.sets.extend(built.states.iter().cloned());
    let mut judged = judging::judge(&items, verdicts, job, run.again, coverage);
    filled::set_aside(&mut judged, &survey, run, coverage);
    findings.append(&mut judged);
    let layout = || Layout::new(sources.iter().map(|source| source.name.as_str()));
    let (mut whole, layout) = rayon::join(|| ApplySet::new(items), layout);
    (whole.generated, whole.layout, whole.variables) = (generated, layout, variables);
    whole.checkout = checkout(run, &whole, coverage);
    whole.open = built.roots.iter().any(|root| root.lacks_objects);
    job.progress.start(Step::Rules, 0);
    if run.rules.iter().any(|enabled| enabled.rule.category == Category::Wiring) {
        whole.prepare();
    }
    let whole = Arc::new(whole);
    let sets = divide::sets(run, &whole, &survey.roots);
    findings.extend(aside::security(run, unapplied));
    findings.extend(rest.within(&whole));
    if job.policy {
        findings.extend(unreferenced::find(run, &survey, &whole));
    }
    let mut findings = divide::validity(findings, &sets, built);
    findings.extend(divide::rules(run, &whole, sets));
    built.settle(&mut findings, files);
    let mut troubles = built.troubles(&findings);
    troubles.retain(|finding| job.policy || finding.category.is_validity());
    findings.append(&mut troubles);
    told::soften(&mut findings, sources, run.place, &job.paths);
    if !job.strict_files {
        vendored::soften(&mut findings, &whole, sources, &job.paths);
    }
    // Before anything is suppressed: a baseline knows findings by their paths, as reports show them.
    findings.par_iter_mut().for_each(Finding::bound);
    suppress::suppress(findings, run, &whole)
}

/// The repository around what is judged, where something in the set deploys from it. That git does not tell is in the ledger.
fn checkout(run: &Run<'_>, set: &ApplySet<'_>, coverage: &mut Coverage) -> Option<Checkout> {
    let job = run.job;
    let mut urls = set.deployed_addresses().peekable();
    if job.alone || !job.policy || urls.peek().is_none() {
        return None;
    }
    let urls: Vec<_> = urls.collect();
    if let Some(known) = &run.built.checkout {
        return urls.iter().any(|url| known.is_at(url)).then(|| known.clone());
    }
    let wanted = |checkout: &Checkout| urls.iter().any(|url| checkout.is_at(url));
    let found = discover::checkout::around(&*job.files, run.place.files, &job.paths, wanted);
    found.unwrap_or_else(|(root, detail)| {
        let file = discover::walk::display(&root.join(".git"));
        coverage.skipped.push(Skipped { detail, ..Skipped::new(&file, SkipReason::Unreadable) });
        None
    })
}

/// By file name, place and rule: the same input gives the same order on any number of threads.
fn sort(findings: &mut [Finding], sources: &SourceMap) {
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
