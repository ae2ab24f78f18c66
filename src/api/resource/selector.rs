//! Device selectors.
//!
//! In: the mapping that has `selectors`. Out: violations, those of the CEL expressions included. Mirrors
//! `validateSelector` and `validateCELSelector`; the environment is that of
//! `k8s.io/dynamic-resource-allocation/cel/compile.go`.

use super::list as lists;
use crate::api::check::{cel, text, text_at};
use crate::api::{ErrorType, Report};
use crate::cel::{Env, StructName, StructTypes, Type, Variable};
use crate::yaml::{Node, Place};

/// Most selectors of a request or a class.
const MOST: usize = 32;

/// Longest expression, in bytes (`CELSelectorExpressionMaxLength`).
const LONGEST: usize = 10 * 1024;

/// Judges all selectors.
pub(super) fn list<'t>(parent: Node<'t>, report: &mut Report<'t>) {
    for selector in lists::bounded(parent, "selectors", MOST, report) {
        match selector.get("cel") {
            Some(cel) => expression(cel, report),
            None => {
                report.required(selector, "cel");
            }
        }
    }
}

fn expression<'t>(cel: Node<'t>, report: &mut Report<'t>) {
    let place = Place::field(cel, "expression");
    if text_at(cel, "expression").len() > LONGEST {
        report.error(ErrorType::TooLong, place, format!("must have at most {LONGEST} bytes"));
        return;
    }
    let Some(node) = cel.get("expression").filter(|node| !text(*node).is_empty()) else {
        report.error(ErrorType::Invalid, place, "`expression` is required");
        return;
    };
    let path = place.path(report.root);
    // `device.allowMultipleAllocations` came with DRAConsumableCapacity.
    let mut types = Device { multiple: report.since(36) };
    let variables = vec![Variable::new("device", Type::message(DEVICE))];
    let mut env = Env::new(report.version, variables, &mut types);
    env.bindings = true;
    cel::expression(node, path, &mut env, &[Type::Bool, Type::Any], report);
}

const DEVICE: &str = "kubernetes.DRADevice";

/// The type of the variable `device`.
struct Device {
    multiple: bool,
}

impl StructTypes for Device {
    fn field(&mut self, _: &StructName, field: &str) -> Option<Type> {
        let by_domain = |value: Type| Type::map(Type::String, Type::map(Type::String, value));
        match field {
            "driver" => Some(Type::String),
            "attributes" => Some(by_domain(Type::Any)),
            "capacity" => Some(by_domain(Type::message("kubernetes.Quantity"))),
            "allowMultipleAllocations" if self.multiple => Some(Type::Bool),
            _ => None,
        }
    }

    fn fields(&self, _: &StructName) -> Vec<String> {
        let mut names = vec!["driver".to_owned(), "attributes".to_owned(), "capacity".to_owned()];
        names.extend(self.multiple.then(|| "allowMultipleAllocations".to_owned()));
        names
    }
}
