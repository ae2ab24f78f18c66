//! Which findings of a run a baseline knows.
//!
//! In: the entries of a baseline, and the findings of a run. Out: the findings marked, and how many of each entry did not
//! occur. An entry knows findings in its own folder, and in its own sets. Where its file is gone, it also knows those of another file, if that is
//! the only one with such findings and no other file that is gone had them: the file moved.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, folder_of};
use crate::suppress::mark;

use super::BaselineEntry;

/// A run's findings as the baseline's directory sees them.
pub(super) struct Seen<'a> {
    /// The name of a finding's file.
    pub file: &'a dyn Fn(&Finding) -> String,
    /// The names of a finding's sets.
    pub sets: &'a dyn Fn(&Finding) -> Vec<String>,
    /// Whether a file of the baseline is gone.
    pub gone: &'a dyn Fn(&str) -> bool,
}

/// Marks what is known; gives how many of each entry are left over.
pub(super) fn apply(entries: &[BaselineEntry], findings: &mut [Finding], seen: &Seen<'_>) -> Vec<usize> {
    let mut left: Vec<usize> = entries.iter().map(|entry| entry.count).collect();
    in_place(entries, &mut left, findings, seen);
    moved(entries, &mut left, findings, seen);
    left
}

/// The findings of each entry's own folder. Several entries may have one fingerprint: files in one folder may hold objects
/// of one name.
fn in_place(entries: &[BaselineEntry], left: &mut [usize], findings: &mut [Finding], seen: &Seen<'_>) {
    let mut by_fingerprint: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        by_fingerprint.entry(entry.key()).or_default().push(index);
    }
    let first = entries.iter().any(|entry| entry.fingerprint.is_empty());
    for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
        let file = (seen.file)(finding);
        let keys = [
            finding.fingerprint(Some(folder_of(&file))),
            if first { finding.first_fingerprint() } else { String::new() },
        ];
        let known = keys.iter().filter_map(|key| by_fingerprint.get(key.as_str())).flatten().copied();
        let open = |index: &usize| left[*index] > 0 && shares_a_set(&entries[*index], finding, seen);
        // The entry of the finding's own file before those of its neighbours.
        let own = known.clone().filter(open).find(|&index| entries[index].file == file);
        let Some(index) = own.or_else(|| known.clone().find(open)) else { continue };
        left[index] -= 1;
        mark(finding, "baseline", "");
    }
}

/// Whether a finding holds in a set in which it is known.
fn shares_a_set(entry: &BaselineEntry, finding: &Finding, seen: &Seen<'_>) -> bool {
    let holds = || (seen.sets)(finding).iter().any(|set| entry.sets.contains(set));
    entry.sets.is_empty() || finding.sets.names.is_empty() || holds()
}

/// The findings of files that moved.
fn moved(entries: &[BaselineEntry], left: &mut [usize], findings: &mut [Finding], seen: &Seen<'_>) {
    let mut gone: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.without_folder.is_empty()) {
        if left[index] > 0 && (seen.gone)(&entry.file) {
            gone.entry(&entry.without_folder).or_default().push(index);
        }
    }
    if gone.is_empty() {
        return;
    }
    let mut candidates: BTreeMap<&str, (BTreeSet<String>, Vec<usize>)> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.suppressed.is_none()) {
        if let Some((&key, _)) = gone.get_key_value(finding.fingerprint(None).as_str()) {
            let (files, found) = candidates.entry(key).or_default();
            files.insert((seen.file)(finding));
            found.push(at);
        }
    }
    for (key, (files, found)) in candidates {
        let [entry] = gone[key][..] else { continue };
        if files.len() > 1 {
            continue; // two places may be the one it moved to: neither is taken for it
        }
        for at in found.into_iter().take(left[entry]) {
            left[entry] -= 1;
            mark(&mut findings[at], "baseline", "");
        }
    }
}
