//! Lines of limited width.
//!
//! In: a text and a width. Out: the text with line breaks, of one origin.

use super::super::template::arguments::{int, text};
use super::super::template::{CallResult, Function, Machine, Text, TextBuilder, Type, Value};
use super::fixed;
use Type::{Int, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "wrap" => fixed(&[Int, Str], |m, a| wrap(m, &text(a, 1), int(a, 0), &Text::plain("\n"), false)),
        "wrapWith" => fixed(&[Int, Str, Str], |m, a| wrap(m, &text(a, 2), int(a, 0), &text(a, 1), true)),
        _ => None,
    }
}

fn wrap(machine: &mut Machine, text: &Text, width: i64, separator: &Text, cut: bool) -> CallResult {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let separator = if separator.is_empty() { Text::plain("\n") } else { separator.clone() };
    machine.spend(text.len().saturating_add((text.len() / width).saturating_mul(separator.len())))?;
    let bytes = text.bytes();
    let mut out = TextBuilder::default();
    let mut at = 0;
    while bytes.len() - at > width {
        if bytes[at] == b' ' {
            at += 1;
            continue;
        }
        let end = at + width + 1;
        let blank = memchr::memrchr(b' ', &bytes[at..end.min(bytes.len())]);
        if let Some(blank) = blank {
            out.slice(text, at, at + blank);
            out.text(&separator);
            at += blank + 1;
        } else if cut {
            out.slice(text, at, at + width);
            out.text(&separator);
            at += width;
        } else if let Some(blank) = memchr::memchr(b' ', &bytes[at + width..]) {
            out.slice(text, at, at + width + blank);
            out.text(&separator);
            at += width + blank + 1;
        } else {
            out.slice(text, at, text.len());
            at = text.len();
        }
    }
    out.slice(text, at, text.len());
    Ok(Value::text(out.finish()))
}
