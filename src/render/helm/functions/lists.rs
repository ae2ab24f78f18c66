//! Lists.
//!
//! In: lists and items. Out: new lists; none is changed in place.

use super::super::template::arguments::int;
use super::super::template::builtin::strings;
use super::super::template::print::strval;
use super::super::template::{CallResult, Data, Fault, Function, ListKind, Machine, Type, Value};
use super::convert::to_int;
use super::defaults::empty;
use super::strings::texts;
use super::{NIL_POINTER, fixed, open};
use Type::{Any, Int};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "list" | "tuple" => open(&[], Any, |m, a| {
            m.allow_items(a.len())?;
            Ok(Value::list(a.to_vec()))
        }),
        "append" | "push" | "mustAppend" | "mustPush" => fixed(&[Any, Any], |m, a| {
            let mut all = items(&a[0], "Cannot push on type")?;
            all.push(a[1].clone());
            made(m, all)
        }),
        "prepend" | "mustPrepend" => fixed(&[Any, Any], |m, a| {
            let mut all = items(&a[0], "Cannot prepend on type")?;
            all.insert(0, a[1].clone());
            made(m, all)
        }),
        "first" | "mustFirst" => {
            fixed(&[Any], |_, a| Ok(items(&a[0], "Cannot find first on type")?.first().cloned().unwrap_or(Value::NIL)))
        }
        "last" | "mustLast" => {
            fixed(&[Any], |_, a| Ok(items(&a[0], "Cannot find last on type")?.last().cloned().unwrap_or(Value::NIL)))
        }
        "rest" | "mustRest" => fixed(&[Any], |_, a| {
            let all = items(&a[0], "Cannot find rest on type")?;
            Ok(if all.is_empty() { Value::nil_list(ListKind::Any) } else { Value::list(all[1..].to_vec()) })
        }),
        "initial" | "mustInitial" => fixed(&[Any], |_, a| {
            let all = items(&a[0], "Cannot find initial on type")?;
            let end = all.len().saturating_sub(1);
            Ok(if all.is_empty() { Value::nil_list(ListKind::Any) } else { Value::list(all[..end].to_vec()) })
        }),
        "reverse" | "mustReverse" => fixed(&[Any], |_, a| {
            let mut all = items(&a[0], "Cannot find reverse on type")?;
            all.reverse();
            Ok(Value::list(all))
        }),
        "compact" | "mustCompact" => fixed(&[Any], |_, a| {
            let mut all = items(&a[0], "Cannot compact on type")?;
            all.retain(|item| !empty(item));
            Ok(Value::list(all))
        }),
        "uniq" | "mustUniq" => fixed(&[Any], uniq),
        "without" | "mustWithout" => open(&[Any], Any, |_, a| {
            let mut all = items(&a[0], "Cannot find without on type")?;
            all.retain(|item| !a[1..].iter().any(|drop| drop.deep_equal(item)));
            Ok(Value::list(all))
        }),
        "has" | "mustHas" => fixed(&[Any, Any], |_, a| {
            if a[1].is_nil() {
                return Ok(Value::bool(false));
            }
            let all = items(&a[1], "Cannot find has on type")?;
            Ok(Value::bool(all.iter().any(|item| item.deep_equal(&a[0]))))
        }),
        "slice" | "mustSlice" => open(&[Any], Any, slice),
        "concat" => open(&[], Any, |m, a| {
            let mut all = Vec::new();
            for value in a {
                match items(value, "Cannot concat type") {
                    Ok(more) => all.extend(more),
                    Err(Fault::Said(said)) if said != NIL_POINTER => return Err(format!("{said} as list").into()),
                    Err(fault) => return Err(fault),
                }
            }
            if all.is_empty() { Ok(Value::nil_list(ListKind::Any)) } else { made(m, all) }
        }),
        "chunk" | "mustChunk" => fixed(&[Int, Any], chunk),
        "sortAlpha" => fixed(&[Any], |_, a| match &a[0].data {
            Data::List(_) => {
                let mut all = texts(&a[0])?;
                all.sort_by(|a, b| a.bytes().cmp(b.bytes()));
                Ok(strings(all))
            }
            _ => Ok(strings([strval(&a[0])?])),
        }),
        _ => None,
    }
}

/// The items of a list, each as an interface holds it.
fn items(value: &Value, refusal: &str) -> Result<Vec<Value>, Fault> {
    match &value.data {
        Data::List(list) => Ok(list.items.to_vec()),
        Data::Absent | Data::Nil => Err(NIL_POINTER.into()),
        _ => Err(format!("{refusal} {}", value.kind_name()).into()),
    }
}

fn made(machine: &Machine, items: Vec<Value>) -> CallResult {
    machine.allow_items(items.len())?;
    Ok(Value::list(items))
}

fn uniq(machine: &mut Machine, arguments: &[Value]) -> CallResult {
    let mut kept: Vec<Value> = Vec::new();
    for item in items(&arguments[0], "Cannot find uniq on type")? {
        let mut known = false;
        for other in &kept {
            machine.step()?;
            known |= other.deep_equal(&item);
        }
        if !known {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn slice(_: &mut Machine, arguments: &[Value]) -> CallResult {
    let list = match &arguments[0].data {
        Data::List(list) => list,
        Data::Absent | Data::Nil => return Err(NIL_POINTER.into()),
        _ => {
            let kind = arguments[0].kind_name();
            return Err(format!("list should be type of slice or array but {kind}").into());
        }
    };
    let len = list.items.len();
    if len == 0 {
        return Ok(Value::NIL);
    }
    let start = arguments.get(1).map_or(0, to_int);
    let end = arguments.get(2).map_or(len as i64, to_int);
    if start < 0 || end < start || end > len as i64 {
        return Err("reflect.Value.Slice: slice index out of bounds".into());
    }
    Ok(Value::list_of(list.kind, list.items[start as usize..end as usize].to_vec()))
}

fn chunk(_: &mut Machine, arguments: &[Value]) -> CallResult {
    let all = items(&arguments[1], "Cannot chunk type")?;
    let Ok(size) = usize::try_from(int(arguments, 0)) else {
        return Err("runtime error: makeslice: len out of range".into());
    };
    if size == 0 {
        return Err("runtime error: makeslice: len out of range".into());
    }
    let parts = all.chunks(size).map(|part| Value::list(part.to_vec())).collect();
    Ok(Value::list_of(ListKind::Lists, parts))
}
