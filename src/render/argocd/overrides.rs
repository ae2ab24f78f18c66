//! `.argocd-source.yaml` and `.argocd-source-APP.yaml`: what a repository itself changes in an Application's source.
//!
//! In: a source, the folder that it names. Out: the source with what the files say; where the files are none, why.

use crate::render::Problem;
use crate::render::manifests;
use crate::render::origin::By;
use crate::render::value::{Data, Value};
use crate::render::world::World;
use crate::source::{SourceMap, Span};

/// Fields of a source that a file in the repository cannot change.
const FIXED: [&str; 4] = ["chart", "path", "repoURL", "targetRevision"];

/// A source with what the files in its folder say; the file of the Application counts last.
pub fn apply(
    world: &World<'_>,
    source: &Value,
    folder: &str,
    instance: &str,
    sources: &mut SourceMap,
) -> Result<Value, Problem> {
    let mut merged = normalized(source);
    for name in [".argocd-source.yaml".to_owned(), format!(".argocd-source-{instance}.yaml")] {
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if !world.files_in(folder, false).contains(&path.as_str()) {
            continue;
        }
        let failed = |span: Span, message: String| Problem::new("render-failed", Some(span), message);
        let read = world.read(&path, sources).map_err(|message| failed(source.span(), message))?;
        let Some(id) = read else { continue };
        let patch = manifests::first(sources.get(id), By::Patch);
        let patch = patch.map_err(|error| failed(error.span, error.message))?;
        if !patch.is_map() && !patch.is_null() {
            return Err(failed(patch.span(), format!("`{path}` is not a map")));
        }
        merge(&mut merged, &patch, "");
    }
    for field in FIXED {
        match source.get(field) {
            Some(value) => merged.set(field, value.clone()),
            None => drop(merged.remove(field)),
        }
    }
    Ok(merged)
}

/// A merge patch whose result is read into what was there already: null takes nothing away, but within values of a chart.
fn merge(into: &mut Value, patch: &Value, field: &str) {
    if !patch.is_map() || !into.is_map() {
        if !patch.is_null() {
            *into = patch.clone();
        }
        return;
    }
    for entry in patch.entries() {
        let removes = entry.value.is_null();
        match into.get_mut(&entry.key) {
            Some(old) if old.is_map() && entry.value.is_map() => merge(old, &entry.value, &entry.key),
            Some(_) if removes && field == "valuesObject" => drop(into.remove(&entry.key)),
            _ if removes => {}
            _ => into.set(&entry.key, entry.value.clone()),
        }
    }
}

/// A source without the blocks that say nothing: Argo CD takes them away before it looks at anything.
fn normalized(source: &Value) -> Value {
    let mut source = source.clone();
    for (block, says) in
        [("kustomize", says_kustomize as fn(&Value) -> bool), ("helm", says_helm), ("directory", says_directory)]
    {
        if source.get(block).is_some_and(|value| !says(value)) {
            source.remove(block);
        }
    }
    source
}

fn says(block: &Value, fields: &[&str]) -> bool {
    fields.iter().any(|field| block.get(field).is_some_and(is_filled))
}

fn is_filled(value: &Value) -> bool {
    match &value.data {
        Data::Null => false,
        Data::Bool(b) => *b,
        Data::Number(_) => true,
        Data::String(text) => !text.is_empty(),
        Data::List(items) => !items.is_empty(),
        Data::Map(entries) => !entries.is_empty(),
    }
}

fn says_kustomize(block: &Value) -> bool {
    let fields = [
        "namePrefix",
        "nameSuffix",
        "version",
        "namespace",
        "images",
        "replicas",
        "commonLabels",
        "commonAnnotations",
        "patches",
        "components",
        "kubeVersion",
        "apiVersions",
        "ignoreMissingComponents",
    ];
    says(block, &fields)
}

fn says_helm(block: &Value) -> bool {
    let fields = [
        "version",
        "releaseName",
        "valueFiles",
        "parameters",
        "fileParameters",
        "values",
        "valuesObject",
        "passCredentials",
        "ignoreMissingValueFiles",
        "skipCrds",
        "skipTests",
        "skipSchemaValidation",
        "kubeVersion",
        "apiVersions",
        "namespace",
    ];
    says(block, &fields)
}

fn says_directory(block: &Value) -> bool {
    let jsonnet = block.get("jsonnet").is_some_and(|block| says(block, &["extVars", "tlas", "libs"]));
    jsonnet || says(block, &["recurse", "disableExtensionFilter", "exclude", "include"])
}
