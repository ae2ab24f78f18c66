//! YAML, as go-yaml writes it.
//!
//! In: a value. Out: text: which style a scalar gets, where it folds, how lists are indented and keys sorted is libyaml's
//! as Go has it, in version 2 (`toYaml`) or version 3 (`toYamlPretty`). Every scalar keeps its origin.

use super::super::template::{Data, Machine, Map, Mark, Text, TextBuilder, Value};
use super::yaml_scalar::{Style, escape, fold_next_lines, is_break, natural, printable, refused, style};
use super::{json, time};
use crate::yaml::{Resolved, resolve_plain};

/// Deepest nesting that is written.
const MAX_DEPTH: usize = 400;

/// Whose habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Version 2, by way of JSON: folds at 80 columns, lists stand under their key.
    Two,
    /// Version 3 with two blanks: no folding, lists are indented.
    Three,
}

/// A value as YAML, without the last line break.
///
/// # Errors
/// Where it cannot be written.
pub fn to_yaml(machine: &mut Machine, value: &Value, version: Version) -> Result<Text, String> {
    let mut emitter = Emitter {
        machine,
        version,
        out: TextBuilder::default(),
        column: 0,
        whitespace: true,
        indention: true,
        indent: -1,
    };
    emitter.node(value, false, 0)?;
    let out = emitter.out.finish();
    let end = out.len() - usize::from(out.bytes().ends_with(b"\n"));
    Ok(out.slice(0, end))
}

struct Emitter<'e> {
    machine: &'e mut Machine,
    version: Version,
    out: TextBuilder,
    column: usize,
    whitespace: bool,
    indention: bool,
    indent: i32,
}

impl Emitter<'_> {
    fn put(&mut self, text: &str, mark: Mark) {
        self.out.push(text, mark);
        self.column += text.chars().count();
    }

    fn line_break(&mut self) {
        self.out.push("\n", Mark::NONE);
        self.column = 0;
    }

    fn write_indent(&mut self) {
        let indent = usize::try_from(self.indent).unwrap_or(0);
        if !self.indention || self.column > indent || self.column == indent && !self.whitespace {
            self.line_break();
        }
        if self.column < indent {
            let fill = " ".repeat(indent - self.column);
            self.put(&fill, Mark::NONE);
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, text: &str, needs_space: bool, is_space: bool, is_indention: bool) {
        if needs_space && !self.whitespace {
            self.put(" ", Mark::NONE);
        }
        self.put(text, Mark::NONE);
        self.whitespace = is_space;
        self.indention &= is_indention;
    }

    fn deeper(&mut self, flow: bool, indentless: bool) -> i32 {
        let before = self.indent;
        if self.indent < 0 {
            self.indent = if flow { 2 } else { 0 };
        } else if !indentless {
            self.indent += 2;
        }
        before
    }

    fn node(&mut self, value: &Value, in_mapping: bool, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(super::TOO_DEEP.to_owned());
        }
        self.machine.step().map_err(|_| "the value is too large".to_owned())?;
        match &value.data {
            Data::Map(map) if map.nil && map.is_empty() && self.version == Version::Two => {
                self.plain("null", value.mark)
            }
            Data::Map(map) => self.mapping(map, depth),
            Data::List(list) if list.nil && self.version == Version::Two => self.plain("null", value.mark),
            Data::List(list) if list.items.is_empty() => self.empty("[", "]"),
            Data::Bytes(text) => {
                let mark = text.mark(&mut self.machine.marks);
                self.string(&crate::go::base64::encode(text.bytes()), mark, false)
            }
            Data::List(list) => {
                let indentless = self.version == Version::Two && in_mapping && !self.indention;
                let before = self.deeper(false, indentless);
                for item in list.items.iter() {
                    self.write_indent();
                    self.indicator("-", true, false, true);
                    self.node(item, false, depth + 1)?;
                }
                self.indent = before;
                Ok(())
            }
            Data::String(text) => {
                let mark = text.mark(&mut self.machine.marks);
                self.string(&text.str(), mark, false)
            }
            Data::Object(object) => {
                if let Some(shown) = super::super::template::print::stringer(object).filter(|_| object.is_pointer()) {
                    return self.string(&shown, value.mark, false);
                }
                let entries = object.fields.iter().filter(|(name, _)| name.starts_with(|c: char| c.is_uppercase()));
                let map = Map::new(
                    entries
                        .map(|(name, field)| {
                            let slot = super::super::template::Slot { key: Mark::NONE, value: field.clone() };
                            (std::rc::Rc::from(*name), slot)
                        })
                        .collect(),
                );
                self.mapping(&map, depth)
            }
            Data::Time(at, zone) => {
                let shown = time::format(*at, *zone, "2006-01-02T15:04:05.999999999Z07:00");
                match self.version {
                    Version::Two => self.string(&shown, value.mark, false),
                    Version::Three => self.plain(&shown, value.mark),
                }
            }
            Data::Float(float) => {
                let shown = self.float(*float)?;
                self.plain(&shown, value.mark)
            }
            Data::Absent | Data::Nil => self.plain("null", value.mark),
            Data::Duration(nanoseconds) if self.version == Version::Two => {
                self.plain(&nanoseconds.to_string(), value.mark)
            }
            _ => {
                let shown = super::super::template::print::scalar(value);
                self.plain(&shown, value.mark)
            }
        }
    }

    /// A float: version 2 sees it as JSON wrote it.
    fn float(&self, float: f64) -> Result<String, String> {
        if self.version == Version::Three {
            return Ok(match float {
                f if f.is_nan() => ".nan".to_owned(),
                f if f.is_infinite() => if f > 0.0 { ".inf" } else { "-.inf" }.to_owned(),
                f => super::super::template::print::float(f),
            });
        }
        let shown = json::number(float)?;
        Ok(match resolve_plain(&shown) {
            Resolved::Int(i) => i.to_string(),
            Resolved::UInt(u) => u.to_string(),
            Resolved::Float(f) => super::super::template::print::float(f),
            _ => shown,
        })
    }

    fn empty(&mut self, open: &str, close: &str) -> Result<(), String> {
        self.indicator(open, true, true, false);
        self.indicator(close, false, false, false);
        Ok(())
    }

    fn plain(&mut self, text: &str, mark: Mark) -> Result<(), String> {
        if !self.whitespace {
            self.put(" ", Mark::NONE);
        }
        self.put(text, mark);
        self.whitespace = false;
        self.indention = false;
        Ok(())
    }

    fn mapping(&mut self, map: &Map, depth: usize) -> Result<(), String> {
        let mut entries = map.snapshot();
        if self.version == Version::Two {
            merge_keys(&mut entries)?;
        }
        if entries.is_empty() {
            return self.empty("{", "}");
        }
        let mut keys: Vec<_> = entries.iter().collect();
        let digits = self.version == Version::Three;
        keys.sort_by(|(a, _), (b, _)| natural(a, b, digits));
        let before = self.deeper(false, false);
        for (key, slot) in keys {
            self.write_indent();
            let simple = key.len() <= 128 && !key.contains(is_break);
            if simple {
                self.string(key, slot.key, true)?;
                self.indicator(":", false, false, false);
            } else {
                self.indicator("?", true, false, true);
                self.string(key, slot.key, false)?;
                self.write_indent();
                self.indicator(":", true, false, true);
            }
            self.node(&slot.value, true, depth + 1)?;
        }
        self.indent = before;
        Ok(())
    }

    fn string(&mut self, text: &str, mark: Mark, simple_key: bool) -> Result<(), String> {
        let next_lines;
        let mut text = text;
        if self.version == Version::Two {
            if text.chars().any(refused) {
                return Err("yaml: control characters are not allowed".to_owned());
            }
            if text.contains('\u{85}') {
                if simple_key {
                    return Err("yaml: mapping values are not allowed in this context".to_owned());
                }
                next_lines = fold_next_lines(text);
                text = &next_lines;
            }
        }
        let before = self.deeper(true, false);
        match style(text, simple_key, self.version) {
            Style::Plain => self.folded(text, mark, !simple_key, false),
            Style::Single => {
                self.indicator("'", true, false, false);
                self.folded(text, mark, !simple_key, true);
                self.indicator("'", false, false, false);
            }
            Style::Double => self.double(text, mark, !simple_key),
            Style::Literal => self.literal(text, mark),
        }
        self.whitespace = matches!(style(text, simple_key, self.version), Style::Literal);
        self.indention &= self.whitespace;
        self.indent = before;
        Ok(())
    }

    fn width(&self) -> usize {
        if self.version == Version::Two { 80 } else { usize::MAX }
    }

    /// A plain or single-quoted text: it folds at a single blank beyond the width.
    fn folded(&mut self, text: &str, mark: Mark, breaks: bool, quoted: bool) {
        if !quoted && !self.whitespace && (self.version == Version::Two || !text.is_empty()) {
            self.put(" ", Mark::NONE);
        }
        let mut run = 0;
        let mut spaces = false;
        for (at, c) in text.char_indices() {
            if c == ' ' {
                let next_blank = text[at + 1..].starts_with(' ');
                let inside = !quoted || at > 0 && at + 1 < text.len();
                self.flush(&text[run..at], mark, quoted);
                run = at;
                if breaks && !spaces && self.column > self.width() && inside && !next_blank {
                    self.write_indent();
                    run = at + 1;
                }
                spaces = true;
            } else {
                spaces = false;
                self.indention = false;
            }
        }
        self.flush(&text[run..], mark, quoted);
    }

    fn flush(&mut self, text: &str, mark: Mark, quoted: bool) {
        if quoted && text.contains('\'') {
            self.put(&text.replace('\'', "''"), mark);
        } else {
            self.put(text, mark);
        }
    }

    fn double(&mut self, text: &str, mark: Mark, breaks: bool) {
        self.indicator("\"", true, false, false);
        let mut spaces = false;
        // libyaml looks for a byte order mark at the beginning of the text, whichever character it is at.
        let marked = text.starts_with('\u{feff}');
        for (at, c) in text.char_indices() {
            if marked || !printable(c) || is_break(c) || c == '"' || c == '\\' {
                let escaped = escape(c);
                self.put(&escaped, mark);
                spaces = false;
            } else if c == ' ' {
                if breaks && !spaces && self.column > self.width() && at > 0 && at + 1 < text.len() {
                    self.write_indent();
                    if text[at + 1..].starts_with(' ') {
                        self.put("\\", Mark::NONE);
                    }
                } else {
                    self.put(" ", mark);
                }
                spaces = true;
            } else {
                self.put(c.encode_utf8(&mut [0; 4]), mark);
                spaces = false;
            }
        }
        self.indicator("\"", false, false, false);
    }

    fn literal(&mut self, text: &str, mark: Mark) {
        self.indicator("|", true, false, false);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator("2", false, false, false);
        }
        let mut last = text.chars().rev();
        match (last.next(), last.next()) {
            (Some(c), _) if !is_break(c) => self.indicator("-", false, false, false),
            (Some(_), None) => self.indicator("+", false, false, false),
            (Some(_), Some(c)) if is_break(c) => self.indicator("+", false, false, false),
            _ => {}
        }
        self.line_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if is_break(c) {
                self.out.push(c.encode_utf8(&mut [0; 4]), mark);
                self.column = 0;
                self.indention = true;
                breaks = true;
                rest = &rest[c.len_utf8()..];
                continue;
            }
            let end = rest.find(is_break).unwrap_or(rest.len());
            if breaks {
                self.write_indent();
            }
            self.put(&rest[..end], mark);
            self.indention = false;
            breaks = false;
            rest = &rest[end..];
        }
        let ended = self.column == 0;
        self.whitespace = true;
        self.indention = ended;
    }
}

/// A key `<<` merges what it holds, since JSON is read as YAML on the way.
fn merge_keys(entries: &mut super::super::template::Entries) -> Result<(), String> {
    let Some(slot) = entries.remove("<<") else { return Ok(()) };
    let maps: Vec<Map> = match &slot.value.data {
        Data::Map(map) => vec![map.clone()],
        Data::List(list) => list.items.iter().filter_map(|item| item.as_map().cloned()).collect(),
        _ => return Err("yaml: map merge requires map or sequence of maps as the value".to_owned()),
    };
    for map in maps {
        for (key, slot) in map.snapshot() {
            entries.entry(key).or_insert(slot);
        }
    }
    Ok(())
}
