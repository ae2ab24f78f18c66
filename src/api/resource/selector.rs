//! Device selectors.
//!
//! In: the mapping that has `selectors`. Out: violations, those of the CEL expressions included. Mirrors
//! `validateSelector` and `validateCELSelector`; the environment is that of
//! `k8s.io/dynamic-resource-allocation/cel/compile.go`.

use super::list as lists;
use crate::api::check::{cel, text, text_at};
use crate::api::{ErrorType, Errors};
use crate::cel::{Env, Sizes, StructName, StructTypes, Type, Variable, cost};
use crate::yaml::{Node, Place};

/// Most selectors of a request or a class.
const MOST: usize = 32;

/// Longest expression, in bytes (`CELSelectorExpressionMaxLength`).
const LONGEST: usize = 10 * 1024;

/// Validates all selectors.
pub(super) fn list<'t>(parent: Node<'t>, errors: &mut Errors<'t>) {
    for selector in lists::bounded(parent, "selectors", MOST, errors) {
        match selector.get("cel") {
            Some(cel) => expression(cel, errors),
            None => {
                errors.required(selector, "cel");
            }
        }
    }
}

fn expression<'t>(cel: Node<'t>, errors: &mut Errors<'t>) {
    let place = Place::field(cel, "expression");
    if text_at(cel, "expression").len() > LONGEST {
        errors.error(ErrorType::TooLong, place, format!("must have at most {LONGEST} bytes"));
        return;
    }
    let Some(node) = cel.get("expression").filter(|node| !text(*node).is_empty()) else {
        errors.error(ErrorType::Invalid, place, "`expression` is required");
        return;
    };
    let path = place.path(errors.root);
    // `device.allowMultipleAllocations` came with DRAConsumableCapacity.
    let mut types = Device { multiple: errors.since(36) };
    let variables = vec![Variable::new("device", Type::message(DEVICE))];
    let mut env = Env::new(errors.version, variables, &mut types);
    env.bindings = true;
    let compiled = cel::expression(node, path.clone(), &mut env, &[Type::Bool, Type::Any], errors);
    if compiled.is_some_and(|compiled| cost(&compiled, &mut types) > COSTLIEST) {
        let message = "the server estimates that this costs more than a selector may: simplify it";
        errors.error_at_path(ErrorType::Forbidden, node, path, message);
    }
}

/// The most an expression may cost (`CELSelectorExpressionMaxCost`).
const COSTLIEST: u64 = 1_000_000;

/// Most attributes of a device, and most capacities.
const ENTRIES: u64 = 32;

/// Longest value of an attribute.
const VALUE: u64 = 64;

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

impl Sizes for Device {
    fn largest(&mut self, path: &[&str]) -> Option<u64> {
        let ["device", steps @ ..] = path else { return None };
        match steps {
            [] => Some(0),
            ["driver"] => Some(63),
            ["allowMultipleAllocations"] => Some(1),
            ["attributes" | "capacity"] => Some(ENTRIES),
            ["attributes" | "capacity", "@keys"] => Some(63),
            ["attributes" | "capacity", "@items" | "@values"] => Some(ENTRIES),
            ["attributes" | "capacity", "@items" | "@values", "@keys"] => Some(32),
            ["capacity", "@items" | "@values", "@items" | "@values"] => Some(0),
            // The server takes any field of an attribute for the value.
            ["attributes", "@items" | "@values", _] => Some(VALUE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DEVICE, Device};
    use crate::cel::{Env, Type, Variable, compile, cost};
    use crate::version::KubeVersion;

    #[test]
    fn what_selectors_cost() {
        for (text, most) in [
            ("device.driver == 'dra.example.com'", 4),
            ("device.attributes['dra.example.com'].name == 'fish'", 5),
            ("cel.bind(dra, device.attributes['dra.example.com'], dra.name)", 15),
            ("device.attributes.exists_one(x, x == 'dra.example.com')", 164),
            ("device.attributes['dra.example.com'].exists_one(x, x == 'services')", 133),
            ("device.attributes['dra.example.com'].services.split('example').size() >= 2", 19),
            ("device.attributes['dra.example.com'].services.matches('[^a]?sym')", 18),
            ("device.capacity['dra.example.com'].exists_one(x, x == 'memory')", 133),
            ("device.allowMultipleAllocations == true", 3),
        ] {
            let mut types = Device { multiple: true };
            let variables = vec![Variable::new("device", Type::message(DEVICE))];
            let mut env = Env::new(KubeVersion(36), variables, &mut types);
            env.bindings = true;
            let compiled = compile(text, &mut env).expect(text);
            assert_eq!(cost(&compiled, &mut types), most, "{text}");
        }
    }
}
