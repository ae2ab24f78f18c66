//! What a scalar means to kustomize.
//!
//! In: a scalar. Out: the JSON value that it becomes. Resources are read by go-yaml v3: `yes` and `on` are strings, `010` is
//! 8, a date is written out as a time.

use super::node::{Scalar, Style, Tag};
use crate::go::base64;
use crate::render::value::Data;
use crate::yaml::{Resolved, is_timestamp, resolve_plain};

/// The tag of a plain scalar without one.
pub fn tag_of(text: &str) -> Tag {
    match resolve_plain(text) {
        Resolved::Null => Tag::Null,
        Resolved::Bool(_) if is_core_bool(text) => Tag::Bool,
        _ if text.starts_with(|c: char| c.is_ascii_digit()) && is_timestamp(text) => Tag::Timestamp,
        Resolved::Int(_) | Resolved::UInt(_) => Tag::Int,
        Resolved::Float(_) => Tag::Float,
        Resolved::Bool(_) | Resolved::String | Resolved::Merge => Tag::Str,
    }
}

/// YAML 1.2 knows these alone.
fn is_core_bool(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

/// Whether YAML 1.1 reads a plain text as something else than a string.
pub fn ambiguous(text: &str) -> bool {
    !text.is_empty() && !text.contains('\n') && !matches!(resolve_plain(text), Resolved::String | Resolved::Merge)
}

/// What is written for a scalar and read again.
///
/// # Errors
/// A message, where a tag does not fit the text or JSON has no such value.
pub fn resolve(scalar: &Scalar) -> Result<Data, String> {
    let text = &scalar.text;
    let tag = match (scalar.tag, scalar.style) {
        (Tag::Str | Tag::Other, _) => Tag::Str,
        (Tag::Binary, _) => Tag::Binary,
        // The text, written as it is, is read as what it looks like; an empty text in quotes is a string.
        (Tag::Open, Style::Plain) => tag_of(text),
        (Tag::Open, Style::Quoted | Style::Folded) => Tag::Str,
        // A tag is left out where the text says the same, and then quotes make a string of it.
        (tag, Style::Quoted | Style::Folded) if tag == tag_of(text) => Tag::Str,
        (tag, _) => tag,
    };
    let folded;
    let text = match scalar.style {
        Style::Folded => {
            folded = super::fold::reread(text);
            &folded
        }
        _ => text,
    };
    by_tag(tag, text).ok_or_else(|| format!("cannot read `{text}` as {}", describe(tag)))
}

fn by_tag(tag: Tag, text: &std::sync::Arc<str>) -> Option<Data> {
    Some(match (tag, resolve_plain(text)) {
        (Tag::Str | Tag::Other | Tag::Open, _) => Data::String(text.clone()),
        (Tag::Binary, _) => Data::String(String::from_utf8_lossy(&base64::decode(text)?).into()),
        (Tag::Timestamp, _) => Data::String(time(text)?.into()),
        (Tag::Null, Resolved::Null) => Data::Null,
        (Tag::Bool, Resolved::Bool(b)) if is_core_bool(text) => Data::Bool(b),
        (Tag::Int | Tag::Float, Resolved::Int(i)) => Data::Number(i.into()),
        (Tag::Int | Tag::Float, Resolved::UInt(u)) => Data::Number(u.into()),
        (Tag::Float, Resolved::Float(f)) => Data::Number(number(f)?),
        _ => return None,
    })
}

/// A float as JSON carries it on: whole numbers lose their point.
fn number(value: f64) -> Option<serde_json::Number> {
    if value.fract() == 0.0 && value.abs() < 9.0e15 {
        return Some((value as i64).into());
    }
    serde_json::Number::from_f64(value)
}

fn describe(tag: Tag) -> &'static str {
    match tag {
        Tag::Null => "null",
        Tag::Bool => "a boolean",
        Tag::Int => "an integer",
        Tag::Float => "a number",
        Tag::Timestamp => "a time",
        Tag::Binary => "base64",
        Tag::Str | Tag::Other | Tag::Open => "a string",
    }
}

/// A YAML time as Go writes it: `2001-12-14T21:59:43.1-05:00`.
fn time(text: &str) -> Option<String> {
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let mut parts = date.split('-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (clock, zone) = match rest.find(['Z', '+', '-']) {
        Some(at) => rest.split_at(at),
        None => (rest, "Z"),
    };
    let mut out = format!("{year:04}-{month:02}-{day:02}T");
    if clock.is_empty() {
        out.push_str("00:00:00");
    } else {
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let numbers: Option<Vec<u32>> = clock.split(':').map(|part| part.parse().ok()).collect();
        let [hours, minutes, seconds] = numbers?[..] else { return None };
        out.push_str(&format!("{hours:02}:{minutes:02}:{seconds:02}"));
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
    }
    out.push_str(if matches!(zone, "+00:00" | "-00:00") { "Z" } else { zone });
    Some(out)
}

/// The text that a number has after it went through Go's JSON: `1000000` comes out as `1e+06`.
pub fn go_number(text: &str) -> Option<String> {
    let value = match resolve_plain(text) {
        Resolved::Int(i) => i as f64,
        Resolved::UInt(u) => u as f64,
        Resolved::Float(f) if f.is_finite() => f,
        _ => return None,
    };
    Some(crate::yaml::go_shortest(&format!("{value:e}"), 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_read_as_go_yaml_3_reads_them() {
        let read = |text: &str| resolve(&Scalar::new(text, Tag::Open));
        assert!(matches!(read("yes"), Ok(Data::String(_))));
        assert!(matches!(read("010"), Ok(Data::Number(n)) if n.as_i64() == Some(8)));
        assert!(matches!(read("2001-12-14"), Ok(Data::String(t)) if &*t == "2001-12-14T00:00:00Z"));
        assert!(matches!(read("TRUE"), Ok(Data::Bool(true))));
    }

    #[test]
    fn quotes_of_the_old_value_make_a_string_of_a_number() {
        let quoted = Scalar { style: Style::Quoted, ..Scalar::new("3", Tag::Int) };
        assert!(matches!(resolve(&quoted), Ok(Data::String(t)) if &*t == "3"));
        assert!(resolve(&Scalar::new("pre-3", Tag::Int)).is_err());
    }
}
