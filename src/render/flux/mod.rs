//! What Flux makes of its Kustomizations and HelmReleases.
//!
//! In: the repository, a Kustomization of `kustomize.toolkit.fluxcd.io`, what lies around it. Out: [`Rendered`]: the objects
//! that it would apply, each value with its origin; why it cannot be built, and what could not be had.
//!
//! `source` finds the folder, `kustomization` edits or makes the kustomization in it, `substitute` replaces variables in the text of each object (`written`).
//! `release` renders the chart of a HelmRelease, `post` lets its post-renderers work on the objects.

mod ignored;
pub mod kustomization;
mod post;
pub mod release;
mod source;
mod substitute;
mod written;

use super::kustomize::failure::{Failure, Why};
use super::kustomize::store::Store;
use super::kustomize::{Changes, build_changed};
use super::origin::{By, Origin};
use super::repository::{Around, Definition};
use super::value::Value;
use super::world::{World, group_and_kind, meta_text};
use super::{Absent, Application, Problem, Rendered};
use crate::source::Span;

/// A rendering of a definition of Flux, named after it, of which nothing is known yet; and its namespace.
fn begun(definition: &Definition) -> (Rendered, String) {
    let mut rendered = definition.nothing();
    let name = meta_text(&definition.value, "name").unwrap_or_default().to_owned();
    let namespace = meta_text(&definition.value, "namespace").unwrap_or("default").to_owned();
    rendered.application = Some(Application { name, namespace: namespace.clone() });
    (rendered, namespace)
}

/// Renders a Kustomization; also whether it looks for values that nothing holds as yet. The `last` time it does without. One that
/// is suspended is not applied: that it cannot be built is no fault.
pub fn render(world: &World<'_>, around: &Around, definition: &Definition, last: bool) -> (Rendered, bool) {
    let (mut rendered, waits) = as_applied(world, around, definition, last);
    if definition.value.get("spec").is_some_and(|spec| spec.is_set("suspend")) {
        rendered.absent.extend(rendered.problems.drain(..).map(Absent::from));
    }
    (rendered, waits)
}

fn as_applied(world: &World<'_>, around: &Around, definition: &Definition, last: bool) -> (Rendered, bool) {
    let (mut rendered, namespace) = begun(definition);
    let none = Value::map(definition.value.origin.clone());
    let spec = definition.value.get("spec").unwrap_or(&none);
    let folder = match source::folder(world, around, spec, &namespace) {
        Ok(source::Place::Folder(folder)) => folder,
        Ok(source::Place::Elsewhere(problem)) => {
            rendered.absent.push(problem.into());
            return (rendered, false);
        }
        Err(problem) => {
            rendered.problems.push(problem);
            return (rendered, false);
        }
    };
    let absent = world.partly.then_some(&mut rendered.absent);
    let variables = match substitute::Variables::of(spec, around, &namespace, &mut rendered.sources, absent, last) {
        Ok(variables) => variables,
        Err(substitute::Missing(problem)) => {
            if last {
                rendered.problems.push(problem);
            }
            return (rendered, !last);
        }
    };
    let at = spec.filled("path").unwrap_or(spec).span();
    build(world, spec, &folder, at, &mut rendered);
    if !rendered.problems.is_empty() {
        return (rendered, false);
    }
    if let Err(problem) = variables.replace(&mut rendered) {
        rendered.problems.push(problem);
        rendered.objects.clear();
        return (rendered, false);
    }
    let objects = &mut rendered.objects;
    objects.iter_mut().for_each(|object| common_metadata(object, spec));
    let problems: Vec<_> = rendered.objects.iter().filter_map(|object| without_namespace(object, around)).collect();
    rendered.problems = problems;
    (rendered, false)
}

fn build(world: &World<'_>, spec: &Value, folder: &str, at: Span, rendered: &mut Rendered) {
    let mut store = Store::new(&world.files, &world.limits);
    store.sources = std::mem::take(&mut rendered.sources);
    store.anywhere = true;
    let edits = kustomization::Edits { world, spec, folder, at };
    let edit = |own: &mut _, node: Option<&_>| edits.apply(own, node);
    let changes = Changes { edit: &edit, generated: Some(at), lenient: true, released: false };
    let (made, sources, absent) = build_changed(store, folder, &world.limits, &changes, world.partly().as_ref());
    rendered.sources = sources;
    rendered.absent.extend(absent);
    match made {
        Ok(objects) => rendered.objects = objects,
        Err(Failure { span, message, why, .. }) => {
            rendered.limited = why == Why::Limit;
            rendered.problems.push(Problem::new("build-failed", span.or(Some(at)), message));
        }
    }
}

/// Puts the labels and annotations of `commonMetadata` on an object.
fn common_metadata(object: &mut Value, spec: &Value) {
    for field in ["labels", "annotations"] {
        for entry in spec.get("commonMetadata").map_or(&[][..], |common| common.entries_at(field)) {
            let origin = Origin { by: By::Transformer, ..entry.value.origin.clone() };
            let meta = object.map_at("metadata", &origin);
            if let Some(map) = meta.and_then(|meta| meta.map_at(field, &origin)) {
                map.set(&entry.key, Value { data: entry.value.data.clone(), origin });
            }
        }
    }
}

/// The problem of an object that lives in a namespace and names none: Flux fills in nothing.
fn without_namespace(object: &Value, around: &Around) -> Option<Problem> {
    let (group, kind) = group_and_kind(object);
    if meta_text(object, "namespace").is_some() || around.kinds.namespaced(group, kind) != Some(true) {
        return None;
    }
    let name = object.at(&["metadata", "name"]).unwrap_or(object);
    let message = format!("{kind} `{}` has no namespace, and Flux does not set one", name.as_str().unwrap_or_default());
    Some(Problem::new("namespace-missing", Some(name.span()), message))
}
