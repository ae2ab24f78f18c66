//! Paths with slashes.
//!
//! In: paths. Out: their parts, as Go's `path` gives them.

use super::super::template::arguments::text;
use super::super::template::{Function, Type, Value};
use super::fixed;
use crate::go::path::{clean, dir};
use Type::String as Str;

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "base" | "osBase" => fixed(&[Str], |_, a| {
            let path = text(a, 0);
            let shown = path.str();
            let trimmed = shown.trim_end_matches('/');
            Ok(match (shown.is_empty(), trimmed.is_empty()) {
                (true, _) => Value::string("."),
                (_, true) => Value::string("/"),
                _ => Value::text(path.slice(trimmed.rfind('/').map_or(0, |at| at + 1), trimmed.len())),
            })
        }),
        "dir" | "osDir" => fixed(&[Str], |_, a| Ok(Value::string(dir(&text(a, 0).str())))),
        "clean" | "osClean" => fixed(&[Str], |_, a| Ok(Value::string(clean(&text(a, 0).str())))),
        "ext" | "osExt" => fixed(&[Str], |_, a| {
            let path = text(a, 0);
            let shown = path.str();
            let name = shown.rfind('/').map_or(0, |at| at + 1);
            let start = shown[name..].rfind('.').map_or(shown.len(), |at| name + at);
            Ok(Value::text(path.slice(start, path.len())))
        }),
        "isAbs" | "osIsAbs" => fixed(&[Str], |_, a| Ok(Value::bool(text(a, 0).bytes().starts_with(b"/")))),
        _ => None,
    }
}
