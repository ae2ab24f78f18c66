//! What is new since a revision.
//!
//! In: a finished report, and what the repositories held at the revision. Out: the report with two kinds of findings left:
//! those on documents that are not as they were, and those on any other document that a run over the revision's own files
//! does not give. So a Service that goes is reported at the Ingress that needs it, though nobody touched the Ingress.
//!
//! A document is as it was if its text stood at the revision: in the same file, or in one that changed or is gone, so that
//! moved documents and renamed files are not new. The second run is made only where a finding's age depends on it.
//!
//! Where only what is new is asked for, a document that changed keeps those of its findings that the revision did not have
//! under the same fingerprint. A commit hook asks so, and names the files of the commit: see [`Hook`].

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::{Charts, FoundFile, repository};
use crate::files::Files;
use crate::finding::Finding;
use crate::report::{self, Report};
use crate::revision::{Past, Revision, Then};
use crate::source::{Source, SourceId, SourceMap};
use crate::workspace::ReadFile;

use super::{Job, load};

/// A revision, and what was found out about it: what is new is decided once, before anything is fixed.
#[derive(Debug)]
pub struct Since {
    past: Arc<Past>,
    only_new: bool,
    hook: Option<Hook>,
    documents: OnceLock<FxHashMap<(String, u32), Age>>,
    known: OnceLock<Known>,
}

/// The files that a commit hook names, as reports name them. One that is as it was is named because somebody asks about all of
/// it (`--all-files`): everything in it is reported. A file that is neither named nor was there is not part of the commit:
/// nothing in it is.
#[derive(Debug)]
pub struct Hook {
    /// Their names.
    pub named: BTreeSet<String>,
}

/// A document's text, and whether it is new.
#[derive(Debug, Clone, Copy)]
struct Age {
    text: u64,
    new: bool,
    /// Its file is checked.
    checked: bool,
}

/// How often a finding (its document's text, and its fingerprint) was there.
type Known = FxHashMap<(u64, String), usize>;

/// How often each text is there.
type Texts = FxHashMap<u64, usize>;

impl Since {
    /// What is new since `past`.
    pub fn new(past: Past) -> Self {
        Self { past: Arc::new(past), only_new: false, hook: None, documents: OnceLock::new(), known: OnceLock::new() }
    }

    /// Leaves out what documents that changed had before, too.
    #[must_use]
    pub fn only_new(self, only_new: bool) -> Self {
        Self { only_new, ..self }
    }

    /// What the commit of a hook brings.
    #[must_use]
    pub fn of_hook(self, hook: Hook) -> Self {
        Self { hook: Some(hook), only_new: true, ..self }
    }

    /// The same revision, of which nothing was found out as yet: for other texts.
    #[must_use]
    pub fn afresh(self) -> Self {
        Self { documents: OnceLock::new(), known: OnceLock::new(), ..self }
    }

    /// Leaves in a report what is new. `files` are all files of the run, `read` is what was read of them.
    pub(super) fn narrow(
        &self,
        report: &mut Report,
        read: &[ReadFile],
        files: &[FoundFile],
        charts: &Charts,
        job: &Job<'_>,
    ) {
        let documents = self.documents.get_or_init(|| self.documents(read, report));
        let sources = &report.sources;
        let age = |finding: &Finding| age(finding, sources, documents);
        let all_new = !self.only_new && report.findings.iter().all(|finding| age(finding).new);
        let then = Revision::new(&self.past, &*job.snapshot.files);
        let unchanged = !all_new
            && self.past.is_present(files.iter().map(|file| file.name.as_str()))
            && charts.files().all(|chart| then.is_file(&chart));
        let left = match all_new || unchanged {
            true => Known::default(),
            false => self.known.get_or_init(|| self.known(files, job)).clone(),
        };
        let total = report.findings.len();
        let mut kept = self.kept(report, left, unchanged, age).into_iter();
        report.findings.retain(|_| kept.next().unwrap_or(true));
        report.since = Some(report::Since {
            revision: self.past.revision.clone(),
            commit: self.past.commit.clone(),
            changed: documents.values().filter(|age| age.checked && age.new).count(),
            older: total - report.findings.len(),
        });
    }

    /// Of each finding, whether it stays. What stands on documents as they were takes its share of what was known first.
    fn kept(&self, report: &Report, mut left: Known, unchanged: bool, age: impl Fn(&Finding) -> Age) -> Vec<bool> {
        let of_hook = |finding: &Finding| self.of_commit(&report.sources.get(finding.source()).name);
        let mut kept: Vec<bool> = Vec::with_capacity(report.findings.len());
        kept.extend(report.findings.iter().map(|finding| {
            let age = age(finding);
            let mut known = || unchanged || take(&mut left, &(age.text, finding.fingerprint(None)));
            of_hook(finding).unwrap_or_else(|| age.new || !known())
        }));
        if !self.only_new {
            return kept;
        }
        let mut prints: FxHashMap<String, usize> = FxHashMap::default();
        left.into_iter().for_each(|((_, print), count)| *prints.entry(print).or_default() += count);
        for (kept, finding) in kept.iter_mut().zip(&report.findings) {
            if *kept && age(finding).new && of_hook(finding).is_none() {
                *kept = !take(&mut prints, &finding.fingerprint(None));
            }
        }
        kept
    }

    /// What a commit hook says of all findings in a file, whatever their age.
    fn of_commit(&self, name: &str) -> Option<bool> {
        let named = self.hook.as_ref()?.named.contains(name);
        match self.past.of(name) {
            Then::Same if named => Some(true),
            Then::Nothing if !named => Some(false),
            _ => None,
        }
    }

    /// The age of every document that is checked, or that findings are on: roots take in others.
    fn documents(&self, read: &[ReadFile], report: &Report) -> FxHashMap<(String, u32), Age> {
        let sources = &report.sources;
        let found: FxHashSet<SourceId> = report.findings.iter().map(Finding::source).collect();
        // Texts that stood in files that are not as they were; each stands for one document of today, the same file's first.
        let mut pool = Texts::default();
        self.past
            .texts()
            .for_each(|bytes| texts(bytes).into_iter().for_each(|text| *pool.entry(text).or_default() += 1));
        let mut documents = FxHashMap::default();
        let mut elsewhere = Vec::new();
        for file in read.iter().filter(|file| file.checked || found.contains(&file.source)) {
            let (source, checked) = (sources.get(file.source), file.checked);
            let then = self.past.of(&source.name);
            let mut own = Texts::default();
            if let Then::Other(bytes) = then {
                texts(bytes).into_iter().for_each(|text| *own.entry(text).or_default() += 1);
            }
            for document in file.documents.iter() {
                let text = hash(source.slice(document.span));
                let key = (source.name.clone(), document.number);
                let here = then == Then::Same || (take(&mut own, &text) && take(&mut pool, &text));
                if !here {
                    elsewhere.push(key.clone());
                }
                documents.insert(key, Age { text, new: !here, checked });
            }
        }
        for key in elsewhere {
            if let Some(age) = documents.get_mut(&key) {
                age.new = !take(&mut pool, &age.text);
            }
        }
        documents
    }

    /// What a run over the revision's files finds.
    fn known(&self, files: &[FoundFile], job: &Job<'_>) -> Known {
        let then = job.snapshot.at(&self.past, self.files(files, job));
        let super::RunResult { report, read, .. } = super::result(&Job { snapshot: &then, ..*job }, None);
        let mut documents = FxHashMap::default();
        for file in &read {
            let source = report.sources.get(file.source);
            let ages = file.documents.iter().map(|document| {
                let text = hash(source.slice(document.span));
                ((source.name.clone(), document.number), Age { text, new: false, checked: file.checked })
            });
            documents.extend(ages);
        }
        let mut known = Known::default();
        for finding in &report.findings {
            let age = age(finding, &report.sources, &documents);
            *known.entry((age.text, finding.fingerprint(None))).or_default() += 1;
        }
        known
    }

    /// The files of the revision: those of today that stood then, and those that are gone.
    fn files(&self, files: &[FoundFile], job: &Job<'_>) -> Vec<FoundFile> {
        let stood = files.iter().filter(|file| self.past.of(&file.name) != Then::Nothing);
        let mut found: Vec<_> = stood.cloned().collect();
        let beside = job.snapshot.stdin_file();
        for path in self.past.gone(files.iter().map(|file| file.name.as_str())) {
            let name = repository::name_of_gone(
                &*job.snapshot.files,
                &path,
                &job.snapshot.paths,
                beside.as_deref(),
                job.request.repository,
            );
            let Some((name, checked)) = name else { continue };
            found.push(FoundFile { checked, named: checked, ..FoundFile::asked(name, path, false) });
        }
        found.sort();
        found
    }
}

/// Takes one of a multiset; nothing where there is none left.
fn take<K: Hash + Eq>(counts: &mut FxHashMap<K, usize>, key: &K) -> bool {
    let Some(count) = counts.get_mut(key).filter(|count| **count > 0) else { return false };
    *count -= 1;
    true
}

/// The age of the document that a finding is on. What is on none, but on the configuration say, goes by its line.
fn age(finding: &Finding, sources: &SourceMap, documents: &FxHashMap<(String, u32), Age>) -> Age {
    let source = sources.get(finding.source());
    match finding.document {
        Some(number) => {
            documents.get(&(source.name.clone(), number)).copied().unwrap_or(Age { text: 0, new: true, checked: false })
        }
        None => {
            let line = source.line_of(finding.primary.span.start);
            Age { text: hash(source.text.lines().nth(line).unwrap_or("")), new: false, checked: true }
        }
    }
}

/// The texts of a file's documents.
fn texts(bytes: &[u8]) -> Vec<u64> {
    let source = Source::from_bytes(SourceId(0), "", bytes.to_owned());
    let (source, read) = load::read(source, false);
    read.documents.iter().map(|document| hash(source.slice(document.span))).collect()
}

/// A text without what an editor or a checkout changes: space at its ends, and how its lines end.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.trim().lines().for_each(|line| line.trim_end().hash(&mut hasher));
    hasher.finish()
}
