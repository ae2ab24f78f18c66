//! Types of values.
//!
//! In: values. Out: the names of their Go types and kinds.

use super::super::template::arguments::text;
use super::super::template::{Function, Type, Value};
use super::fixed;
use Type::{Any, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "typeOf" => fixed(&[Any], |_, a| Ok(Value::string(type_of(&a[0])))),
        "typeIs" => fixed(&[Str, Any], |_, a| Ok(Value::bool(text(a, 0).bytes() == type_of(&a[1]).as_bytes()))),
        "typeIsLike" => fixed(&[Str, Any], |_, a| {
            let (target, is) = (text(a, 0), type_of(&a[1]));
            let pointer = is.strip_prefix('*').is_some_and(|rest| target.bytes() == rest.as_bytes());
            Ok(Value::bool(target.bytes() == is.as_bytes() || pointer))
        }),
        "kindOf" => fixed(&[Any], |_, a| Ok(Value::string(a[0].kind_name()))),
        "kindIs" => fixed(&[Str, Any], |_, a| Ok(Value::bool(text(a, 0).bytes() == a[1].kind_name().as_bytes()))),
        "deepEqual" => fixed(&[Any, Any], |_, a| Ok(Value::bool(a[0].deep_equal(&a[1])))),
        _ => None,
    }
}

fn type_of(value: &Value) -> &'static str {
    if value.is_nil() { "<nil>" } else { value.type_name() }
}
