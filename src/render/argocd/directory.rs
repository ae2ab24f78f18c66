//! A folder of plain manifests.
//!
//! In: a folder, what the source says of it (`recurse`, `include`, `exclude`). Out: the objects in its files, in the order of
//! a walk; or the file for which Argo CD refuses the whole.

use super::source::{Work, failed};
use crate::go::glob::Glob;
use crate::render::Problem;
use crate::render::manifests;
use crate::render::origin::By;
use crate::render::value::{Data, Value};
use crate::source::{Source, Span};

/// A file with this text in it is not looked at.
const SKIP: &str = "+argocd:skip-file-rendering";

/// Renders a folder.
pub fn render(work: &mut Work<'_>, source: &Value, at: Span, folder: &str) -> Result<Vec<Value>, Problem> {
    let options = source.get("directory");
    let is_set = |field: &str| options.is_some_and(|options| options.is_set(field));
    let pattern = |field: &str| options.and_then(|options| options.filled(field)).and_then(Value::as_str);
    let (include, exclude) = (pattern("include"), pattern("exclude"));
    let matches = |pattern: &str, name: &str| Glob::parse(pattern, None).is_some_and(|glob| glob.matches(name));
    let mut objects = Vec::new();
    let world = work.world;
    for file in world.files_in(folder, is_set("recurse")) {
        let name = if folder.is_empty() { file } else { &file[folder.len() + 1..] };
        let known = [".yaml", ".yml", ".json", ".jsonnet"].iter().any(|ending| file.ends_with(ending));
        if !known && !is_set("disableExtensionFilter")
            || exclude.is_some_and(|pattern| matches(pattern, name))
            || include.is_some_and(|pattern| !matches(pattern, name))
        {
            continue;
        }
        let read = world.read(file, &mut work.sources).map_err(|message| failed(at, message))?;
        let Some(id) = read.filter(|id| !work.sources.get(*id).text.contains(SKIP)) else { continue };
        if file.ends_with(".jsonnet") {
            work.lacks(Span::new(id, 0, 0), format!("`{file}` is jsonnet, which is not evaluated"));
            continue;
        }
        let source = work.sources.get(id);
        let found = if file.ends_with(".json") { one_of_json(source)? } else { of_yaml(source)? };
        objects.extend(found);
        if objects.len() > world.limits.objects {
            break;
        }
    }
    unfold(objects)
}

/// The objects of a YAML file; nothing of one that is no manifest at all.
fn of_yaml(source: &Source) -> Result<Vec<Value>, Problem> {
    let mut objects = Vec::new();
    for document in manifests::documents(source, By::Resource) {
        let fault = match document {
            Ok(value) if value.is_null() => continue,
            Ok(value) => match fault(&value) {
                None => {
                    objects.push(value);
                    continue;
                }
                Some(fault) => fault,
            },
            Err(error) => failed(error.span, error.message),
        };
        let looks = ["apiVersion:", "kind:", "metadata:"].iter().all(|word| source.text.contains(word));
        return if looks || !objects.is_empty() { Err(fault) } else { Ok(objects) };
    }
    Ok(objects)
}

/// Why a document is no object.
fn fault(value: &Value) -> Option<Problem> {
    if !value.is_map() {
        return Some(failed(value.span(), "this is not an object"));
    }
    let kind = value.filled("kind").is_none();
    kind.then(|| failed(value.span(), "the object has no `kind`"))
}

/// The one object of a JSON file.
fn one_of_json(source: &Source) -> Result<Vec<Value>, Problem> {
    let mut stream = serde_json::Deserializer::from_str(source.text.trim_start_matches('\u{feff}')).into_iter();
    let first: Option<Result<serde::de::IgnoredAny, _>> = stream.next();
    let place = |at: usize| Span::new(source.id, at.min(source.text.len()), at.min(source.text.len()));
    match first {
        Some(Ok(_)) => {}
        Some(Err(error)) => return Err(failed(place(0), format!("the file is not JSON: {error}"))),
        None => return Err(failed(place(0), "the file is empty, an object is expected")),
    }
    let end = stream.byte_offset();
    let rest = &source.text[end.min(source.text.len())..];
    if !rest.trim().is_empty() {
        let next = end + rest.len() - rest.trim_start().len();
        return Err(failed(place(next), "a JSON file holds one object alone"));
    }
    let mut found = Vec::new();
    for document in manifests::documents(source, By::Resource) {
        let value = document.map_err(|error| failed(error.span, error.message))?;
        match fault(&value) {
            None => found.push(value),
            Some(fault) => return Err(fault),
        }
    }
    Ok(found)
}

/// The items of lists in place of the lists.
pub fn unfold(objects: Vec<Value>) -> Result<Vec<Value>, Problem> {
    let mut unfolded = Vec::with_capacity(objects.len());
    for mut object in objects {
        let null = object.get("items").is_some_and(Value::is_null);
        if null && object.get("spec").is_none() && object.get("status").is_none() {
            continue;
        }
        if !object.get("items").is_some_and(Value::is_list) {
            unfolded.push(object);
            continue;
        }
        let Some(Value { data: Data::List(items), .. }) = object.remove("items") else { continue };
        for item in items {
            match fault(&item) {
                None => unfolded.push(item),
                Some(fault) => return Err(fault),
            }
        }
    }
    Ok(unfolded)
}
