//! Values: from files and flags, through charts, to templates.
//!
//! In: values files, `--set` and its kin, charts. Out: maps merged by Helm's rules, null and all.

pub mod coalesce;
pub mod file;
pub mod set;

use super::template::{Data, Entries, Map, Slot, Value};

/// A deep copy of a map.
pub fn copy(map: &Map) -> Map {
    copy_at(map, 0)
}

fn copy_at(map: &Map, depth: usize) -> Map {
    let entries: Entries = map
        .snapshot()
        .into_iter()
        .map(|(key, slot)| (key, Slot { key: slot.key, value: copy_value(&slot.value, depth + 1) }))
        .collect();
    Map::new(entries)
}

fn copy_value(value: &Value, depth: usize) -> Value {
    match &value.data {
        Data::Map(map) if depth < 1000 => Data::Map(copy_at(map, depth)).into(),
        Data::List(list) if depth < 1000 => {
            Value::list_of(list.kind, list.items.iter().map(|item| copy_value(item, depth + 1)).collect())
        }
        _ => value.clone(),
    }
}

/// What values files do with one another: maps are merged, everything else is replaced.
pub fn merge_maps(base: &Map, over: &Map) -> Map {
    let merged = Map::new(base.snapshot());
    for (key, slot) in over.snapshot() {
        let value = match (&slot.value.data, merged.get(&key).map(|old| old.data)) {
            (Data::Map(new), Some(Data::Map(old))) => Data::Map(merge_maps(&old, new)).into(),
            _ => slot.value,
        };
        merged.entries.borrow_mut().insert(key, Slot { key: slot.key, value });
    }
    merged
}
