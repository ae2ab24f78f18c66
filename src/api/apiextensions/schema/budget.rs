//! What the rules of a schema may cost.
//!
//! In: the compiled expressions of a schema, one after the other. Out: violations. Mirrors `getExpressionCost` and the
//! checks of `ValidateCustomResourceDefinitionOpenAPISchema` with it, and `TotalCost` of
//! `apiextensions/validation/cel_validation.go`.

use super::schema_root::SchemaRoot;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// The most a single expression may cost (`StaticEstimatedCostLimit`).
const EACH: u64 = 10_000_000;

/// The most all of them may cost (`StaticEstimatedCRDCostLimit`).
const ALL: u64 = 100_000_000;

/// What an expression must cost to be named when all of them cost too much.
const NAMED: u64 = ALL / 100;

/// How many are named then.
const MOST: usize = 4;

const ADVICE: &str = "simplify it, or set `maxItems`, `maxProperties` and `maxLength` where arrays, maps and strings are \
                      declared";

/// The costs that add up in a schema.
#[derive(Default)]
pub(super) struct Budget<'t> {
    total: u64,
    /// The most expensive expressions with their paths.
    expensive: Vec<(u64, Node<'t>, String)>,
}

impl<'t> Budget<'t> {
    /// Takes an expression into account, and checks it.
    pub fn spend(&mut self, node: Node<'t>, path: String, cost: u64, errors: &mut Errors<'t>) {
        if cost > EACH {
            let message =
                format!("the server estimates that this costs {} than a rule may: {ADVICE}", excess(cost, EACH));
            errors.error_at_path(ErrorType::Forbidden, node, path.clone(), message);
        }
        self.total = self.total.saturating_add(cost);
        if cost >= NAMED {
            self.expensive.push((cost, node, path));
            self.expensive.sort_by_key(|(cost, ..)| std::cmp::Reverse(*cost));
            self.expensive.truncate(MOST);
        }
    }

    /// Validates what all expressions cost together.
    pub fn settle(self, cursor: &SchemaRoot<'t>, root: Node<'t>, errors: &mut Errors<'t>) {
        if self.total <= ALL {
            return;
        }
        // The server repeats those that cost too much alone.
        for (_, node, path) in self.expensive.into_iter().filter(|(cost, ..)| *cost <= EACH) {
            let message = "this is one of the most expensive rules of a schema whose rules cost too much";
            errors.error_at_path(ErrorType::Forbidden, node, path, message);
        }
        let excess = excess(self.total, ALL);
        let message = format!("the server estimates that all rules cost {excess} than those of a schema may: {ADVICE}");
        errors.error_at_path(ErrorType::Forbidden, Place::Key(root), cursor.path(root), message);
    }
}

fn excess(cost: u64, limit: u64) -> String {
    match cost as f64 / limit as f64 {
        factor if factor > 100.0 => "more than 100 times more".to_owned(),
        factor => format!("{factor:.1} times more"),
    }
}
