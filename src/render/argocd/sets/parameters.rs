//! Parameters of templates.
//!
//! In: values of elements and files. Out: maps of parameters, flat where the templates of old want them so; texts as Go prints
//! values.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::render::value::{Data, Value};
use crate::yaml::go_shortest;

/// Values by dotted names; lists by numbers.
pub fn flat(parameters: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    flatten(parameters, "", &mut found);
    found
}

fn flatten<'v>(value: &'v Value, prefix: &str, found: &mut Vec<(String, &'v Value)>) {
    let name = |part: &str| if prefix.is_empty() { part.to_owned() } else { format!("{prefix}.{part}") };
    match &value.data {
        Data::Map(entries) => entries.iter().for_each(|entry| flatten(&entry.value, &name(&entry.key), found)),
        Data::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| flatten(item, &name(&index.to_string()), found));
        }
        _ => found.push((prefix.to_owned(), value)),
    }
}

/// The same as texts, for selectors.
pub fn texts(parameters: &Value) -> BTreeMap<String, String> {
    flat(parameters).into_iter().map(|(name, value)| (name, printed(value))).collect()
}

/// A value as Go prints it with `%v`, numbers as floats.
pub fn printed(value: &Value) -> String {
    match &value.data {
        Data::Null => "<nil>".to_owned(),
        Data::Bool(b) => b.to_string(),
        Data::Number(number) => match number.as_f64() {
            Some(0.0) => "0".to_owned(),
            Some(float) => go_shortest(&format!("{float:e}"), 6),
            None => number.to_string(),
        },
        Data::String(text) => text.to_string(),
        Data::List(items) => format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(" ")),
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| format!("{}:{}", entry.key, printed(&entry.value)));
            format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

/// A text as a parameter, by the origin of another value.
pub fn text(text: impl Into<Arc<str>>, like: &Value) -> Value {
    Value::string(text, like.origin.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::origin::{By, Origin};
    use crate::source::Span;

    fn value(json: serde_json::Value) -> Value {
        let origin = Origin::new(Span::default(), By::Resource);
        let data = match json {
            serde_json::Value::Null => Data::Null,
            serde_json::Value::Bool(b) => Data::Bool(b),
            serde_json::Value::Number(number) => Data::Number(number),
            serde_json::Value::String(text) => Data::String(text.into()),
            serde_json::Value::Array(items) => Data::List(items.into_iter().map(value).collect()),
            serde_json::Value::Object(entries) => {
                let mut map = Value::map(origin.clone());
                entries.into_iter().for_each(|(key, item)| map.set(&key, value(item)));
                return map;
            }
        };
        Value { data, origin }
    }

    #[test]
    fn values_are_printed_as_go_prints_them() {
        let json = serde_json::json!({"a": {"b": 1, "c": [true, null]}, "d": 2_097_152, "e": 1.5, "f": "x"});
        let texts = texts(&value(json));
        let texts: Vec<_> = texts.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(texts, ["a.b=1", "a.c.0=true", "a.c.1=<nil>", "d=2.097152e+06", "e=1.5", "f=x"]);
    }
}
