//! Dates in templates.
//!
//! In: times, layouts. Out: texts and times. The clock stands still; what it gives is marked as generated.

use super::super::template::arguments::text;
use super::super::template::{CallResult, Data, Function, Machine, Mark, Text, Type, Value};
use super::{fixed, time, time_parse};
use Type::{Any, Int, String as Str, Time};

/// The clock: the first second of 2025, UTC.
const NOW: i128 = 1_735_689_600_000_000_000;
const SECOND: i128 = 1_000_000_000;
const ZERO: i128 = -62_135_596_800 * SECOND;

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "now" => fixed(&[], |m, _| {
            let mark = m.marks.generated(Mark::NONE);
            Ok(Value { data: Data::Time(NOW, 0), mark })
        }),
        "date" => fixed(&[Str, Any], |m, a| format(m, &text(a, 0).str(), &a[1])),
        "dateInZone" | "date_in_zone" => fixed(&[Str, Any, Str], |m, a| format(m, &text(a, 0).str(), &a[1])),
        "htmlDate" => fixed(&[Any], |m, a| format(m, "2006-01-02", &a[0])),
        "htmlDateInZone" => fixed(&[Any, Str], |m, a| format(m, "2006-01-02", &a[0])),
        "dateModify" | "date_modify" => fixed(&[Str, Time], |_, a| {
            let add = crate::go::duration::parse(&text(a, 0).str()).unwrap_or(0);
            Ok(moved(&a[1], add))
        }),
        "mustDateModify" | "must_date_modify" => fixed(&[Str, Time], |_, a| {
            let given = text(a, 0).str().into_owned();
            match crate::go::duration::parse(&given) {
                Some(add) => Ok(moved(&a[1], add)),
                None => Err(format!("time: invalid duration {given:?}").into()),
            }
        }),
        "toDate" => fixed(&[Str, Str], |_, a| {
            let (at, zone) = time_parse::parse(&text(a, 0).str(), &text(a, 1).str()).unwrap_or((ZERO, 0));
            Ok(Data::Time(at, zone).into())
        }),
        "mustToDate" => fixed(&[Str, Str], |_, a| {
            let (at, zone) = time_parse::parse(&text(a, 0).str(), &text(a, 1).str())?;
            Ok(Data::Time(at, zone).into())
        }),
        "unixEpoch" => fixed(&[Time], |_, a| match a[0].data {
            Data::Time(at, _) => Ok(Value::text(Text::new(at.div_euclid(SECOND).to_string(), a[0].mark))),
            _ => Ok(Value::string("")),
        }),
        "ago" => fixed(&[Any], |m, a| {
            let (at, mark) = point(m, &a[0]);
            let seconds = (NOW - at + SECOND / 2).div_euclid(SECOND) * SECOND;
            let mark = m.marks.generated(mark);
            let nanoseconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            Ok(Value::text(Text::new(time::duration(nanoseconds), mark)))
        }),
        _ => None,
    }
}

fn moved(value: &Value, add: i64) -> Value {
    match value.data {
        Data::Time(at, zone) => Value { data: Data::Time(at + i128::from(add), zone), mark: value.mark },
        _ => value.clone(),
    }
}

/// A time, or seconds since 1970, or else the clock.
fn point(machine: &mut Machine, value: &Value) -> (i128, Mark) {
    match value.data {
        Data::Time(at, _) => (at, value.mark),
        Data::Int(seconds) | Data::Int64(seconds) => (i128::from(seconds) * SECOND, value.mark),
        _ => {
            let mark = value.origin(&mut machine.marks);
            (NOW, machine.marks.generated(mark))
        }
    }
}

fn format(machine: &mut Machine, layout: &str, value: &Value) -> CallResult {
    let (at, mark) = point(machine, value);
    Ok(Value::text(Text::new(time::format(at, 0, layout), mark)))
}

fn split(value: &Value) -> (i128, i32) {
    match value.data {
        Data::Time(at, zone) => (at, zone),
        _ => (0, 0),
    }
}

/// Methods of a time.
pub(super) fn method(name: &str) -> Option<Function> {
    match name {
        "Format" => fixed(&[Str], |_, a| {
            let (at, zone) = split(&a[0]);
            Ok(Value::text(Text::new(time::format(at, zone, &text(a, 1).str()), a[0].mark)))
        }),
        "String" => fixed(&[], |_, a| {
            let (at, zone) = split(&a[0]);
            Ok(Value::text(Text::new(time::show(at, zone), a[0].mark)))
        }),
        "Unix" => fixed(&[], |_, a| number64(a, |at, _| at.div_euclid(SECOND))),
        "UnixMilli" => fixed(&[], |_, a| number64(a, |at, _| at.div_euclid(1_000_000))),
        "UnixNano" => fixed(&[], |_, a| number64(a, |at, _| at)),
        "Year" => fixed(&[], |_, a| number(a, |c| c.year)),
        "Day" => fixed(&[], |_, a| number(a, |c| i64::from(c.day))),
        "Hour" => fixed(&[], |_, a| number(a, |c| i64::from(c.hour))),
        "Minute" => fixed(&[], |_, a| number(a, |c| i64::from(c.minute))),
        "Second" => fixed(&[], |_, a| number(a, |c| i64::from(c.second))),
        "Nanosecond" => fixed(&[], |_, a| number(a, |c| i64::from(c.nanosecond))),
        "YearDay" => fixed(&[], |_, a| {
            number(a, |c| time::days(c.year, i64::from(c.month), i64::from(c.day)) - time::days(c.year, 1, 1) + 1)
        }),
        "Month" => fixed(&[], |_, a| named(a, "January")),
        "Weekday" => fixed(&[], |_, a| named(a, "Monday")),
        "UTC" | "Local" => fixed(&[], |_, a| Ok(Value { data: Data::Time(split(&a[0]).0, 0), mark: a[0].mark })),
        "IsZero" => fixed(&[], |_, a| Ok(Value::bool(split(&a[0]).0 == ZERO))),
        "AddDate" => fixed(&[Int, Int, Int], |_, a| {
            let (at, zone) = split(&a[0]);
            let c = time::civil(at, zone);
            let part = |i| super::super::template::arguments::int(a, i).clamp(-1_000_000, 1_000_000);
            let before = time::days(c.year, i64::from(c.month), i64::from(c.day));
            let after = time::days(c.year + part(1), i64::from(c.month) + part(2), i64::from(c.day) + part(3));
            let moved = at + i128::from(after - before) * 86_400 * SECOND;
            Ok(Value { data: Data::Time(moved, zone), mark: a[0].mark })
        }),
        "Before" => fixed(&[Time], |_, a| Ok(Value::bool(split(&a[0]).0 < split(&a[1]).0))),
        "After" => fixed(&[Time], |_, a| Ok(Value::bool(split(&a[0]).0 > split(&a[1]).0))),
        "Equal" => fixed(&[Time], |_, a| Ok(Value::bool(split(&a[0]).0 == split(&a[1]).0))),
        "Sub" => fixed(&[Time], |_, a| {
            let difference = split(&a[0]).0 - split(&a[1]).0;
            let data = Data::Duration(i64::try_from(difference).unwrap_or(i64::MAX));
            Ok(Value { data, mark: a[0].mark })
        }),
        _ => None,
    }
}

fn number64(arguments: &[Value], f: fn(i128, i32) -> i128) -> CallResult {
    let (at, zone) = split(&arguments[0]);
    Ok(Value { data: Data::Int64(f(at, zone) as i64), mark: arguments[0].mark })
}

fn number(arguments: &[Value], f: fn(time::Civil) -> i64) -> CallResult {
    let (at, zone) = split(&arguments[0]);
    Ok(Value { data: Data::Int(f(time::civil(at, zone))), mark: arguments[0].mark })
}

fn named(arguments: &[Value], layout: &str) -> CallResult {
    let (at, zone) = split(&arguments[0]);
    Ok(Value::text(Text::new(time::format(at, zone, layout), arguments[0].mark)))
}
