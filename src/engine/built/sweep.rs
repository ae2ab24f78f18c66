//! A chart under more versions of Kubernetes than the newest that is checked for.
//!
//! In: a chart's folder, what it makes for the newest version. Out: what it makes for the older versions that are checked
//! for, where its templates ask what the cluster is; a remark on an API that a version which its `kubeVersion` allows does
//! not serve.

use std::path::Path;

use super::charts::{Made, one};
use crate::files::Files;
use crate::render::adopt::Adopt;
use crate::render::helm::Options;
use crate::render::helm::roots::allowed_versions;
use crate::render::value::Value;
use crate::render::{Problem, Rendered};
use crate::schema::Bundle;
use crate::source::Span;
use crate::version::{KubeVersion, VersionRange};

/// What a chart makes for some versions, and for those alone.
pub(super) struct Variant {
    pub versions: VersionRange,
    pub made: Made,
}

/// Whether a template of the chart asks what the cluster is.
fn asks(rendered: &Rendered) -> bool {
    rendered.sources.iter().any(|source| source.text.contains(".Capabilities"))
}

fn for_version(options: &Options, version: KubeVersion) -> Options {
    Options { kube_version: Some(version.to_string()), ..options.clone() }
}

/// The versions for which the chart makes what it makes for the newest, and what it makes for the others.
pub(super) fn variants(
    path: &Path,
    options: &Options,
    door: &dyn Files,
    newest: &Made,
    asked: VersionRange,
) -> (Option<VersionRange>, Vec<Variant>) {
    if asked.from == asked.to || !newest.rendered.problems.is_empty() || !asks(&newest.rendered) {
        return (None, Vec::new());
    }
    let mut own = VersionRange::one(asked.to);
    let mut others: Vec<Variant> = Vec::new();
    for version in asked.versions().filter(|version| *version < asked.to).collect::<Vec<_>>().into_iter().rev() {
        let made = one(path, &for_version(options, version), door);
        let is_same = |other: &Made| made.is_like(other);
        match others.last_mut() {
            None if is_same(newest) => own.from = version,
            Some(last) if is_same(&last.made) => last.versions.from = version,
            _ => others.push(Variant { versions: VersionRange::one(version), made }),
        }
    }
    (Some(own), others)
}

/// An object of an API that some versions do not serve.
struct Unserved {
    what: String,
    span: Span,
    versions: Vec<KubeVersion>,
}

/// A remark on the first object that the chart makes of an API which versions that its `kubeVersion` allows do not serve. One
/// that the newest version does not serve is an error anyway.
pub(super) fn unserved(
    path: &Path,
    options: &Options,
    door: &dyn Files,
    newest: &mut Rendered,
    asked: VersionRange,
) -> Option<Problem> {
    if !newest.problems.is_empty() || newest.objects.is_empty() {
        return None;
    }
    let (range, allowed) = allowed_versions(path, door)?;
    let older = allowed.into_iter().filter(|version| *version < asked.from);
    let varies = asks(newest);
    let mut found: Vec<Unserved> = Vec::new();
    for version in older {
        if !varies {
            note(&newest.objects, version, &mut |span| span, &mut found);
            continue;
        }
        let made = one(path, &for_version(options, version), door).rendered;
        let mut adopt = Adopt::new(&made.sources, &mut newest.sources);
        note(&made.objects, version, &mut |span| adopt.span(span), &mut found);
    }
    let mut told = Vec::new();
    note(&newest.objects, asked.to, &mut |span| span, &mut told);
    found.retain(|one| !told.iter().any(|told| told.what == one.what && told.span == one.span));
    found.sort_by_key(|one| one.span);
    let first = found.first()?;
    let versions = shown(&first.versions);
    let more = match found.len() - 1 {
        0 => String::new(),
        1 => "; nor does one version or another serve 1 more".to_owned(),
        more => format!("; nor does one version or another serve {more} more"),
    };
    let message =
        format!("Kubernetes {versions}, which `kubeVersion: {range}` allows, does not serve {}{more}", first.what);
    Some(Problem::new("unserved-chart-api", Some(first.span), message))
}

fn note(objects: &[Value], version: KubeVersion, moved: &mut dyn FnMut(Span) -> Span, found: &mut Vec<Unserved>) {
    for object in objects {
        let (Some(api), Some(kind)) = (object.get("apiVersion"), object.str_at("kind")) else { continue };
        let Some(api_version) = api.as_str() else { continue };
        if is_served(api_version, kind, version) || !is_known(api_version, kind) {
            continue;
        }
        let (what, span) = (format!("{kind} of {api_version}"), moved(api.span()));
        match found.iter_mut().find(|one| one.what == what && one.span == span) {
            Some(one) => one.versions.push(version),
            None => found.push(Unserved { what, span, versions: vec![version] }),
        }
    }
}

fn parts(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

fn is_served(api_version: &str, kind: &str, version: KubeVersion) -> bool {
    let (group, api) = parts(api_version);
    Bundle::get().version(version).is_some_and(|version| version.kind(group, api, kind).is_some_and(|kind| kind.served))
}

/// Whether Kubernetes itself has or had the API.
fn is_known(api_version: &str, kind: &str) -> bool {
    let (group, api) = parts(api_version);
    let bundle = Bundle::get();
    bundle.lifetime(api_version, kind).is_some()
        || bundle.versions().any(|version| version.kind(group, api, kind).is_some())
}

/// `1.25 to 1.28`
fn shown(versions: &[KubeVersion]) -> String {
    match (versions.iter().min(), versions.iter().max()) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    }
}
