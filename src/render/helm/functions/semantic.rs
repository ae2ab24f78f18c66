//! Semantic versions in templates.
//!
//! In: versions and ranges. Out: answers, and versions with methods.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::template::arguments::text;
use super::super::template::object::{Object, ObjectKind};
use super::super::template::{CallResult, Data, Function, Type, Value};
use super::fixed;
use super::semver::{Constraint, Version};
use Type::{String as Str, Version as Semver};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "semver" => fixed(&[Str], |_, a| object(Version::parse(&text(a, 0).str())?)),
        "semverCompare" => fixed(&[Str, Str], |_, a| {
            let constraint = Constraint::parse(&text(a, 0).str())?;
            let version = Version::parse(&text(a, 1).str())?;
            Ok(Value::bool(constraint.check(&version)))
        }),
        _ => None,
    }
}

fn object(version: Version) -> CallResult {
    let fields = vec![("string", Value::string(version.shown())), ("original", Value::string(&version.original))];
    Ok(Data::Object(Rc::new(Object { kind: ObjectKind::Version, fields })).into())
}

fn version(value: &Value) -> Version {
    let original = match &value.data {
        Data::Object(object) => object.field("original").and_then(Value::as_text).cloned(),
        _ => None,
    };
    original.and_then(|text| Version::parse(&text.str()).ok()).unwrap_or_default()
}

/// Methods of a version.
pub(super) fn method(name: &str) -> Option<Function> {
    match name {
        "Major" => fixed(&[], |_, a| Ok(Data::Uint(version(&a[0]).numbers[0]).into())),
        "Minor" => fixed(&[], |_, a| Ok(Data::Uint(version(&a[0]).numbers[1]).into())),
        "Patch" => fixed(&[], |_, a| Ok(Data::Uint(version(&a[0]).numbers[2]).into())),
        "Prerelease" => fixed(&[], |_, a| Ok(Value::string(version(&a[0]).pre))),
        "Metadata" => fixed(&[], |_, a| Ok(Value::string(version(&a[0]).meta))),
        "Original" => fixed(&[], |_, a| Ok(Value::string(version(&a[0]).original))),
        "String" => fixed(&[], |_, a| Ok(Value::string(version(&a[0]).shown()))),
        "IncMajor" => fixed(&[], |_, a| next(&version(&a[0]), 0)),
        "IncMinor" => fixed(&[], |_, a| next(&version(&a[0]), 1)),
        "IncPatch" => fixed(&[], |_, a| next(&version(&a[0]), 2)),
        "Compare" => fixed(&[Semver], |_, a| Ok(Data::Int(version(&a[0]).order(&version(&a[1])) as i64).into())),
        "Equal" => fixed(&[Semver], |_, a| compared(a, |o| o == Ordering::Equal)),
        "LessThan" => fixed(&[Semver], |_, a| compared(a, |o| o == Ordering::Less)),
        "GreaterThan" => fixed(&[Semver], |_, a| compared(a, |o| o == Ordering::Greater)),
        "LessThanEqual" => fixed(&[Semver], |_, a| compared(a, |o| o != Ordering::Greater)),
        "GreaterThanEqual" => fixed(&[Semver], |_, a| compared(a, |o| o != Ordering::Less)),
        _ => None,
    }
}

fn compared(arguments: &[Value], answer: fn(Ordering) -> bool) -> CallResult {
    if arguments[1].is_nil() {
        return Err(super::NIL_POINTER.into());
    }
    Ok(Value::bool(answer(version(&arguments[0]).order(&version(&arguments[1])))))
}

/// The next version by one number; a prerelease of a patch only loses what makes it one.
fn next(old: &Version, part: usize) -> CallResult {
    let mut new = Version::default();
    let prefix = if old.original.starts_with('v') { "v" } else { "" };
    new.numbers = old.numbers;
    if part < 2 || old.pre.is_empty() {
        new.numbers[part] = new.numbers[part].wrapping_add(1);
    }
    new.numbers[part + 1..].fill(0);
    new.original = format!("{prefix}{}", new.shown());
    object(new)
}
