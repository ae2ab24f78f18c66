//! LimitRange.
//!
//! In: a decoded limit range. Out: findings. Mirrors `ValidateLimitRange` of `pkg/apis/core/validation` after the defaults
//! of `SetDefaults_LimitRangeItem`: for containers a missing default is the maximum, a missing default request the
//! default, or else the minimum.

use rustc_hash::FxHashSet;

use crate::api::check::{Check, names};
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::{Object, Quantity};

use super::quantity::quantity;
use super::resource_name::{container_resource_name, is_overcommit_allowed, resource_name};

/// `resource.MaxMilliValue`: beyond it the server reckons in whole units.
const MAX_MILLI: i64 = i64::MAX / 1000;

/// `ValidateLimitRange`.
pub fn limit_range<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let mut types = FxHashSet::default();
    for limit in Field::of(object.root).at(&["spec", "limits"]).items() {
        let kind = limit.child("type");
        kind.check(errors, limit_type);
        if !types.insert(kind.text()) {
            kind.duplicate(errors);
        }
        item(limit, errors);
    }
}

/// `validateLimitRangeTypeName`.
fn limit_type(name: &str) -> Check {
    names::qualified(name)?;
    if name.contains('/') || matches!(name, "Container" | "PersistentVolumeClaim" | "Pod") {
        return Ok(());
    }
    Err("is not a limit type of Kubernetes, and custom ones need a domain prefix")
}

/// One kind's limits.
struct Limits<'t> {
    item: Field<'t>,
    pod: bool,
    container: bool,
}

/// The maps of an item, in the order in which the server takes their keys.
const MAPS: [&str; 5] = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];

fn item<'t>(item: Field<'t>, errors: &mut Errors<'t>) {
    let kind = item.child("type").text();
    let limits = Limits { item, pod: kind == "Pod", container: kind == "Container" };
    resource_names(&limits, errors);
    if limits.pod {
        for map in ["default", "defaultRequest"].map(|name| item.child(name)).into_iter().filter(|map| !map.is_empty())
        {
            map.forbidden(errors, "limits of type Pod have no defaults");
        }
    }
    if kind == "PersistentVolumeClaim"
        && limits.get("min", "storage").is_none()
        && limits.get("max", "storage").is_none()
    {
        item.child("limits").required(errors, "a limit on claims needs a minimum or maximum of storage");
    }
    for name in limits.resources() {
        Amounts::new(&limits, name).compare(errors);
    }
}

fn resource_names<'t>(limits: &Limits<'t>, errors: &mut Errors<'t>) {
    let rule = if limits.pod || limits.container { container_resource_name } else { resource_name };
    for map in MAPS.into_iter().filter(|map| !(limits.pod && map.starts_with("default"))) {
        for (name, value) in limits.item.child(map).entries() {
            if let Err(why) = rule(name) {
                value.invalid_key(errors, name, why);
            }
        }
    }
}

impl<'t> Limits<'t> {
    fn get(&self, map: &'static str, resource: &str) -> Option<Field<'t>> {
        self.item.child(map).key(resource)
    }

    /// All resources named, each once.
    fn resources(&self) -> Vec<&'t str> {
        let mut all = Vec::new();
        for map in MAPS.into_iter().filter(|map| !(self.pod && map.starts_with("default"))) {
            for (name, _) in self.item.child(map).entries() {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
        }
        all
    }
}

/// An amount, and the field that holds it: another field of the item where it was filled in.
type Amount<'t> = Option<(Quantity, Field<'t>)>;

/// What an item says of one resource.
struct Amounts<'t> {
    item: Field<'t>,
    resource: &'t str,
    min: Amount<'t>,
    max: Amount<'t>,
    default: Amount<'t>,
    request: Amount<'t>,
    ratio: Amount<'t>,
}

impl<'t> Amounts<'t> {
    fn new(limits: &Limits<'t>, resource: &'t str) -> Self {
        let get = |map| limits.get(map, resource).and_then(|field| Some((quantity(field)?, field)));
        let (min, max) = (get("min"), get("max"));
        let mut default = if limits.pod { None } else { get("default") };
        let mut request = if limits.pod { None } else { get("defaultRequest") };
        if limits.container {
            default = default.or(max);
            request = request.or(default).or(min);
        }
        Self { item: limits.item, resource, min, max, default, request, ratio: get("maxLimitRequestRatio") }
    }

    fn compare(&self, errors: &mut Errors<'t>) {
        self.ordered(self.min, self.max, "min", "the minimum is greater than the maximum", errors);
        self.ordered(
            self.min,
            self.request,
            "defaultRequest",
            "the minimum is greater than the default request",
            errors,
        );
        self.ordered(
            self.request,
            self.max,
            "defaultRequest",
            "the default request is greater than the maximum",
            errors,
        );
        let why = "the default request is greater than the default limit";
        self.ordered(self.request, self.default, "defaultRequest", why, errors);
        self.ordered(self.min, self.default, "default", "the minimum is greater than the default limit", errors);
        self.ordered(self.default, self.max, "default", "the default limit is greater than the maximum", errors);
        self.ratio(errors);
        if !is_overcommit_allowed(self.resource) {
            self.equal_defaults(errors);
        }
    }

    /// `low` must not be greater than `high`; `map` is where the server reports it.
    fn ordered(&self, low: Amount<'t>, high: Amount<'t>, map: &str, why: &str, errors: &mut Errors<'t>) {
        if let (Some((low, at)), Some((high, other))) = (low, high)
            && low > high
        {
            let place = if self.stands_in(at, map) { at } else { other };
            self.errors(place, map, why, errors);
        }
    }

    fn stands_in(&self, field: Field<'t>, map: &str) -> bool {
        field.node().and_then(|node| node.parent()?.entry()).is_some_and(|entry| entry.name == map)
    }

    fn errors(&self, place: Field<'t>, map: &str, why: &str, errors: &mut Errors<'t>) {
        let path = format!("{}.{map}[{}]", self.item.place().path(errors.root), self.resource);
        errors.error_at_path(ErrorType::Invalid, place, path, format!("`{}`: {why}", self.resource));
    }

    /// The ratio of limit and request is at least 1, and at most that of maximum and minimum.
    fn ratio(&self, errors: &mut Errors<'t>) {
        let Some((ratio, at)) = self.ratio else { return };
        if ratio < Quantity::units(1) {
            self.errors(at, "maxLimitRequestRatio", "the ratio is less than 1", errors);
        }
        let (Some((min, _)), Some((max, _))) = (self.min, self.max) else { return };
        if is_ratio_above(ratio, min, max) {
            self.errors(at, "maxLimitRequestRatio", "the ratio is greater than the maximum by the minimum", errors);
        }
    }

    fn equal_defaults(&self, errors: &mut Errors<'t>) {
        if let (Some((default, _)), Some((request, at))) = (self.default, self.request)
            && default != request
        {
            let why = "the default request must equal the default limit, since the resource cannot be overcommitted";
            self.errors(at, "defaultRequest", why, errors);
        }
    }
}

/// Whether the ratio exceeds `max / min`, reckoned in floating point as the server does: what divides by zero never does.
fn is_ratio_above(ratio: Quantity, min: Quantity, max: Quantity) -> bool {
    let small = [ratio, min, max].iter().all(|amount| amount.value() < MAX_MILLI);
    let (ratio, min, max) = if small {
        (ratio.milli_value() as f64 / 1000.0, min.milli_value() as f64, max.milli_value() as f64)
    } else {
        (ratio.value() as f64, min.value() as f64, max.value() as f64)
    };
    ratio > max / min
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    fn limits(item: &str) -> Vec<String> {
        let head = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec:\n  limits:\n  -";
        violations_in(&format!("{head} {{{item}}}"), 36)
    }

    #[test]
    fn amounts_that_are_left_out_follow_from_the_others() {
        assert!(limits("type: Container, min: {cpu: 1}, max: {cpu: 2}, default: {cpu: 2}").is_empty());
        // The default request is the default, which is less than the minimum.
        let low = limits("type: Container, min: {cpu: 1}, default: {cpu: 500m}");
        assert_eq!(low, ["invalid spec.limits[0].defaultRequest[cpu]", "invalid spec.limits[0].default[cpu]"]);
        // Only containers have defaults.
        assert!(limits("type: PersistentVolumeClaim, min: {storage: 1}, defaultRequest: {storage: 1}").is_empty());
        assert_eq!(limits("type: Pod, default: {cpu: 1}"), ["forbidden spec.limits[0].default"]);
    }

    #[test]
    fn ratios() {
        assert!(limits("type: Pod, min: {cpu: 500m}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 4}").is_empty());
        for ratio in ["5", "500m"] {
            let item =
                format!("type: Pod, min: {{cpu: 500m}}, max: {{cpu: 2}}, maxLimitRequestRatio: {{cpu: {ratio}}}");
            assert_eq!(limits(&item), ["invalid spec.limits[0].maxLimitRequestRatio[cpu]"], "{ratio}");
        }
        assert!(limits("type: Pod, min: {cpu: 0}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 400}").is_empty());
    }

    #[test]
    fn resources_that_cannot_be_overcommitted() {
        let item = "type: Container, default: {a.b/c: 2}, defaultRequest: {a.b/c: 1}";
        assert_eq!(limits(item), ["invalid spec.limits[0].defaultRequest[a.b/c]"]);
    }
}
