//! Printing values as Go's fmt does.
//!
//! In: a value. Out: what `{{ value }}`, `print` and `%v` write, strings with their origins.

use super::machine::Machine;
use super::mark::Mark;
use super::object::{Object, ObjectKind};
use super::text::{Text, TextBuilder};
use super::value::{Data, Value};
use crate::yaml::go_shortest;

/// Deepest nesting that is printed.
const MAX_DEPTH: usize = 400;

/// Writes a value as an action does.
///
/// # Errors
/// Where it nests too deeply.
pub fn print(machine: &mut Machine, value: &Value, out: &mut TextBuilder) -> Result<(), String> {
    match &value.data {
        Data::Absent => out.push("<no value>", value.mark),
        Data::String(text) => out.text(text),
        Data::Object(object) if object.kind == ObjectKind::KubeVersion => {
            out.push(stringer(object).unwrap_or_default(), value.mark);
        }
        _ => {
            let bytes = bytes(value)?;
            let mark = inner_mark(machine, value, 0);
            out.push(bytes, mark);
        }
    }
    Ok(())
}

/// Everything that is known of where a value and what is in it come from.
pub fn inner_mark(machine: &mut Machine, value: &Value, depth: usize) -> Mark {
    let mut mark = value.origin(&mut machine.marks);
    if depth > 6 {
        return mark;
    }
    match &value.data {
        Data::List(list) => {
            for item in list.items.iter().take(8) {
                let inner = inner_mark(machine, item, depth + 1);
                mark = machine.marks.join(mark, inner);
            }
        }
        Data::Map(map) => {
            let slots: Vec<_> = map.entries.borrow().values().take(8).cloned().collect();
            for slot in slots {
                let inner = inner_mark(machine, &slot.value, depth + 1);
                mark = machine.marks.join(mark, inner);
            }
        }
        _ => {}
    }
    mark
}

/// A value as text, for messages.
pub fn shown(_machine: &Machine, value: &Value) -> String {
    bytes(value).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// A value as `%v` prints it.
///
/// # Errors
/// Where it nests too deeply.
pub fn bytes(value: &Value) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    write(value, &mut out, 0)?;
    Ok(out)
}

/// sprig's `strval`: a string as it is, anything else as `%v`.
///
/// # Errors
/// Where it nests too deeply.
pub fn strval(value: &Value) -> Result<Text, String> {
    match &value.data {
        Data::String(text) => Ok(text.clone()),
        Data::Bytes(text) => Ok(text.clone()),
        _ => Ok(Text::new(bytes(value)?, value.mark)),
    }
}

fn write(value: &Value, out: &mut Vec<u8>, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("a value nests too deeply, or holds itself".to_owned());
    }
    match &value.data {
        Data::String(text) => out.extend_from_slice(text.bytes()),
        Data::Bytes(text) => {
            let shown: Vec<_> = text.bytes().iter().map(u8::to_string).collect();
            out.extend_from_slice(format!("[{}]", shown.join(" ")).as_bytes());
        }
        Data::List(list) => {
            out.push(b'[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(b' ');
                }
                write(item, out, depth + 1)?;
            }
            out.push(b']');
        }
        Data::Map(map) => {
            out.extend_from_slice(b"map[");
            for (i, (key, slot)) in map.snapshot().iter().enumerate() {
                if i > 0 {
                    out.push(b' ');
                }
                out.extend_from_slice(key.as_bytes());
                out.push(b':');
                write(&slot.value, out, depth + 1)?;
            }
            out.push(b']');
        }
        Data::Object(object) => match stringer(object) {
            Some(text) if object.is_pointer() => out.extend_from_slice(text.as_bytes()),
            _ => {
                out.extend_from_slice(if object.is_pointer() { b"&{" } else { b"{" });
                for (i, (_, field)) in object.fields.iter().enumerate() {
                    if i > 0 {
                        out.push(b' ');
                    }
                    write(field, out, depth + 1)?;
                }
                out.push(b'}');
            }
        },
        _ => out.extend_from_slice(scalar(value).as_bytes()),
    }
    Ok(())
}

/// What a struct's own `String` method gives.
pub fn stringer(object: &Object) -> Option<String> {
    let field = |name: &str| {
        object.field(name).and_then(|value| value.as_text().map(|text| text.str().into_owned())).unwrap_or_default()
    };
    match object.kind {
        ObjectKind::KubeVersion => Some(field("normalizedVersion")),
        ObjectKind::Version => Some(field("string")),
        _ => None,
    }
}

/// A scalar that is no string.
pub fn scalar(value: &Value) -> String {
    match &value.data {
        Data::Absent | Data::Nil => "<nil>".to_owned(),
        Data::Bool(b) => b.to_string(),
        Data::Int(i) | Data::Int64(i) => i.to_string(),
        Data::Byte(b) => b.to_string(),
        Data::Uint(u) => u.to_string(),
        Data::Float(f) => float(*f),
        Data::Time(nanoseconds, zone) => super::super::functions::time::show(*nanoseconds, *zone),
        Data::Duration(nanoseconds) => super::super::functions::time::duration(*nanoseconds),
        _ => String::new(),
    }
}

/// A float as `%v` prints it.
pub fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    go_shortest(&format!("{value:e}"), 6)
}

/// Writes operands as Go's `Sprint` does: a blank between two that are no strings.
///
/// # Errors
/// Where one nests too deeply.
pub fn sprint(machine: &mut Machine, values: &[Value], line: bool) -> Result<Text, String> {
    let mut out = TextBuilder::default();
    let mut string_before = true;
    for (i, value) in values.iter().enumerate() {
        let string = matches!(value.data, Data::String(_));
        if i > 0 && (line || !string && !string_before) {
            out.push(" ", Mark::NONE);
        }
        match &value.data {
            Data::String(text) => out.text(text),
            _ => {
                let mark = inner_mark(machine, value, 0);
                out.push(bytes(value)?, mark);
            }
        }
        string_before = string;
    }
    if line {
        out.push("\n", Mark::NONE);
    }
    Ok(out.finish())
}

/// A value in Go's own syntax, `%#v`.
///
/// # Errors
/// Where it nests too deeply.
pub fn syntax(value: &Value, out: &mut Vec<u8>, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("a value nests too deeply, or holds itself".to_owned());
    }
    match &value.data {
        Data::Absent | Data::Nil if depth > 0 => out.extend_from_slice(b"interface {}(nil)"),
        Data::Absent | Data::Nil => out.extend_from_slice(b"<nil>"),
        Data::String(text) => out.extend_from_slice(&super::quote::quote(text.bytes())),
        Data::List(list) if list.nil => out.extend_from_slice(format!("{}(nil)", value.type_name()).as_bytes()),
        Data::List(list) => {
            out.extend_from_slice(value.type_name().as_bytes());
            out.push(b'{');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(b", ");
                }
                syntax(item, out, depth + 1)?;
            }
            out.push(b'}');
        }
        Data::Map(map) => {
            out.extend_from_slice(value.type_name().as_bytes());
            out.push(b'{');
            for (i, (key, slot)) in map.snapshot().iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(b", ");
                }
                out.extend_from_slice(&super::quote::quote(key.as_bytes()));
                out.push(b':');
                syntax(&slot.value, out, depth + 1)?;
            }
            out.push(b'}');
        }
        Data::Uint(u) => out.extend_from_slice(format!("{u:#x}").as_bytes()),
        Data::Byte(b) => out.extend_from_slice(format!("{b:#x}").as_bytes()),
        _ => write(value, out, depth)?,
    }
    Ok(())
}
