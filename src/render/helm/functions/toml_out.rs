//! Values as TOML, as BurntSushi/toml writes it.
//!
//! In: a value. Out: text: keys that hold no table first, then tables, both by name.

use super::super::template::{Data, List, Machine, Map, Mark, Text, TextBuilder, Value};
use super::time;

/// A value as TOML.
///
/// # Errors
/// In the words of the original.
pub(super) fn to_toml(machine: &mut Machine, value: &Value) -> Result<Text, String> {
    let mut encoder = Encoder { machine, out: TextBuilder::default() };
    encoder.encode(&[], value, 0)?;
    Ok(encoder.out.finish())
}

struct Encoder<'e> {
    machine: &'e mut Machine,
    out: TextBuilder,
}

const ARRAY_NIL: &str = "toml: cannot encode array with nil element";

impl Encoder<'_> {
    fn say(&mut self, text: &str) {
        self.out.push(text, Mark::NONE);
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.say("\n");
        }
    }

    fn encode(&mut self, key: &[&str], value: &Value, depth: usize) -> Result<(), String> {
        if depth > 200 {
            return Err("toml: the value nests too deeply".to_owned());
        }
        self.machine.step().map_err(|_| "the value is too large".to_owned())?;
        match &value.data {
            Data::Absent | Data::Nil => {
                if key.is_empty() {
                    Err(super::NIL_POINTER.to_owned())
                } else {
                    Ok(())
                }
            }
            Data::List(list) if is_table_array(list)? => {
                if key.is_empty() {
                    return Err("toml: top-level values must be Go maps or structs".to_owned());
                }
                for item in list.items.iter() {
                    self.newline();
                    let header = format!("{}[[{}]]", indent(key), key_text(key));
                    self.say(&header);
                    self.newline();
                    if let Data::Map(map) = &item.data {
                        self.map(key, map, depth + 1)?;
                    }
                }
                Ok(())
            }
            Data::Map(map) => {
                if key.len() == 1 {
                    self.newline();
                }
                if !key.is_empty() {
                    let header = format!("{}[{}]", indent(key), key_text(key));
                    self.say(&header);
                    self.newline();
                }
                self.map(key, map, depth + 1)
            }
            _ => self.pair(key, value, false, depth),
        }
    }

    fn map(&mut self, key: &[&str], map: &Map, depth: usize) -> Result<(), String> {
        let entries = map.snapshot();
        for tables in [false, true] {
            for (name, slot) in &entries {
                if is_table(&slot.value)? != tables || is_nil(&slot.value) {
                    continue;
                }
                let inner: Vec<&str> = key.iter().copied().chain([&**name]).collect();
                self.encode(&inner, &slot.value, depth + 1)?;
            }
        }
        Ok(())
    }

    fn pair(&mut self, key: &[&str], value: &Value, inline: bool, depth: usize) -> Result<(), String> {
        let Some(last) = key.last() else { return self.element(value, depth) };
        let start = format!("{}{} = ", indent(key), bare(last));
        self.say(&start);
        self.element(value, depth)?;
        if !inline {
            self.newline();
        }
        Ok(())
    }

    fn element(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > 200 {
            return Err("toml: the value nests too deeply".to_owned());
        }
        match &value.data {
            Data::String(text) => {
                let mark = text.mark(&mut self.machine.marks);
                self.out.push(format!("\"{}\"", escape(&text.str())), mark);
            }
            Data::List(list) => {
                self.say("[");
                for (i, item) in list.items.iter().enumerate() {
                    if i > 0 {
                        self.say(", ");
                    }
                    self.element(item, depth + 1)?;
                }
                self.say("]");
            }
            Data::Map(map) => self.inline(map, depth + 1)?,
            Data::Absent | Data::Nil => return Err(super::NIL_POINTER.to_owned()),
            Data::Float(f) => {
                let shown = match *f {
                    f if f.is_nan() => "nan".to_owned(),
                    f if f.is_infinite() => if f > 0.0 { "inf" } else { "-inf" }.to_owned(),
                    f => {
                        let shown = super::super::template::print::float(f);
                        if shown.contains(['.', 'e']) { shown } else { format!("{shown}.0") }
                    }
                };
                self.out.push(shown, value.mark);
            }
            Data::Time(at, zone) => {
                let shown = time::format(*at, *zone, "2006-01-02T15:04:05.999999999Z07:00");
                self.out.push(shown, value.mark);
            }
            Data::Duration(nanoseconds) => {
                self.out.push(format!("\"{}\"", time::duration(*nanoseconds)), value.mark);
            }
            Data::Object(object) => {
                let shown = super::super::template::print::stringer(object).unwrap_or_default();
                self.out.push(format!("\"{}\"", escape(&shown)), value.mark);
            }
            _ => self.out.push(super::super::template::print::scalar(value), value.mark),
        }
        Ok(())
    }

    fn inline(&mut self, map: &Map, depth: usize) -> Result<(), String> {
        let entries = map.snapshot();
        let mut direct = Vec::new();
        let mut tables = Vec::new();
        for (name, slot) in &entries {
            if is_table(&slot.value)? { tables.push((name, slot)) } else { direct.push((name, slot)) }
        }
        self.say("{");
        for (keys, more) in [(&direct, !tables.is_empty()), (&tables, false)] {
            for (i, (name, slot)) in keys.iter().enumerate() {
                if is_nil(&slot.value) {
                    continue;
                }
                self.pair(&[&***name], &slot.value, true, depth)?;
                if more || i + 1 != keys.len() {
                    self.say(", ");
                }
            }
        }
        self.say("}");
        Ok(())
    }
}

fn indent(key: &[&str]) -> String {
    "  ".repeat(key.len().saturating_sub(1))
}

fn is_nil(value: &Value) -> bool {
    value.is_nil() || value.as_list().is_some_and(|list| list.nil)
}

fn is_table(value: &Value) -> Result<bool, String> {
    match &value.data {
        Data::Map(_) => Ok(true),
        Data::List(list) => is_table_array(list),
        _ => Ok(false),
    }
}

fn is_table_array(list: &List) -> Result<bool, String> {
    if list.items.is_empty() {
        return Ok(false);
    }
    let mut all = true;
    for item in list.items.iter() {
        if is_nil(item) {
            return Err(ARRAY_NIL.to_owned());
        }
        if let Data::List(inner) = &item.data {
            is_table_array(inner)?;
        }
        all &= matches!(item.data, Data::Map(_));
    }
    Ok(all)
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn bare(key: &str) -> String {
    if is_bare(key) { key.to_owned() } else { format!("\"{}\"", escape(key)) }
}

fn key_text(key: &[&str]) -> String {
    key.iter().map(|part| bare(part)).collect::<Vec<_>>().join(".")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out
}
