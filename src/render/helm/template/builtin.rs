//! The functions that Go's templates bring along.
//!
//! In: a name. Out: its [`Function`]; `and` and `or` are known here and carried out where arguments are read.

use std::cmp::Ordering;

use super::arguments::text;
use super::compare;
use super::error::Fault;
use super::machine::{CallResult, Function, Machine, Type};
use super::mark::Mark;
use super::print;
use super::printf::sprintf;
use super::text::{Text, TextBuilder};
use super::value::{Data, List, ListKind, MapKind, Value};
use super::{arguments, quote};

/// A function of Go's templates by name.
pub fn find(name: &str) -> Option<Function> {
    use Type::{Any, Reflect, String};
    let function = |parameters, rest, run| Some(Function { parameters, rest, run });
    match name {
        "and" | "or" => function(&[Reflect], Some(Reflect), |_, values| Ok(values[0].clone())),
        "not" => function(&[Reflect], None, |_, values| Ok(Value::bool(!values[0].truth()))),
        "eq" => function(&[Reflect], Some(Reflect), |_, v| Ok(Value::bool(compare::equal(&v[0], &v[1..])?))),
        "ne" => function(&[Reflect, Reflect], None, |_, v| Ok(Value::bool(!compare::equal(&v[0], &v[1..])?))),
        "lt" => function(&[Reflect, Reflect], None, |_, v| ordered(v, |o| o == Some(Ordering::Less))),
        "le" => function(&[Reflect, Reflect], None, less_or_equal),
        "gt" => function(&[Reflect, Reflect], None, |m, v| negated(less_or_equal(m, v)?)),
        "ge" => function(&[Reflect, Reflect], None, |_, v| ordered(v, |o| o != Some(Ordering::Less))),
        "len" => function(&[Reflect], None, |_, v| length(&v[0])),
        "index" => function(&[Reflect], Some(Reflect), |_, v| index(v)),
        "slice" => function(&[Reflect], Some(Reflect), |_, v| slice(v)),
        "print" => function(&[], Some(Any), |m, v| Ok(Value::text(print::sprint(m, v, false)?))),
        "println" => function(&[], Some(Any), |m, v| Ok(Value::text(print::sprint(m, v, true)?))),
        "printf" => function(&[String], Some(Any), |m, v| {
            let out = sprintf(m, &text(v, 0), &v[1..])?;
            m.spend(out.len())?;
            Ok(Value::text(out))
        }),
        "html" => function(&[], Some(Any), |m, v| escaped(m, v, html)),
        "js" => function(&[], Some(Any), |m, v| escaped(m, v, js)),
        "urlquery" => function(&[], Some(Any), |m, v| escaped(m, v, query)),
        "call" => function(&[Reflect], Some(Reflect), |_, v| match v[0].data {
            Data::Absent | Data::Nil => Err("call of nil".into()),
            _ => Err(format!("non-function {} of type {}", "value", v[0].type_name()).into()),
        }),
        _ => None,
    }
}

fn ordered(values: &[Value], answer: fn(Option<Ordering>) -> bool) -> CallResult {
    Ok(Value::bool(answer(compare::order(&values[0], &values[1])?)))
}

fn less_or_equal(_: &mut Machine, values: &[Value]) -> CallResult {
    ordered(values, |o| matches!(o, Some(Ordering::Less | Ordering::Equal)))
}

fn negated(value: Value) -> CallResult {
    Ok(Value::bool(!value.truth()))
}

fn length(value: &Value) -> CallResult {
    let len = match &value.data {
        Data::String(text) | Data::Bytes(text) => text.len(),
        Data::List(list) => list.items.len(),
        Data::Map(map) => map.len(),
        Data::Absent | Data::Nil => return Err("len of untyped nil".into()),
        _ => return Err(format!("len of type {}", value.type_name()).into()),
    };
    Ok(Data::Int(len as i64).into())
}

/// An index, up to and including `most`.
fn position(value: &Value, most: usize) -> Result<usize, Fault> {
    let i = match value.data {
        Data::Int(i) | Data::Int64(i) | Data::Duration(i) => i128::from(i),
        Data::Byte(b) => i128::from(b),
        Data::Uint(u) => i128::from(u),
        Data::Absent | Data::Nil => return Err("cannot index slice/array with nil".into()),
        _ => return Err(format!("cannot index slice/array with type {}", value.type_name()).into()),
    };
    match usize::try_from(i) {
        Ok(i) if i <= most => Ok(i),
        _ => Err(format!("index out of range: {i}").into()),
    }
}

fn index(values: &[Value]) -> CallResult {
    let Some((first, indices)) = values.split_first() else { return Ok(Value::ABSENT) };
    if first.is_nil() {
        return Err("index of untyped nil".into());
    }
    let mut item = first.clone();
    for index in indices {
        item = match &item.data {
            Data::Absent | Data::Nil => return Err("index of nil pointer".into()),
            Data::List(List { items, .. }) if items.is_empty() => {
                position(index, 0)?;
                return Err("index out of range: 0".into());
            }
            Data::List(list) => list.items[position(index, list.items.len() - 1)?].clone(),
            Data::String(text) | Data::Bytes(text) if text.is_empty() => {
                position(index, 0)?;
                return Err("index out of range: 0".into());
            }
            Data::String(text) | Data::Bytes(text) => {
                Value { data: Data::Byte(text.bytes()[position(index, text.len() - 1)?]), mark: item.mark }
            }
            Data::Map(map) => match &index.data {
                Data::String(key) => map.get(&key.str()).unwrap_or_else(|| arguments::zero(map.kind)),
                Data::Absent | Data::Nil => return Err("value is nil; should be of type string".into()),
                _ => return Err(format!("value has type {}; should be string", index.type_name()).into()),
            },
            _ => return Err(format!("can't index item of type {}", item.type_name()).into()),
        };
    }
    Ok(item)
}

fn slice(values: &[Value]) -> CallResult {
    let (item, indices) = (&values[0], &values[1..]);
    if item.is_nil() {
        return Err("slice of untyped nil".into());
    }
    if indices.len() > 3 {
        return Err(format!("too many slice indexes: {}", indices.len()).into());
    }
    let len = match &item.data {
        Data::String(_) if indices.len() == 3 => return Err("cannot 3-index slice a string".into()),
        Data::String(text) | Data::Bytes(text) => text.len(),
        Data::List(list) => list.items.len(),
        _ => return Err(format!("can't slice item of type {}", item.type_name()).into()),
    };
    let mut bounds = [0, len, len];
    for (i, index) in indices.iter().enumerate() {
        bounds[i] = position(index, len)?;
    }
    if bounds[0] > bounds[1] {
        return Err(format!("invalid slice index: {} > {}", bounds[0], bounds[1]).into());
    }
    if indices.len() == 3 && bounds[1] > bounds[2] {
        return Err(format!("invalid slice index: {} > {}", bounds[1], bounds[2]).into());
    }
    match &item.data {
        Data::String(text) => Ok(Value::text(text.slice(bounds[0], bounds[1]))),
        Data::Bytes(text) => Ok(Data::Bytes(text.slice(bounds[0], bounds[1])).into()),
        Data::List(list) => Ok(Value::list_of(list.kind, list.items[bounds[0]..bounds[1]].to_vec())),
        _ => Ok(Value::ABSENT),
    }
}

/// A text with each character replaced; of one origin.
fn escaped(machine: &mut Machine, values: &[Value], escape: fn(&str) -> String) -> CallResult {
    let text = match values {
        [Value { data: Data::String(text), .. }] => text.clone(),
        _ => {
            // What is no value shows as such here.
            let shown: Vec<Value> = values
                .iter()
                .map(|value| if value.is_nil() { Value::string("<no value>") } else { value.clone() })
                .collect();
            print::sprint(machine, &shown, false)?
        }
    };
    let mut out = TextBuilder::default();
    let mark = text.mark(&mut machine.marks);
    out.push(escape(&text.str()), mark);
    Ok(Value::text(out.finish()))
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", c as u32)),
            _ if quote::is_print(c) => out.push(c),
            _ => out.push_str(&format!("\\u{:04X}", c as u32)),
        }
    }
    out
}

/// Go's `url.QueryEscape`.
pub fn query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(b as char),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// A slice of strings.
pub fn strings(texts: impl IntoIterator<Item = Text>) -> Value {
    Value::list_of(ListKind::String, texts.into_iter().map(Value::text).collect())
}

/// A map of strings.
pub fn string_map(texts: impl IntoIterator<Item = (String, Text)>) -> Value {
    let entries = texts.into_iter().map(|(key, text)| {
        (std::rc::Rc::from(key.as_str()), super::value::Slot { key: Mark::NONE, value: Value::text(text) })
    });
    let mut map = super::value::Map::new(entries.collect());
    map.kind = MapKind::String;
    Data::Map(map).into()
}
