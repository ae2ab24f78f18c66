//! Merging maps as mergo does.
//!
//! In: a map and others. Out: the first map, changed in place: what it lacks or holds empty is filled from the others, or
//! what they have overrules it.

use super::super::template::{CallResult, Data, Entries, Machine, Map, Slot, Value};
use super::defaults::empty;

/// `merge` and `mergeOverwrite`.
pub(super) fn merge(machine: &mut Machine, maps: &[Value], overwrite: bool) -> CallResult {
    let target = match &maps[0].data {
        Data::Map(map) => map.clone(),
        _ => Map::new(Entries::new()),
    };
    for source in maps[1..].iter().filter_map(Value::as_map) {
        fill(machine, &target, source, overwrite, 0)?;
    }
    Ok(Data::Map(target).into())
}

fn fill(
    machine: &mut Machine,
    target: &Map,
    source: &Map,
    overwrite: bool,
    depth: usize,
) -> Result<(), super::super::template::Fault> {
    if depth > 400 {
        return Err(super::TOO_DEEP.into());
    }
    if std::rc::Rc::ptr_eq(&target.entries, &source.entries) {
        return Ok(());
    }
    for (key, slot) in source.snapshot() {
        machine.work(4)?;
        let new = &slot.value;
        let old = target.get(&key);
        let put = |target: &Map| {
            target.entries.borrow_mut().insert(key.clone(), Slot { key: slot.key, value: new.clone() });
        };
        if new.is_nil() || new.as_list().is_some_and(|list| list.nil) {
            if overwrite {
                put(target);
            }
            continue;
        }
        match (&new.data, old.as_ref().map(|old| &old.data)) {
            (Data::Map(new), Some(Data::Map(old))) => {
                fill(machine, old, new, overwrite, depth + 1)?;
                if old.is_empty() {
                    put(target);
                }
            }
            // A list replaces what is there only where lists may, but then it always does.
            (Data::List(_), Some(_)) if overwrite => put(target),
            _ => {
                if overwrite || old.as_ref().is_none_or(empty) {
                    put(target);
                }
            }
        }
    }
    Ok(())
}
