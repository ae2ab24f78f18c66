//! Generators made of others: matrix and merge.
//!
//! In: their blocks. Out: the pairs of two generators' parameters; the parameters of the first generator with what those of
//! the others of the same keys say.

use std::collections::BTreeMap;

use super::generators::{Generators, Stop, at_key};
use super::parameters::{printed, text};
use crate::render::origin::{By, Origin};
use crate::render::value::{Data, Entry, Value};

/// What one generator within another gives.
fn child(
    generators: &mut Generators<'_, '_>,
    entry: &Entry,
    generator: &Value,
    outer: Option<&Value>,
    level: usize,
) -> Result<Vec<Value>, Stop> {
    let none = Value::map(Origin::new(generator.span(), By::Default));
    let mut results = generators.transform(generator, &none, outer, level + 1)?;
    match (results.pop(), results.is_empty()) {
        (Some((_, sets)), true) => Ok(sets),
        (None, _) => Err(at_key(entry, "a generator inside it has no known type")),
        _ => Err(at_key(entry, "each generator inside it can only have one type")),
    }
}

/// All pairs. Without Go templates a parameter of both must have one value; with them the first generator's counts.
pub fn matrix(
    generators: &mut Generators<'_, '_>,
    entry: &Entry,
    block: &Value,
    level: usize,
) -> Result<Vec<Value>, Stop> {
    let [first, second] = block.items_at("generators") else {
        return Err(at_key(entry, "a matrix has exactly two generators"));
    };
    let mut sets = Vec::new();
    for a in child(generators, entry, first, None, level)? {
        for b in child(generators, entry, second, Some(&a), level)? {
            if generators.templates.go {
                let mut both = b;
                over(&mut both, &a);
                both.origin = a.origin.clone();
                sets.push(both);
            } else {
                sets.push(
                    combined(&a, &b)
                        .ok_or_else(|| at_key(entry, "the two generators give different values for one parameter"))?,
                );
            }
            if sets.len() > generators.world.limits.objects {
                return Err(at_key(entry, "the matrix gives too many sets of parameters"));
            }
        }
    }
    Ok(sets)
}

/// Maps deeply, everything else by the value that is put over it.
fn over(into: &mut Value, other: &Value) {
    for entry in other.entries() {
        let empty = matches!(&entry.value.data, Data::List(items) if items.is_empty());
        match into.get_mut(&entry.key) {
            Some(old) if old.is_map() && entry.value.is_map() => over(old, &entry.value),
            Some(old) if old.is_list() && empty => {}
            _ => into.set(&entry.key, entry.value.clone()),
        }
    }
}

/// Both as texts; nothing where they contradict each other.
fn combined(a: &Value, b: &Value) -> Option<Value> {
    let mut all = Value::map(a.origin.clone());
    for entry in a.entries().iter().chain(b.entries()) {
        let value = text(printed(&entry.value), &entry.value);
        match all.str_at(&entry.key) {
            Some(known) if Some(known) != value.as_str() => return None,
            Some(_) => {}
            None => all.set(&entry.key, value),
        }
    }
    Some(all)
}

/// The sets of the first generator, with what the others say of the same keys.
pub fn merge(
    generators: &mut Generators<'_, '_>,
    entry: &Entry,
    block: &Value,
    level: usize,
) -> Result<Vec<Value>, Stop> {
    let children = block.items_at("generators");
    if children.len() < 2 {
        return Err(at_key(entry, "a merge needs at least two generators"));
    }
    let mut all = Vec::new();
    for generator in children {
        all.push(child(generators, entry, generator, None, level)?);
    }
    let keys: Vec<&str> = block.items_at("mergeKeys").iter().filter_map(Value::as_str).collect();
    if keys.is_empty() {
        return Err(at_key(entry, "a merge needs `mergeKeys`"));
    }
    let mut all = all.into_iter();
    let mut base = all.next().unwrap_or_default();
    by_keys(entry, &base, &keys)?;
    for others in all {
        let others_by_key = by_keys(entry, &others, &keys)?;
        for set in &mut base {
            let Some(&other) = others_by_key.get(&key(set, &keys)) else { continue };
            if generators.templates.go {
                over(set, &others[other]);
            } else {
                others[other].entries().iter().for_each(|entry| set.set(&entry.key, entry.value.clone()));
            }
        }
    }
    Ok(base)
}

/// What decides whether two sets are merged; a parameter that is not there counts as null.
fn key(set: &Value, keys: &[&str]) -> String {
    let values = keys.iter().map(|key| set.get(key).map_or(serde_json::Value::Null, Value::to_json));
    serde_json::Value::Array(values.collect()).to_string()
}

fn by_keys(entry: &Entry, sets: &[Value], keys: &[&str]) -> Result<BTreeMap<String, usize>, Stop> {
    let mut known = BTreeMap::new();
    for (index, set) in sets.iter().enumerate() {
        if known.insert(key(set, keys), index).is_some() {
            return Err(at_key(entry, "two sets of parameters of one generator have the same merge keys"));
        }
    }
    Ok(known)
}
