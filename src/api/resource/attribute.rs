//! Attributes of devices.
//!
//! In: an entry of `attributes`. Out: violations. Mirrors `validateDeviceAttribute`. Lists of values are dropped by
//! default (DRAListTypeAttributes).

use super::list::{LONGEST_KEY, value_path};
use crate::api::check::text;
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Entry, Place};

/// Longest value of an attribute, in bytes.
const LONGEST: usize = 64;

/// Validates an attribute.
pub(super) fn validate<'t>(entry: Entry<'t>, errors: &mut Errors<'t>) {
    let path = value_path(entry, LONGEST_KEY, errors);
    let value = |field: &str| entry.value.get(field);
    let count = ["bool", "int", "string", "version"].iter().filter(|field| value(field).is_some()).count();
    if count != 1 {
        let message = "exactly one of `bool`, `int`, `string` and `version` is required";
        errors.error_at_path(ErrorType::Invalid, Place::key(entry), path.clone(), message);
    }
    for field in ["string", "version"] {
        let Some(node) = value(field) else { continue };
        let at = format!("{path}.{field}");
        if text(node).len() > LONGEST {
            let message = format!("{} is too long: at most {LONGEST} bytes are allowed", quote(text(node)));
            errors.error_at_path(ErrorType::TooLong, node, at.clone(), message);
        }
        if field == "version" && !is_semver(text(node)) {
            let message = format!("{} is not a semantic version (semver.org 2.0.0)", quote(text(node)));
            errors.error_at_path(ErrorType::Invalid, node, at, message);
        }
    }
}

/// Semantic Versioning 2.0.0, as `semverRe` decides.
fn is_semver(text: &str) -> bool {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let number = |part: &str| digits(part) && (part == "0" || !part.starts_with('0'));
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| pre.split('.').all(|part| word(part) && (!digits(part) || number(part))))
        && build.is_none_or(|build| build.split('.').all(word))
}

#[cfg(test)]
mod tests {
    use super::is_semver;

    #[test]
    fn semantic_versions() {
        for good in ["1.2.3", "0.0.0", "1.0.0-alpha.1", "1.0.0+b.01", "1.0.0-0a", "1.0.0--", "1.0.0-a+b-c"] {
            assert!(is_semver(good), "{good}");
        }
        for bad in ["1.2", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "v1.2.3", "1.2.3 ", "", "1.2.3+a_b"] {
            assert!(!is_semver(bad), "{bad}");
        }
    }
}
