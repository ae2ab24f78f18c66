//! Custom resources.
//!
//! In: CRDs (objects of a repository, imported or bundled ones) and objects of their kinds. Out: what the server says of
//! an object: 400 (unknown fields, unreadable metadata) as category `schema`, 422 (the OpenAPI part, list types, the scale
//! subresource) as category `api`. A version's schema is compiled when an object first needs it.
//!
//! Two things are checked elsewhere: metadata, by `api::meta`, which gets the embedded objects from here; and
//! `x-kubernetes-validations`, whose place is behind [`validated`]: rules see the values that [`View`] shows, and
//! run only where no complaint is `required`, `type-invalid`, `too-long`, `too-many` or `not-supported`.

mod decode;
mod scale;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHasher};

use crate::finding::{Category, Finding, Severity};
use crate::object::{Gvk, Object};
use crate::openapi::{Clash, Schema, Use, View, Violation, clashes, validate};
use crate::source::Span;
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

use super::bundle::Version;
use super::packed;
use scale::Scale;

/// CRDs that say different things of one kind are all tried, up to this number.
const MAX_ALTERNATIVES: usize = 8;

/// So many CRDs of one kind are kept: each environment of a repository may have its own.
const MAX_KEPT: usize = 64;

/// What there is to say about a custom resource.
#[derive(Debug)]
pub struct CustomChecked<'t> {
    /// What the server would refuse.
    pub findings: Vec<Finding>,
    /// The objects inside it whose metadata is validated too.
    pub embedded: Vec<Embedded<'t>>,
    /// Whether its kind lives in namespaces; nothing where the kind or version does not exist.
    pub namespaced: Option<bool>,
    /// The definition is one that comes with the program.
    pub bundled: bool,
}

/// An object inside another, where the schema says `x-kubernetes-embedded-resource`.
#[derive(Debug)]
pub struct Embedded<'t> {
    /// Its mapping.
    pub node: Node<'t>,
    /// Where it is, as the server prints it.
    pub path: String,
}

/// The schemas of one text's definitions, compiled when an object first needs them: by their places in the text, and the version
/// of Kubernetes they are for.
#[derive(Debug, Default)]
pub struct Compiled(Mutex<FxHashMap<(Span, KubeVersion), Once>>);

/// A schema that is compiled once.
type Once = Arc<OnceLock<Schema>>;

impl Compiled {
    /// The schema of a version of a definition.
    fn of(&self, version: Node<'_>, kubernetes: KubeVersion) -> Once {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((version.span(), kubernetes)).or_default().clone()
    }
}

/// Kinds of a group by name, each as every CRD of it has it: a group may have thousands.
type Named<'t> = BTreeMap<&'t str, Vec<CustomKind<'t>>>;

/// The kinds that CRDs define.
#[derive(Debug)]
pub struct CustomKinds<'t> {
    version: &'static Version,
    groups: FxHashMap<&'t str, Named<'t>>,
}

#[derive(Debug)]
struct CustomKind<'t> {
    /// The folder its CRD lies in.
    folder: String,
    /// It lies among tests or older releases, beside another one: it counts for what lies there alone.
    spare: bool,
    /// The package it was taken from, where it comes with the program: a cluster may have it in another version.
    bundled: Option<&'static str>,
    namespaced: bool,
    /// The [`identity`] of its `spec`.
    text: u64,
    versions: Vec<CustomVersion<'t>>,
}

#[derive(Debug)]
struct CustomVersion<'t> {
    name: &'t str,
    served: bool,
    schema: Option<Node<'t>>,
    status: bool,
    scale: Option<Scale<'t>>,
    compiled: Once,
}

impl<'t> CustomKind<'t> {
    /// A version, where it is served.
    fn served(&self, name: &str) -> Option<&CustomVersion<'t>> {
        self.versions.iter().find(|version| version.name == name && version.served)
    }
}

impl<'t> CustomKinds<'t> {
    /// No kinds.
    pub fn new(version: &'static Version) -> Self {
        Self { version, groups: FxHashMap::default() }
    }

    /// Takes up the kinds of a CRD that lies in a folder; a `spare` one counts only for what lies in or below that. What is no CRD,
    /// or lacks its parts, is ignored.
    pub fn add(&mut self, crd: Object<'t>, folder: &str, spare: bool) {
        self.take(crd, (folder, spare), None, None);
    }

    /// The same of an imported CRD; what is compiled of it stays in `compiled`.
    pub fn add_imported(&mut self, crd: Object<'t>, compiled: &Compiled) {
        self.take(crd, ("", false), Some(compiled), None);
    }

    /// The same for a CRD that comes with the program, taken from the package `source`. A cluster may have another release
    /// of it: versions it does not know are not checked, and fields it does not know are warnings.
    pub fn add_bundled(&mut self, crd: Object<'t>, compiled: &Compiled, source: &'static str) {
        self.take(crd, ("", false), Some(compiled), Some(source));
    }

    fn take(
        &mut self,
        crd: Object<'t>,
        (folder, spare): (&str, bool),
        compiled: Option<&Compiled>,
        bundled: Option<&'static str>,
    ) {
        // One of `v1beta1` is read as what `derived` makes of it.
        let is_crd = crd.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition");
        if !is_crd || crd.gvk.version == "v1beta1" {
            return;
        }
        let Some(spec) = crd.spec() else { return };
        let (Some(group), Some(kind)) = (spec.str_at("group"), spec.at(&["names", "kind"]).and_then(Node::as_str))
        else {
            return;
        };
        let kinds = self.groups.entry(group).or_default().entry(kind).or_default();
        let text = identity(spec);
        let known = kinds.iter().any(|other| other.folder == folder && other.text == text);
        if known || kinds.iter().filter(|other| other.spare == spare).count() >= MAX_KEPT {
            return;
        }
        let namespaced = spec.str_at("scope") != Some("Cluster");
        let read = |node| version_of(node, compiled, self.version.version);
        let versions = spec.get("versions").map(|list| list.items().filter_map(read).collect()).unwrap_or_default();
        kinds.push(CustomKind { folder: folder.to_owned(), spare, bundled, namespaced, text, versions });
    }

    /// Whether a CRD serves that version of a kind.
    pub fn serves(&self, gvk: &Gvk<'_>) -> bool {
        let kinds = self.groups.get(gvk.group).and_then(|kinds| kinds.get(gvk.kind));
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.served(gvk.version).is_some()))
    }

    /// Validates an object, which lies in a folder, of a group that is not Kubernetes' own. Nothing where no CRD speaks of its
    /// kind. What CRDs define is a union; of those that serve the object's version the nearest count, and a CRD beside the
    /// object or above it decides by itself.
    pub fn check(&self, object: Object<'t>, folder: &str) -> Option<CustomChecked<'t>> {
        let Some(kinds) = self.groups.get(object.gvk.group) else {
            return self.misspelt_group(object).or_else(|| meant(object)).map(refused);
        };
        let candidates: Vec<_> = kinds.get(object.gvk.kind).into_iter().flatten().collect();
        if candidates.is_empty() {
            return misspelt_kind(object, kinds).or_else(|| meant(object)).map(refused);
        }
        let above = candidates.iter().filter(|kind| kind.bundled.is_none() && is_below(folder, &kind.folder));
        if let Some(deepest) = above.clone().map(|kind| kind.folder.len()).max() {
            let beside: Vec<_> = above.filter(|kind| kind.folder.len() == deepest).copied().collect();
            return self.check_by(object, &beside).or_else(|| Some(refused(unknown_version(object, beside[0]))));
        }
        let shared = |kind: &&CustomKind<'_>| {
            let near = kind.bundled.is_none() as usize + shared_folders(folder, &kind.folder);
            (near, common_folders(folder, &kind.folder))
        };
        let (spare, candidates): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|kind| kind.spare);
        let candidates = if candidates.is_empty() { spare } else { candidates };
        let serving: Vec<_> =
            candidates.iter().filter(|kind| kind.served(object.gvk.version).is_some()).copied().collect();
        let most = serving.iter().map(shared).max();
        let nearest: Vec<_> = serving.into_iter().filter(|kind| Some(shared(kind)) == most).collect();
        let unserved =
            || candidates.iter().find(|kind| kind.bundled.is_none()).map(|kind| refused(unknown_version(object, kind)));
        let checked = self.check_by(object, &nearest).map(|checked| {
            let away = |kind: &&CustomKind<'_>| kind.bundled.is_none() && shared_folders(folder, &kind.folder) == 0;
            match nearest.iter().find(|kind| away(kind)) {
                Some(away) if !checked.findings.is_empty() => self.contest(object, checked, away, &candidates),
                _ => checked,
            }
        });
        checked.or_else(unserved)
    }

    /// What a definition in another part of the repository refuses, and the one that comes with the program takes, is a warning: the
    /// cluster may have either.
    fn contest(
        &self,
        object: Object<'t>,
        mut checked: CustomChecked<'t>,
        away: &CustomKind<'t>,
        candidates: &[&CustomKind<'t>],
    ) -> CustomChecked<'t> {
        let bundled: Vec<_> = candidates.iter().filter(|kind| kind.bundled.is_some()).copied().collect();
        let Some(source) = bundled.first().and_then(|kind| kind.bundled) else { return checked };
        let Some(other) = self.check_by(object, &bundled) else { return checked };
        let agrees = |one: &Finding| other.findings.iter().any(|two| one.rule == two.rule && one.path == two.path);
        let place = if away.folder.is_empty() { "." } else { &away.folder };
        for finding in checked.findings.iter_mut().filter(|finding| !agrees(finding)) {
            let help = format!("the CRD in `{place}` refuses this; that of another release ({source}) does not");
            finding.severity = finding.severity.min(Severity::Warning);
            finding.help = Some(finding.help.take().map_or_else(|| help.clone(), |own| format!("{own} {help}")));
        }
        checked
    }

    /// What the kindest of some definitions says.
    fn check_by(&self, object: Object<'t>, kinds: &[&CustomKind<'t>]) -> Option<CustomChecked<'t>> {
        let served = kinds.iter().filter_map(|kind| Some((kind, kind.served(object.gvk.version)?)));
        let checked = served.take(MAX_ALTERNATIVES).map(|(kind, version)| self.check_version(object, kind, version));
        checked.min_by_key(|result| result.findings.len())
    }

    fn check_version(
        &self,
        object: Object<'t>,
        kind: &CustomKind<'t>,
        version: &CustomVersion<'t>,
    ) -> CustomChecked<'t> {
        let compile = || match version.schema {
            Some(node) => Schema::compile(node, Use::Resources, self.version.version),
            None => Schema::any(),
        };
        let schema = version.compiled.get_or_init(compile);
        let root = object.root;
        let mut embedded = Vec::new();
        decode::embedded(root, schema, &mut embedded);
        let mut findings = decode::unknown_fields(root, schema);
        if let Some(source) = kind.bundled {
            findings.iter_mut().for_each(|finding| doubt(finding, source));
        }
        findings.extend(decode::metadata(root, &embedded, self.version));
        let mut said = validated(root, schema, version);
        if let Some(source) = kind.bundled {
            let values = said.iter_mut().filter(|finding| finding.rule == "not-supported");
            values.for_each(|finding| doubt(finding, source));
        }
        findings.extend(said);
        let placed = |node| Embedded { node, path: bracketed_path(root, node, schema) };
        let embedded = embedded.into_iter().map(placed).collect();
        CustomChecked { findings, embedded, namespaced: Some(kind.namespaced), bundled: kind.bundled.is_some() }
    }

    fn misspelt_group(&self, object: Object<'t>) -> Option<Finding> {
        let Object { gvk, .. } = object;
        let written = if gvk.group.is_empty() { gvk.version } else { gvk.group };
        let meant = written.trim().to_lowercase();
        let group = self.groups.keys().find(|group| **group == meant)?;
        let finding = at(object, "apiVersion", format!("`{}` is not an API version", object.gvk.api_version()));
        Some(finding.help(format!("the group is `{group}`")))
    }
}

/// What the server says with 422.
fn validated<'t>(root: Node<'t>, schema: &Schema, version: &CustomVersion<'t>) -> Vec<Finding> {
    let view = View::new(root, Some(schema), version.status.then_some("status"));
    let mut violations = validate(view, schema, "the object");
    if let Some(scale) = &version.scale {
        scale.check(view, &mut violations);
    }
    let mut found = Vec::new();
    clashes(view, schema, &mut found);
    let violations = violations.into_iter().map(|violation| finding_of(root, violation));
    violations.chain(found.into_iter().map(|clash| clash_finding(root, schema, clash))).collect()
}

/// The path is the field's also where the server names none: `<nil>` would say nothing.
fn finding_of(root: Node<'_>, violation: Violation<'_>) -> Finding {
    let span = match violation.at == root {
        true => root.get_entry("kind").map_or_else(|| root.span(), |entry| entry.value.span()),
        false => Place::Value(violation.at).span(),
    };
    let mut finding = Finding::new(violation.kind.id(), Category::Api, Severity::Error, violation.message, span);
    finding.path = violation.path;
    finding
}

fn clash_finding(root: Node<'_>, schema: &Schema, clash: Clash<'_>) -> Finding {
    let span = Place::Value(clash.at).span();
    let mut finding = Finding::new(clash.kind.id(), Category::Api, Severity::Error, clash.message, span);
    finding.path = bracketed_path(root, clash.at, schema);
    finding
}

/// A path as the server prints it outside the OpenAPI part: brackets around the keys of maps with free keys.
fn bracketed_path(root: Node<'_>, node: Node<'_>, schema: &Schema) -> String {
    let (mut path, mut at) = (String::new(), Some(schema));
    for step in node.chain_from(Some(root)) {
        if let Some(entry) = step.entry() {
            let property = at.and_then(|schema| schema.property(entry.name));
            let free = property.is_none().then(|| at.and_then(Schema::additional)).flatten();
            match free {
                Some(_) => path.push_str(&format!("[{}]", entry.name)),
                None if path.is_empty() => path.push_str(entry.name),
                None => path.push_str(&format!(".{}", entry.name)),
            }
            at = property.or(free);
        } else if let Some(index) = step.index() {
            path.push_str(&format!("[{index}]"));
            at = at.and_then(|schema| schema.items.as_deref());
        }
    }
    path
}

/// By which the `spec` of a definition is told from others: a digest of its text. A tree that has let go of its text has it for a
/// note.
pub fn identity(spec: Node<'_>) -> u64 {
    let noted = spec.tree().note().and_then(|note| note.parse().ok());
    noted.unwrap_or_else(|| {
        let mut hasher = FxHasher::default();
        hasher.write(spec.raw().as_bytes());
        hasher.finish()
    })
}

/// Whether a folder is another one or lies below it.
fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// How many folders two paths share, from the top.
fn shared_folders(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b && !a.is_empty()).count()
}

/// How many folders of one path are called like one of another: `experimental` lies nearer to `crd/experimental` than to
/// `crd/standard`.
fn common_folders(one: &str, other: &str) -> usize {
    one.split('/').filter(|part| !part.is_empty() && other.split('/').any(|own| own == *part)).count()
}

/// The finding on an object whose kind has no definition, and is most likely a bundled one misspelt.
fn meant(object: Object<'_>) -> Option<Finding> {
    let (group, kind) = packed::meant(object.gvk)?;
    Some(match group == object.gvk.group {
        true => {
            let message = format!("there is no kind {} in `{group}`", object.gvk.kind);
            at(object, "kind", message).help(format!("did you mean `{kind}`?"))
        }
        false => {
            let message = format!("there is no API group `{}`", object.gvk.group);
            at(object, "apiVersion", message).help(format!("the group of {kind} is `{group}`"))
        }
    })
}

fn version_of<'t>(node: Node<'t>, compiled: Option<&Compiled>, version: KubeVersion) -> Option<CustomVersion<'t>> {
    let subresources = node.get("subresources");
    Some(CustomVersion {
        name: node.str_at("name")?,
        served: node.get("served").and_then(Node::as_bool) == Some(true),
        schema: node.at(&["schema", "openAPIV3Schema"]),
        status: subresources.is_some_and(|subresources| subresources.get("status").is_some()),
        scale: subresources.and_then(|subresources| subresources.get("scale")).map(Scale::of),
        compiled: compiled.map(|compiled| compiled.of(node, version)).unwrap_or_default(),
    })
}

fn refused<'t>(finding: Finding) -> CustomChecked<'t> {
    CustomChecked { findings: vec![finding], embedded: Vec::new(), namespaced: None, bundled: false }
}

fn at(object: Object<'_>, field: &str, message: String) -> Finding {
    let span = Place::field(object.root, field).span();
    let mut finding = Finding::new("unknown-kind", Category::Schema, Severity::Error, message, span);
    finding.path = field.to_owned();
    finding
}

fn unknown_version(object: Object<'_>, kind: &CustomKind<'_>) -> Finding {
    let gvk = object.gvk;
    let message = format!("the CRD of {} serves no version `{}`", gvk.kind, gvk.version);
    let served: Vec<_> = kind.versions.iter().filter(|version| version.served).map(|version| version.name).collect();
    at(object, "apiVersion", message).help(format!("it serves {}", served.join(", ")))
}

/// A field or a value that a bundled CRD does not know may be one of a newer release, however much it looks like another.
fn doubt(finding: &mut Finding, source: &str) {
    let doubt = format!(
        "the bundled definition of this kind ({source}) may be older than the cluster's: \
         its CRD in the repository, or `kubevet schemas import`, settles it"
    );
    finding.severity = Severity::Warning;
    finding.help = Some(finding.help.as_ref().map_or_else(|| doubt.clone(), |help| format!("{help} {doubt}")));
}

/// The finding on a kind that differs from a defined one by case, white space or a plural `s`. Any other one may have its
/// CRD elsewhere.
fn misspelt_kind(object: Object<'_>, kinds: &Named<'_>) -> Option<Finding> {
    let plain = |kind: &str| kind.trim().trim_end_matches(['s', 'S']).to_lowercase();
    let name = kinds.keys().find(|kind| plain(kind) == plain(object.gvk.kind))?;
    let message = format!("no CRD defines a kind {} in `{}`", object.gvk.kind, object.gvk.group);
    Some(at(object, "kind", message).help(format!("did you mean `{name}`?")))
}
