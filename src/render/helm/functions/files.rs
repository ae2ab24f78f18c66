//! `.Files` of a chart.
//!
//! In: the files that are no templates. Out: their texts, all of them by a pattern, as data of ConfigMaps and Secrets.

use std::rc::Rc;

use super::super::template::arguments::{map, text};
use super::super::template::builtin::strings;
use super::super::template::{
    CallResult, Data, Entries, Function, Machine, Map, MapKind, Mark, Slot, Text, Type, Value,
};
use super::fixed;
use super::yaml_out::{Version, to_yaml};
use crate::go::base64;
use crate::go::glob::Glob;
use Type::String as Str;

/// Methods of `.Files`.
pub(super) fn method(name: &str) -> Option<Function> {
    match name {
        "Get" => fixed(&[Str], |_, a| Ok(Value::text(content(a, &text(a, 1).str())))),
        "GetBytes" => fixed(&[Str], |m, a| {
            let content = content(a, &text(a, 1).str());
            m.spend(content.len())?;
            Ok(Data::Bytes(content).into())
        }),
        "Glob" => fixed(&[Str], |_, a| {
            let Some(files) = map(a, 0) else { return Ok(Value::ABSENT) };
            let glob = Glob::parse(&text(a, 1).str(), Some('/'));
            let mut entries = files.snapshot();
            entries.retain(|name, _| glob.as_ref().is_none_or(|glob| glob.matches(name)));
            Ok(Data::Map(Map { kind: MapKind::Files, ..Map::new(entries) }).into())
        }),
        "AsConfig" => fixed(&[], |m, a| flat(m, a, |text| text.clone())),
        "AsSecrets" => fixed(&[], |m, a| flat(m, a, |text| Text::plain(base64::encode(text.bytes())))),
        "Lines" => fixed(&[Str], |m, a| {
            let content = content(a, &text(a, 1).str());
            if content.is_empty() {
                return Ok(strings([]));
            }
            let end = content.len() - usize::from(content.bytes().ends_with(b"\n"));
            let lines = super::strings::split(&content.slice(0, end), &Text::plain("\n"), -1);
            m.allow_items(lines.len())?;
            Ok(strings(lines))
        }),
        _ => None,
    }
}

/// What a file holds.
fn file_text(value: &Value) -> Text {
    match &value.data {
        Data::String(text) | Data::Bytes(text) => text.clone(),
        _ => Text::plain(""),
    }
}

fn content(arguments: &[Value], name: &str) -> Text {
    map(arguments, 0).and_then(|files| files.get(name)).map_or_else(|| Text::plain(""), |value| file_text(&value))
}

/// All files by their last names, as YAML.
fn flat(machine: &mut Machine, arguments: &[Value], change: fn(&Text) -> Text) -> CallResult {
    let Some(files) = map(arguments, 0) else { return Ok(Value::string("")) };
    let mut entries = Entries::new();
    for (name, slot) in files.snapshot() {
        let base = name.rsplit('/').next().unwrap_or(&name);
        let old = file_text(&slot.value);
        let mark = old.mark(&mut machine.marks);
        let new = change(&old);
        let new = if new.is_unmarked() { new.marked(mark) } else { new };
        entries.insert(Rc::from(base), Slot { key: Mark::NONE, value: Value::text(new) });
    }
    Ok(Value::text(to_yaml(machine, &Value::map(entries), Version::Two).unwrap_or_else(|_| Text::plain(""))))
}
