//! What Argo CD does to the objects of an Application before it applies them.
//!
//! In: the objects of all sources. Out: the same with the namespaces that they are applied in, each once, in order; problems for
//! those that are repeated, excluded, or not permitted by the project.

use std::collections::HashMap;

use super::{App, order, projects};
use crate::gitops::argocd::project::Destination;
use crate::render::origin::{By, Origin};
use crate::render::repository::Around;
use crate::render::value::Value;
use crate::render::world::{group_and_kind, meta, meta_text};
use crate::render::{Problem, Rendered};

/// Puts the objects into the rendering.
pub fn normalize(mut objects: Vec<Value>, app: &App<'_>, around: &Around, rendered: &mut Rendered) {
    let destination = app.destination();
    let at = app.destination_place().span();
    for object in &mut objects {
        place(object, &destination, &Origin::new(at, By::Transformer), around);
    }
    let mut objects = once(objects, &mut rendered.problems);
    objects.retain(|object| {
        let excluded = is_excluded(object);
        if excluded {
            let (_, kind) = group_and_kind(object);
            let message = format!("Argo CD does not apply objects of kind {kind}: they are excluded by default");
            let span = Some(meta(object, "name").unwrap_or(object).span());
            rendered.problems.push(Problem::new("excluded-resource", span, message));
        }
        !excluded
    });
    permissions(&objects, app, around, &mut rendered.problems);
    order::sort(&mut objects);
    rendered.objects = objects;
}

/// Gives an object without a namespace that of the destination; takes it from one that lives in none.
fn place(object: &mut Value, destination: &Destination<'_>, origin: &Origin, around: &Around) {
    let (group, kind) = group_and_kind(object);
    let namespaced = around.kinds.namespaced(group, kind).unwrap_or(true);
    let own = meta_text(object, "namespace").is_some();
    match (namespaced, own) {
        (false, true) => {
            if let Some(meta) = object.get_mut("metadata") {
                meta.remove("namespace");
            }
        }
        (true, false) if !destination.namespace.is_empty() => {
            around.kinds.place(object, destination.namespace, origin);
        }
        _ => {}
    }
}

/// What is one object to the cluster, whatever the version.
pub type Key = (String, String, String, String);

/// The key of an object that has a name.
pub fn key(object: &Value) -> Option<Key> {
    let (group, kind) = group_and_kind(object);
    let name = meta_text(object, "name")?;
    let namespace = meta_text(object, "namespace").unwrap_or_default();
    Some((group.to_owned(), kind.to_owned(), namespace.to_owned(), name.to_owned()))
}

/// Each object once: the last of those with one key.
fn once(objects: Vec<Value>, problems: &mut Vec<Problem>) -> Vec<Value> {
    let mut found: HashMap<Key, Vec<usize>> = HashMap::new();
    let keys: Vec<Option<Key>> = objects.iter().map(key).collect();
    for (index, key) in keys.iter().enumerate() {
        if let Some(key) = key {
            found.entry(key.clone()).or_default().push(index);
        }
    }
    let mut kept = Vec::with_capacity(objects.len());
    for (index, (object, key)) in objects.into_iter().zip(keys).enumerate() {
        let all = key.as_ref().map_or(&[][..], |key| &found[key]);
        if all.last().is_some_and(|last| *last != index) {
            continue;
        }
        if all.len() > 1 {
            let (_, kind) = group_and_kind(&object);
            let name = meta_text(&object, "name").unwrap_or_default();
            let message =
                format!("the Application contains {kind} `{name}` {} times; the last one is applied", all.len());
            let span = Some(meta(&object, "name").unwrap_or(&object).span());
            problems.push(Problem::new("repeated-resource", span, message));
        }
        kept.push(object);
    }
    kept
}

/// Kinds that Argo CD never looks at.
fn is_excluded(object: &Value) -> bool {
    let (group, kind) = group_and_kind(object);
    matches!((group, kind), ("events.k8s.io" | "metrics.k8s.io", _) | ("", "Event") | ("coordination.k8s.io", "Lease"))
}

/// Holds each object against the project.
fn permissions(objects: &[Value], app: &App<'_>, around: &Around, problems: &mut Vec<Problem>) {
    let Some(known) = around.projects.get(app.project()) else { return };
    let Some(project) = known.spec() else { return };
    let destination = app.destination();
    for object in objects {
        let (group, kind) = group_and_kind(object);
        let namespaced = around.kinds.namespaced(group, kind).unwrap_or(true);
        let name = meta_text(object, "name").unwrap_or_default();
        if !projects::permits_kind(project, group, kind, name, namespaced) {
            let message = format!("AppProject `{}` does not permit {kind} `{name}`", app.project());
            let span = Some(object.get("kind").unwrap_or(object).span());
            problems.push(Problem::new("resource-not-permitted", span, message));
            continue;
        }
        let Some(namespace) = meta(object, "namespace").filter(|_| namespaced) else { continue };
        let text = namespace.as_str().unwrap_or_default();
        if !known.permits(&Destination { namespace: text, ..destination }) {
            let message = format!("AppProject `{}` does not permit the namespace `{text}`", app.project());
            problems.push(Problem::new("namespace-not-permitted", Some(namespace.span()), message));
        }
    }
}
