//! Success policies of jobs.
//!
//! In: `successPolicy` of an indexed job. Out: what validateSuccessPolicy finds.

use super::{indexes, job::Numbers};
use crate::api::check::{is_empty_at, number, text};
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// maxSuccessPolicyRule.
const MOST_RULES: usize = 20;
/// maxJobSuccessPolicySucceededIndexesLimit.
const LONGEST_INDEXES: usize = 64 * 1024;

/// validateSuccessPolicy.
pub fn validate<'t>(policy: Node<'t>, numbers: Numbers, report: &mut Report<'t>) {
    if is_empty_at(policy, "rules") {
        report.required(policy, "rules");
    }
    let Some(rules) = policy.get("rules") else { return };
    if rules.len() > MOST_RULES {
        let message = format!("has {} rules: at most {MOST_RULES} are allowed", rules.len());
        report.error(ErrorType::TooMany, rules, message);
    }
    for item in rules.items() {
        // Without completions the server itself fails.
        rule(item, numbers.completions.unwrap_or(0), report);
    }
}

/// validateSuccessPolicyRule.
fn rule<'t>(rule: Node<'t>, completions: i64, report: &mut Report<'t>) {
    let (count, indexes) = (rule.get("succeededCount"), rule.get("succeededIndexes"));
    if count.is_none() && indexes.is_none() {
        report.error(ErrorType::Required, rule, "needs `succeededCount` or `succeededIndexes`");
    }
    let named = indexes.map(|node| succeeded_indexes(node, completions, report));
    let Some(node) = count else { return };
    number::non_negative(rule, "succeededCount", report);
    let value = node.as_i64().unwrap_or(0);
    if value > completions {
        report.invalid(node, &format!("must be less than or equal to {completions}, the number of completions"));
    }
    if let Some(named) = named.filter(|named| value > *named) {
        report.invalid(node, &format!("must be less than or equal to {named}, the number of `succeededIndexes`"));
    }
}

/// Number of indexes; 0 where the list is wrong.
fn succeeded_indexes<'t>(node: Node<'t>, completions: i64, report: &mut Report<'t>) -> i64 {
    if text(node).len() > LONGEST_INDEXES {
        let message = format!("must have at most {LONGEST_INDEXES} bytes");
        report.error(ErrorType::TooLong, Place::Value(node), message);
    }
    indexes::count(text(node), completions).unwrap_or_else(|why| {
        report.invalid(node, &why);
        0
    })
}
