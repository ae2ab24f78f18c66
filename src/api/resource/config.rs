//! Opaque parameters for drivers.
//!
//! In: a configuration of a claim or a class. Out: violations. Mirrors `validateDeviceConfiguration`,
//! `validateOpaqueConfiguration` and `validateRawExtension`.

use crate::api::check::csi;
use crate::api::{ErrorType, Errors};
use crate::yaml::{self, Node};

/// Most bytes of parameters as JSON (`OpaqueParametersMaxLength`).
const LONGEST: usize = 10 * 1024;

/// Validates a configuration.
pub(super) fn validate<'t>(config: Node<'t>, errors: &mut Errors<'t>) {
    let Some(opaque) = config.get("opaque") else {
        errors.required(config, "opaque");
        return;
    };
    csi::driver_name(opaque, "driver", errors);
    match opaque.get("parameters") {
        None => {
            errors.required(opaque, "parameters");
        }
        Some(node) if errors.since(32) && yaml::to_json(node).is_ok_and(|json| json.len() > LONGEST) => {
            errors.error(ErrorType::TooLong, node, format!("must have at most {LONGEST} bytes as JSON"));
        }
        Some(node) if !node.is_mapping() => {
            errors.error(ErrorType::Invalid, node, "`parameters` must be a map");
        }
        Some(_) => {}
    }
}
