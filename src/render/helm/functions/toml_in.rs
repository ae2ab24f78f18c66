//! TOML into values.
//!
//! In: a text. Out: values: integers as `int64`, floats as `float64`, dates as times.

use std::rc::Rc;

use super::super::template::{Data, Entries, Mark, Slot, Text, Value};
use super::time;

/// Reads TOML.
///
/// # Errors
/// Where it is none.
pub(super) fn from_toml(text: &str, mark: Mark) -> Result<Value, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(map(table, mark))
}

fn map(table: toml::Table, mark: Mark) -> Value {
    let mut entries = Entries::new();
    for (key, item) in table {
        entries.insert(Rc::from(key), Slot { key: mark, value: value(item, mark) });
    }
    Value::map(entries)
}

fn value(item: toml::Value, mark: Mark) -> Value {
    let data = match item {
        toml::Value::String(text) => Data::String(Text::new(text, mark)),
        toml::Value::Integer(i) => Data::Int64(i),
        toml::Value::Float(f) => Data::Float(f),
        toml::Value::Boolean(b) => Data::Bool(b),
        toml::Value::Datetime(at) => datetime(&at),
        toml::Value::Array(items) => {
            let tables = !items.is_empty() && items.iter().all(toml::Value::is_table);
            let items = items.into_iter().map(|item| value(item, mark)).collect();
            let kind = super::super::template::ListKind::Any;
            let kind = if tables { super::super::template::ListKind::Maps } else { kind };
            return Value::list_of(kind, items);
        }
        toml::Value::Table(table) => return map(table, mark),
    };
    Value { data, mark }
}

fn datetime(at: &toml::value::Datetime) -> Data {
    let days = at.date.map_or_else(
        || time::days(0, 1, 1),
        |date| time::days(i64::from(date.year), i64::from(date.month), i64::from(date.day)),
    );
    let clock = at.time.map_or(0, |time| {
        let second = i128::from(time.second.unwrap_or(0));
        let seconds = i128::from(time.hour) * 3600 + i128::from(time.minute) * 60 + second;
        seconds * 1_000_000_000 + i128::from(time.nanosecond.unwrap_or(0))
    });
    let zone = match at.offset {
        Some(toml::value::Offset::Custom { minutes }) => i32::from(minutes),
        _ => 0,
    };
    Data::Time(i128::from(days) * 86_400_000_000_000 + clock - i128::from(zone) * 60_000_000_000, zone)
}
