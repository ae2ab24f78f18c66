//! The one way through: the only module that knows every stage, and the only one that runs things in parallel (beside
//! the rules' own runner).
//!
//! In: what to read and how to judge it. Out: a finished [`Report`].

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::api;
use crate::config::{Config, Selection};
use crate::discover::classify::is_encrypted;
use crate::discover::{self, DocumentClass, Survey, placeholder};
use crate::finding::{Category, Finding, Severity};
use crate::object::Object;
use crate::progress::{Progress, Stage as Step};
use crate::report::{Coverage, Report, SkipReason, Skipped};
use crate::rule::catalogue;
use crate::rule::registry;
use crate::rule::run::Enabled;
use crate::schema::{self, Schemas};
use crate::source::{Source, SourceId, SourceMap};
use crate::suppress::Stage;
use crate::suppress::baseline::Baseline;
use crate::version::KubeVersion;
use crate::workspace::{ApplySet, Item, ReadFile, Surroundings};
use crate::yaml::{self, Document, Limits, Node};

/// Largest file that is read, in bytes: a hundred times what the API server takes in one request.
const MAX_FILE: usize = 300 << 20;

/// What one run does.
#[derive(Default)]
pub struct Job {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// Text from standard input, and the name it is shown under.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The version judged for.
    pub version: KubeVersion,
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
    /// Findings that are known.
    pub baseline: Option<Baseline>,
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
pub fn run(mut job: Job) -> Outcome {
    let walk = if job.repository { discover::repository::walk_around } else { discover::walk };
    let mut walk = walk(&job.paths, job.no_ignore);
    exclude(&mut walk, &job.config);
    let mut files = load(&mut walk, &job.progress);
    if let Some((name, bytes)) = job.stdin.take() {
        let id = SourceId(files.len() as u32);
        files.push(read_source(Source::from_bytes(id, name, bytes)));
    }
    let coverage = Coverage { skipped: walk.skipped, ..Coverage::default() };
    Outcome { report: report(files, &job, coverage), failures: walk.failures }
}

/// Validity of texts that are in memory, by their names: their numbers are their sources' ids.
pub fn validate_texts(texts: Vec<(String, Vec<u8>)>, version: KubeVersion) -> Report {
    let job = Job { version, ..Job::default() };
    report(read_all(texts, &job.progress), &job, Coverage::default())
}

/// Judges a text that is in memory as a job says; the job's own paths are not read.
pub fn judge_text(name: &str, text: Vec<u8>, job: &Job) -> Report {
    report(read_all(vec![(name.to_owned(), text)], &job.progress), job, Coverage::default())
}

/// Judges what was read.
fn report(files: Vec<(Source, ReadFile)>, job: &Job, mut coverage: Coverage) -> Report {
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
    Report { sources, findings, coverage, version: job.version }
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

/// Opens and reads all files. What cannot be opened goes to the ledger, or to the failures where it was named.
fn load(walk: &mut discover::Walk, progress: &Progress) -> Vec<(Source, ReadFile)> {
    let read: Vec<_> = walk.files.par_iter().map(|file| read_bytes(&file.path)).collect();
    let (mut opened, mut judged) = (Vec::new(), Vec::new());
    for (file, bytes) in walk.files.iter().zip(read) {
        match bytes {
            Ok(bytes) if is_encrypted(&bytes) => walk.skipped.push(skipped(&file.name, SkipReason::Encrypted)),
            Ok(bytes) if bytes.len() > MAX_FILE => walk.skipped.push(skipped(&file.name, SkipReason::TooLarge)),
            Ok(bytes) if file.explicit || !file.name.ends_with(".json") || looks_like_manifest(&bytes) => {
                opened.push((file.name.clone(), bytes));
                judged.push(file.judged);
            }
            Ok(_) => {}
            Err(error) if file.explicit => walk.failures.push(format!("{}: {error}", file.name)),
            Err(_) if !file.judged => {}
            Err(error) => walk.skipped.push(Skipped {
                file: file.name.clone(),
                reason: SkipReason::Unreadable,
                detail: error.to_string(),
            }),
        }
    }
    progress.start(Step::Reading, opened.len());
    let mut files = read_all(opened, progress);
    files.iter_mut().zip(judged).for_each(|((_, file), judged)| file.judged = judged);
    files
}

fn read_all(texts: Vec<(String, Vec<u8>)>, progress: &Progress) -> Vec<(Source, ReadFile)> {
    let sources = texts.into_par_iter().enumerate();
    let read = sources.map(|(id, (name, bytes))| {
        progress.step();
        read_source(Source::from_bytes(SourceId(id as u32), name, bytes))
    });
    read.collect()
}

fn read_bytes(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A JSON file is read where its text speaks of both fields that make a manifest.
fn looks_like_manifest(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\"apiVersion\"").is_some() && memchr::memmem::find(bytes, b"\"kind\"").is_some()
}

fn read_source(source: Source) -> (Source, ReadFile) {
    let documents = yaml::read(&source, &Limits::default());
    let file = ReadFile { source: source.id, documents, judged: true };
    (source, file)
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
    let mut sorter = Sorter { survey: &survey, coverage, findings: Vec::new(), items: Vec::new() };
    for (index, file) in files.iter().enumerate() {
        sorter.file(index, file, sources.get(file.source));
    }
    let Sorter { mut findings, items, .. } = sorter;
    let wanted: Vec<_> = items.iter().filter(|item| item.judged).collect();
    coverage.objects = wanted.len();
    let schemas = Schemas::new(job.version);
    job.progress.start(Step::Judging, wanted.len());
    let judged = wanted.par_iter().map(|item| {
        job.progress.step();
        validate(item, &schemas, job.version)
    });
    let judged: Vec<_> = judged.collect();
    for (item, (outcome, found)) in wanted.iter().zip(judged) {
        count(coverage, item.object, outcome);
        findings.extend(found);
    }
    let mut rules = if job.policy { job.selection.enabled(&job.config) } else { Vec::new() };
    rules.retain(|enabled| !job.alone || enabled.registered.judges_alone());
    let mut set = ApplySet::new(items);
    set.generated = generated;
    job.progress.start(Step::Rules, 0);
    findings.extend(crate::rule::run::run(&rules, &set, job.version));
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
        whole: covers_configuration(job),
    };
    let judged = files.iter().filter(|file| file.judged);
    let documents = judged.flat_map(|file| file.documents.iter().map(|document| (file.source, document)));
    let objects = set.items().iter().filter(|item| item.judged).map(|item| (item.source, item.document, item.object));
    stage.run(&mut findings, documents, objects);
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

/// Sorts documents into what is judged and what is only counted.
struct Sorter<'a, 't> {
    survey: &'t Survey,
    coverage: &'a mut Coverage,
    findings: Vec<Finding>,
    items: Vec<Item<'t>>,
}

impl<'t> Sorter<'_, 't> {
    fn file(&mut self, index: usize, file: &'t ReadFile, source: &'t Source) {
        if !file.judged {
            return self.around(index, file, source);
        }
        if source.name.ends_with(".json") && !file.documents.iter().any(may_be_manifest) {
            return; // data of something else: nobody expects it to be judged
        }
        self.coverage.files += 1;
        self.coverage.documents += file.documents.len();
        if file.documents.is_empty() {
            self.skip(source, SkipReason::Empty);
        }
        let whole = self.survey.skip_file(index, &source.name);
        for document in &file.documents {
            match whole {
                Some(reason) => self.unjudged(document, source, reason),
                None => self.document(document, source),
            }
        }
    }

    /// A file of the repository around: its objects are there to be referred to.
    fn around(&mut self, index: usize, file: &'t ReadFile, source: &'t Source) {
        if self.survey.skip_file(index, &source.name).is_some() {
            return;
        }
        let first = self.items.len();
        for document in &file.documents {
            if self.survey.classify(&source.name, document) == DocumentClass::Manifest {
                objects_of(document, source.id, self.survey.surroundings(&source.name), &mut self.items);
            }
        }
        self.items[first..].iter_mut().for_each(|item| item.judged = false);
    }

    /// A document of a file that is not judged. That it does not parse is said all the same, but for Helm's templates.
    fn unjudged(&mut self, document: &Document, source: &Source, reason: SkipReason) {
        self.skip(source, reason);
        if let (Err(error), true) = (&document.tree, reason != SkipReason::HelmTemplate) {
            self.findings.push(syntax_finding(document, error));
        }
    }

    fn document(&mut self, document: &'t Document, source: &'t Source) {
        let error = match &document.tree {
            Ok(_) => return self.parsed(document, source),
            Err(error) => error,
        };
        let at = error.span.start.saturating_sub(document.span.start) as usize;
        if placeholder::is_template(source.slice(document.span), at) {
            self.skip(source, SkipReason::Template);
        } else {
            self.findings.push(syntax_finding(document, error));
        }
    }

    fn parsed(&mut self, document: &'t Document, source: &'t Source) {
        match self.survey.classify(&source.name, document) {
            DocumentClass::Manifest => {
                let broken = objects_of(document, source.id, self.survey.surroundings(&source.name), &mut self.items);
                self.broken(document, broken);
            }
            DocumentClass::Broken => self.broken(document, document.tree.iter().map(yaml::Tree::root)),
            // An empty document behind others (a separator at the end) is nothing to speak of.
            DocumentClass::Skip(SkipReason::Empty) if document.number > 0 => {}
            DocumentClass::Skip(reason) => self.skip(source, reason),
        }
    }

    /// What is meant to be an object, as a document or as an item of a List, but does not say what it is.
    fn broken(&mut self, document: &'t Document, nodes: impl IntoIterator<Item = Node<'t>>) {
        for mut finding in nodes.into_iter().filter_map(schema::broken) {
            finding.document = Some(document.number);
            self.findings.push(finding);
        }
    }

    fn skip(&mut self, source: &Source, reason: SkipReason) {
        self.coverage.skipped.push(skipped(&source.name, reason));
    }
}

/// Whether a JSON document is a manifest, or cannot be told from one because it does not parse.
fn may_be_manifest(document: &Document) -> bool {
    document.tree.as_ref().map_or(true, |tree| tree.root().get("apiVersion").and(tree.root().get("kind")).is_some())
}

fn skipped(file: &str, reason: SkipReason) -> Skipped {
    Skipped { file: file.to_owned(), reason, detail: String::new() }
}

/// What decoding sees goes to the tables of field rules.
struct Seen<'t>(api::Typed<'t>);

impl<'t> schema::Visit<'t> for Seen<'t> {
    fn object(&mut self, node: Node<'t>, definition: &'static schema::Definition) {
        self.0.see(node, definition.name);
    }
}

/// Validity of one object by itself: schema, then what the server checks after decoding.
fn validate(item: &Item<'_>, schemas: &Schemas, version: KubeVersion) -> (schema::Outcome, Vec<Finding>) {
    let mut typed = Seen(api::Typed::default());
    let schema::Judgement { outcome, mut findings, .. } = schemas.judge_with(item.object, &mut typed);
    if outcome != schema::Outcome::Refused {
        let unread: Vec<String> = findings.iter().map(|finding| finding.path.clone()).collect();
        let said = api::validate_typed(item.object, &typed.0, version).into_iter();
        let said = said.filter(|finding| !unread.iter().any(|path| lies_in(&finding.path, path)));
        findings.extend(said.filter(|finding| !item.surroundings.fills(item.object.gvk.kind, &finding.path)));
    }
    if !findings.is_empty() {
        let reference = Arc::new(item.object.reference());
        for finding in &mut findings {
            finding.document = Some(item.document);
            finding.object = Some(reference.clone());
        }
    }
    (outcome, findings)
}

/// Whether a path is `outer` or lies below it: a value that cannot be read is not validated as well.
fn lies_in(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn count(coverage: &mut Coverage, object: Object<'_>, outcome: schema::Outcome) {
    if outcome == schema::Outcome::NoSchema {
        let key = (object.gvk.api_version(), object.gvk.kind.to_owned());
        *coverage.no_schema.entry(key).or_default() += 1;
    } else {
        coverage.validated += 1;
    }
}

fn syntax_finding(document: &Document, error: &yaml::SyntaxError) -> Finding {
    let mut finding = Finding::new("yaml-syntax", Category::Syntax, Severity::Error, error.message.clone(), error.span);
    finding.document = Some(document.number);
    if let Some((span, message)) = &error.related {
        finding.related.push(crate::finding::Label { span: *span, message: message.clone() });
    }
    finding
}

/// Adds the objects of a document: itself, or the items of a List. Gives the items that are no objects.
fn objects_of<'t>(
    document: &'t Document,
    source: SourceId,
    surroundings: &'t Surroundings,
    items: &mut Vec<Item<'t>>,
) -> Vec<Node<'t>> {
    let mut broken = Vec::new();
    let Some(root) = document.tree.as_ref().ok().and_then(|tree| Object::from_node(tree.root())) else { return broken };
    let mut push = |node| match Object::from_node(node).filter(|_| schema::broken(node).is_none()) {
        Some(object) => {
            items.push(Item { object, source, document: document.number, surroundings, judged: true, index: 0 })
        }
        None => broken.push(node),
    };
    match list_items(root) {
        Some(nodes) => nodes.items().for_each(&mut push),
        None => push(root.root),
    }
    broken
}

/// The `items` of a list of any kind (kubectl takes it apart before sending).
fn list_items<'t>(object: Object<'t>) -> Option<Node<'t>> {
    let is_list = object.gvk.kind.ends_with("List");
    is_list.then(|| object.root.get("items")).flatten().filter(|items| items.is_sequence())
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
