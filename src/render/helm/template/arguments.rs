//! Whether a value fits a parameter.
//!
//! In: a value and a type. Out: the value as the function gets it, or why Go's reflection refuses it. And what functions
//! need to take their arguments apart.

use super::field::holds_any;
use super::machine::Type;
use super::object::ObjectKind;
use super::text::Text;
use super::value::{Data, List, ListKind, Map, MapKind, Value};

/// What a missing key of such a map gives.
pub fn zero(kind: MapKind) -> Value {
    match kind {
        MapKind::Any | MapKind::Values => Value::NIL,
        MapKind::String => Value::string(""),
        MapKind::Files => Data::Bytes(Text::plain("")).into(),
    }
}

/// The Go name of a type.
pub fn name(kind: Type) -> &'static str {
    match kind {
        Type::Any => "interface {}",
        Type::Reflect => "reflect.Value",
        Type::String => "string",
        Type::Int => "int",
        Type::Int64 => "int64",
        Type::Float => "float64",
        Type::Bool => "bool",
        Type::Map => "map[string]interface {}",
        Type::Time => "time.Time",
        Type::Strings => "[]string",
        Type::Certificate => "sprig.certificate",
        Type::Version => "*semver.Version",
    }
}

/// A value as an argument of that type.
///
/// # Errors
/// Where it does not fit.
pub fn check(value: Value, kind: Type) -> Result<Value, String> {
    let fits = match (kind, &value.data) {
        (Type::Reflect, _) => true,
        (Type::Any, Data::Absent) => return Ok(Value::NIL),
        (Type::Any, _) => true,
        (Type::Map | Type::Strings | Type::Version, Data::Absent) => return Ok(Value::NIL),
        (_, Data::Absent) => return Err(format!("invalid value; expected {}", name(kind))),
        (Type::Map, Data::Map(map)) if map.kind == MapKind::Values => {
            return Ok(Data::Map(map.as_kind(MapKind::Any)).into());
        }
        (Type::Map, Data::Map(map)) => holds_any(map.kind),
        (Type::String, Data::String(_))
        | (Type::Int, Data::Int(_))
        | (Type::Int64, Data::Int64(_))
        | (Type::Float, Data::Float(_))
        | (Type::Bool, Data::Bool(_))
        | (Type::Time, Data::Time(..)) => true,
        (Type::Strings, Data::List(list)) => matches!(list.kind, ListKind::String | ListKind::Versions),
        (Type::Certificate, Data::Object(object)) => object.kind == ObjectKind::Certificate,
        (Type::Version, Data::Object(object)) => object.kind == ObjectKind::Version,
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    Err(format!("wrong type for value; expected {}; got {}", name(kind), value.type_name()))
}

/// The text of an argument that is a string.
pub fn text(arguments: &[Value], i: usize) -> Text {
    match arguments.get(i).map(|value| &value.data) {
        Some(Data::String(text)) => text.clone(),
        _ => Text::plain(""),
    }
}

/// An argument that is an `int` or `int64`.
pub fn int(arguments: &[Value], i: usize) -> i64 {
    match arguments.get(i).map(|value| &value.data) {
        Some(Data::Int(i) | Data::Int64(i)) => *i,
        _ => 0,
    }
}

/// An argument that is a map; a nil one is `None`.
pub fn map(arguments: &[Value], i: usize) -> Option<&Map> {
    arguments.get(i).and_then(Value::as_map)
}

/// An argument that is a slice.
pub fn list(arguments: &[Value], i: usize) -> Option<&List> {
    arguments.get(i).and_then(Value::as_list)
}
