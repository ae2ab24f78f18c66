//! LeaseCandidate.
//!
//! In: a decoded candidate. Out: findings. Mirrors `ValidateLeaseCandidateSpec` of `pkg/apis/coordination/validation`.

use crate::api::check::names;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

/// `ValidateLeaseCandidateSpec` and `ValidateCoordinatedLeaseStrategy`, whose path the server doubles.
pub fn lease_candidate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    spec.child("leaseName").required_text(errors);
    versions(spec, errors);
    let strategy = spec.child("strategy");
    if strategy.required_text(errors) {
        return;
    }
    let path = "spec.strategy.strategy";
    if strategy.text().contains('/') {
        if let Err(why) = names::qualified(strategy.text()) {
            errors.error_at_path(ErrorType::Invalid, strategy, path, format!("`{}`: {why}", strategy.text()));
        }
    } else if strategy.text() != "OldestEmulationVersion" {
        let message = format!("`{}` is not supported: use `OldestEmulationVersion`", strategy.text());
        errors.error_at_path(ErrorType::NotSupported, strategy, path, message);
    }
}

fn versions<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let (binary, emulated) = (spec.child("binaryVersion"), spec.child("emulationVersion"));
    binary.required_text(errors);
    let mut parsed = Vec::new();
    for version in [binary, emulated].into_iter().filter(|version| !version.text().is_empty()) {
        match semantic_version(version.text()) {
            Some(numbers) => parsed.push(numbers),
            None => version.invalid(errors, "must be a semantic version, such as `1.36.2`"),
        }
    }
    if matches!(parsed.as_slice(), [binary, emulated] if binary < emulated) {
        binary.invalid(errors, "must be greater than or equal to `emulationVersion`");
    }
    let oldest = spec.child("strategy").text() == "OldestEmulationVersion";
    if oldest && emulated.text().is_empty() {
        emulated.required(errors, "strategy `OldestEmulationVersion` requires it");
    }
}

/// Three numbers without leading zeros; what stands behind `-` or `+` is not compared.
fn semantic_version(text: &str) -> Option<[u64; 3]> {
    let core = text.split(['-', '+']).next()?;
    let mut parts = core.split('.');
    let mut numbers = [0; 3];
    for number in &mut numbers {
        let part = parts.next()?;
        let plain = !part.is_empty() && (part == "0" || !part.starts_with('0'));
        *number = part.parse().ok().filter(|_| plain && part.bytes().all(|b| b.is_ascii_digit()))?;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::semantic_version;

    #[test]
    fn semantic_versions() {
        assert_eq!(semantic_version("1.36.2-rc.1+x"), Some([1, 36, 2]));
        for bad in ["", "1", "1.36", "v1.36.2", "1.036.2", "1.36.2.1", "1.+6.2"] {
            assert_eq!(semantic_version(bad), None, "{bad}");
        }
    }
}
