//! What Helm adds: templates in templates, YAML, JSON and TOML, look-ups.
//!
//! In: values and texts. Out: texts with the origins of what is in them, or values with those of their text.

use super::super::template::arguments::text;
use super::super::template::{CallResult, Data, Entries, Fault, Function, Machine, Text, Type, Value};
use super::json::{Style, from_json, to_json};
use super::yaml_out::{Version, to_yaml};
use super::{TOO_DEEP, fixed, toml_in, toml_out, yaml_in};
use Type::{Any, String as Str};

const HTML: Style = Style { escape_html: true, pretty: false };
const RAW: Style = Style { escape_html: false, pretty: false };
/// What stands before Go's words where YAML has another type than asked for.
const YAML: &str = "error unmarshaling JSON: while decoding JSON: ";
const PRETTY: Style = Style { escape_html: true, pretty: true };

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "include" => fixed(&[Str, Any], |m, a| Ok(Value::text(m.include(&text(a, 0).str(), &a[1])?))),
        "tpl" => fixed(&[Str, Any], |m, a| {
            let made = m.tpl(&text(a, 0), &a[1])?;
            Ok(Value::text(without_no_value(&made)))
        }),
        "toYaml" => fixed(&[Any], |m, a| {
            let made = to_yaml(m, &a[0], Version::Two);
            lenient(m, made)
        }),
        "mustToYaml" => fixed(&[Any], |m, a| Ok(Value::text(to_yaml(m, &a[0], Version::Two)?))),
        "toYamlPretty" => fixed(&[Any], |m, a| {
            let made = to_yaml(m, &a[0], Version::Three);
            lenient(m, made)
        }),
        "fromYaml" => fixed(&[Str], |m, a| {
            let made = map_or_error(yaml_in::from_text(&text(a, 0), &mut m.marks), YAML);
            // Of no document the map stays that Helm had ready.
            let empty = made.as_map().is_some_and(|map| map.nil);
            Ok(if empty { Value::map(Entries::new()) } else { made })
        }),
        "fromYamlArray" => fixed(&[Str], |m, a| Ok(list_or_error(yaml_in::from_text(&text(a, 0), &mut m.marks), YAML))),
        "toJson" => fixed(&[Any], |m, a| {
            let made = to_json(m, &a[0], HTML);
            lenient(m, made)
        }),
        "mustToJson" => fixed(&[Any], |m, a| Ok(Value::text(to_json(m, &a[0], HTML)?))),
        "toPrettyJson" => fixed(&[Any], |m, a| {
            let made = to_json(m, &a[0], PRETTY);
            lenient(m, made)
        }),
        "mustToPrettyJson" => fixed(&[Any], |m, a| Ok(Value::text(to_json(m, &a[0], PRETTY)?))),
        "toRawJson" | "mustToRawJson" => fixed(&[Any], |m, a| Ok(Value::text(to_json(m, &a[0], RAW)?))),
        "fromJson" => fixed(&[Str], |m, a| Ok(map_or_error(json(m, &text(a, 0)), ""))),
        "fromJsonArray" => fixed(&[Str], |m, a| Ok(list_or_error(json(m, &text(a, 0)), ""))),
        "mustFromJson" => fixed(&[Str], |m, a| json(m, &text(a, 0))),
        "toToml" => fixed(&[Any], |m, a| match toml_out::to_toml(m, &a[0]) {
            Ok(text) => Ok(Value::text(text)),
            Err(why) if why == super::NIL_POINTER => Err(why.into()),
            Err(why) => Ok(Value::string(why)),
        }),
        "mustToToml" => fixed(&[Any], |m, a| Ok(Value::text(toml_out::to_toml(m, &a[0])?))),
        "fromToml" => fixed(&[Str], |m, a| {
            let given = text(a, 0);
            let mark = given.mark(&mut m.marks);
            Ok(map_or_error(toml_in::from_toml(&given.str(), mark), ""))
        }),
        "lookup" => fixed(&[Str, Str, Str, Str], |_, _| Ok(Value::map(Entries::new()))),
        _ => None,
    }
}

/// What cannot be written is empty; but what is too large or too deep for us is an error, since Helm might write it.
fn lenient(machine: &Machine, made: Result<Text, String>) -> CallResult {
    match made {
        Ok(text) => Ok(Value::text(text)),
        Err(why) if why == TOO_DEEP || machine.is_exhausted() => Err(why.into()),
        Err(_) => Ok(Value::string("")),
    }
}

/// A text of JSON as a value.
pub(crate) fn json(machine: &mut Machine, given: &Text) -> Result<Value, Fault> {
    let mark = given.mark(&mut machine.marks);
    Ok(from_json(given, mark)?)
}

fn reason(fault: Fault) -> String {
    match fault {
        Fault::Said(said) | Fault::Asked(said) | Fault::Inner(said, _) => said,
    }
}

/// The Go name of what JSON has there.
fn json_name(value: &Value) -> &'static str {
    match value.data {
        Data::String(_) => "string",
        Data::Bool(_) => "bool",
        Data::List(_) => "array",
        Data::Map(_) => "object",
        _ => "number",
    }
}

/// A map; anything else is told in it.
fn map_or_error(made: Result<Value, impl Into<Fault>>, intro: &str) -> Value {
    let told = |why: String| {
        let map = super::super::template::Map::new(Entries::new());
        map.set("Error", Value::string(why));
        Value::from(Data::Map(map))
    };
    match made {
        Ok(value) if value.is_nil() => Value::nil_map(super::super::template::MapKind::Any),
        Ok(value) if value.as_map().is_some() => value,
        Ok(value) => told(format!(
            "{intro}json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            json_name(&value)
        )),
        Err(fault) => told(reason(fault.into())),
    }
}

/// A list; anything else is told in it.
fn list_or_error(made: Result<Value, impl Into<Fault>>, intro: &str) -> Value {
    match made {
        Ok(value) if value.is_nil() => Value::nil_list(super::super::template::ListKind::Any),
        Ok(value) if value.as_list().is_some() => value,
        Ok(value) => {
            let name = json_name(&value);
            Value::list(vec![Value::string(format!(
                "{intro}json: cannot unmarshal {name} into Go value of type []interface {{}}"
            ))])
        }
        Err(fault) => Value::list(vec![Value::string(reason(fault.into()))]),
    }
}

/// Helm deletes Go's text for an absent value from what a template gives.
pub(crate) fn without_no_value(text: &Text) -> Text {
    const ABSENT: &[u8] = b"<no value>";
    if memchr::memmem::find(text.bytes(), ABSENT).is_none() {
        return text.clone();
    }
    let mut out = super::super::template::TextBuilder::default();
    let mut at = 0;
    for found in memchr::memmem::find_iter(text.bytes(), ABSENT) {
        out.slice(text, at, found);
        at = found + ABSENT.len();
    }
    out.slice(text, at, text.len());
    out.finish()
}
