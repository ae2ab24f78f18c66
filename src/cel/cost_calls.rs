//! What calls cost.
//!
//! In: a call with one of its overloads. Out: its cost, that of its arguments included, and the size of its result where
//! one is known. Mirrors `functionCost` of cel-go's `checker/cost.go`, `EstimateCallCost` of
//! `k8s.io/apiserver/pkg/cel/library/cost.go`, and the estimators of `ext/sets.go` and `ext/lists.go`.

use super::ast::{Expr, ExprId, Literal};
use super::cost::{Coster, LIST, STRING, Size, join, scale};
use super::library::Overload;
use super::types::Type;

/// A call and one of the signatures it may have.
pub(crate) struct Call<'c> {
    pub id: ExprId,
    pub function: &'c str,
    pub overload: &'static Overload,
    pub target: Option<ExprId>,
    pub args: &'c [ExprId],
    /// What the arguments cost.
    pub costs: &'c [u64],
}

/// Applying a regular expression, by character of the expression.
const REGEX: f64 = 0.25;

/// A question to the authorizer.
const CHECK: u64 = 350_000;

/// The size of the largest expression that a named format stands for.
const FORMAT: f64 = 128.0;

type Estimate = (u64, Option<Size>);

/// The cost of a call and the size of its result.
pub(crate) fn estimate(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Estimate {
    let args = call.costs.iter().fold(0u64, |sum, cost| sum.saturating_add(*cost));
    let with_args = |(cost, size): Estimate| (cost.saturating_add(args), size);
    if let Some(found) = lists(coster, call).or_else(|| library(coster, call)) {
        return with_args(found);
    }
    match call.function {
        // Both sides may be evaluated, and calling costs nothing.
        "_&&_" | "_||_" => (args, None),
        "_?_:_" => conditional(coster, call),
        _ => with_args(standard(coster, call).unwrap_or((1, None))),
    }
}

fn conditional(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Estimate {
    let [_, yes, no] = *call.args else { return (0, None) };
    let size = coster.size_or_unknown(yes).union(coster.size_or_unknown(no));
    coster.unite(call.id, yes, no);
    let [condition, yes, no] = *call.costs else { return (0, None) };
    (condition.saturating_add(u64::max(yes, no)), Some(size))
}

/// What cel-go itself knows.
fn standard(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let first = *call.args.first().or(call.target.as_ref())?;
    let kind = call.overload.args.first();
    match call.function {
        "format" => Some((coster.size_or_unknown(call.target?).cost(STRING), None)),
        "bytes" if kind == Some(&Type::String) => {
            let size = coster.size_or_unknown(first);
            Some((size.cost(STRING), Some(Size { min: size.min, max: size.max.saturating_mul(4) })))
        }
        "string" if kind == Some(&Type::Bytes) => {
            let size = coster.size_or_unknown(first);
            Some((size.cost(STRING), Some(Size { min: size.min / 4, max: size.max })))
        }
        "strings.quote" => {
            let size = coster.size_or_unknown(first);
            let max = size.max.saturating_mul(2).saturating_add(2);
            Some((size.cost(STRING), Some(Size { min: size.min.saturating_add(2), max })))
        }
        "startsWith" | "endsWith" => Some((coster.size_or_unknown(first).cost(STRING), None)),
        "@in" | "in" if matches!(call.overload.args.get(1), Some(Type::List(_))) => {
            Some((coster.size_or_unknown(*call.args.get(1)?).cost(1.0), None))
        }
        "matches" => {
            let text = coster.size_or_unknown(call.target?).plus(Size::fixed(1)).cost(STRING);
            Some((text.saturating_mul(coster.size_or_unknown(first).cost(REGEX)), None))
        }
        "contains" => {
            let text = coster.size_or_unknown(call.target?).cost(STRING);
            Some((text.saturating_mul(coster.size_or_unknown(first).cost(STRING)), None))
        }
        "_+_" => add(coster, call),
        "_==_" | "_!=_" => compare(coster, call),
        "_<_" | "_>_" | "_<=_" | "_>=_" if matches!(kind, Some(Type::String | Type::Bytes)) => compare(coster, call),
        _ => None,
    }
}

fn add(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let [left, right] = *call.args else { return None };
    let list = match call.overload.args.first()? {
        Type::List(_) => true,
        Type::String | Type::Bytes => false,
        _ => return None,
    };
    let size = coster.size_or_unknown(left).plus(coster.size_or_unknown(right));
    coster.unite(call.id, left, right);
    Some((if list { 1 } else { size.cost(STRING) }, Some(size)))
}

fn compare(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let [left, right] = *call.args else { return None };
    let (left, right) = (coster.size_or_unknown(left), coster.size_or_unknown(right));
    Some((scale(left.max.min(right.max), STRING), None))
}

/// Functions on lists and sets with estimators of their own.
fn lists(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let made = |size: Size, factor: f64| {
        let cost = size.cost(factor).saturating_add(1).saturating_add(LIST);
        Some((cost, Some(size)))
    };
    match (call.function, call.target, call.args) {
        ("sets.contains" | "sets.intersects" | "sets.equivalent", None, [left, right]) => {
            let factor = if call.function == "sets.equivalent" { 2.0 } else { 1.0 };
            let pairs = coster.size_or_unknown(*left).times(coster.size_or_unknown(*right));
            Some((pairs.cost(factor).saturating_add(1), None))
        }
        ("slice", Some(target), [start, end]) => {
            let whole = coster.size_or_unknown(target).max;
            let (start, end) = (number(coster, *start, 0), number(coster, *end, whole));
            made(Size::fixed(end.wrapping_sub(start)), 1.0)
        }
        ("lists.range", None, [count]) => made(Size::fixed(number(coster, *count, u64::MAX)), 1.0),
        ("reverse", Some(target), []) => made(coster.size_or_unknown(target), 1.0),
        ("flatten", Some(target), []) => made(coster.size_or_unknown(target), 1.0),
        ("flatten", Some(target), [depth]) => {
            let depth = number(coster, *depth, u64::MAX);
            made(coster.size_or_unknown(target), depth as f64)
        }
        ("distinct", Some(target), []) => {
            let size = coster.size_or_unknown(target);
            made(size.times(size), 2.0)
        }
        ("sort", Some(target), []) => sort(coster, call, target),
        ("@sortByAssociatedKeys", Some(_), [keys]) => sort(coster, call, *keys),
        _ => None,
    }
}

fn sort(coster: &mut Coster<'_, '_>, call: &Call<'_>, keys: ExprId) -> Option<Estimate> {
    let strings = match call.overload.args.last() {
        Some(Type::List(item)) => matches!(**item, Type::String | Type::Bytes),
        _ => false,
    };
    let size = coster.size_or_unknown(keys);
    let size = size.times(size);
    let cost = size.cost(if strings { 2.0 + STRING } else { 2.0 });
    Some((cost.saturating_add(1).saturating_add(LIST), Some(size)))
}

/// The value of an integer literal.
fn number(coster: &Coster<'_, '_>, id: ExprId, default: u64) -> u64 {
    match coster.ast.expr(id) {
        Expr::Literal(Literal::Int(value)) => u64::try_from(*value).unwrap_or(0),
        _ => default,
    }
}

/// What Kubernetes' own libraries know.
fn library(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    const NOMINAL: &str = " serviceAccount path group resource subresource namespace name allowed reason error errored \
        masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast \
        format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor \
        patch getScheme getHostname getHost getPort getEscapedPath getQuery ";
    let first = call.args.first().copied();
    let mut size_of = |id: Option<ExprId>| id.map(|id| coster.size_or_unknown(id));
    match call.function {
        "check" => Some((CHECK, None)),
        name if NOMINAL.contains(&format!(" {name} ")) => Some((1, None)),
        "fieldSelector" | "labelSelector" => {
            let size = size_of(first)?;
            let requirements = scale(size.cost(0.5), (LIST + 40) as f64);
            Some((LIST.saturating_add(size.cost(STRING)).saturating_add(requirements), None))
        }
        "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" => elements(coster, call.target?),
        "url" | "jsonpatch.escapeKey" => size_of(first).map(|size| (size.cost(STRING), Some(size))),
        "lowerAscii" | "upperAscii" | "substring" | "trim" => {
            size_of(call.target).map(|size| (size.cost(STRING), Some(size)))
        }
        "replace" => replace(coster, call),
        "split" => {
            let size = size_of(call.target)?;
            let most = call.args.get(1).map_or(size.max, |limit| limit_of(coster, *limit, size.max));
            Some((size.cost(2.0 * STRING), Some(Size { min: 0, max: most })))
        }
        "join" => concatenated(coster, call),
        "find" | "findAll" => {
            let size = size_of(call.target)?;
            let pattern = size_of(first)?.cost(REGEX);
            let text = size.plus(Size::fixed(1)).cost(STRING);
            Some((text.saturating_mul(pattern), Some(Size { min: 0, max: size.max })))
        }
        "ip" if call.target.is_some() => Some((1, None)),
        "cidr" | "isIP" | "isCIDR" | "ip" | "quantity" | "isQuantity" | "semver" | "isSemver" => {
            size_of(first).map(|size| (size.cost(STRING), None))
        }
        "ip.isCanonical" => size_of(first).map(|size| (size.cost(2.0 * STRING), None)),
        "containsIP" | "containsCIDR" => network(coster, call),
        "validate" => size_of(first).map(|size| (scale(size.cost(STRING), FORMAT * REGEX), None)),
        "_==_" => equal(coster, call),
        _ => None,
    }
}

/// The count of parts of a split, where it is written.
fn limit_of(coster: &Coster<'_, '_>, id: ExprId, most: u64) -> u64 {
    match coster.ast.expr(id) {
        Expr::Literal(Literal::Int(value)) => *value as u64,
        _ => most,
    }
}

/// The size of the elements of a list; nothing where it is none.
fn element_size(coster: &mut Coster<'_, '_>, list: ExprId) -> Option<(Type, Size)> {
    let item = match &coster.types[list.index()] {
        Type::List(item) => (**item).clone(),
        Type::Map(pair) => pair.0.clone(),
        _ => return None,
    };
    let path = coster.path(list);
    let size = if path.is_some() { coster.at(&join(&path, "@items")) } else { None };
    Some((item, size.unwrap_or(Size::UNKNOWN)))
}

fn elements(coster: &mut Coster<'_, '_>, list: ExprId) -> Option<Estimate> {
    let size = coster.size_or_unknown(list);
    let Some((item, each)) = element_size(coster, list) else { return Some((size.cost(STRING), None)) };
    let text = matches!(item, Type::String | Type::Bytes);
    let one = if text { each.cost(STRING).saturating_add(1) } else { 1 };
    Some((size.max.saturating_mul(one), None))
}

fn replace(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let [old, new, ..] = *call.args else { return None };
    let size = coster.size_or_unknown(call.target?);
    let (old, new) = (coster.size_or_unknown(old), coster.size_or_unknown(new));
    let (most, kept) = if old.min == 0 {
        (size.max.saturating_add(1), size.max)
    } else if new.max <= old.min {
        (0, size.max)
    } else {
        ((size.max as f64 / old.min as f64).ceil() as u64, 0)
    };
    let (least, left) = if old.max == 0 {
        (size.min.saturating_add(1), size.min)
    } else if old.max <= new.min {
        (0, size.min)
    } else {
        ((size.min as f64 / old.max as f64).ceil() as u64, 0)
    };
    let result = Size { min: least, max: most }.times(new).plus(Size { min: left, max: kept });
    Some((size.cost(2.0 * STRING), Some(result)))
}

fn concatenated(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let list = call.target?;
    let count = coster.size_or_unknown(list);
    let each = element_size(coster, list).map_or(Size::fixed(0), |(_, each)| count.times(each));
    let between = match call.args.first() {
        Some(separator) => {
            let gaps = Size { min: count.min.saturating_sub(1), max: count.max.saturating_sub(1) };
            coster.size_or_unknown(*separator).times(gaps)
        }
        None => Size::fixed(0),
    };
    let size = each.plus(between);
    Some((size.cost(STRING), Some(size)))
}

/// Comparing addresses of 4 or 16 bytes.
fn network(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let first = *call.args.first()?;
    let mut cost = Size { min: 8, max: 32 }.cost(STRING);
    if call.function == "containsCIDR" {
        cost = cost.saturating_add(Size { min: 4, max: 16 }.cost(STRING)).saturating_add(1);
    }
    if call.overload.args.get(1) == Some(&Type::String) {
        cost = cost.saturating_add(coster.size_or_unknown(first).cost(STRING));
    }
    Some((cost, None))
}

/// Equality of Kubernetes' own types takes no time that depends on them.
fn equal(coster: &mut Coster<'_, '_>, call: &Call<'_>) -> Option<Estimate> {
    let [left, right] = *call.args else { return None };
    let (ty, other) = (&coster.types[left.index()], &coster.types[right.index()]);
    if ty != other {
        return None;
    }
    let name = ty.to_string();
    match ty {
        Type::Opaque(..) if matches!(&*name, "net.IP" | "net.CIDR") => Some((1, None)),
        Type::Struct(_) if name == "kubernetes.NamedFormat" => Some((scale(64, STRING), None)),
        Type::Struct(_) if name == "kubernetes.URL" => {
            let most = coster.size(right).map_or(1, |size| size.max);
            Some((scale(most, STRING), None))
        }
        Type::Struct(_) if name.starts_with("kubernetes.authorization.") => Some((1, None)),
        Type::Struct(_) if matches!(&*name, "kubernetes.Quantity" | "kubernetes.Semver") => Some((1, None)),
        _ => None,
    }
}
