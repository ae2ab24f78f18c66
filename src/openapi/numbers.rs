//! Numbers.
//!
//! In: a number and the bounds its schema has. Out: violations. Mirrors `numberValidator` of kube-openapi, which compares integers
//! as integers, cutting the fraction off a bound. From Kubernetes 1.36 on it refuses values out of the range of their type and
//! format, and every value where a bound, or `multipleOf`, does not fit them itself.

use super::error_type::ErrorType;
use super::schema::{NumberFormat, Schema, Types};
use super::validate::{Path, ValueResult, describe, subject};
use super::view::{Shape, View};

/// Whether a float counts as an integer (`swag.IsFloat64AJSONInteger`): whole, or nearly, and below 2^53.
pub(super) fn is_integer(value: f64) -> bool {
    const MAX: f64 = 9_007_199_254_740_991.0;
    if !(-MAX - 1.0..=MAX).contains(&value) {
        return false;
    }
    let rounded = value.round();
    value == rounded || rounded != 0.0 && (value - rounded).abs() < 1e-9 * rounded.abs()
}

/// Checks a number against its schema.
pub(super) fn check<'a>(view: View<'a>, schema: &Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    check_format(view, schema, path, outcome);
    let Some(numbers) = &schema.numbers else { return };
    let shape = view.shape();
    let mut add = |name: &str, bound: f64, message: String| match fits(bound, schema) {
        true => outcome.add(ErrorType::Invalid, path, view.at, message),
        false => outcome.add_to_whole(path, view.at, unfit(name, bound, schema, path)),
    };
    if let Some(factor) = numbers.multiple_of.filter(|factor| !is_multiple(shape, *factor, schema)) {
        add("multipleOf", factor, format!("{} must be a multiple of {factor}", subject(path)));
    }
    if let Some(max) = numbers.maximum.filter(|max| exceeds(shape, *max, numbers.exclusive_maximum, schema)) {
        let relation = if numbers.exclusive_maximum { "less than" } else { "at most" };
        add("maximum", max, format!("{} must be {relation} {max}", subject(path)));
    }
    if let Some(min) = numbers.minimum.filter(|min| falls_below(shape, *min, numbers.exclusive_minimum, schema)) {
        let relation = if numbers.exclusive_minimum { "greater than" } else { "at least" };
        add("minimum", min, format!("{} must be {relation} {min}", subject(path)));
    }
}

/// What is said of a value where a bound of its definition does not fit the type and format: no value is valid.
fn unfit(name: &str, bound: f64, schema: &Schema, path: &Path<'_>) -> String {
    format!(
        "{} cannot have any value: `{name}: {bound}` of its definition is out of the range of {}, which Kubernetes checks from 1.36 on",
        subject(path),
        range_of(schema),
    )
}

/// The range of the type and format.
fn check_format<'a>(view: View<'a>, schema: &Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let format = format_of(schema);
    let fits = match (view.shape(), schema.types) {
        _ if !is_ranged(schema) => true,
        (Shape::Int(value), Types::INTEGER) => format != Some(NumberFormat::Int32) || i32::try_from(value).is_ok(),
        // What is no integer at all is refused by its type already.
        (Shape::Float(value), Types::INTEGER) => !is_integer(value) || bound_fits(value, schema),
        (Shape::Float(value), Types::NUMBER) => bound_fits(value, schema),
        _ => true,
    };
    if !fits {
        let message = format!("{} is out of the range of {}", describe(view, view.shape()), range_of(schema));
        outcome.add_to_whole(path, view.at, message);
    }
}

/// What a range is called after.
fn range_of(schema: &Schema) -> &'static str {
    match format_of(schema) {
        Some(NumberFormat::Int32) => "int32",
        Some(NumberFormat::Float) => "float",
        _ => "an integer",
    }
}

/// Whether ranges are checked: a schema without bounds and formats has none.
fn is_ranged(schema: &Schema) -> bool {
    schema.numbers.as_ref().is_some_and(|numbers| numbers.ranged)
}

/// Whether a bound fits the type and format, or nobody asks.
fn fits(bound: f64, schema: &Schema) -> bool {
    !is_ranged(schema) || bound_fits(bound, schema)
}

/// A bound as Go makes an integer of it on the processors that servers run on: what is out of range becomes the least one.
fn whole(bound: f64) -> i64 {
    if (-(2_f64.powi(63))..2_f64.powi(63)).contains(&bound) { bound as i64 } else { i64::MIN }
}

fn format_of(schema: &Schema) -> Option<NumberFormat> {
    schema.numbers.as_ref().and_then(|numbers| numbers.format)
}

/// Whether a bound itself is a value of the schema's type and format (`IsValueValidAgainstRange`). If it is not, no value
/// is valid.
fn bound_fits(bound: f64, schema: &Schema) -> bool {
    let format = format_of(schema);
    match schema.types {
        Types::INTEGER => {
            let limit = if format == Some(NumberFormat::Int32) { 2_f64.powi(31) } else { 2_f64.powi(63) };
            bound.fract() == 0.0 && (-limit..limit).contains(&bound)
        }
        Types::NUMBER => format != Some(NumberFormat::Float) || (bound as f32).is_finite(),
        _ => true,
    }
}

fn is_multiple(shape: Shape<'_>, factor: f64, schema: &Schema) -> bool {
    if !fits(factor, schema) {
        return false;
    }
    match shape {
        Shape::Int(value) => {
            let factor = whole(factor);
            factor > 0 && value % factor == 0
        }
        Shape::Float(value) if factor > 0.0 => {
            is_integer(if factor < 1.0 { 1.0 / factor * value } else { value / factor })
        }
        _ => false,
    }
}

fn exceeds(shape: Shape<'_>, max: f64, exclusive: bool, schema: &Schema) -> bool {
    if !fits(max, schema) {
        return true;
    }
    match shape {
        Shape::Int(value) if exclusive => value >= whole(max),
        Shape::Int(value) => value > whole(max),
        Shape::Float(value) if exclusive => value >= max,
        Shape::Float(value) => value > max,
        _ => false,
    }
}

fn falls_below(shape: Shape<'_>, min: f64, exclusive: bool, schema: &Schema) -> bool {
    if !fits(min, schema) {
        return true;
    }
    match shape {
        Shape::Int(value) if exclusive => value <= whole(min),
        Shape::Int(value) => value < whole(min),
        Shape::Float(value) if exclusive => value <= min,
        Shape::Float(value) => value < min,
        _ => false,
    }
}
