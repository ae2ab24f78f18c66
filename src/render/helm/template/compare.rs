//! Comparison.
//!
//! In: operands of `eq`, `lt` and their kin. Out: the answer, or why Go refuses to compare them.

use std::cmp::Ordering;

use super::print;
use super::value::{Data, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Int,
    Uint,
    Float,
    String,
    Other,
}

fn basic(value: &Value) -> Basic {
    match value.data {
        Data::Bool(_) => Basic::Bool,
        Data::Int(_) | Data::Int64(_) | Data::Duration(_) => Basic::Int,
        Data::Byte(_) | Data::Uint(_) => Basic::Uint,
        Data::Float(_) => Basic::Float,
        Data::String(_) => Basic::String,
        _ => Basic::Other,
    }
}

fn integer(value: &Value) -> i128 {
    match value.data {
        Data::Int(i) | Data::Int64(i) | Data::Duration(i) => i128::from(i),
        Data::Byte(b) => i128::from(b),
        Data::Uint(u) => i128::from(u),
        _ => 0,
    }
}

fn is_integer(kind: Basic) -> bool {
    matches!(kind, Basic::Int | Basic::Uint)
}

/// Whether the first equals any of the others.
///
/// # Errors
/// Where types cannot be compared.
pub fn equal(first: &Value, others: &[Value]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    let kind = basic(first);
    for other in others {
        let other_kind = basic(other);
        let truth = if is_integer(kind) && is_integer(other_kind) {
            integer(first) == integer(other)
        } else if kind != other_kind {
            if !first.is_nil() && !other.is_nil() {
                let (a, b) = (first.type_name(), other.type_name());
                return Err(format!("incompatible types for comparison: {a} and {b}"));
            }
            false
        } else {
            same(first, other)?
        };
        if truth {
            return Ok(true);
        }
    }
    Ok(false)
}

fn same(a: &Value, b: &Value) -> Result<bool, String> {
    Ok(match (&a.data, &b.data) {
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::String(a), Data::String(b)) => a == b,
        _ if a.is_nil() || b.is_nil() => no_value(a) == no_value(b),
        (Data::List(_) | Data::Bytes(_), Data::List(_) | Data::Bytes(_)) | (Data::Map(_), Data::Map(_)) => {
            return Err(format!("non-comparable type {}: {}", print::scalar(a), b.type_name()));
        }
        (Data::Time(..), Data::Time(..)) | (Data::Object(_), Data::Object(_)) => a.deep_equal(b),
        _ => {
            return Err(format!("non-comparable types {}: {}", a.type_name(), b.type_name()));
        }
    })
}

/// Nil, or a slice that is nil.
fn no_value(value: &Value) -> bool {
    value.is_nil() || value.as_list().is_some_and(|list| list.nil) || value.as_map().is_some_and(|map| map.nil)
}

/// How two values are ordered.
///
/// # Errors
/// Where they have no order.
pub fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, String> {
    let (kind, other) = (basic(a), basic(b));
    if kind == Basic::Other || other == Basic::Other {
        return Err("invalid type for comparison".to_owned());
    }
    if is_integer(kind) && is_integer(other) {
        return Ok(Some(integer(a).cmp(&integer(b))));
    }
    match (&a.data, &b.data) {
        (Data::Float(a), Data::Float(b)) => Ok(a.partial_cmp(b)),
        (Data::String(a), Data::String(b)) => Ok(Some(a.bytes().cmp(b.bytes()))),
        _ if kind != other => {
            Err(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name()))
        }
        _ => Err("invalid type for comparison".to_owned()),
    }
}
