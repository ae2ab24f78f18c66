//! Defaults and choices.
//!
//! In: values. Out: one of them, with its own origin.

use super::super::template::arguments::text;
use super::super::template::{Data, Function, Type, Value};
use super::{fixed, open};
use Type::{Any, Bool, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "default" => open(&[Any], Any, |_, a| {
            let given = a.get(1).filter(|value| !empty(value));
            Ok(given.unwrap_or(&a[0]).clone())
        }),
        "empty" => fixed(&[Any], |_, a| Ok(Value::bool(empty(&a[0])))),
        "coalesce" => open(&[], Any, |_, a| Ok(a.iter().find(|value| !empty(value)).cloned().unwrap_or(Value::NIL))),
        "all" => open(&[], Any, |_, a| Ok(Value::bool(!a.iter().any(empty)))),
        "any" => open(&[], Any, |_, a| Ok(Value::bool(a.iter().any(|value| !empty(value))))),
        "ternary" => fixed(&[Any, Any, Bool], |_, a| Ok(a[usize::from(!a[2].truth())].clone())),
        "fail" => fixed(&[Str], |_, a| Err(super::super::template::Fault::Asked(text(a, 0).str().into_owned()))),
        "required" => fixed(&[Str, Any], |_, a| {
            let missing = match &a[1].data {
                Data::Absent | Data::Nil => true,
                Data::String(text) => text.is_empty(),
                _ => false,
            };
            if missing {
                return Err(super::super::template::Fault::Asked(text(a, 0).str().into_owned()));
            }
            Ok(a[1].clone())
        }),
        _ => None,
    }
}

/// sprig's `empty`.
pub(super) fn empty(value: &Value) -> bool {
    match value.data {
        Data::Object(_) | Data::Time(..) => false,
        _ => !value.truth(),
    }
}
