//! Maps.
//!
//! In: maps and keys. Out: maps whose keys and values keep their origins.

use std::rc::Rc;

use super::super::template::arguments::{map, text};
use super::super::template::builtin::strings;
use super::super::template::print::strval;
use super::super::template::{
    CallResult, Data, Entries, Fault, Function, Machine, Map, MapKind, Slot, Text, Type, Value,
};
use super::{fixed, merge, open};
use Type::{Any, Map as Dict, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "dict" => open(&[], Any, dict),
        "get" => fixed(&[Dict, Str], |_, a| {
            let found = map(a, 0).and_then(|map| map.get(&text(a, 1).str()));
            Ok(found.unwrap_or_else(|| Value::string("")))
        }),
        "set" => fixed(&[Dict, Str, Any], |m, a| {
            let Some(map) = map(a, 0) else { return Err("assignment to entry in nil map".into()) };
            let key = text(a, 1);
            let mark = key.mark(&mut m.marks);
            let slot = Slot { key: mark, value: stored(&a[2]) };
            map.entries.borrow_mut().insert(Rc::from(key.str()), slot);
            Ok(a[0].clone())
        }),
        "unset" => fixed(&[Dict, Str], |_, a| {
            if let Some(map) = map(a, 0) {
                map.entries.borrow_mut().remove(&*text(a, 1).str());
            }
            Ok(or_map(&a[0]))
        }),
        "hasKey" => fixed(&[Dict, Str], |_, a| {
            let key = text(a, 1);
            Ok(Value::bool(map(a, 0).is_some_and(|map| map.entries.borrow().contains_key(&*key.str()))))
        }),
        "pluck" => open(&[Str], Dict, |_, a| {
            let key = text(a, 0);
            let found = a[1..].iter().filter_map(|value| value.as_map().and_then(|map| map.get(&key.str())));
            Ok(Value::list(found.collect()))
        }),
        "keys" => open(&[], Dict, |m, a| {
            let mut all = Vec::new();
            for map in a.iter().filter_map(Value::as_map) {
                let entries = map.entries.borrow();
                all.extend(entries.iter().map(|(key, slot)| Text::new(key.as_bytes(), slot.key)));
            }
            m.allow_items(all.len())?;
            Ok(strings(all))
        }),
        "values" => fixed(&[Dict], |_, a| {
            let all = map(a, 0).map(|map| map.entries.borrow().values().map(|slot| slot.value.clone()).collect());
            Ok(Value::list(all.unwrap_or_default()))
        }),
        "pick" => open(&[Dict], Str, |_, a| Ok(select(a, true))),
        "omit" => open(&[Dict], Str, |_, a| Ok(select(a, false))),
        "merge" | "mustMerge" => open(&[Dict], Dict, |m, a| merge::merge(m, a, false)),
        "mergeOverwrite" | "mustMergeOverwrite" => open(&[Dict], Dict, |m, a| merge::merge(m, a, true)),
        "dig" => open(&[], Any, dig),
        "deepCopy" | "mustDeepCopy" => fixed(&[Any], |m, a| {
            if a[0].is_nil() {
                return Err("reflect: call of reflect.Value.Type on zero Value".into());
            }
            copy(m, &a[0], 0)
        }),
        _ => None,
    }
}

/// A value as it is kept in a map: what is absent is nil there.
fn stored(value: &Value) -> Value {
    if matches!(value.data, Data::Absent) { Value::NIL } else { value.clone() }
}

fn or_map(value: &Value) -> Value {
    if value.is_nil() { Value::map(Entries::new()) } else { value.clone() }
}

fn dict(machine: &mut Machine, values: &[Value]) -> CallResult {
    let mut entries = Entries::new();
    for pair in values.chunks(2) {
        let key = strval(&pair[0])?;
        let mark = key.mark(&mut machine.marks);
        let value = pair.get(1).map_or_else(|| Value::string(""), stored);
        entries.insert(Rc::from(key.str()), Slot { key: mark, value });
    }
    Ok(Value::map(entries))
}

/// The entries whose keys are named, or those that are not.
fn select(arguments: &[Value], named: bool) -> Value {
    let names: Vec<_> = (1..arguments.len()).map(|i| text(arguments, i)).collect();
    let mut entries = map(arguments, 0).map(Map::snapshot).unwrap_or_default();
    entries.retain(|key, _| names.iter().any(|name| name.bytes() == key.as_bytes()) == named);
    Value::map(entries)
}

fn dig(_: &mut Machine, arguments: &[Value]) -> CallResult {
    if arguments.len() < 3 {
        return Err("dig needs at least three arguments".into());
    }
    let (fallback, keys) = (&arguments[arguments.len() - 2], &arguments[..arguments.len() - 2]);
    let mut current = arguments[arguments.len() - 1].clone();
    for (i, key) in keys.iter().enumerate() {
        let inner = plain_map(&current)?;
        let Some(key) = key.as_text() else {
            return Err(conversion(key, "string"));
        };
        // All keys are looked at before any map is.
        if i == 0
            && let Some(odd) = keys.iter().find(|key| key.as_text().is_none())
        {
            return Err(conversion(odd, "string"));
        }
        match inner.get(&key.str()) {
            None => return Ok(fallback.clone()),
            Some(value) => current = value,
        }
    }
    Ok(current)
}

fn conversion(value: &Value, wanted: &str) -> Fault {
    let is = if value.is_nil() { "nil" } else { value.type_name() };
    Fault::Said(format!("interface conversion: interface {{}} is {is}, not {wanted}"))
}

fn plain_map(value: &Value) -> Result<Map, Fault> {
    match &value.data {
        Data::Map(map) if map.kind == MapKind::Any => Ok(map.clone()),
        _ => Err(conversion(value, "map[string]interface {}")),
    }
}

/// Steps that it takes to copy one value.
const COPYING: usize = 4;

/// A copy that shares nothing.
pub(super) fn copy(machine: &mut Machine, value: &Value, depth: usize) -> CallResult {
    if depth > 400 {
        return Err(super::TOO_DEEP.into());
    }
    machine.work(COPYING)?;
    Ok(match &value.data {
        Data::Map(map) => {
            let mut entries = Entries::new();
            for (key, slot) in map.snapshot() {
                let value = copy(machine, &slot.value, depth + 1)?;
                entries.insert(key, Slot { key: slot.key, value });
            }
            let mut copied = Map::new(entries);
            copied.kind = map.kind;
            Data::Map(copied).into()
        }
        Data::List(list) => {
            let mut items = Vec::with_capacity(list.items.len());
            for item in list.items.iter() {
                items.push(copy(machine, item, depth + 1)?);
            }
            let mut copied = list.clone();
            copied.items = Rc::new(items);
            Data::List(copied).into()
        }
        _ => value.clone(),
    })
}
