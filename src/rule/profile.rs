//! Profiles: which rules run, how loud, and with which options.
//!
//! In: a profile's name. Out: whether a rule is in it, with which severity, and the options that it sets. Rules that name no
//! profile are in every one; `strict` has them all. docs/profiles.md says which rule answers which recommendation.

mod practices;

use crate::finding::Severity;
use crate::suggest::closest;

use super::{OptionValue, RuleInfo};

/// An option that a profile sets: the rule, the option, the value.
pub type Preset = (&'static str, &'static str, OptionValue);

/// A named choice of rules.
struct Profile {
    name: &'static str,
    summary: &'static str,
    /// The severity of a rule that runs in it.
    severity: fn(&RuleInfo) -> Severity,
    presets: &'static [Preset],
}

const PROFILES: &[Profile] = &[
    plain("default", "what a team can turn on today"),
    plain(STRICT, "every rule"),
    plain("pss-baseline", "the Pod Security Standards' baseline level"),
    plain("pss-restricted", "the Pod Security Standards' restricted level"),
    plain("nsa", "the Kubernetes Hardening Guide of NSA and CISA, 1.2"),
    plain("cis", "the policies (section 5) of the CIS Kubernetes Benchmark, 1.10 and 1.11"),
    Profile {
        name: "seeds",
        summary: "the practices of the project's first documents, a degree louder and with their figures",
        severity: of_practice,
        presets: practices::PRESETS,
    },
];

/// A profile that leaves severities and options as they are.
const fn plain(name: &'static str, summary: &'static str) -> Profile {
    Profile { name, summary, severity: |rule| rule.severity, presets: &[] }
}

/// What the documents ask for is a degree louder; the rest stays as it is.
fn of_practice(rule: &RuleInfo) -> Severity {
    match rule.severity {
        severity if practices::ASKED_FOR.binary_search(&rule.id.as_str()).is_err() => severity,
        Severity::Info => Severity::Warning,
        Severity::Warning | Severity::Error => Severity::Error,
    }
}

/// The profile that has every rule.
pub const STRICT: &str = "strict";

/// The profile that holds where none is named.
pub const DEFAULT: &str = "default";

fn find(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

/// Whether a profile is a published standard.
pub fn is_standard(name: &str) -> bool {
    matches!(name, "pss-baseline" | "pss-restricted" | "nsa" | "cis")
}

/// Whether there is a profile of that name.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// The name, where there is a profile of it.
///
/// # Errors
/// A message with the names there are.
pub fn known(name: &str) -> Result<&str, String> {
    if exists(name) {
        return Ok(name);
    }
    let near = closest(name, all().map(|(name, _)| name));
    let hint = near.map_or_else(|| format!("known: {}", list()), |near| format!("did you mean `{near}`?"));
    Err(format!("no such profile: `{name}` ({hint})"))
}

/// All names, for a message.
pub fn list() -> String {
    PROFILES.iter().map(|profile| profile.name).collect::<Vec<_>>().join(", ")
}

/// Names and summaries, in the order of the documentation.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    PROFILES.iter().map(|profile| (profile.name, profile.summary))
}

/// The severity of a rule in a profile; nothing where it does not run.
pub fn severity(rule: &RuleInfo, profile: &str) -> Option<Severity> {
    let runs = rule.profiles.is_empty() || profile == STRICT || rule.profiles.contains(&profile);
    runs.then(|| find(profile).map_or(rule.severity, |profile| (profile.severity)(rule)))
}

/// The options that a profile sets.
pub fn presets(profile: &str) -> &'static [Preset] {
    find(profile).map_or(&[], |profile| profile.presets)
}

#[cfg(test)]
mod tests {
    use std::mem::discriminant;

    use super::*;
    use crate::rules::registry;

    #[test]
    fn presets_are_options_that_their_rules_have() {
        for &(rule, option, value) in PROFILES.iter().flat_map(|profile| profile.presets) {
            let options = registry().find(rule).expect("a rule").options;
            let option = options.iter().find(|known| known.name == option).expect("an option of the rule");
            assert_eq!(discriminant(&option.default), discriminant(&value), "{rule}: {}", option.name);
        }
    }

    #[test]
    fn rules_name_profiles_that_exist() {
        for rule in registry().all() {
            assert!(rule.profiles.iter().all(|name| exists(name)), "{}", rule.id);
        }
    }

    #[test]
    fn what_the_documents_ask_for_is_louder() {
        let severity = |id: &str, profile: &str| severity(registry().find(id).expect("a rule"), profile);
        assert_eq!(severity("missing-readiness-probe", "default"), Some(Severity::Warning));
        assert_eq!(severity("missing-readiness-probe", "seeds"), Some(Severity::Error));
        assert_eq!(severity("missing-hpa", "seeds"), Some(Severity::Warning));
        assert_eq!(severity("unqualified-finalizer", "seeds"), Some(Severity::Info));
        assert_eq!(severity("host-aliases", "seeds"), None);
    }
}
