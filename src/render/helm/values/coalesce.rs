//! Values of a chart and its subcharts, put together.
//!
//! In: a chart and the values given to it. Out: what its templates see. Values from further out win; null takes a chart's
//! default away, but only in some places: the rules are those of Helm 4, one function for one of Helm's.

use super::super::chart::Chart;
use super::super::template::{Data, Entries, Map, Slot, Value};
use super::copy;

/// What Helm says on standard error without stopping.
pub type Warnings = Vec<String>;

fn table(value: &Value) -> Option<&Map> {
    value.as_map()
}

fn remove(map: &Map, key: &str) {
    map.entries.borrow_mut().remove(key);
}

fn insert(map: &Map, key: std::rc::Rc<str>, slot: Slot) {
    map.entries.borrow_mut().insert(key, slot);
}

/// Helm's `CoalesceValues`, or with `merge` its `MergeValues`, which keeps nulls.
///
/// # Errors
/// Where values for a subchart are no map.
pub fn values(chart: &Chart, given: &Map, merge: bool, warnings: &mut Warnings) -> Result<Map, String> {
    let target = copy(given);
    chart_values(chart, &target, "", merge, warnings)?;
    Ok(target)
}

fn chart_values(chart: &Chart, target: &Map, prefix: &str, merge: bool, warnings: &mut Warnings) -> Result<(), String> {
    own(chart, target, prefix, merge, warnings);
    for sub in &chart.dependencies {
        let inner = match target.get(sub.name()) {
            None => Map::new(Entries::new()),
            Some(value) => match &value.data {
                Data::Map(map) => map.clone(),
                _ => return Err(format!("type mismatch on {}: {}", sub.name(), go_bool_verb(&value))),
            },
        };
        target.set(sub.name(), Data::Map(inner.clone()).into());
        let prefix = join(prefix, chart.name());
        globals(&inner, target, &prefix, warnings);
        chart_values(sub, &inner, &prefix, merge, warnings)?;
    }
    Ok(())
}

/// What Go's `%t` makes of a value that is no boolean.
fn go_bool_verb(value: &Value) -> String {
    if value.is_nil() {
        return "%!t(<nil>)".to_owned();
    }
    let shown = super::super::template::print::bytes(value).unwrap_or_default();
    match value.data {
        Data::Bool(b) => b.to_string(),
        _ => format!("%!t({}={})", value.type_name(), String::from_utf8_lossy(&shown)),
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

const GLOBAL: &str = "global";

/// Brings a parent's globals into a subchart's values.
fn globals(target: &Map, source: &Map, prefix: &str, warnings: &mut Warnings) {
    let inner = |map: &Map, what: &str, warnings: &mut Warnings| match map.get(GLOBAL) {
        None => Some(Map::new(Entries::new())),
        Some(value) => {
            if table(&value).is_none() {
                warnings.push(format!("warning: skipping globals because {what} {GLOBAL} is not a table."));
            }
            table(&value).cloned()
        }
    };
    let Some(into) = inner(target, "destination", warnings) else { return };
    let Some(from) = inner(source, "source", warnings) else { return };
    for (key, slot) in from.snapshot() {
        match (table(&slot.value), into.get(&key)) {
            (Some(map), None) => {
                insert(&into, key, Slot { key: slot.key, value: Data::Map(Map::new(map.snapshot())).into() });
            }
            (Some(map), Some(old)) => match table(&old) {
                None => warnings.push(format!("Conflict: cannot merge map onto non-map for {key:?}. Skipping.")),
                Some(old) => {
                    let fresh = Map::new(map.snapshot());
                    tables(&fresh, old, &join(prefix, &key), true, warnings);
                    insert(&into, key, Slot { key: slot.key, value: Data::Map(fresh).into() });
                }
            },
            (None, Some(old)) if table(&old).is_some() => warnings.push(format!("key {key} is table. Skipping")),
            _ => insert(&into, key, slot),
        }
    }
    target.set(GLOBAL, Data::Map(into).into());
}

/// A chart's own defaults under the values given to it.
fn own(chart: &Chart, target: &Map, prefix: &str, merge: bool, warnings: &mut Warnings) {
    let prefix = join(prefix, chart.name());
    let defaults = chart.values.as_ref().map(copy).unwrap_or_else(|| Map::new(Entries::new()));
    for (key, slot) in defaults.snapshot() {
        match target.get(&key) {
            Some(value) if value.is_nil() && !merge => remove(target, &key),
            Some(value) => {
                let Some(into) = table(&value) else { continue };
                let Some(from) = table(&slot.value) else {
                    if !slot.value.is_nil() {
                        warnings.push(format!("warning: skipped value for {prefix}.{key}: Not a table."));
                    }
                    continue;
                };
                let merge = merge || chart.dependencies.iter().any(|sub| sub.name() == &*key);
                if !merge {
                    without_nulls(from);
                }
                tables(into, from, &join(&prefix, &key), merge, warnings);
            }
            None => {
                if !merge {
                    if slot.value.is_nil() {
                        continue;
                    }
                    if let Some(map) = table(&slot.value) {
                        without_nulls(map);
                    }
                }
                insert(target, key, slot);
            }
        }
    }
}

/// Merges one table under another: what is in the first stays.
pub fn tables(target: &Map, source: &Map, prefix: &str, merge: bool, warnings: &mut Warnings) {
    let before = source.snapshot();
    for (key, slot) in target.snapshot() {
        if slot.value.is_nil() {
            source.set(&key, Value::NIL);
        }
    }
    for (key, slot) in source.snapshot() {
        let full = join(prefix, &key);
        match target.get(&key) {
            Some(old) if !merge && old.is_nil() && before.get(&key).is_some_and(|slot| !slot.value.is_nil()) => {
                remove(target, &key);
            }
            None => insert(target, key, slot),
            Some(old) => match (table(&slot.value), table(&old)) {
                (Some(from), Some(into)) => tables(into, from, &full, merge, warnings),
                (Some(_), None) => {
                    warnings.push(format!("warning: cannot overwrite table with non table for {full}"));
                }
                (None, Some(_)) if !slot.value.is_nil() => {
                    warnings.push(format!("warning: destination for {full} is a table. Ignoring non-table value"));
                }
                _ => {}
            },
        }
    }
}

/// Takes null entries out, at every depth.
pub fn without_nulls(map: &Map) {
    for (key, slot) in map.snapshot() {
        if slot.value.is_nil() {
            remove(map, &key);
        } else if let Some(inner) = table(&slot.value) {
            without_nulls(inner);
        }
    }
}
