//! The one way through: the only module that knows every stage, and the only one that runs things in parallel (beside
//! the rules' own runner).
//!
//! In: what to read and how to judge it. Out: a finished [`Report`].

mod load;
mod mend;
mod since;
mod sorter;
mod validity;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Config, Selection};
use crate::discover::{self, Survey, placeholder};
use crate::finding::{Category, Finding};
use crate::object::Object;
use crate::progress::{Progress, Stage as Step};
use crate::report::{Coverage, Report, SkipReason, Skipped};
use crate::rule::run::Enabled;
use crate::rule::{catalogue, registry};
use crate::schema;
use crate::source::{Source, SourceId, SourceMap};
use crate::suppress::Stage;
use crate::suppress::baseline::Baseline;
use crate::version::{KubeVersion, VersionRange};
use crate::workspace::{ApplySet, Layout, ReadFile};
use crate::yaml::{self, Document};

pub use self::mend::{Mended, mend};
pub use self::since::Since;
use self::sorter::Sorter;
use self::validity::Judges;

/// Texts that stand for those on disk, by the name of the file.
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
}

/// Runs a job.
pub fn run(job: &Job) -> Outcome {
    let mut walk = find(job);
    let files = load::load(&mut walk, &|name| job.text(name), &job.progress);
    let coverage = Coverage { skipped: std::mem::take(&mut walk.skipped), ..Coverage::default() };
    let (mut report, read) = judge_all(files, job, coverage);
    if let Some(since) = &job.since {
        since.narrow(&mut report, &read, &walk.files, job);
    }
    Outcome { report, failures: walk.failures }
}

impl Job {
    /// The text that stands for a file's own.
    fn text(&self, name: &str) -> Option<&[u8]> {
        let piped = || self.stdin.as_ref().filter(|(stdin, _)| stdin == name).map(|(_, text)| text);
        self.overlay.get(name).or_else(piped).map(Vec::as_slice)
    }

    /// The file that standard input stands for.
    fn stdin_file(&self) -> Option<&Path> {
        self.stdin.as_ref().map(|(name, _)| Path::new(name))
    }
}

/// The files of a job.
fn find(job: &Job) -> discover::Walk {
    let mut walk = if job.repository {
        discover::repository::walk_around(&job.paths, job.stdin_file(), job.no_ignore)
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
    judge_all(load::read_all(texts), &job, Coverage::default()).0
}

/// Judges a text that is in memory as a job says; the job's own paths are not read.
pub fn judge_text(name: &str, text: Vec<u8>, job: &Job) -> Report {
    judge_all(load::read_all(vec![(name.to_owned(), text)]), job, Coverage::default()).0
}

/// Judges what was read, and gives it back.
fn judge_all(files: Vec<(Source, ReadFile)>, job: &Job, mut coverage: Coverage) -> (Report, Vec<ReadFile>) {
    let (sources, read): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    let mut sources = SourceMap::new(sources);
    let config_source = job.config.source.as_ref().map(|text| {
        let id = sources.next_id();
        sources.push(Source::from_text(id, text.name.clone(), text.text.clone()));
        id
    });
    let mut findings = judge(&read, &sources, job, config_source, &mut coverage);
    debug_assert!(findings.iter().all(|finding| catalogue::find(finding.rule).is_some()), "every rule is documented");
    sort(&mut findings, &sources);
    coverage.skipped.sort();
    coverage.skipped.dedup();
    (Report { sources, findings, coverage, versions: job.versions, since: None }, read)
}

/// Takes out of a walk what the configuration excludes.
fn exclude(walk: &mut discover::Walk, config: &Config) {
    let Some(globs) = &config.exclude else { return };
    let (out, kept) =
        std::mem::take(&mut walk.files).into_iter().partition(|file| globs.is_match(&*config.relative(&file.name)));
    walk.files = kept;
    let out: Vec<discover::FoundFile> = out;
    let detail = || "excluded by the configuration".to_owned();
    walk.skipped.extend(out.into_iter().filter(|file| file.judged).map(|file| Skipped {
        file: file.name,
        reason: SkipReason::Ignored,
        detail: detail(),
    }));
}

/// Everything that is said about documents once they are read.
fn judge(
    files: &[ReadFile],
    sources: &SourceMap,
    job: &Job,
    config_source: Option<SourceId>,
    coverage: &mut Coverage,
) -> Vec<Finding> {
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
    let wanted: Vec<_> = items.iter().filter(|item| item.judged).collect();
    coverage.objects = wanted.len();
    let library = validity::library(job, &items);
    let judges = Judges::new(job, &items, &library);
    job.progress.start(Step::Judging, wanted.len());
    let judged = wanted.par_iter().map(|item| {
        job.progress.step();
        judges.judge(item)
    });
    let judged: Vec<_> = judged.collect();
    for (item, (outcome, mut found)) in wanted.iter().zip(judged) {
        count(coverage, item.object, outcome);
        if !job.alone {
            set_aside(&mut found, sources, coverage);
        }
        findings.extend(found);
    }
    let mut rules = if job.policy { job.selection.enabled(&job.config) } else { Vec::new() };
    rules.retain(|enabled| !job.alone || enabled.registered.judges_alone());
    let mut set = ApplySet::new(items);
    set.generated = generated;
    set.layout = Layout::new(sources.iter().map(|source| source.name.as_str()));
    job.progress.start(Step::Rules, 0);
    findings.extend(crate::rule::run::run(&rules, &set, job.versions));
    let names = names(sources, &job.config);
    job.selection.apply(&mut findings, &job.config, &names);
    let ran = |name: &str| job.policy && ran(&rules, name);
    let stage = Stage {
        sources,
        config: &job.config,
        config_source,
        names: &names,
        baseline: job.baseline.as_ref(),
        today: &job.today,
        ran: &ran,
        foreign: job.foreign,
        whole: covers_configuration(job),
    };
    let judged = files.iter().filter(|file| file.judged);
    let documents = judged.flat_map(|file| file.documents.iter().map(|document| (file.source, document)));
    let objects = set.items().iter().filter(|item| item.judged).map(|item| (item.source, item.document, item.object));
    stage.run(&mut findings, documents, objects);
    findings
}

/// Takes out findings about values that hold a placeholder, which something fills in before the server sees them, and
/// notes in the ledger that the file was not judged in full.
fn set_aside(found: &mut Vec<Finding>, sources: &SourceMap, coverage: &mut Coverage) {
    found.retain(|finding| {
        let source = sources.get(finding.primary.span.source);
        let value = source.slice(finding.primary.span).lines().next().unwrap_or("");
        let Some(placeholder) = placeholder::in_value(value) else { return true };
        let detail = format!("`{placeholder}` stands for a value");
        coverage.skipped.push(Skipped { file: source.name.clone(), reason: SkipReason::Template, detail });
        false
    });
}

/// What there is to say about a document's text, and which object it holds.
fn text_findings(source: &Source, document: &Document) -> Vec<Finding> {
    let mut findings = yaml::findings(source, document);
    let object = document.tree.as_ref().ok().and_then(|tree| Object::from_node(tree.root()));
    if let (Some(object), false) = (object, findings.is_empty()) {
        let reference = Arc::new(object.reference());
        findings.iter_mut().for_each(|finding| finding.object = Some(reference.clone()));
    }
    findings
}

/// The sources' names as the configuration's globs see them.
fn names(sources: &SourceMap, config: &Config) -> Vec<String> {
    sources.iter().map(|source| config.relative(&source.name).into_owned()).collect()
}

/// Whether a rule (or all rules of a category, or a rule of validity) was judged.
fn ran(rules: &[Enabled], name: &str) -> bool {
    let policy =
        Category::parse(name).is_some_and(|category| !category.is_validity()) || registry::find(name).is_some();
    !policy || rules.iter().any(|e| e.registered.rule.id == name || e.registered.category.as_str() == name)
}

/// Whether everything below the configuration's directory was judged.
fn covers_configuration(job: &Job) -> bool {
    let canonical =
        |path: &Path| std::fs::canonicalize(if path.as_os_str().is_empty() { Path::new(".") } else { path }).ok();
    let Some(root) = canonical(&job.config.directory) else { return false };
    job.paths.iter().filter_map(|path| canonical(path)).any(|path| root.starts_with(&path))
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
