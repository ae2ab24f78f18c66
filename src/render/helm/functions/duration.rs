//! Spans of time in templates.
//!
//! In: durations as texts or seconds. Out: texts, numbers, durations.

use super::super::template::number::parse_float;
use super::super::template::{Data, Function, Text, Type, Value};
use super::{fixed, time};
use Type::Any;

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "duration" => fixed(&[Any], |_, a| {
            let seconds = match &a[0].data {
                Data::String(text) => text.str().parse::<i64>().unwrap_or(0),
                Data::Int64(seconds) => *seconds,
                _ => 0,
            };
            Ok(Value::string(time::duration(seconds.wrapping_mul(SECOND))))
        }),
        "durationRound" => fixed(&[Any], |_, a| {
            let nanoseconds = match &a[0].data {
                Data::String(text) => crate::go::duration::parse(&text.str()).unwrap_or(0),
                Data::Int64(nanoseconds) => *nanoseconds,
                _ => 0,
            };
            Ok(Value::text(Text::new(coarse(nanoseconds), a[0].mark)))
        }),
        "mustToDuration" => fixed(&[Any], |_, a| Ok(Data::Duration(read(&a[0])?).into())),
        "durationSeconds" => fixed(&[Any], |_, a| float(&a[0], SECOND, 1.0)),
        "durationMinutes" => fixed(&[Any], |_, a| float(&a[0], 60 * SECOND, 1.0)),
        "durationHours" => fixed(&[Any], |_, a| float(&a[0], 3600 * SECOND, 1.0)),
        "durationDays" => fixed(&[Any], |_, a| float(&a[0], 3600 * SECOND, 24.0)),
        "durationWeeks" => fixed(&[Any], |_, a| float(&a[0], 3600 * SECOND, 24.0 * 7.0)),
        "durationMilliseconds" => fixed(&[Any], |_, a| whole(&a[0], 1_000_000)),
        "durationMicroseconds" => fixed(&[Any], |_, a| whole(&a[0], 1_000)),
        "durationNanoseconds" => fixed(&[Any], |_, a| whole(&a[0], 1)),
        "durationRoundTo" => fixed(&[Any, Any], |_, a| Ok(rounded(&a[0], &a[1], true))),
        "durationTruncateTo" => fixed(&[Any, Any], |_, a| Ok(rounded(&a[0], &a[1], false))),
        _ => None,
    }
}

const SECOND: i64 = 1_000_000_000;

/// Methods of a duration.
pub(super) fn method(name: &str) -> Option<Function> {
    match name {
        "String" => fixed(&[], |_, a| Ok(Value::string(time::duration(read(&a[0])?)))),
        "Seconds" => fixed(&[], |_, a| float(&a[0], SECOND, 1.0)),
        "Minutes" => fixed(&[], |_, a| float(&a[0], 60 * SECOND, 1.0)),
        "Hours" => fixed(&[], |_, a| float(&a[0], 3600 * SECOND, 1.0)),
        "Milliseconds" => fixed(&[], |_, a| whole(&a[0], 1_000_000)),
        "Microseconds" => fixed(&[], |_, a| whole(&a[0], 1_000)),
        "Nanoseconds" => fixed(&[], |_, a| whole(&a[0], 1)),
        "Abs" => fixed(&[], |_, a| Ok(Data::Duration(read(&a[0])?.saturating_abs()).into())),
        _ => None,
    }
}

/// The largest unit alone.
fn coarse(nanoseconds: i64) -> String {
    let n = nanoseconds.unsigned_abs();
    let hour = 3600 * SECOND as u64;
    let units = [
        (hour * 24 * 365, "y"),
        (hour * 24 * 30, "mo"),
        (hour * 24, "d"),
        (hour, "h"),
        (60 * SECOND as u64, "m"),
        (SECOND as u64, "s"),
    ];
    let found = units.iter().find(|(unit, _)| n > *unit);
    found.map_or_else(|| "0s".to_owned(), |(unit, name)| format!("{}{name}", n / unit))
}

fn seconds(value: f64) -> Result<i64, String> {
    if !value.is_finite() {
        return Err(format!("invalid duration seconds: {value}"));
    }
    let nanoseconds = value * SECOND as f64;
    if nanoseconds.abs() > i64::MAX as f64 {
        return Err(format!("duration seconds overflow: {value}"));
    }
    Ok(nanoseconds as i64)
}

fn read(value: &Value) -> Result<i64, String> {
    match &value.data {
        Data::Duration(nanoseconds) => Ok(*nanoseconds),
        Data::String(text) => {
            let shown = text.str();
            let trimmed = shown.trim();
            if trimmed.is_empty() {
                return Err("empty duration".to_owned());
            }
            if let Some(nanoseconds) = crate::go::duration::parse(trimmed) {
                return Ok(nanoseconds);
            }
            match parse_float(trimmed) {
                Some(float) => seconds(float),
                None => Err(format!("could not parse duration {shown:?}")),
            }
        }
        Data::Int(i) | Data::Int64(i) => i.checked_mul(SECOND).ok_or_else(|| format!("duration seconds overflow: {i}")),
        Data::Byte(b) => Ok(i64::from(*b) * SECOND),
        Data::Uint(u) => {
            let whole = i64::try_from(*u).ok().and_then(|u| u.checked_mul(SECOND));
            whole.ok_or_else(|| format!("duration seconds overflow: {u}"))
        }
        Data::Float(f) => seconds(*f),
        Data::Absent | Data::Nil => Err("invalid duration".to_owned()),
        _ => Err(format!("unsupported duration type {}", value.type_name())),
    }
}

fn float(value: &Value, unit: i64, per: f64) -> super::super::template::CallResult {
    let nanoseconds = read(value).unwrap_or(0);
    let whole = (nanoseconds / unit) as f64 + (nanoseconds % unit) as f64 / unit as f64;
    let result = if per > 24.0 { whole / 24.0 / (per / 24.0) } else { whole / per };
    Ok(Data::Float(result).into())
}

fn whole(value: &Value, unit: i64) -> super::super::template::CallResult {
    Ok(Data::Int64(read(value).unwrap_or(0) / unit).into())
}

fn rounded(value: &Value, multiple: &Value, nearest: bool) -> Value {
    let Ok(nanoseconds) = read(value) else { return Data::Duration(0).into() };
    let multiple = match read(multiple) {
        Ok(multiple) if multiple > 0 => multiple,
        _ => return Data::Duration(nanoseconds).into(),
    };
    let rest = nanoseconds % multiple;
    let cut = nanoseconds - rest;
    let up = nearest && rest.unsigned_abs() >= multiple.unsigned_abs() - rest.unsigned_abs();
    let result = if up { cut.saturating_add(multiple * rest.signum()) } else { cut };
    Data::Duration(result).into()
}
