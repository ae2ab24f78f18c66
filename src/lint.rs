//! The one way through: the only module that knows every stage, and the only one that runs things in parallel (beside
//! the rules' own runner).
//!
//! In: what to read and how to judge it. Out: a finished [`Report`].

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::api;
use crate::discover::{self, DocumentClass, Survey, placeholder};
use crate::finding::{Category, Finding, Severity};
use crate::object::Object;
use crate::report::{Coverage, Report, SkipReason, Skipped};
use crate::rule::catalogue;
use crate::rule::run::Enabled;
use crate::schema::{self, Schemas};
use crate::source::{Source, SourceId, SourceMap};
use crate::version::KubeVersion;
use crate::workspace::{ApplySet, Item, ReadFile, Surroundings};
use crate::yaml::{self, Document, Limits, Node};

/// What one run does.
pub struct Job {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// Text from standard input, and the name it is shown under.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The version judged for.
    pub version: KubeVersion,
    /// The policy rules that run; empty for `validate`.
    pub rules: Vec<Enabled>,
    /// Read what .gitignore hides.
    pub no_ignore: bool,
}

/// What a run gave.
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// Paths named on the command line that could not be read.
    pub failures: Vec<String>,
}

/// Runs a job.
pub fn run(job: Job) -> Outcome {
    let mut walk = discover::walk(&job.paths, job.no_ignore);
    let mut files = load(&mut walk);
    if let Some((name, bytes)) = job.stdin {
        let id = SourceId(files.len() as u32);
        files.push(read_source(Source::from_bytes(id, name, bytes)));
    }
    let coverage = Coverage { skipped: walk.skipped, ..Coverage::default() };
    Outcome { report: report(files, &job.rules, job.version, coverage), failures: walk.failures }
}

/// Validity of texts that are in memory, by their names: their numbers are their sources' ids.
pub fn validate_texts(texts: Vec<(String, Vec<u8>)>, version: KubeVersion) -> Report {
    report(read_all(texts), &[], version, Coverage::default())
}

/// Judges what was read.
fn report(files: Vec<(Source, ReadFile)>, rules: &[Enabled], version: KubeVersion, mut coverage: Coverage) -> Report {
    let (sources, read): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    let sources = SourceMap::new(sources);
    let mut findings = judge(&read, &sources, rules, version, &mut coverage);
    debug_assert!(findings.iter().all(|finding| catalogue::find(finding.rule).is_some()), "every rule is documented");
    sort(&mut findings, &sources);
    coverage.skipped.sort();
    coverage.skipped.dedup();
    Report { sources, findings, coverage, version }
}

/// Opens and reads all files. What cannot be opened goes to the ledger, or to the failures where it was named.
fn load(walk: &mut discover::Walk) -> Vec<(Source, ReadFile)> {
    let read: Vec<_> = walk.files.par_iter().map(|file| read_bytes(&file.path)).collect();
    let mut opened = Vec::new();
    for (file, bytes) in walk.files.iter().zip(read) {
        match bytes {
            Ok(bytes) if file.explicit || !file.name.ends_with(".json") || looks_like_manifest(&bytes) => {
                opened.push((file.name.clone(), bytes));
            }
            Ok(_) => {}
            Err(error) if file.explicit => walk.failures.push(format!("{}: {error}", file.name)),
            Err(error) => walk.skipped.push(Skipped {
                file: file.name.clone(),
                reason: SkipReason::Unreadable,
                detail: error.to_string(),
            }),
        }
    }
    read_all(opened)
}

fn read_all(texts: Vec<(String, Vec<u8>)>) -> Vec<(Source, ReadFile)> {
    let sources = texts.into_par_iter().enumerate();
    sources.map(|(id, (name, bytes))| read_source(Source::from_bytes(SourceId(id as u32), name, bytes))).collect()
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
    let file = ReadFile { source: source.id, documents };
    (source, file)
}

/// Everything that is said about documents once they are read.
fn judge(
    files: &[ReadFile],
    sources: &SourceMap,
    rules: &[Enabled],
    version: KubeVersion,
    coverage: &mut Coverage,
) -> Vec<Finding> {
    let mut survey = Survey::new(files, sources);
    let generated = std::mem::take(&mut survey.generated);
    let mut sorter = Sorter { survey: &survey, coverage, findings: Vec::new(), items: Vec::new() };
    for (index, file) in files.iter().enumerate() {
        sorter.file(index, file, sources.get(file.source));
    }
    let Sorter { mut findings, items, .. } = sorter;
    coverage.objects = items.len();
    let schemas = Schemas::new(version);
    let judged: Vec<_> = items.par_iter().map(|item| validate(item, &schemas, version)).collect();
    for (item, (outcome, found)) in items.iter().zip(judged) {
        count(coverage, item.object, outcome);
        findings.extend(found);
    }
    if !rules.is_empty() {
        let mut set = ApplySet::new(items);
        set.generated = generated;
        findings.extend(crate::rule::run::run(rules, &set, version));
    }
    findings
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
        findings.extend(said.filter(|finding| !unread.iter().any(|path| lies_in(&finding.path, path))));
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
        Some(object) => items.push(Item { object, source, document: document.number, surroundings, judged: true }),
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
