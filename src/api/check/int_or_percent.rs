//! Fields that hold a number or a percentage.
//!
//! In: a decoded IntOrString. Out: its violations and value, as `pkg/apis/apps/validation` has them.

use super::names;
use crate::api::Errors;
use crate::yaml::Node;

/// ValidatePositiveIntOrPercent: a number that is not negative, or `25%`.
pub fn non_negative<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    if node.is_string() {
        super::valid(node, names::percent, errors);
    } else if node.as_i64().is_some_and(|value| value < 0) {
        errors.invalid(node, "must be greater than or equal to 0");
    }
}

/// IsNotMoreThan100Percent.
pub fn at_most_all<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    if percentage(node).is_some_and(|value| value > 100) {
        errors.invalid(node, "must not be greater than 100%");
    }
}

/// getPercentValue: the number before `%`. One too large for Go's int reads as the largest.
pub fn percentage(node: Node<'_>) -> Option<i64> {
    let text = node.as_str().filter(|text| names::percent(text).is_ok())?;
    Some(text.trim_end_matches('%').parse().unwrap_or(i64::MAX))
}

/// getIntOrPercentValue: the percentage, the number, or the number that the text is (0 for any other text).
pub fn value(node: Node<'_>) -> i64 {
    let text_value = || node.as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
    percentage(node).or_else(|| node.as_i64()).unwrap_or_else(text_value)
}
