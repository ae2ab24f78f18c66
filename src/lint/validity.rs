//! Validity of one object by itself.
//!
//! In: an object of the set and the target version, or versions. Out: findings of the categories `schema` and `api`, and whether there
//! was a schema to judge by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::api;
use crate::finding::{Category, Finding, Severity};
use crate::schema::library::{self, Library};
use crate::schema::{self, Outcome, Schemas};
use crate::version::KubeVersion;
use crate::workspace::Item;
use crate::yaml::{Node, Place};

use super::Job;

/// What decoding sees goes to the tables of field rules.
struct Seen<'t>(api::Typed<'t>);

impl<'t> schema::Visit<'t> for Seen<'t> {
    fn object(&mut self, node: Node<'t>, definition: &'static schema::Definition) {
        self.0.see(node, definition.name);
    }
}

/// The versions judged for, with what each needs.
pub(super) struct Judges<'t> {
    /// The oldest first; never empty.
    versions: Vec<(KubeVersion, Schemas<'t>)>,
    /// An object without a schema is an error.
    require_schema: bool,
}

/// The schemas of custom resources that the items' own CRDs do not define.
pub(super) fn library(job: &Job, items: &[Item<'_>]) -> Library {
    let objects = || items.iter().map(|item| item.object);
    let own = Schemas::new(KubeVersion::NEWEST).with_crds(objects());
    Library::gather(&folders(job), own.lacking(objects()))
}

/// The folders of imported schemas: those that the configuration names, then those found from the paths upwards.
fn folders(job: &Job) -> Vec<PathBuf> {
    let folder = |file: &Path| file.parent().filter(|parent| parent.is_dir()).unwrap_or(Path::new(".")).to_owned();
    let paths: Vec<_> = job.paths.iter().cloned().chain(job.stdin_file().map(folder)).collect();
    job.config.schemas.iter().cloned().chain(library::folders(&paths)).collect()
}

impl<'t> Judges<'t> {
    /// Takes up the CustomResourceDefinitions among the items, and the schemas from outside.
    pub(super) fn new(job: &Job, items: &[Item<'t>], library: &'t Library) -> Self {
        let crds = || items.iter().map(|item| item.object);
        let schemas = |version| Schemas::new(version).with_crds(crds()).with_library(library);
        let versions = job.versions.versions().map(|version| (version, schemas(version))).collect();
        Self { versions, require_schema: job.require_schema }
    }

    /// Validity of one object by itself. The outcome is the newest version's.
    pub(super) fn judge(&self, item: &Item<'t>) -> (Outcome, Vec<Finding>) {
        let mut verdicts: Vec<_> =
            self.versions.iter().map(|(version, schemas)| one_version(item, schemas, *version)).collect();
        let outcome = verdicts.last().map_or(Outcome::NoSchema, |&(outcome, _)| outcome);
        let mut findings = match verdicts.len() {
            1 => verdicts.pop().map(|(_, findings)| findings).unwrap_or_default(),
            _ => self.sweep(verdicts.into_iter().map(|(_, findings)| findings)),
        };
        if self.require_schema && outcome == Outcome::NoSchema {
            findings.push(no_schema(item));
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

    /// One list out of each version's: a finding says from or up to which version it holds, where it is not all.
    fn sweep(&self, lists: impl Iterator<Item = Vec<Finding>>) -> Vec<Finding> {
        let mut merged: Vec<(Finding, KubeVersion, KubeVersion)> = Vec::new();
        for ((version, _), list) in self.versions.iter().zip(lists) {
            for finding in list {
                let same = |other: &Finding| {
                    other.rule == finding.rule && other.path == finding.path && other.primary == finding.primary
                };
                match merged.iter_mut().find(|(other, _, _)| same(other)) {
                    Some((_, _, last)) => *last = *version,
                    None => merged.push((finding, *version, *version)),
                }
            }
        }
        let (oldest, newest) = (self.versions[0].0, self.versions[self.versions.len() - 1].0);
        let finish = |(mut finding, first, last): (Finding, KubeVersion, KubeVersion)| {
            match (first > oldest, last < newest) {
                (true, true) => finding.message.push_str(&format!(" (Kubernetes {first} to {last})")),
                (true, false) => finding.message.push_str(&format!(" (from Kubernetes {first} on)")),
                (false, true) => finding.message.push_str(&format!(" (up to Kubernetes {last})")),
                (false, false) => {}
            }
            finding
        };
        merged.into_iter().map(finish).collect()
    }
}

/// Schema, then what the server checks after decoding.
fn one_version<'t>(item: &Item<'t>, schemas: &Schemas<'t>, version: KubeVersion) -> (Outcome, Vec<Finding>) {
    let mut typed = Seen(api::Typed::default());
    let schema::Judgement { outcome, mut findings, custom, .. } = schemas.judge_with(item.object, &mut typed);
    if outcome != Outcome::Refused {
        let schema = findings.iter().filter(|finding| finding.category == Category::Schema);
        let unread = Unread::new(schema.map(|finding| finding.path.clone()));
        let said = match custom {
            Some(custom) => {
                let embedded = custom.embedded.into_iter().map(|embedded| (embedded.node, embedded.path));
                api::custom::validate(item.object, custom.namespaced, embedded, version)
            }
            None => api::validate_typed(item.object, &typed.0, version),
        };
        let said = said.into_iter().filter(|finding| !unread.holds(&finding.path));
        findings.extend(said);
    }
    findings.retain(|finding| !item.surroundings.fills(item.object, &finding.path, finding.rule == "required"));
    (outcome, findings)
}

fn no_schema(item: &Item<'_>) -> Finding {
    let gvk = item.object.gvk;
    let message = format!("there is no schema for {} of `{}`", gvk.kind, gvk.api_version());
    let span = Place::field(item.object.root, "kind").span();
    let mut finding = Finding::new("no-schema", Category::Schema, Severity::Error, message, span)
        .help("keep its CustomResourceDefinition in the repository, or import it with `kubevet schemas`");
    finding.path = "kind".to_owned();
    finding
}

/// The paths of values that cannot be read: what they are and what lies below is not validated as well. Sorted.
struct Unread(Vec<String>);

impl Unread {
    fn new(paths: impl Iterator<Item = String>) -> Self {
        let mut paths: Vec<_> = paths.collect();
        paths.sort_unstable();
        paths.dedup();
        Self(paths)
    }

    /// Whether a path is one of them or lies below. A beginning of a path is sorted before it, and is a beginning of all
    /// that are sorted between the two.
    fn holds(&self, path: &str) -> bool {
        let (mut rest, mut shared) = (&self.0[..], path.len());
        loop {
            let reach = &path.as_bytes()[..shared];
            rest = &rest[..rest.partition_point(|other| other.as_bytes() <= reach)];
            let Some((last, before)) = rest.split_last() else { return false };
            if lies_in(path, last) {
                return true;
            }
            shared = path.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
            rest = before;
        }
    }
}

/// Whether a path is `outer` or lies below it.
fn lies_in(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
