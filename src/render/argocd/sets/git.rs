//! The git generator.
//!
//! In: its block, the repository. Out: a set of parameters for each folder, or for each element of each file.

use std::collections::BTreeMap;

use super::failed;
use super::generators::{Generators, Stop, path_parameters, with_values};
use super::parameters::{flat, printed, text};
use crate::gitops::argocd::pathspec::Pathspec;
use crate::go::path;
use crate::render::Problem;
use crate::render::manifests;
use crate::render::origin::By;
use crate::render::value::{Data, Value};
use crate::source::Span;

/// What it gives.
pub fn generate(generators: &mut Generators<'_, '_>, block: &Value) -> Result<Vec<Value>, Stop> {
    let filled = |field: &str| block.filled(field).and_then(Value::as_str);
    let (url, revision) = (filled("repoURL").unwrap_or_default(), filled("revision"));
    if !generators.world.is_here(url, revision) {
        let span = Some(block.filled("repoURL").unwrap_or(block).span());
        let message = "the generator's repository is not this one at this revision; nothing is fetched".to_owned();
        return Err(Stop::Unknown(Problem::new("not-rendered", span, message)));
    }
    let (folders, files) = (block.items_at("directories"), block.items_at("files"));
    if !folders.is_empty() {
        return Ok(of_folders(generators, block, folders)?);
    }
    if files.is_empty() {
        return Err(Stop::Failed(failed(block.span(), "the git generator needs `directories` or `files`")));
    }
    Ok(of_files(generators, block, files)?)
}

fn prefix(block: &Value) -> &str {
    block.str_at("pathParamPrefix").unwrap_or_default()
}

fn of_folders(generators: &mut Generators<'_, '_>, block: &Value, entries: &[Value]) -> Result<Vec<Value>, Problem> {
    let mut sets = Vec::new();
    for folder in generators.world.folders() {
        let mut included = None;
        let mut excluded = false;
        for entry in entries {
            let matches = path::is_match(entry.str_at("path").unwrap_or_default(), folder) == Some(true);
            excluded |= matches && entry.is_set("exclude");
            if matches && !entry.is_set("exclude") {
                included = included.or(entry.get("path"));
            }
        }
        let Some(pattern) = included.filter(|_| !excluded) else { continue };
        let mut set = Value::map(pattern.origin.clone());
        path_parameters(generators.templates.go, prefix(block), folder, None, pattern, &mut set);
        with_values(generators.templates, block, &mut set)?;
        sets.push(set);
    }
    Ok(sets)
}

fn of_files(generators: &mut Generators<'_, '_>, block: &Value, entries: &[Value]) -> Result<Vec<Value>, Problem> {
    let mut found: BTreeMap<&str, &Value> = BTreeMap::new();
    for excludes in [false, true] {
        for entry in entries.iter().filter(|entry| entry.is_set("exclude") == excludes) {
            let node = entry.get("path").unwrap_or(entry);
            let pattern = node.as_str().unwrap_or_default();
            let spec = Pathspec::parse(pattern);
            let spec = spec.map_err(|why| failed(node.span(), format!("`{pattern}` {why}")))?;
            let world = generators.world;
            for file in world.checkout.below("").filter(|file| spec.matches(file)) {
                if excludes {
                    found.remove(file);
                } else {
                    found.entry(file).or_insert(node);
                }
            }
        }
    }
    let mut sets = Vec::new();
    for (file, pattern) in found {
        for element in elements(generators, file, pattern)? {
            let go = generators.templates.go;
            let mut set = if go { element.clone() } else { flattened(&element) };
            let name = path::base(file);
            path_parameters(go, prefix(block), &path::dir(file), Some(name), pattern, &mut set);
            with_values(generators.templates, block, &mut set)?;
            sets.push(set);
        }
    }
    Ok(sets)
}

/// The maps in a file: one, or those of a list.
fn elements(generators: &mut Generators<'_, '_>, file: &str, pattern: &Value) -> Result<Vec<Value>, Problem> {
    let refused = |message: String| failed(pattern.span(), message);
    let sources = &mut generators.templates.sources;
    let Some(id) = generators.world.read(file, sources).map_err(refused)? else { return Ok(Vec::new()) };
    let read = manifests::first(sources.get(id), By::Values);
    let read = read.map_err(|error| refused(format!("cannot read `{file}`: {}", error.message)))?;
    let empty = || {
        let mut map = Value::map(pattern.origin.clone());
        map.origin.span = Span::new(id, 0, 0);
        map
    };
    match read.data {
        Data::Null => Ok(vec![empty()]),
        Data::Map(_) => Ok(vec![read]),
        Data::List(items) if items.iter().all(|item| item.is_map() || item.is_null()) => {
            Ok(items.into_iter().map(|item| if item.is_null() { empty() } else { item }).collect())
        }
        _ => Err(refused(format!("`{file}` contains neither a map nor a list of maps"))),
    }
}

fn flattened(element: &Value) -> Value {
    let mut set = Value::map(element.origin.clone());
    flat(element).into_iter().for_each(|(name, value)| set.set(&name, text(printed(value), value)));
    set
}
