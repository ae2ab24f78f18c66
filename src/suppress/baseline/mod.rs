//! Baselines: findings that are known and do not count.
//!
//! In: a file of fingerprints, or the findings of a run to make one of. Out: findings marked, findings about entries that no
//! longer occur, and the baseline that holds today. An entry has a fingerprint of the second kind (see [`crate::finding`]), one
//! without the folder, by which a moved file is recognised, and one of the first kind, which baselines of version 1 hold.

mod matching;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::discover::Viewpoint;
use crate::discover::walk::display;
use crate::files::{self, Before, Door, Tree, WriteError};
use crate::finding::{Finding, folder_of};
use crate::source::{Source, SourceId, SourceMap, Span};
use crate::yaml;

use self::matching::Seen;

/// The version written.
const VERSION: u8 = 2;

/// One known finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BaselineEntry {
    /// The file it was found in, as seen from the baseline's directory; two files' findings may be the same one.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// See [`Finding::fingerprint`], with the folder of `file`. Empty for an entry that was read from a baseline of version 1.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// The same without a folder.
    #[serde(default, rename = "fingerprintWithoutFolder", skip_serializing_if = "String::is_empty")]
    pub without_folder: String,
    /// See [`Finding::first_fingerprint`].
    #[serde(default, rename = "fingerprintV1", skip_serializing_if = "String::is_empty")]
    pub first: String,
    /// The sets it holds in, as seen from the baseline's directory: it is known in these alone. None for what belongs to no set
    /// that has a name, and for what holds in very many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<String>,
    /// How often it occurs.
    pub count: usize,
}

/// A finding in more sets than this is known in any.
const MOST_SETS: usize = 16;

/// A baseline file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// Version of the format: 2. Version 1, whose fingerprints are of the first kind, is read as well.
    pub version: u8,
    /// The findings, sorted by file and rule.
    pub findings: Vec<BaselineEntry>,
    /// Its text, where it was read from a file.
    #[serde(skip)]
    pub source: Option<Arc<Source>>,
    /// Where it lies.
    #[serde(skip)]
    directory: PathBuf,
    #[serde(skip)]
    view: Viewpoint,
}

impl BaselineEntry {
    /// The fingerprint by which its findings are known.
    fn key(&self) -> &str {
        if self.fingerprint.is_empty() { &self.first } else { &self.fingerprint }
    }
}

/// What a run checked, so that what it did not find is known not to be there.
pub struct Checked<'a> {
    /// The names of the files.
    pub files: &'a [&'a str],
    /// The paths of the run.
    pub paths: &'a [PathBuf],
    /// Whether a rule ran.
    pub ran: &'a dyn Fn(&str) -> bool,
}

impl Baseline {
    /// An empty one that is to be written to a file.
    pub fn new(path: &Path, files: &Door) -> Self {
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        Self { version: VERSION, view: Viewpoint::new(&directory, files), directory, ..Self::default() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// A message, where the file cannot be read or is no baseline.
    pub fn read(path: &Path, files: &Door) -> Result<Self, String> {
        let name = display(path);
        let bytes = files.read(path, files::MAX_FILE).map_err(|error| format!("{name}: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{name}: not a baseline: it is not UTF-8"))?;
        let mut read: Self = serde_json::from_str(&text).map_err(|error| format!("{name}: not a baseline: {error}"))?;
        match read.version {
            1 => read.findings.iter_mut().for_each(|known| known.first = std::mem::take(&mut known.fingerprint)),
            VERSION => {}
            other => return Err(format!("{name}: unknown baseline version {other}; 1 and {VERSION} are supported")),
        }
        // Its id is given when it joins the sources of a report.
        let source = Some(Arc::new(Source::from_text(SourceId(u32::MAX), name, text)));
        Ok(Self { findings: read.findings, source, ..Self::new(path, files) })
    }

    /// This baseline as it has to be for these findings not to count. What the run did not check is kept.
    pub fn renewed(&self, findings: &[Finding], sources: &SourceMap, checked: &Checked<'_>) -> Self {
        let mut counts: BTreeMap<BaselineEntry, usize> = BTreeMap::new();
        for finding in findings.iter().filter(|f| f.suppressed.is_none()) {
            *counts.entry(self.entry(finding, sources)).or_default() += 1;
        }
        let saw = self.saw(checked);
        for known in self.findings.iter().filter(|known| !saw(known)) {
            counts.entry(BaselineEntry { count: 0, ..known.clone() }).or_insert(known.count);
        }
        let known = counts.into_iter().map(|(known, count)| BaselineEntry { count, ..known });
        Self { findings: known.collect(), ..Self::new(&self.directory.join("baseline"), self.view.files()) }
    }

    /// The entry of a finding, with a count of 0.
    fn entry(&self, finding: &Finding, sources: &SourceMap) -> BaselineEntry {
        let file = self.view.name(&sources.get(finding.source()).name).into_owned();
        BaselineEntry {
            fingerprint: finding.fingerprint(Some(folder_of(&file))),
            without_folder: finding.fingerprint(None),
            first: finding.first_fingerprint(),
            rule: finding.rule.to_string(),
            file,
            sets: if finding.sets.names.len() > MOST_SETS { Vec::new() } else { self.sets(finding) },
            count: 0,
        }
    }

    /// The sets of a finding, as seen from the baseline's directory.
    fn sets(&self, finding: &Finding) -> Vec<String> {
        let seen = |name: &std::sync::Arc<str>| {
            let seen = self.view.name(if &**name == "." { "" } else { name });
            if seen.is_empty() { ".".to_owned() } else { seen.into_owned() }
        };
        finding.sets.names.iter().map(seen).collect()
    }

    /// Writes it in the place of the one whose text was read; without one, where no file is yet.
    ///
    /// # Errors
    /// See [`files::replace`].
    pub fn write(&self, path: &Path, before: Option<&Source>, tree: &Tree) -> Result<(), WriteError> {
        let before = before.map_or(Before::Nothing, |source| Before::Bytes(source.text.as_bytes()));
        files::replace(path, before, self.to_text().as_bytes(), tree)
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Marks the findings that are known. Gives how many of each entry did not occur.
    pub fn apply(&self, findings: &mut [Finding], sources: &SourceMap) -> Vec<usize> {
        let file = |finding: &Finding| self.view.name(&sources.get(finding.source()).name).into_owned();
        let gone = |file: &str| !self.view.files().exists(&self.directory.join(files::name::path_of(file)));
        matching::apply(
            &self.findings,
            findings,
            &Seen { file: &file, sets: &|finding| self.sets(finding), gone: &gone },
        )
    }

    /// Findings about the entries that do not occur, or not as often, although the run checked what they speak of. `left` is
    /// what [`Baseline::apply`] gave, `source` the baseline's own.
    pub fn stale(&self, left: &[usize], source: SourceId, checked: &Checked<'_>) -> Vec<Finding> {
        if left.iter().all(|count| *count == 0) {
            return Vec::new();
        }
        let (saw, spans) = (self.saw(checked), self.spans());
        let entries = self.findings.iter().zip(left).enumerate().filter(|(_, (known, left))| **left > 0 && saw(known));
        let stale = entries.map(|(index, (known, left))| {
            let span = spans.get(index).copied().unwrap_or_default();
            super::stale(known, *left, Span { source, ..span })
        });
        stale.collect()
    }

    /// Whether a run would have found an entry's finding again: its rule ran over its file, or the file is gone from where the
    /// run looked.
    fn saw<'s>(&'s self, checked: &'s Checked<'_>) -> impl Fn(&BaselineEntry) -> bool + 's {
        let files: std::collections::BTreeSet<_> = checked.files.iter().map(|name| self.view.name(name)).collect();
        let door = self.view.files();
        let folders: Vec<_> = checked
            .paths
            .iter()
            .filter(|path| door.is_directory(path))
            .map(|path| Viewpoint::new(path, door))
            .collect();
        move |known| {
            let path = self.directory.join(files::name::path_of(&known.file));
            let gone = || !door.exists(&path) && folders.iter().any(|folder| folder.below(&display(&path)).is_some());
            (checked.ran)(&known.rule) && (files.contains(known.file.as_str()) || gone())
        }
    }

    /// Where each entry stands in the text.
    fn spans(&self) -> Vec<Span> {
        let documents = self.source.as_ref().map(|source| yaml::read(source, &yaml::Limits::default()));
        let tree = documents.as_deref().and_then(<[_]>::first).and_then(|document| document.tree.as_ref().ok());
        let list = tree.and_then(|tree| tree.root().get("findings"));
        let rule =
            |entry: yaml::Node<'_>| entry.get_entry("rule").map_or(entry.anchor_span(), |rule| rule.value.span());
        list.into_iter().flat_map(yaml::Node::items).map(rule).collect()
    }
}
