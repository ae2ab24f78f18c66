//! Capacities of devices, and how they may be shared out.
//!
//! In: an entry of `capacity`. Out: violations. Mirrors `validateRequestPolicy` and what it calls. Policies count since
//! 1.36 (DRAConsumableCapacity).

use std::collections::HashSet;

use super::list::{LONGEST_KEY, value_path};
use crate::api::errors::show;
use crate::api::{ErrorType, Errors};
use crate::object::Quantity;
use crate::yaml::{Entry, Node, Place};

/// Most values that a policy may list.
const MOST_VALUES: usize = 10;

/// Validates a capacity of a device that takes several claims, or does not.
pub(super) fn validate<'t>(entry: Entry<'t>, multiple: bool, errors: &mut Errors<'t>) {
    let Some(policy) = entry.value.get("requestPolicy") else { return };
    let path = format!("{}.requestPolicy", value_path(entry, LONGEST_KEY, errors));
    if !multiple {
        let message = "`requestPolicy` needs `allowMultipleAllocations: true` on the device";
        errors.error_at_path(ErrorType::Forbidden, Place::Key(policy), path, message);
        return;
    }
    let capacity = Quantity::at(entry.value, "value").unwrap_or_default();
    let policy = Policy { node: policy, path, capacity };
    let values = policy.node.get("validValues").filter(|values| !values.is_empty());
    match (values, policy.node.get("validRange")) {
        (Some(_), Some(_)) => {
            let message = "`validValues` and `validRange` are mutually exclusive";
            errors.error_at_path(ErrorType::Forbidden, policy.node, policy.path.clone(), message);
        }
        (Some(values), None) => policy.values(values, errors),
        (None, Some(range)) => policy.range(range, errors),
        (None, None) => {}
    }
}

struct Policy<'t> {
    node: Node<'t>,
    path: String,
    capacity: Quantity,
}

impl<'t> Policy<'t> {
    fn default(&self, errors: &mut Errors<'t>) -> Option<Quantity> {
        let found = self.node.get("default").and_then(Quantity::of);
        if found.is_none() {
            let (place, path) = (Place::field(self.node, "default"), format!("{}.default", self.path));
            errors.error_at_path(ErrorType::Required, place, path, "`default` is required beside what is valid");
        }
        found
    }

    /// validateRequestPolicyValidValues.
    fn values(&self, list: Node<'t>, errors: &mut Errors<'t>) {
        let Some(default) = self.default(errors) else { return };
        let path = format!("{}.validValues", self.path);
        let all: Vec<_> = list.items().map(|node| (node, Quantity::of(node).unwrap_or_default())).collect();
        for (index, pair) in all.windows(2).enumerate().filter(|(_, pair)| pair[0].1 > pair[1].1) {
            let message = format!("{}: values must be in ascending order", show(pair[1].0));
            errors.error_at_path(ErrorType::Invalid, pair[1].0, format!("{path}[{}]", index + 1), message);
        }
        if all.len() > MOST_VALUES {
            let message = format!("{} values: at most {MOST_VALUES} are allowed", all.len());
            errors.error_at_path(ErrorType::TooMany, list, path.clone(), message);
        } else {
            self.options(&all, &path, errors);
        }
        if all.len() > MOST_VALUES || !all.iter().any(|(_, value)| *value == default) {
            errors.error_at_path(ErrorType::Invalid, list, path, "`default` is not one of the valid values");
        }
    }

    fn options(&self, all: &[(Node<'t>, Quantity)], path: &str, errors: &mut Errors<'t>) {
        let mut seen = HashSet::new();
        for (index, &(node, value)) in all.iter().enumerate() {
            let at = format!("{path}[{index}]");
            if value > self.capacity {
                let message = format!("{} is larger than the capacity", show(node));
                errors.error_at_path(ErrorType::Invalid, node, at.clone(), message);
            }
            if !seen.insert(value.value()) {
                errors.error_at_path(ErrorType::Duplicate, node, at, format!("{} is listed twice", show(node)));
            }
        }
    }

    /// validateRequestPolicyRange.
    fn range(&self, range: Node<'t>, errors: &mut Errors<'t>) {
        let Some(default) = self.default(errors) else { return };
        let path = format!("{}.validRange", self.path);
        let Some(min) = range.get("min").and_then(Quantity::of) else {
            let message = "`min` is required";
            errors.error_at_path(ErrorType::Required, Place::field(range, "min"), format!("{path}.min"), message);
            return;
        };
        let max = range.get("max").and_then(Quantity::of);
        let mut refuse = |bad: bool, field: &str, why: &str| {
            if bad {
                let place = Place::field(range, field);
                errors.error_at_path(ErrorType::Invalid, place, format!("{path}.{field}"), why);
            }
        };
        refuse(min > self.capacity, "min", "`min` is larger than the capacity");
        refuse(default < min, "min", "`default` is less than `min`");
        if let Some(max) = max {
            refuse(min > max, "max", "`min` is larger than `max`");
            refuse(max > self.capacity, "max", "`max` is larger than the capacity");
            refuse(default > max, "max", "`default` is larger than `max`");
        }
        let Some(step) = range.get("step").and_then(Quantity::of) else { return };
        refuse(min.plus(step) > self.capacity, "step", "one step from `min` is larger than the capacity");
        let off = |value: Quantity| {
            value.value().wrapping_sub(min.value()).checked_rem(step.value()).is_none_or(|rest| rest != 0)
        };
        refuse(off(default), "step", "`default` is not a whole number of steps from `min`");
        refuse(max.is_some_and(off), "step", "`max` is not a whole number of steps from `min`");
    }
}
