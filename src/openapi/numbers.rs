//! Numbers.
//!
//! In: a number and the bounds its schema has. Out: violations. Mirrors `numberValidator` of kube-openapi,
//! which compares integers as integers, cutting the fraction off a bound, and refuses every value of an integer type
//! whose `multipleOf` is no integer.

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
    let mut add = |bound: f64, message: String| match bound_fits(bound, schema) {
        true => outcome.add(ErrorType::Invalid, path, view.at, message),
        false => outcome.add_to_whole(path, view.at, message),
    };
    if let Some(factor) = numbers.multiple_of.filter(|factor| !is_multiple(shape, *factor, schema)) {
        add(factor, format!("{} must be a multiple of {factor}", subject(path)));
    }
    if let Some(max) = numbers.maximum.filter(|max| exceeds(shape, *max, numbers.exclusive_maximum, schema)) {
        let relation = if numbers.exclusive_maximum { "less than" } else { "at most" };
        add(max, format!("{} must be {relation} {max}", subject(path)));
    }
    if let Some(min) = numbers.minimum.filter(|min| falls_below(shape, *min, numbers.exclusive_minimum, schema)) {
        let relation = if numbers.exclusive_minimum { "greater than" } else { "at least" };
        add(min, format!("{} must be {relation} {min}", subject(path)));
    }
}

/// The range of the type and format.
fn check_format<'a>(view: View<'a>, schema: &Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let format = format_of(schema);
    let fits = match (view.shape(), schema.types) {
        (Shape::Int(value), Types::INTEGER) => format != Some(NumberFormat::Int32) || i32::try_from(value).is_ok(),
        // What is no integer at all is refused by its type already.
        (Shape::Float(value), Types::INTEGER) => !is_integer(value) || bound_fits(value, schema),
        (Shape::Float(value), Types::NUMBER) => bound_fits(value, schema),
        _ => true,
    };
    if !fits {
        let name = match format {
            Some(NumberFormat::Int32) => "int32",
            Some(NumberFormat::Float) => "float",
            _ => "an integer",
        };
        outcome.add_to_whole(path, view.at, format!("{} is out of the range of {name}", describe(view, view.shape())));
    }
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
    if !bound_fits(factor, schema) {
        return false;
    }
    match shape {
        Shape::Int(value) => {
            let factor = factor as i64;
            factor > 0 && value % factor == 0
        }
        Shape::Float(value) if factor > 0.0 => {
            is_integer(if factor < 1.0 { 1.0 / factor * value } else { value / factor })
        }
        _ => false,
    }
}

fn exceeds(shape: Shape<'_>, max: f64, exclusive: bool, schema: &Schema) -> bool {
    if !bound_fits(max, schema) {
        return true;
    }
    match shape {
        Shape::Int(value) if exclusive => value >= max as i64,
        Shape::Int(value) => value > max as i64,
        Shape::Float(value) if exclusive => value >= max,
        Shape::Float(value) => value > max,
        _ => false,
    }
}

fn falls_below(shape: Shape<'_>, min: f64, exclusive: bool, schema: &Schema) -> bool {
    if !bound_fits(min, schema) {
        return true;
    }
    match shape {
        Shape::Int(value) if exclusive => value <= min as i64,
        Shape::Int(value) => value < min as i64,
        Shape::Float(value) if exclusive => value <= min,
        Shape::Float(value) => value < min,
        _ => false,
    }
}
