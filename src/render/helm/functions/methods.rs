//! Methods of values.
//!
//! In: a value and a name. Out: the method, whose first argument is the value.

use super::super::template::arguments::{list, map, text};
use super::super::template::object::ObjectKind;
use super::super::template::print::stringer;
use super::super::template::{CallResult, Data, Fault, Function, ListKind, Map, MapKind, Text, Type, Value};
use super::yaml_out::{Version, to_yaml};
use super::{dates, duration, files, fixed, semantic};
use Type::String as Str;

pub(super) fn find(value: &Value, name: &str) -> Option<Function> {
    match &value.data {
        Data::Map(map) if map.kind == MapKind::Files => files::method(name),
        Data::Map(map) if map.kind == MapKind::Values => values_method(name),
        Data::List(list) if list.kind == ListKind::Versions && name == "Has" => fixed(&[Str], |_, a| {
            let wanted = text(a, 1);
            let all = list_items(a);
            Ok(Value::bool(all.iter().any(|version| version.bytes() == wanted.bytes())))
        }),
        Data::Object(object) => match (object.kind, name) {
            (ObjectKind::Capabilities, "Copy") => fixed(&[], |_, a| Ok(a[0].clone())),
            (ObjectKind::KubeVersion, "String") => fixed(&[], |_, a| Ok(Value::string(shown(&a[0])))),
            (ObjectKind::KubeVersion, "GitVersion") => fixed(&[], |_, a| match &a[0].data {
                Data::Object(object) => Ok(object.field("Version").cloned().unwrap_or(Value::ABSENT)),
                _ => Ok(Value::ABSENT),
            }),
            (ObjectKind::Version, _) => semantic::method(name),
            _ => None,
        },
        Data::Time(..) => dates::method(name),
        Data::Duration(_) => duration::method(name),
        _ => None,
    }
}

fn list_items(arguments: &[Value]) -> Vec<Text> {
    let items = list(arguments, 0).map(|list| list.items.iter().filter_map(|item| item.as_text().cloned()).collect());
    items.unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match &value.data {
        Data::Object(object) => stringer(object).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Methods of `.Values` and `.`.
fn values_method(name: &str) -> Option<Function> {
    match name {
        "AsMap" => fixed(&[], |_, a| match &a[0].data {
            Data::Map(map) => Ok(Data::Map(map.as_kind(MapKind::Any)).into()),
            _ => Ok(Value::ABSENT),
        }),
        "YAML" => fixed(&[], |m, a| {
            let mut out = super::super::template::TextBuilder::default();
            out.text(&to_yaml(m, &a[0], Version::Two)?);
            out.push("\n", super::super::template::Mark::NONE);
            Ok(Value::text(out.finish()))
        }),
        "Table" => fixed(&[Str], |_, a| {
            let mut current = map(a, 0).cloned();
            for part in text(a, 1).str().split('.') {
                current = Some(table(current, part)?);
            }
            Ok(current.map_or(Value::ABSENT, |map| Data::Map(map.as_kind(MapKind::Values)).into()))
        }),
        "PathValue" => fixed(&[Str], path_value),
        _ => None,
    }
}

fn table(map: Option<Map>, part: &str) -> Result<Map, Fault> {
    match map.and_then(|map| map.get(part)).map(|value| value.data) {
        Some(Data::Map(map)) => Ok(map),
        _ => Err(Fault::Said(format!("{part:?} is not a table"))),
    }
}

fn path_value(_: &mut super::super::template::Machine, arguments: &[Value]) -> CallResult {
    let path = text(arguments, 1);
    let shown = path.str();
    if shown.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let (tables, key) = shown.rsplit_once('.').map_or((None, &*shown), |(tables, key)| (Some(tables), key));
    let mut current = map(arguments, 0).cloned();
    for part in tables.into_iter().flat_map(|tables| tables.split('.')) {
        current = Some(table(current, part).map_err(|_| format!("{key:?} is not a value"))?);
    }
    match current.and_then(|map| map.get(key)) {
        Some(value) if value.as_map().is_none() => Ok(value),
        _ => Err(format!("{key:?} is not a value").into()),
    }
}
