//! What is said of copies.
//!
//! In: all findings of a run. Out: the same; where files in so many folders beside one another are the same but for the folder's name,
//! as a generator makes packages, a warning that is said of each of them at the same place is one finding, with some of the others
//! related. So is what is said of files with the same text that no set takes in. Secrets are said of each, as is what lies in
//! environments.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::finding::{Category, Finding, Label, Severity, folder_of};
use crate::source::SourceId;
use crate::workspace::environments::names_environment;

use super::Run;
use super::once::leave_out;
use super::texts::Texts;

/// So many packages are no copies that somebody made.
const OFTEN: usize = 10;
/// Most places that are related.
const MOST: usize = 20;
/// Shorter files are alike by chance. In lines.
const LONG: usize = 12;
/// Shorter names of folders stand in every text.
const SHORTEST: usize = 2;

/// The rule, the folder of the packages, the name of the file, the message without the package's name.
type Place<'p> = (&'p str, &'p str, &'p str, String);

/// Joins what is said of all packages.
pub(super) fn join(findings: &mut Vec<Finding>, run: &Run<'_>) {
    let mut groups: FxHashMap<Place<'_>, Vec<usize>> = FxHashMap::default();
    for (at, finding) in findings.iter().enumerate() {
        let name = &*run.sources.get(finding.source()).name;
        let counts = finding.severity == Severity::Warning
            && !finding.category.is_validity()
            && !matches!(finding.category, Category::Secrets | Category::Render);
        let Some((outer, package, file)) = parts(name).filter(|_| counts) else { continue };
        let key = (finding.rule.as_str(), outer, file, finding.message.replace(package, "*"));
        groups.entry(key).or_default().push(at);
    }
    // Texts may have been let go.
    let mut texts = Texts::new(run);
    let mut alike: Vec<Vec<usize>> = Vec::new();
    let mut hashes: FxHashMap<SourceId, u64> = FxHashMap::default();
    for group in groups.into_values() {
        let files: FxHashSet<SourceId> = group.iter().map(|&at| findings[at].source()).collect();
        if files.len() < OFTEN {
            continue;
        }
        let mut by_text: FxHashMap<(usize, u64), Vec<usize>> = FxHashMap::default();
        for at in group {
            let name = &run.sources.get(findings[at].source()).name;
            let package = parts(name).map_or("", |(_, package, _)| package);
            let source = texts.get(findings[at].source());
            let line = source.line_of(findings[at].primary.span.start);
            let hash =
                *hashes.entry(findings[at].source()).or_insert_with(|| hash_of(&source.text.replace(package, "*")));
            by_text.entry((line, hash)).or_default().push(at);
        }
        alike.extend(by_text.into_values().filter(|same| same.len() >= OFTEN));
    }
    let mut gone = tell(findings, alike, run, "the same in this package", |count| {
        format!("and so in {count} more packages made alike")
    });
    if run.job.request.policy {
        gone.extend(copies(findings, &mut texts, run));
    }
    leave_out(findings, gone);
}

/// What is said of whole copies of a file, but for the first.
fn copies(findings: &mut [Finding], texts: &mut Texts<'_>, run: &Run<'_>) -> Vec<usize> {
    let mut groups: FxHashMap<(&str, &str, u32), Vec<usize>> = FxHashMap::default();
    for (at, finding) in findings.iter().enumerate() {
        let name = &*run.sources.get(finding.source()).name;
        let counts = finding.severity > Severity::Info
            && finding.suppressed.is_none()
            && !matches!(finding.category, Category::Secrets | Category::Render)
            && finding.sets.names.is_empty()
            && !folder_of(name).split('/').any(names_environment);
        if counts {
            let key = (finding.rule.as_str(), finding.message.as_str(), finding.primary.span.start);
            groups.entry(key).or_default().push(at);
        }
    }
    let mut hashes: FxHashMap<SourceId, Option<u64>> = FxHashMap::default();
    let mut alike: Vec<Vec<usize>> = Vec::new();
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let mut by_text: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for at in group {
            let id = findings[at].source();
            let hash = *hashes.entry(id).or_insert_with(|| {
                let text = &texts.get(id).text;
                (text.lines().count() >= LONG).then(|| hash_of(text))
            });
            if let Some(hash) = hash {
                by_text.entry(hash).or_default().push(at);
            }
        }
        alike.extend(by_text.into_values().filter(|same| same.len() > 1));
    }
    tell(findings, alike, run, "the same in this copy", |count| match count {
        1 => "and so in a copy of this file".to_owned(),
        count => format!("and so in {count} copies of this file"),
    })
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Says with the first finding of each group, by its file, how many there are; gives the others.
fn tell(
    findings: &mut [Finding],
    groups: Vec<Vec<usize>>,
    run: &Run<'_>,
    message: &str,
    how_often: impl Fn(usize) -> String,
) -> Vec<usize> {
    let mut gone = Vec::new();
    for mut same in groups {
        // The same on any number of threads: the first by its file.
        same.sort_by_key(|&at| run.sources.get(findings[at].source()).name.clone());
        let (first, rest) = (same[0], &same[1..]);
        let places = rest.iter().take(MOST).map(|&at| findings[at].primary.span);
        let related: Vec<_> = places.map(|span| Label { span, message: message.to_owned() }).collect();
        let names: Vec<_> = rest.iter().flat_map(|&at| findings[at].sets.names.clone()).collect();
        let finding = &mut findings[first];
        finding.related.extend(related);
        finding.sets.add(names);
        finding.message.push_str(&format!(", {}", how_often(rest.len())));
        gone.extend_from_slice(rest);
    }
    gone
}

/// The folder of packages, the package, the file of a name.
fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let folder = folder_of(name);
    let (outer, package) = folder.rsplit_once('/')?;
    let file = &name[folder.len() + 1..];
    (package.len() > SHORTEST).then_some((outer, package, file))
}
