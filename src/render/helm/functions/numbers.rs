//! Arithmetic.
//!
//! In: values read as numbers. Out: `int64` and `float64` numbers, lists of integers.

use super::super::template::arguments::{int, text};
use super::super::template::print::{bytes, float};
use super::super::template::{CallResult, Data, Function, ListKind, Machine, Type, Value};
use super::convert::{to_float, to_int};
use super::{fixed, open};
use Type::{Any, Float, Int, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "int" => fixed(&[Any], |_, a| Ok(Data::Int(to_int(&a[0])).into())),
        "int64" => fixed(&[Any], |_, a| int64(to_int(&a[0]))),
        "float64" => fixed(&[Any], |_, a| float64(to_float(&a[0]))),
        "atoi" => fixed(&[Str], |_, a| Ok(Data::Int(atoi(&text(a, 0).str())).into())),
        "toDecimal" => fixed(&[Any], |_, a| {
            let shown = bytes(&a[0])?;
            let digits = String::from_utf8_lossy(&shown);
            int64(i64::from_str_radix(&digits, 8).unwrap_or(0))
        }),
        "add1" => fixed(&[Any], |_, a| int64(to_int(&a[0]).wrapping_add(1))),
        "add" => open(&[], Any, |_, a| int64(a.iter().map(to_int).fold(0, i64::wrapping_add))),
        "sub" => fixed(&[Any, Any], |_, a| int64(to_int(&a[0]).wrapping_sub(to_int(&a[1])))),
        "mul" => open(&[Any], Any, |_, a| int64(a.iter().map(to_int).fold(1, i64::wrapping_mul))),
        "div" => fixed(&[Any, Any], |_, a| divided(&a[1], |d| to_int(&a[0]).wrapping_div(d))),
        "mod" => fixed(&[Any, Any], |_, a| divided(&a[1], |d| to_int(&a[0]).wrapping_rem(d))),
        "max" | "biggest" => open(&[Any], Any, |_, a| int64(a.iter().map(to_int).max().unwrap_or(0))),
        "min" => open(&[Any], Any, |_, a| int64(a.iter().map(to_int).min().unwrap_or(0))),
        "maxf" => open(&[Any], Any, |_, a| {
            float64(fold(a, |a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }))
        }),
        "minf" => open(&[Any], Any, |_, a| {
            float64(fold(a, |a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }))
        }),
        "ceil" => fixed(&[Any], |_, a| float64(to_float(&a[0]).ceil())),
        "floor" => fixed(&[Any], |_, a| float64(to_float(&a[0]).floor())),
        "round" => open(&[Any, Int], Float, |_, a| round(a)),
        "add1f" => fixed(&[Any], |_, a| decimal(&a[0], &[Data::Int(1).into()], '+')),
        "addf" => open(&[], Any, |_, a| decimal(&Data::Float(0.0).into(), a, '+')),
        "subf" => open(&[Any], Any, |_, a| decimal(&a[0], &a[1..], '-')),
        "mulf" => open(&[Any], Any, |_, a| decimal(&a[0], &a[1..], '*')),
        "divf" => open(&[Any], Any, |_, a| decimal(&a[0], &a[1..], '/')),
        "until" => fixed(&[Int], |m, a| {
            let count = int(a, 0);
            ints(m, 0, count, if count < 0 { -1 } else { 1 }).map(integers)
        }),
        "untilStep" => fixed(&[Int, Int, Int], |m, a| ints(m, int(a, 0), int(a, 1), int(a, 2)).map(integers)),
        "seq" => open(&[], Int, seq),
        _ => None,
    }
}

fn int64(value: i64) -> CallResult {
    Ok(Data::Int64(value).into())
}

fn float64(value: f64) -> CallResult {
    Ok(Data::Float(value).into())
}

fn atoi(digits: &str) -> i64 {
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    // Too large a number comes out as the largest.
    digits.parse().unwrap_or(if digits.starts_with('-') { i64::MIN } else { i64::MAX })
}

fn divided(divisor: &Value, result: impl Fn(i64) -> i64) -> CallResult {
    match to_int(divisor) {
        0 => Err("runtime error: integer divide by zero".into()),
        divisor => int64(result(divisor)),
    }
}

fn fold(values: &[Value], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut all = values.iter().map(to_float);
    let first = all.next().unwrap_or(0.0);
    all.fold(first, f)
}

fn round(arguments: &[Value]) -> CallResult {
    let on = match arguments.get(2).map(|value| &value.data) {
        Some(Data::Float(on)) => *on,
        _ => 0.5,
    };
    let power = 10f64.powf(int(arguments, 1) as f64);
    let digit = power * to_float(&arguments[0]);
    // Go's Modf gives the fraction its sign.
    let whole = if digit.fract() >= on { digit.ceil() } else { digit.floor() };
    float64(whole / power)
}

/// sprig's float arithmetic is decimal: 0.1 and 0.2 make 0.3.
fn decimal(first: &Value, others: &[Value], operator: char) -> CallResult {
    let mut result = Decimal::from(to_float(first))?;
    for other in others {
        let other = Decimal::from(to_float(other))?;
        result = match operator {
            '+' => result.add(other, 1),
            '-' => result.add(other, -1),
            '*' => result.mul(other),
            _ => result.div(other),
        }
        .ok_or("decimal: the numbers are too large or the divisor is 0")?;
    }
    float64(result.float())
}

/// `digits * 10^exponent`.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that is that float.
    fn from(value: f64) -> Result<Self, String> {
        if !value.is_finite() {
            return Err(format!("Cannot create a Decimal from {}", float(value)));
        }
        let shown = format!("{value:e}");
        let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
        let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len()) as i32;
        let digits = mantissa.replace('.', "").parse().unwrap_or(0);
        Ok(Self { digits, exponent: exponent.parse::<i32>().unwrap_or(0) - fraction })
    }

    fn scaled(self, exponent: i32) -> Option<i128> {
        let steps = u32::try_from(self.exponent - exponent).ok()?;
        self.digits.checked_mul(10i128.checked_pow(steps)?)
    }

    fn add(self, other: Self, sign: i128) -> Option<Self> {
        if self.digits == 0 || other.digits == 0 {
            let rest = Self { digits: other.digits * sign, ..other };
            return Some(if self.digits == 0 { rest } else { self });
        }
        let exponent = self.exponent.min(other.exponent);
        match (self.scaled(exponent), other.scaled(exponent)) {
            (Some(a), Some(b)) => Some(Self { digits: a.checked_add(b.checked_mul(sign)?)?, exponent }),
            // So far apart that the smaller one is below what a float tells.
            _ => {
                Some(if self.exponent > other.exponent { self } else { Self { digits: other.digits * sign, ..other } })
            }
        }
    }

    fn mul(self, other: Self) -> Option<Self> {
        let (mut a, mut b) = (self, other);
        while a.digits.checked_mul(b.digits).is_none() {
            let larger = if a.digits.abs() > b.digits.abs() { &mut a } else { &mut b };
            larger.digits /= 10;
            larger.exponent += 1;
        }
        Some(Self { digits: a.digits * b.digits, exponent: a.exponent + b.exponent })
    }

    /// To 16 places behind the point, half away from zero.
    fn div(self, other: Self) -> Option<Self> {
        if other.digits == 0 {
            return None;
        }
        let places = 16;
        let shift = self.exponent - other.exponent + places;
        let (dividend, divisor) = if shift >= 0 {
            (self.digits.checked_mul(10i128.checked_pow(shift as u32)?)?, other.digits)
        } else {
            (self.digits, other.digits.checked_mul(10i128.checked_pow(shift.unsigned_abs())?)?)
        };
        let (quotient, rest) = (dividend / divisor, dividend % divisor);
        let up = rest.unsigned_abs() * 2 >= divisor.unsigned_abs() && rest != 0;
        let sign = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
        Some(Self { digits: if up { quotient + sign } else { quotient }, exponent: -places })
    }

    fn float(self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(0.0)
    }
}

fn integers(all: Vec<i64>) -> Value {
    Value::list_of(ListKind::Int, all.into_iter().map(|i| Data::Int(i).into()).collect())
}

/// sprig's `untilStep`.
fn ints(machine: &Machine, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, super::super::template::Fault> {
    let goes = if stop < start { step < 0 } else { step > 0 };
    if !goes {
        return Ok(Vec::new());
    }
    let count = stop.abs_diff(start).div_ceil(step.unsigned_abs());
    machine.allow_items(usize::try_from(count).unwrap_or(usize::MAX))?;
    let count = count as i64;
    Ok((0..count).map(|i| start.wrapping_add(i.wrapping_mul(step))).collect())
}

fn seq(machine: &mut Machine, arguments: &[Value]) -> CallResult {
    let n = |i| int(arguments, i);
    let sign = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let all = match arguments.len() {
        1 => ints(machine, 1, n(0).saturating_add(sign(1, n(0))), sign(1, n(0)))?,
        2 => ints(machine, n(0), n(1).saturating_add(sign(n(0), n(1))), sign(n(0), n(1)))?,
        3 if n(2) < n(0) && n(1) > 0 => Vec::new(),
        3 => ints(machine, n(0), n(2).saturating_add(sign(n(0), n(2))), n(1))?,
        _ => Vec::new(),
    };
    let shown: Vec<_> = all.iter().map(i64::to_string).collect();
    Ok(Value::string(shown.join(" ")))
}
