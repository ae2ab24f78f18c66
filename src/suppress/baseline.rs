//! Baselines: findings that are known and do not count.
//!
//! In: a file of fingerprints, or the findings of a run to make one of. Out: findings marked, and how many entries no
//! longer occur. A fingerprint is made of rule, group and kind, namespace, name and path, so that it survives moved lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::source::SourceMap;

use super::mark;

/// One known finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Known {
    /// The file it was found in, to help a reader; not compared.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// See [`Finding::fingerprint`].
    pub fingerprint: String,
    /// How often it occurs.
    pub count: usize,
}

/// A baseline file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Version of the format: 1.
    pub version: u8,
    /// The findings, sorted by file and rule.
    pub findings: Vec<Known>,
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// A message, where the file cannot be read or is no baseline.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path)
            .map_err(|error| format!("{}: {}", path.display(), crate::discover::walk::describe(&error)))?;
        let baseline: Self =
            serde_json::from_str(&text).map_err(|error| format!("{}: this is no baseline: {error}", path.display()))?;
        if baseline.version != 1 {
            return Err(format!("{}: baseline version {} is not known", path.display(), baseline.version));
        }
        Ok(baseline)
    }

    /// The baseline under which these findings would not count.
    pub fn of(findings: &[Finding], sources: &SourceMap) -> Self {
        let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for finding in findings.iter().filter(|f| f.suppressed.as_ref().is_none_or(|s| s.by == "baseline")) {
            let file = sources.get(finding.source()).name.clone();
            *counts.entry((file, finding.rule.to_owned(), finding.fingerprint())).or_default() += 1;
        }
        let known =
            counts.into_iter().map(|((file, rule, fingerprint), count)| Known { file, rule, fingerprint, count });
        Self { version: 1, findings: known.collect() }
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Marks the findings that are known. Gives how many entries did not occur.
    pub fn apply(&self, findings: &mut [Finding]) -> usize {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for known in &self.findings {
            *left.entry(&known.fingerprint).or_default() += known.count;
        }
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            if let Some(count) = left.get_mut(finding.fingerprint().as_str()).filter(|count| **count > 0) {
                *count -= 1;
                mark(finding, "baseline", "");
            }
        }
        left.values().sum()
    }
}
