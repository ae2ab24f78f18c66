//! JSON, as Go's encoding/json writes and reads it.
//!
//! In: values, or texts. Out: texts whose scalars keep their origins, or values.

use std::rc::Rc;

use super::super::template::{Data, Entries, Machine, Mark, Slot, Text, TextBuilder, Value};
use super::time;

/// Deepest nesting that is written.
const MAX_DEPTH: usize = 400;

/// How JSON is written.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// `<`, `>` and `&` are escaped.
    pub escape_html: bool,
    /// On several lines, two blanks a level.
    pub pretty: bool,
}

/// A value as JSON.
///
/// # Errors
/// Where JSON has no such value.
pub fn to_json(machine: &mut Machine, value: &Value, style: Style) -> Result<Text, String> {
    let mut writer = Writer { machine, style, out: TextBuilder::default() };
    writer.value(value, 0)?;
    Ok(writer.out.finish())
}

struct Writer<'w> {
    machine: &'w mut Machine,
    style: Style,
    out: TextBuilder,
}

impl Writer<'_> {
    fn say(&mut self, text: &str) {
        self.out.push(text, Mark::NONE);
    }

    fn line(&mut self, depth: usize) {
        if self.style.pretty {
            let line = format!("\n{}", "  ".repeat(depth));
            self.say(&line);
        }
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(super::TOO_DEEP.to_owned());
        }
        self.machine.step().map_err(|_| "the value is too large".to_owned())?;
        match &value.data {
            Data::String(text) => {
                let mark = text.mark(&mut self.machine.marks);
                let mut quoted = String::new();
                quote(&text.str(), self.style.escape_html, &mut quoted);
                self.out.push(quoted, mark);
            }
            Data::List(list) if list.nil => self.say("null"),
            Data::Bytes(text) => {
                let mark = text.mark(&mut self.machine.marks);
                self.out.push(format!("\"{}\"", crate::go::base64::encode(text.bytes())), mark);
            }
            Data::List(list) => {
                self.say("[");
                for (i, item) in list.items.iter().enumerate() {
                    if i > 0 {
                        self.say(",");
                    }
                    self.line(depth + 1);
                    self.value(item, depth + 1)?;
                }
                if !list.items.is_empty() {
                    self.line(depth);
                }
                self.say("]");
            }
            Data::Map(map) if map.nil && map.is_empty() => self.say("null"),
            Data::Map(map) => {
                let entries = map.snapshot();
                self.entries(entries.iter().map(|(key, slot)| (&**key, slot.key, &slot.value)), depth)?;
            }
            Data::Object(object) => {
                if let Some(shown) = super::super::template::print::stringer(object).filter(|_| object.is_pointer()) {
                    let mut quoted = String::new();
                    quote(&shown, self.style.escape_html, &mut quoted);
                    self.out.push(quoted, value.mark);
                    return Ok(());
                }
                let public: Vec<_> =
                    object.fields.iter().filter(|(name, _)| name.starts_with(|c: char| c.is_uppercase())).collect();
                self.entries(public.iter().map(|(name, field)| (*name, Mark::NONE, field)), depth)?;
            }
            Data::Time(at, zone) => {
                let shown = format!("\"{}\"", time::format(*at, *zone, "2006-01-02T15:04:05.999999999Z07:00"));
                self.out.push(shown, value.mark);
            }
            Data::Duration(nanoseconds) => self.out.push(nanoseconds.to_string(), value.mark),
            Data::Float(float) => self.out.push(number(*float)?, value.mark),
            Data::Absent | Data::Nil => self.out.push("null", value.mark),
            _ => self.out.push(super::super::template::print::scalar(value), value.mark),
        }
        Ok(())
    }

    fn entries<'e>(
        &mut self,
        entries: impl Iterator<Item = (&'e str, Mark, &'e Value)>,
        depth: usize,
    ) -> Result<(), String> {
        self.say("{");
        let mut some = false;
        for (key, mark, value) in entries {
            if some {
                self.say(",");
            }
            some = true;
            self.line(depth + 1);
            let mut quoted = String::new();
            quote(key, self.style.escape_html, &mut quoted);
            self.out.push(quoted, mark);
            self.say(if self.style.pretty { ": " } else { ":" });
            self.value(value, depth + 1)?;
        }
        if some {
            self.line(depth);
        }
        self.say("}");
        Ok(())
    }
}

/// A float as JSON has it.
///
/// # Errors
/// Where it is none.
pub fn number(float: f64) -> Result<String, String> {
    if !float.is_finite() {
        return Err("json: unsupported value".to_owned());
    }
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let shown = format!("{float:e}");
        let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        return Ok(
            format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()).replace("e-0", "e-")
        );
    }
    let shown = format!("{float}");
    Ok(if shown == "-0" { "-0".to_owned() } else { shown })
}

/// A text in quotes.
pub fn quote(text: &str, escape_html: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if escape_html => out.push_str(&format!("\\u{:04x}", c as u32)),
            '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Reads JSON. Numbers become floats.
///
/// # Errors
/// In words near Go's.
pub fn from_json(text: &Text, mark: Mark) -> Result<Value, String> {
    let mut parser = JsonParser { text: text.bytes(), at: 0, mark };
    parser.space();
    let value = parser.value(0)?;
    parser.space();
    if parser.at < parser.text.len() {
        return Err(parser.odd("after top-level value"));
    }
    Ok(value)
}

/// Reads one JSON value at the beginning of a text; with the number of bytes it takes.
///
/// # Errors
/// Where there is none.
pub fn from_json_prefix(text: &str) -> Result<(Value, usize), String> {
    let mut parser = JsonParser { text: text.as_bytes(), at: 0, mark: Mark::NONE };
    parser.space();
    let value = parser.value(0)?;
    Ok((value, parser.at))
}

struct JsonParser<'p> {
    text: &'p [u8],
    at: usize,
    mark: Mark,
}

const UNEXPECTED_END: &str = "unexpected end of JSON input";

impl JsonParser<'_> {
    fn space(&mut self) {
        while self.text.get(self.at).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn odd(&self, context: &str) -> String {
        match self.text.get(self.at) {
            None => UNEXPECTED_END.to_owned(),
            Some(b'\'') => format!("invalid character '\\'' {context}"),
            Some(b'"') => format!("invalid character '\"' {context}"),
            Some(b) if *b < b' ' || *b == 0x7f => {
                let mut shown = Vec::new();
                super::super::template::quote::escape(&[*b], '\'', &mut shown);
                format!("invalid character '{}' {context}", String::from_utf8_lossy(&shown))
            }
            // Go shows a single byte as a character.
            Some(b) => format!("invalid character '{}' {context}", *b as char),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > 1000 {
            return Err("exceeded max depth".to_owned());
        }
        let mark = self.mark;
        let with = |data: Data| Value { data, mark };
        match self.text.get(self.at) {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => {
                let bytes = self.string()?;
                Ok(Value::text(Text::new(bytes, mark)))
            }
            Some(b't') => self.word("true").map(|()| with(Data::Bool(true))),
            Some(b'f') => self.word("false").map(|()| with(Data::Bool(false))),
            Some(b'n') => self.word("null").map(|()| with(Data::Nil)),
            Some(b'-' | b'0'..=b'9') => self.number().map(|float| with(Data::Float(float))),
            _ => Err(self.odd("looking for beginning of value")),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        for (i, want) in word.bytes().enumerate() {
            if self.text.get(self.at) != Some(&want) {
                return Err(self.odd(&format!("in literal {word} (expecting '{}')", &word[i..=i])));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self, context: &str) -> Result<(), String> {
        if !self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            return Err(self.odd(context));
        }
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<f64, String> {
        let start = self.at;
        self.at += usize::from(self.text[self.at] == b'-');
        if self.text.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.text.get(self.at), Some(b'+' | b'-')));
            self.digits("in exponent of numeric literal")?;
        }
        let shown = String::from_utf8_lossy(&self.text[start..self.at]);
        match shown.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(float),
            _ => Err(format!("json: cannot unmarshal number {shown} into Go value of type float64")),
        }
    }

    fn string(&mut self) -> Result<Vec<u8>, String> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            match self.text.get(self.at) {
                None => return Err(UNEXPECTED_END.to_owned()),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(String::from_utf8_lossy(&out).into_owned().into_bytes());
                }
                Some(b'\\') => self.escape(&mut out)?,
                Some(b) if *b < b' ' => return Err(self.odd("in string literal")),
                Some(b) => {
                    out.push(*b);
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        self.at += 1;
        let simple = match self.text.get(self.at) {
            Some(b'"') => b'"',
            Some(b'\\') => b'\\',
            Some(b'/') => b'/',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.hex()?;
                let mut c = char::from_u32(first);
                if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with(b"\\u") {
                    let before = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if (0xdc00..0xe000).contains(&second) {
                        c = char::from_u32(0x10000 + (first - 0xd800) * 0x400 + (second - 0xdc00));
                    } else {
                        self.at = before;
                    }
                }
                let c = c.unwrap_or('\u{fffd}');
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err(self.odd("in string escape code")),
        };
        out.push(simple);
        self.at += 1;
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, String> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.text.get(self.at).and_then(|b| (*b as char).to_digit(16));
            let Some(digit) = digit else { return Err(self.odd("in \\u hexadecimal character escape")) };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.text.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(Value::list(items));
        }
        loop {
            self.space();
            items.push(self.value(depth + 1)?);
            self.space();
            match self.text.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::list(items));
                }
                _ => return Err(self.odd("after array element")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut entries = Entries::new();
        self.space();
        if self.text.get(self.at) == Some(&b'}') {
            self.at += 1;
            return Ok(Value::map(entries));
        }
        loop {
            self.space();
            if self.text.get(self.at) != Some(&b'"') {
                return Err(self.odd("looking for beginning of object key string"));
            }
            let key = self.string()?;
            self.space();
            if self.text.get(self.at) != Some(&b':') {
                return Err(self.odd("after object key"));
            }
            self.at += 1;
            self.space();
            let value = self.value(depth + 1)?;
            entries.insert(Rc::from(String::from_utf8_lossy(&key)), Slot { key: self.mark, value });
            self.space();
            match self.text.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::map(entries));
                }
                _ => return Err(self.odd("after object key:value pair")),
            }
        }
    }
}
