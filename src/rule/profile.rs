//! Profiles: which rules run, and how loud.
//!
//! In: a profile's name. Out: whether a rule is in it, and with which severity. Rules that name no profile are in every
//! one; `strict` has them all.

use crate::finding::Severity;

use super::Rule;

/// A named choice of rules.
struct Profile {
    name: &'static str,
    summary: &'static str,
}

const PROFILES: &[Profile] = &[
    Profile { name: "default", summary: "what a team can turn on today" },
    Profile { name: "strict", summary: "every rule" },
    Profile { name: "pss-baseline", summary: "the Pod Security Standards' baseline level" },
    Profile { name: "pss-restricted", summary: "the Pod Security Standards' restricted level" },
    Profile { name: "nsa", summary: "the NSA and CISA Kubernetes hardening guide" },
    Profile { name: "cis", summary: "the CIS benchmark's policies for workloads" },
    Profile { name: "seeds", summary: "the practices of the project's first documents, as errors" },
];

/// The profile that holds where none is named.
pub const DEFAULT: &str = "default";

/// Whether there is a profile of that name.
pub fn exists(name: &str) -> bool {
    PROFILES.iter().any(|profile| profile.name == name)
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
pub fn severity(rule: &Rule, profile: &str) -> Option<Severity> {
    let runs = rule.profiles.is_empty() || profile == "strict" || rule.profiles.contains(&profile);
    let raised = profile == "seeds" && rule.severity == Severity::Warning;
    runs.then_some(if raised { Severity::Error } else { rule.severity })
}
