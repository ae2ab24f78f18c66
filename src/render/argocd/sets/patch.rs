//! `templatePatch`.
//!
//! In: an Application, the patch's text. Out: the Application with the patch merged in as the API server would merge it; its
//! project stays what it was.

use super::failed;
use crate::render::Problem;
use crate::render::manifests;
use crate::render::origin::By;
use crate::render::value::{Data, Value};
use crate::source::{Source, SourceId};

/// Fields of an Application that are maps, by where they stand.
const MAPS: [&str; 12] = [
    "metadata",
    "metadata.labels",
    "metadata.annotations",
    "spec",
    "spec.source",
    "spec.source.helm",
    "spec.source.kustomize",
    "spec.source.directory",
    "spec.destination",
    "spec.syncPolicy",
    "spec.syncPolicy.automated",
    "spec.syncPolicy.retry",
];

/// Fields that are lists.
const LISTS: [&str; 5] =
    ["metadata.finalizers", "spec.sources", "spec.ignoreDifferences", "spec.info", "spec.syncPolicy.syncOptions"];

/// Applies a patch.
pub fn apply(mut application: Value, patch: &Value) -> Result<Value, Problem> {
    let span = patch.span();
    let source = Source::from_text(SourceId(0), "", patch.as_str().unwrap_or_default());
    let read = manifests::first(&source, By::Patch);
    let mut read = read.map_err(|error| failed(span, format!("the patch cannot be read: {}", error.message)))?;
    read.move_places(&mut |_| span);
    if read.is_null() {
        return Ok(application);
    }
    if let Some(what) = misfit(&read) {
        return Err(failed(span, format!("the patch does not fit an Application: {what}")));
    }
    let project = application.at(&["spec", "project"]).cloned();
    merge(&mut application, &read, "");
    if let Some(spec) = application.get_mut("spec") {
        match project {
            Some(project) => spec.set("project", project),
            None => drop(spec.remove("project")),
        }
    }
    Ok(application)
}

/// What of a patch has another type than an Application's field.
fn misfit(patch: &Value) -> Option<String> {
    if !patch.is_map() {
        return Some("it is not a map".to_owned());
    }
    let at = |path: &str| patch.at(&path.split('.').collect::<Vec<_>>()).filter(|value| !value.is_null());
    let map = MAPS.iter().find(|path| at(path).is_some_and(|value| !value.is_map()));
    let list = LISTS.iter().find(|path| at(path).is_some_and(|value| !value.is_list()));
    let text = ["metadata.name", "metadata.namespace", "spec.project", "spec.source.path", "spec.source.repoURL"];
    let text = text.iter().chain(&["spec.source.targetRevision", "spec.destination.namespace"]);
    let text = text.into_iter().find(|path| at(path).is_some_and(|value| value.as_str().is_none()));
    let wrong = |path: &&str, what: &str| format!("`{path}` must be {what}");
    map.map(|path| wrong(path, "a map"))
        .or_else(|| list.map(|path| wrong(path, "a list")))
        .or_else(|| text.map(|path| wrong(path, "a string")))
}

/// Maps key by key, null takes away, lists are replaced but for finalizers, which are joined.
fn merge(into: &mut Value, patch: &Value, path: &str) {
    match patch.str_at("$patch") {
        Some("replace") => {
            *into = patch.clone();
            into.remove("$patch");
            return;
        }
        Some("delete") => {
            *into = Value::map(patch.origin.clone());
            return;
        }
        _ => {}
    }
    for entry in patch.entries().iter().filter(|entry| !entry.key.starts_with('$')) {
        let inner = format!("{path}.{}", entry.key);
        match into.get_mut(&entry.key) {
            _ if entry.value.is_null() => drop(into.remove(&entry.key)),
            Some(old) if old.is_map() && entry.value.is_map() => merge(old, &entry.value, &inner),
            Some(Value { data: Data::List(old), .. }) if inner == ".metadata.finalizers" => {
                let new = entry.value.items().iter();
                let absent: Vec<_> = new.filter(|new| !old.iter().any(|old| old.as_str() == new.as_str())).collect();
                let absent: Vec<Value> = absent.into_iter().cloned().collect();
                old.extend(absent);
            }
            _ => {
                let mut value = entry.value.clone();
                strip(&mut value);
                into.set(&entry.key, value);
            }
        }
    }
}

/// Takes away directives and nulls of what is put where nothing was.
fn strip(value: &mut Value) {
    if let Data::Map(entries) = &mut value.data {
        entries.retain(|entry| !entry.value.is_null() && !entry.key.starts_with('$'));
        entries.iter_mut().for_each(|entry| strip(&mut entry.value));
    }
}
