//! The one way through: the only module that knows every stage, and the only one that runs things in parallel (beside
//! the rules' own runner).
//!
//! In: what to read and how to judge it. Out: a finished [`Report`].

mod load;
mod mend;
mod since;
mod sorter;
mod suppress;
mod validity;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Config, Selection};
use crate::discover::{self, Survey, placeholder};
use crate::files::name::path_of;
use crate::finding::Finding;
use crate::object::Object;
use crate::progress::{Progress, Stage as Step};
use crate::report::{Coverage, Report, SkipReason, Skipped};
use crate::rule::catalogue;
use crate::schema;
use crate::source::{Source, SourceId, SourceMap};
use crate::suppress::baseline::Baseline;
use crate::version::{KubeVersion, VersionRange};
use crate::workspace::{ApplySet, Checkout, Item, Layout, ReadFile};
use crate::yaml::{self, Document};

pub use self::mend::{Mended, mend};
pub use self::since::Since;
use self::sorter::Sorter;
use self::validity::Judges;

/// Texts that stand for those on disk, by the name of the file: no two files have one (see [`crate::files::name`]).
pub type Overlay = BTreeMap<String, Vec<u8>>;

/// What one run does.
#[derive(Default)]
pub struct Job {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// Text from standard input, and the name it is shown under.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The version judged for; with more than one, validity is judged for each, and policy for the newest.
    pub versions: VersionRange,
    /// Make objects without a schema errors.
    pub require_schema: bool,
    /// Judge policy too, not validity alone.
    pub policy: bool,
    /// Objects come without a repository around them, as at admission: rules that need one do not run.
    pub alone: bool,
    /// Read the whole repository around the paths for what they refer to, and judge the paths alone.
    pub repository: bool,
    /// Read what .gitignore hides.
    pub no_ignore: bool,
    /// The configuration.
    pub config: Config,
    /// What the command line says about rules.
    pub selection: Selection,
    /// Suppressions written for other tools count, too.
    pub foreign: bool,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// The baseline is not to be held against the findings, but to be made anew of them.
    pub renew_baseline: bool,
    /// Texts that stand for those on disk: what was mended and not yet written.
    pub overlay: Overlay,
    /// Report only what is new since a revision.
    pub since: Option<Since>,
    /// The date, as `YYYY-MM-DD`; entries of `ignore` that held until an earlier day do not.
    pub today: String,
    /// Told how far the run has come.
    pub progress: Arc<Progress>,
}

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
    /// The documents judged, and those around them.
    read: Vec<ReadFile>,
    baseline: Option<Baseline>,
}

/// Runs a job.
pub fn run(job: &Job) -> Outcome {
    let mut walk = find(job);
    let files = load::load(&mut walk, &|name| job.text(name), &job.progress);
    let coverage = Coverage { skipped: std::mem::take(&mut walk.skipped), ..Coverage::default() };
    let Judgement { mut report, read, baseline } = judge_all(files, job, coverage);
    if let Some(since) = &job.since {
        since.narrow(&mut report, &read, &walk.files, job);
    }
    Outcome { report, failures: walk.failures, baseline }
}

impl Job {
    /// The text that stands for a file's own.
    fn text(&self, name: &str) -> Option<&[u8]> {
        let piped = || self.stdin.as_ref().filter(|(stdin, _)| stdin == name).map(|(_, text)| text);
        self.overlay.get(name).or_else(piped).map(Vec::as_slice)
    }

    /// The file that standard input stands for.
    fn stdin_file(&self) -> Option<PathBuf> {
        self.stdin.as_ref().map(|(name, _)| path_of(name))
    }
}

/// The files of a job.
fn find(job: &Job) -> discover::Walk {
    let mut walk = if job.repository {
        discover::repository::walk_around(&job.paths, job.stdin_file().as_deref(), job.no_ignore)
    } else {
        discover::walk(&job.paths, job.no_ignore)
    };
    if let Some((name, _)) = &job.stdin {
        walk.put(name);
    }
    exclude(&mut walk, &job.config);
    walk
}

/// Validity of texts that are in memory, by their names: their numbers are their sources' ids.
pub fn validate_texts(texts: Vec<(String, Vec<u8>)>, version: KubeVersion) -> Report {
    let job = Job { versions: VersionRange::one(version), ..Job::default() };
    judge_all(load::read_all(texts), &job, Coverage::default()).report
}

/// Judges a text that is in memory as a job says; the job's own paths are not read.
pub fn judge_text(name: &str, text: Vec<u8>, job: &Job) -> Report {
    judge_all(load::read_all(vec![(name.to_owned(), text)]), job, Coverage::default()).report
}

/// Judges what was read.
fn judge_all(files: Vec<(Source, ReadFile)>, job: &Job, mut coverage: Coverage) -> Judgement {
    let (sources, read): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    let mut sources = SourceMap::new(sources);
    let mut join = |source: Option<&Arc<Source>>| {
        let (source, id) = (source?, sources.next_id());
        sources.push(Source::from_text(id, source.name.clone(), source.text.clone()));
        Some(id)
    };
    let own = Own {
        config: join(job.config.source.as_ref()),
        baseline: join(job.baseline.as_ref().and_then(|baseline| baseline.source.as_ref())),
    };
    let (mut findings, baseline) = judge(&read, &sources, job, &own, &mut coverage);
    debug_assert!(findings.iter().all(|finding| catalogue::find(finding.rule).is_some()), "every rule is documented");
    findings.iter_mut().for_each(Finding::bound);
    coverage.skipped.iter_mut().for_each(Skipped::bound);
    sort(&mut findings, &sources);
    coverage.skipped.sort();
    coverage.skipped.dedup();
    Judgement { report: Report { sources, findings, coverage, versions: job.versions, since: None }, read, baseline }
}

/// The sources of a run's own files, where it has them.
struct Own {
    config: Option<SourceId>,
    baseline: Option<SourceId>,
}

/// Takes out of a walk what the configuration excludes.
fn exclude(walk: &mut discover::Walk, config: &Config) {
    let Some(globs) = &config.exclude else { return };
    let (out, kept) =
        std::mem::take(&mut walk.files).into_iter().partition(|file| globs.is_match(&*config.relative(&file.name)));
    walk.files = kept;
    let out: Vec<discover::FoundFile> = out;
    walk.skipped.extend(out.into_iter().filter(|file| file.judged).map(|file| Skipped {
        detail: "excluded by the configuration".to_owned(),
        ..Skipped::new(&file.name, SkipReason::Ignored)
    }));
}

/// Everything that is said about documents once they are read; and the baseline to be made of it.
fn judge(
    files: &[ReadFile],
    sources: &SourceMap,
    job: &Job,
    own: &Own,
    coverage: &mut Coverage,
) -> (Vec<Finding>, Option<Baseline>) {
    let mut survey = Survey::new(files, sources);
    let generated = std::mem::take(&mut survey.generated);
    let mut sorter = Sorter { survey: &survey, coverage, findings: Vec::new(), items: Vec::new(), texts: Vec::new() };
    for (index, file) in files.iter().enumerate() {
        sorter.file(index, file, sources.get(file.source));
    }
    let Sorter { mut findings, items, texts, .. } = sorter;
    findings.extend(
        texts.par_iter().flat_map_iter(|(source, document)| text_findings(source, document)).collect::<Vec<_>>(),
    );
    let judged = findings.len();
    validity(&items, job, coverage, &mut findings);
    set_aside(&mut findings, judged, &survey.substituted, sources, coverage);
    let mut rules = if job.policy { job.selection.enabled(&job.config, sources) } else { Vec::new() };
    rules.retain(|enabled| !job.alone || enabled.registered.judges_alone());
    let mut set = ApplySet::new(items);
    set.generated = generated;
    set.checkout = checkout(job, &set, coverage);
    set.layout = Layout::new(sources.iter().map(|source| source.name.as_str()));
    job.progress.start(Step::Rules, 0);
    findings.extend(crate::rule::run::run(&rules, &set, job.versions));
    // Before anything is suppressed: a baseline knows findings by their paths, as reports show them.
    findings.iter_mut().for_each(Finding::bound);
    suppress::suppress(findings, &suppress::Run { files, sources, job, own, rules: &rules, set: &set })
}

/// Validity of every object by itself.
fn validity(items: &[Item<'_>], job: &Job, coverage: &mut Coverage, findings: &mut Vec<Finding>) {
    let wanted: Vec<_> = items.iter().filter(|item| item.judged).collect();
    coverage.objects = wanted.len();
    let library = validity::library(job, items);
    let judges = Judges::new(job, items, &library);
    job.progress.start(Step::Judging, wanted.len());
    let judged = wanted.par_iter().map(|item| {
        job.progress.step();
        judges.judge(item)
    });
    let judged: Vec<_> = judged.collect();
    for (item, (outcome, found)) in wanted.iter().zip(judged) {
        count(coverage, item.object, outcome);
        findings.extend(found);
    }
}

/// Takes out findings (from a number on) about values with a placeholder that something in the repository fills in before
/// the server sees them, and notes in the ledger that the file was not judged in full.
fn set_aside(findings: &mut Vec<Finding>, from: usize, marks: &[&str], sources: &SourceMap, coverage: &mut Coverage) {
    if marks.is_empty() {
        return;
    }
    let found = findings.split_off(from);
    findings.extend(found.into_iter().filter(|finding| {
        let source = sources.get(finding.primary.span.source);
        let value = source.slice(finding.primary.span).lines().next().unwrap_or("");
        let Some(placeholder) = placeholder::in_value(value, marks) else { return true };
        let detail = format!("`{placeholder}` stands for a value");
        let skipped = Skipped::new(&source.name, SkipReason::Template);
        coverage.skipped.push(Skipped { document: finding.document, detail, ..skipped });
        false
    }));
}

/// The repository around what is judged, where something in the set deploys from it. That git does not tell is in the ledger.
fn checkout(job: &Job, set: &ApplySet<'_>, coverage: &mut Coverage) -> Option<Checkout> {
    let mut urls = set.deployed_addresses().peekable();
    if job.alone || !job.policy || urls.peek().is_none() {
        return None;
    }
    let urls: Vec<_> = urls.collect();
    let found = discover::checkout::around(&job.paths, |checkout| urls.iter().any(|url| checkout.is_at(url)));
    found.unwrap_or_else(|(root, detail)| {
        let file = discover::walk::display(&root.join(".git"));
        coverage.skipped.push(Skipped { detail, ..Skipped::new(&file, SkipReason::Unreadable) });
        None
    })
}

/// What there is to say about a document's text, and which object it holds.
fn text_findings(source: &Source, document: &Document) -> Vec<Finding> {
    let mut findings = yaml::findings(source, document);
    let object = document.tree.as_ref().ok().and_then(|tree| Object::from_node(tree.root()));
    if let (Some(object), false) = (object, findings.is_empty()) {
        let reference = Arc::new(object.reference());
        findings.iter_mut().for_each(|finding| object.attach_to(finding, document.number, &reference));
    }
    findings
}

fn count(coverage: &mut Coverage, object: Object<'_>, outcome: schema::Outcome) {
    if outcome == schema::Outcome::NoSchema {
        let key = (object.gvk.api_version(), object.gvk.kind.to_owned());
        *coverage.no_schema.entry(key).or_default() += 1;
    } else {
        coverage.validated += 1;
    }
}

/// By file name, place and rule: the same input gives the same order on any number of threads.
fn sort(findings: &mut [Finding], sources: &SourceMap) {
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.primary.span.start, f.rule, f.primary.span.end);
        let file = |f: &Finding| sources.get(f.source()).name.as_str();
        file(a)
            .cmp(file(b))
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.path.cmp(&b.path))
            .then_with(|| a.message.cmp(&b.message))
    });
}
