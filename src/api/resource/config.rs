//! Opaque parameters for drivers.
//!
//! In: a configuration of a claim or a class. Out: violations. Mirrors `validateDeviceConfiguration`,
//! `validateOpaqueConfiguration` and `validateRawExtension`.

use crate::api::check::csi;
use crate::api::{ErrorType, Report};
use crate::yaml::{self, Node};

/// Most bytes of parameters as JSON (`OpaqueParametersMaxLength`).
const LONGEST: usize = 10 * 1024;

/// Judges a configuration.
pub(super) fn validate<'t>(config: Node<'t>, report: &mut Report<'t>) {
    let Some(opaque) = config.get("opaque") else {
        report.required(config, "opaque");
        return;
    };
    csi::driver_name(opaque, "driver", report);
    match opaque.get("parameters") {
        None => {
            report.required(opaque, "parameters");
        }
        Some(node) if report.since(32) && yaml::to_json(node).is_ok_and(|json| json.len() > LONGEST) => {
            report.error(ErrorType::TooLong, node, format!("must have at most {LONGEST} bytes as JSON"));
        }
        Some(node) if !node.is_mapping() => {
            report.error(ErrorType::Invalid, node, "`parameters` must be a map");
        }
        Some(_) => {}
    }
}
