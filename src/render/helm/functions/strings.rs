//! Strings: cutting, trimming, joining, quoting.
//!
//! In: texts. Out: texts whose bytes keep their origins wherever they are still the same bytes.

use super::super::template::arguments::{int, text};
use super::super::template::builtin::{string_map, strings};
use super::super::template::print::{bytes, strval};
use super::super::template::value::ListKind;
use super::super::template::{
    CallResult, Data, Fault, Function, Machine, Mark, Text, TextBuilder, Type, Value, quote as go_quote,
};
use super::{fixed, open};
use Type::{Any, Int, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "trim" => fixed(&[Str], |_, a| Ok(Value::text(trim(&text(a, 0), char::is_whitespace, true, true)))),
        "trimAll" | "trimall" => fixed(&[Str, Str], |_, a| {
            let set = text(a, 0).str().into_owned();
            Ok(Value::text(trim(&text(a, 1), |c| set.contains(c), true, true)))
        }),
        "trimSuffix" => fixed(&[Str, Str], |_, a| {
            let (end, whole) = (text(a, 0), text(a, 1));
            let cut = if whole.bytes().ends_with(end.bytes()) { end.len() } else { 0 };
            Ok(Value::text(whole.slice(0, whole.len() - cut)))
        }),
        "trimPrefix" => fixed(&[Str, Str], |_, a| {
            let (start, whole) = (text(a, 0), text(a, 1));
            let cut = if whole.bytes().starts_with(start.bytes()) { start.len() } else { 0 };
            Ok(Value::text(whole.slice(cut, whole.len())))
        }),
        "contains" => fixed(&[Str, Str], |_, a| {
            let (part, whole) = (text(a, 0), text(a, 1));
            Ok(Value::bool(memchr::memmem::find(whole.bytes(), part.bytes()).is_some()))
        }),
        "hasPrefix" => fixed(&[Str, Str], |_, a| Ok(Value::bool(text(a, 1).bytes().starts_with(text(a, 0).bytes())))),
        "hasSuffix" => fixed(&[Str, Str], |_, a| Ok(Value::bool(text(a, 1).bytes().ends_with(text(a, 0).bytes())))),
        "trunc" => fixed(&[Int, Str], |_, a| Ok(Value::text(trunc(int(a, 0), &text(a, 1))))),
        "substr" => fixed(&[Int, Int, Str], |_, a| substr(int(a, 0), int(a, 1), &text(a, 2))),
        "repeat" => fixed(&[Int, Str], |m, a| repeat(m, int(a, 0), &text(a, 1))),
        "replace" => fixed(&[Str, Str, Str], |m, a| {
            let out = replace(&text(a, 2), &text(a, 0), &text(a, 1));
            m.spend(out.len())?;
            Ok(Value::text(out))
        }),
        "indent" => fixed(&[Int, Str], |m, a| indent(m, int(a, 0), &text(a, 1), false)),
        "nindent" => fixed(&[Int, Str], |m, a| indent(m, int(a, 0), &text(a, 1), true)),
        "quote" => open(&[], Any, |_, a| quote(a, true)),
        "squote" => open(&[], Any, |_, a| quote(a, false)),
        "cat" => open(&[], Any, |_, a| cat(a)),
        "plural" => fixed(&[Str, Str, Int], |_, a| Ok(Value::text(text(a, usize::from(int(a, 2) != 1))))),
        "toString" => fixed(&[Any], |_, a| Ok(Value::text(strval(&a[0])?))),
        "toStrings" => fixed(&[Any], |_, a| Ok(strings(texts(&a[0])?))),
        "join" => fixed(&[Str, Any], |m, a| {
            let out = join(&text(a, 0), &texts(&a[1])?);
            m.spend(out.len())?;
            Ok(Value::text(out))
        }),
        "split" => fixed(&[Str, Str], |m, a| split_map(m, &text(a, 0), -1, &text(a, 1))),
        "splitn" => fixed(&[Str, Int, Str], |m, a| split_map(m, &text(a, 0), int(a, 1), &text(a, 2))),
        "splitList" => fixed(&[Str, Str], |m, a| {
            let parts = split(&text(a, 1), &text(a, 0), -1);
            m.allow_items(parts.len())?;
            Ok(strings(parts))
        }),
        "hello" => fixed(&[], |_, _| Ok(Value::string("Hello!"))),
        _ => None,
    }
}

/// Without the characters of that kind at its ends.
pub(super) fn trim(text: &Text, drop: impl Fn(char) -> bool, left: bool, right: bool) -> Text {
    let all = text.str();
    if all.len() != text.len() {
        return text.clone();
    }
    let kept = if left { all.trim_start_matches(&drop) } else { &all };
    let start = all.len() - kept.len();
    let kept = if right { kept.trim_end_matches(&drop) } else { kept };
    text.slice(start, start + kept.len())
}

fn trunc(count: i64, text: &Text) -> Text {
    let len = text.len() as i64;
    if count < 0 && len + count > 0 {
        return text.slice((len + count) as usize, text.len());
    }
    if count >= 0 && len > count { text.slice(0, count as usize) } else { text.clone() }
}

fn substr(start: i64, end: i64, text: &Text) -> CallResult {
    let len = text.len() as i64;
    let (from, to) = if start < 0 {
        (0, end)
    } else if end < 0 || end > len {
        (start, len)
    } else {
        (start, end)
    };
    if from > to || to > len || to < 0 {
        return Err(format!("runtime error: slice bounds out of range [{from}:{to}]").into());
    }
    Ok(Value::text(text.slice(from as usize, to as usize)))
}

fn repeat(machine: &mut Machine, count: i64, text: &Text) -> CallResult {
    let Ok(count) = usize::try_from(count) else {
        return Err("strings: negative Repeat count".into());
    };
    machine.spend(text.len().saturating_mul(count))?;
    let mut out = TextBuilder::default();
    if text.is_empty() {
        return Ok(Value::text(out.finish()));
    }
    for _ in 0..count {
        out.text(text);
    }
    Ok(Value::text(out.finish()))
}

fn replace(whole: &Text, old: &Text, new: &Text) -> Text {
    let mut out = TextBuilder::default();
    if old.is_empty() {
        // Before every character and at the end.
        let mut at = 0;
        for chunk in whole.bytes().utf8_chunks() {
            for c in chunk.valid().chars() {
                out.text(new);
                out.slice(whole, at, at + c.len_utf8());
                at += c.len_utf8();
            }
            for _ in chunk.invalid() {
                out.text(new);
                out.slice(whole, at, at + 1);
                at += 1;
            }
        }
        out.text(new);
        return out.finish();
    }
    let mut at = 0;
    for found in memchr::memmem::find_iter(whole.bytes(), old.bytes()) {
        out.slice(whole, at, found);
        out.text(new);
        at = found + old.len();
    }
    out.slice(whole, at, whole.len());
    out.finish()
}

fn indent(machine: &mut Machine, spaces: i64, text: &Text, line: bool) -> CallResult {
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err("strings: negative Repeat count".into());
    };
    let lines = 1 + memchr::memchr_iter(b'\n', text.bytes()).count();
    machine.spend(lines.saturating_mul(spaces).saturating_add(text.len()))?;
    let pad = " ".repeat(spaces);
    let mut out = TextBuilder::default();
    if line {
        out.push("\n", Mark::NONE);
    }
    let mut at = 0;
    out.push(&pad, Mark::NONE);
    for end in memchr::memchr_iter(b'\n', text.bytes()) {
        out.slice(text, at, end + 1);
        out.push(&pad, Mark::NONE);
        at = end + 1;
    }
    out.slice(text, at, text.len());
    Ok(Value::text(out.finish()))
}

fn quote(values: &[Value], double: bool) -> CallResult {
    let mut out = TextBuilder::default();
    for value in values.iter().filter(|value| !value.is_nil()) {
        if !out.is_empty() {
            out.push(" ", Mark::NONE);
        }
        let text = if double { strval(value)? } else { shown(value)? };
        out.push(if double { "\"" } else { "'" }, Mark::NONE);
        if double {
            escape(&text, &mut out);
        } else {
            out.text(&text);
        }
        out.push(if double { "\"" } else { "'" }, Mark::NONE);
    }
    Ok(Value::text(out.finish()))
}

/// `%v` of a value.
fn shown(value: &Value) -> Result<Text, Fault> {
    Ok(match &value.data {
        Data::String(text) => text.clone(),
        _ => Text::new(bytes(value)?, value.mark),
    })
}

/// Adds a text as `%q` escapes it, piece by piece where no piece cuts a character.
fn escape(text: &Text, out: &mut TextBuilder) {
    if !text.bytes().iter().any(|b| matches!(b, b'"' | b'\\' | 0..=31 | 127..)) {
        out.text(text);
        return;
    }
    let mut at = 0;
    for piece in text.pieces().iter() {
        let mut quoted = Vec::new();
        go_quote::escape(&text.bytes()[at..piece.end as usize], '"', &mut quoted);
        out.push(quoted, piece.mark);
        at = piece.end as usize;
    }
}

/// Values one after another with a blank between; nil left out, the whole trimmed.
fn cat(values: &[Value]) -> CallResult {
    let mut out = TextBuilder::default();
    for (i, value) in values.iter().filter(|value| !value.is_nil()).enumerate() {
        if i > 0 {
            out.push(" ", Mark::NONE);
        }
        out.text(&shown(value)?);
    }
    Ok(Value::text(out.finish()))
}

/// sprig's `strslice`: the items of a list as texts, nil left out; anything else as a list of one.
pub(super) fn texts(value: &Value) -> Result<Vec<Text>, Fault> {
    match &value.data {
        Data::Absent | Data::Nil => Ok(Vec::new()),
        Data::List(list) if list.kind == ListKind::String => {
            Ok(list.items.iter().filter_map(|item| item.as_text().cloned()).collect())
        }
        Data::List(list) => {
            let items = list.items.iter().filter(|item| !item.is_nil());
            items.map(|item| strval(item).map_err(Fault::from)).collect()
        }
        _ => Ok(vec![strval(value)?]),
    }
}

fn join(separator: &Text, texts: &[Text]) -> Text {
    let mut out = TextBuilder::default();
    for (i, text) in texts.iter().enumerate() {
        if i > 0 {
            out.text(separator);
        }
        out.text(text);
    }
    out.finish()
}

/// Go's `strings.SplitN`.
pub(super) fn split(whole: &Text, separator: &Text, count: i64) -> Vec<Text> {
    if count == 0 {
        return Vec::new();
    }
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut at = 0;
    if separator.is_empty() {
        let mut ends: Vec<usize> = Vec::new();
        for chunk in whole.bytes().utf8_chunks() {
            ends.extend(chunk.valid().chars().map(char::len_utf8));
            ends.extend(chunk.invalid().iter().map(|_| 1));
        }
        for len in ends {
            if parts.len() + 1 == most {
                break;
            }
            parts.push(whole.slice(at, at + len));
            at += len;
        }
        if at < whole.len() {
            parts.push(whole.slice(at, whole.len()));
        }
        return parts;
    }
    for found in memchr::memmem::find_iter(whole.bytes(), separator.bytes()) {
        if parts.len() + 1 == most {
            break;
        }
        parts.push(whole.slice(at, found));
        at = found + separator.len();
    }
    parts.push(whole.slice(at, whole.len()));
    parts
}

fn split_map(machine: &mut Machine, separator: &Text, count: i64, whole: &Text) -> CallResult {
    let parts = split(whole, separator, count);
    machine.allow_items(parts.len())?;
    Ok(string_map(parts.into_iter().enumerate().map(|(i, part)| (format!("_{i}"), part))))
}
