//! Field rules that are data.
//!
//! In: the typed objects that decoding passes, each with the name of its definition. Out: violations of the rules that
//! `schemas/constraints/*.yaml` attach to the definition's fields, in the vocabulary of Kubernetes' declarative validation
//! (KEP-5073). The tables are compiled into `schemas/constraints.bin` (`UPDATE=1 cargo test --test it constraints`), which is
//! read where it lies: starting costs the index of definitions, a rule what its bytes cost.

mod apply;
mod table;

pub use table::{MAGIC, Op, StringForm, Table};

use crate::api::Errors;
use crate::yaml::Node;

/// The mappings of one object that have rules.
#[derive(Debug, Default)]
pub struct Typed<'t> {
    seen: Vec<(Node<'t>, table::Constraints)>,
}

impl<'t> Typed<'t> {
    /// Takes note of a mapping and the full name of its definition (`io.k8s.api.batch.v1.JobSpec`).
    pub fn see(&mut self, node: Node<'t>, definition: &str) {
        if let Some(rules) = Table::get().rules(definition) {
            self.seen.push((node, rules));
        }
    }

    /// Holds each mapping against its rules.
    pub fn validate(&self, errors: &mut Errors<'t>) {
        for &(node, rules) in &self.seen {
            for rule in rules.in_force(errors.version) {
                apply::rule(node, &rule, errors);
            }
        }
    }
}
