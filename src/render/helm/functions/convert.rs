//! Numbers out of anything, as spf13/cast makes them.
//!
//! In: a value. Out: an integer or float; 0 where it is none.

use super::super::template::number::{parse_float, parse_int};
use super::super::template::{Data, Value};

/// `int` and `int64`.
pub(super) fn to_int(value: &Value) -> i64 {
    match &value.data {
        Data::Int(i) | Data::Int64(i) | Data::Duration(i) => *i,
        Data::Byte(b) => i64::from(*b),
        Data::Uint(u) => *u as i64,
        Data::Float(f) => float_to_int(*f),
        Data::Bool(b) => i64::from(*b),
        Data::String(text) => parse_int(&without_fraction(&text.str())).unwrap_or(0),
        _ => 0,
    }
}

/// What the processor makes of a float that no integer holds: the smallest one.
fn float_to_int(float: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float) { float as i64 } else { i64::MIN }
}

/// `4.9` as `4`; what is no plain decimal stays.
fn without_fraction(text: &str) -> String {
    let Some((whole, fraction)) = text.split_once('.') else { return text.to_owned() };
    let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    if !digits.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    if digits.is_empty() { format!("{whole}0") } else { whole.to_owned() }
}

/// `float64`.
pub(super) fn to_float(value: &Value) -> f64 {
    match &value.data {
        Data::Int(i) | Data::Int64(i) | Data::Duration(i) => *i as f64,
        Data::Byte(b) => f64::from(*b),
        Data::Uint(u) => *u as f64,
        Data::Float(f) => *f,
        Data::Bool(b) => f64::from(u8::from(*b)),
        Data::String(text) => parse_float(&text.str()).unwrap_or(0.0),
        _ => 0.0,
    }
}
