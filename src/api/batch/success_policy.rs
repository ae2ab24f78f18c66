//! Success policies of jobs.
//!
//! In: `successPolicy` of an indexed job. Out: what validateSuccessPolicy finds.

use super::{indexes, job::Numbers};
use crate::api::check::text;
use crate::api::{ErrorType, Errors};
use crate::yaml::Node;

/// validateSuccessPolicy.
pub fn validate<'t>(policy: Node<'t>, numbers: Numbers, errors: &mut Errors<'t>) {
    let Some(rules) = policy.get("rules") else { return };
    for item in rules.items() {
        // Without completions the server itself fails.
        rule(item, numbers.completions.unwrap_or(0), errors);
    }
}

/// validateSuccessPolicyRule.
fn rule<'t>(rule: Node<'t>, completions: i64, errors: &mut Errors<'t>) {
    let (count, indexes) = (rule.get("succeededCount"), rule.get("succeededIndexes"));
    if count.is_none() && indexes.is_none() {
        errors.error(ErrorType::Required, rule, "needs `succeededCount` or `succeededIndexes`");
    }
    let named = indexes.map(|node| succeeded_indexes(node, completions, errors));
    let Some(node) = count else { return };
    let value = node.as_i64().unwrap_or(0);
    if value > completions {
        errors.invalid(node, &format!("must be less than or equal to {completions}, the number of completions"));
    }
    if let Some(named) = named.filter(|named| value > *named) {
        errors.invalid(node, &format!("must be less than or equal to {named}, the number of `succeededIndexes`"));
    }
}

/// Number of indexes; 0 where the list is wrong.
fn succeeded_indexes<'t>(node: Node<'t>, completions: i64, errors: &mut Errors<'t>) -> i64 {
    indexes::count(text(node), completions).unwrap_or_else(|why| {
        errors.invalid(node, &why);
        0
    })
}
