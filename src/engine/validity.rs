//! Validity of one object by itself.
//!
//! In: an object of the set and the target version, or versions. Out: findings of the categories `schema` and `api`, and whether there
//! was a schema to check by.

use std::sync::Arc;

use crate::api;
use crate::finding::{Category, Finding, Severity};
use crate::object::Object;
use crate::schema::library::Library;
use crate::schema::{self, SchemaStatus, Schemas};
use crate::version::{KubeVersion, VersionRange};
use crate::yaml::{Node, Place};

use super::definitions::Definitions;
use super::look::Verdict;
use super::{Job, Settings};

/// What decoding sees goes to the tables of field rules.
struct Seen<'t>(api::Typed<'t>);

impl<'t> schema::Visit<'t> for Seen<'t> {
    fn object(&mut self, node: Node<'t>, definition: &'static schema::Definition) {
        self.0.see(node, definition.name);
    }
}

/// The versions checked for, with what each needs.
pub(super) struct Validators<'t> {
    /// The oldest first; never empty.
    versions: Vec<(KubeVersion, Schemas<'t>)>,
    /// An object without a schema is an error.
    require_schema: bool,
}

impl Validators<'static> {
    /// The kinds of Kubernetes itself.
    pub(super) fn of_built_in_kinds(settings: &Settings) -> Self {
        let versions = settings.versions.versions().map(|version| (version, Schemas::new(version))).collect();
        Self { versions, require_schema: settings.require_schema }
    }
}

impl<'t> Validators<'t> {
    /// All kinds: Kubernetes' own, those that CustomResourceDefinitions of the run define, and those with schemas from outside.
    pub(super) fn of_all_kinds(job: &Job<'_>, definitions: &Definitions<'t>, library: &'t Library) -> Self {
        let schemas = |version| Schemas::new(version).with_crds_of(definitions.placed()).with_library(library);
        let versions = job.settings.versions.versions().map(|version| (version, schemas(version))).collect();
        Self { versions, require_schema: job.settings.require_schema }
    }

    /// Whether there is a schema for an object, or the server is known to refuse it.
    pub(super) fn know(&self, object: Object<'t>) -> bool {
        self.versions.iter().any(|(_, schemas)| schemas.check(object).outcome != SchemaStatus::NoSchema)
    }

    /// Validity of one object by itself; it lies in a folder. The outcome is the newest version's.
    pub(super) fn check(&self, object: Object<'t>, document: u32, folder: &str) -> Verdict {
        let verdicts = self.versions.iter().map(|(version, schemas)| {
            let verdict = one_version(object, schemas, *version, folder);
            (*version, verdict)
        });
        self.finish(object, document, verdicts.collect())
    }

    /// The same of an object that is made for some of the versions alone.
    pub(super) fn check_for(&self, versions: Option<VersionRange>, object: Object<'t>, document: u32) -> Verdict {
        let Some(made_for) = versions else { return self.check(object, document, "") };
        let is_meant = |version: KubeVersion| (made_for.from..=made_for.to).contains(&version);
        let meant = self.versions.iter().filter(|(version, _)| is_meant(*version));
        let verdicts = meant.map(|(version, schemas)| (*version, one_version(object, schemas, *version, "")));
        self.finish(object, document, verdicts.collect())
    }

    /// One verdict out of each version's.
    fn finish(&self, object: Object<'t>, document: u32, mut verdicts: Vec<(KubeVersion, Verdict)>) -> Verdict {
        let outcome = verdicts.last().map_or(SchemaStatus::NoSchema, |&(_, (outcome, _))| outcome);
        let mut findings = match self.versions.len() {
            1 => verdicts.pop().map(|(_, (_, findings))| findings).unwrap_or_default(),
            _ => self.sweep(verdicts.into_iter().map(|(version, (_, findings))| (version, findings))),
        };
        if self.require_schema && outcome == SchemaStatus::NoSchema {
            findings.push(no_schema(object));
        }
        if !findings.is_empty() {
            let reference = Arc::new(object.reference());
            for finding in &mut findings {
                object.attach_to(finding, document, &reference);
            }
        }
        (outcome, findings)
    }

    /// One list out of each version's: a finding says from or up to which version it holds, where it is not all.
    fn sweep(&self, lists: impl Iterator<Item = (KubeVersion, Vec<Finding>)>) -> Vec<Finding> {
        let mut merged: Vec<(Finding, KubeVersion, KubeVersion)> = Vec::new();
        for (version, list) in lists {
            for finding in list {
                let same = |other: &Finding| {
                    other.rule == finding.rule && other.path == finding.path && other.primary == finding.primary
                };
                match merged.iter_mut().find(|(other, _, _)| same(other)) {
                    Some((_, _, last)) => *last = version,
                    None => merged.push((finding, version, version)),
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
fn one_version<'t>(object: Object<'t>, schemas: &Schemas<'t>, version: KubeVersion, folder: &str) -> Verdict {
    let mut typed = Seen(api::Typed::default());
    let schema::SchemaResult { outcome, mut findings, custom, .. } = schemas.check_in(object, folder, &mut typed);
    if outcome != SchemaStatus::Refused {
        let schema = findings.iter().filter(|finding| finding.category == Category::Schema);
        let unread = Unread::new(schema.map(|finding| finding.path.clone()));
        let said = match custom {
            Some(custom) => {
                let embedded = custom.embedded.into_iter().map(|embedded| (embedded.node, embedded.path));
                api::custom::validate(object, custom.namespaced, embedded, version)
            }
            None => api::validate_typed(object, &typed.0, version),
        };
        let said = said.into_iter().filter(|finding| !unread.holds(&finding.path));
        findings.extend(said);
    }
    (outcome, findings)
}

fn no_schema(object: Object<'_>) -> Finding {
    let gvk = object.gvk;
    let message = format!("there is no schema for {} of `{}`", gvk.kind, gvk.api_version());
    let span = Place::field(object.root, "kind").span();
    let mut finding = Finding::new("no-schema", Category::Schema, Severity::Error, message, span)
        .help("keep its CustomResourceDefinition in the repository, or import it with `kubevet schemas import`");
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
