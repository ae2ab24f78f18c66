//! Everything a finding can be reported under, in one list: validity first, then the policy rules.
//!
//! In: the registry and the documented ids of validity. Out: [`Entry`], which `kubevet rules`, `kubevet explain`, the
//! rule index and SARIF read.

use crate::finding::{Applicability, Category, Severity};
use crate::suggest::closest;

use super::registry::{self, Registered};
use super::validity::{self, Validity};
use super::{OptionSpec, Rule};

/// Nothing longer is near any id, ours or another tool's.
const MAX_ID: usize = 128;

/// A documented rule id.
#[derive(Clone, Copy)]
pub enum Entry {
    /// What the API server refuses.
    Validity(&'static Validity),
    /// A policy rule.
    Policy(Registered),
}

impl Entry {
    /// The rule id.
    pub fn id(self) -> &'static str {
        match self {
            Entry::Validity(entry) => entry.id,
            Entry::Policy(entry) => entry.rule.id,
        }
    }

    /// Its category.
    pub fn category(self) -> Category {
        match self {
            Entry::Validity(entry) => entry.category,
            Entry::Policy(entry) => entry.category,
        }
    }

    /// The severity it has unless configured otherwise.
    pub fn severity(self) -> Severity {
        match self {
            Entry::Validity(entry) => entry.severity,
            Entry::Policy(entry) => entry.rule.severity,
        }
    }

    /// The policy rule, if it is one.
    pub fn rule(self) -> Option<&'static Rule> {
        match self {
            Entry::Validity(_) => None,
            Entry::Policy(entry) => Some(entry.rule),
        }
    }

    /// The first line of the documentation, without a final stop.
    pub fn summary(self) -> &'static str {
        let line = self.raw_docs().trim_start().lines().next().unwrap_or("").trim();
        line.strip_suffix('.').unwrap_or(line)
    }

    /// The documentation in Markdown: summary, what, why, how to fix.
    pub fn docs(self) -> String {
        let lines = self.raw_docs().lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    fn raw_docs(self) -> &'static str {
        match self {
            Entry::Validity(entry) => entry.docs,
            Entry::Policy(entry) => entry.rule.docs,
        }
    }

    /// Whether it can mend what it finds.
    pub fn fix(self) -> Option<Applicability> {
        match self {
            Entry::Validity(entry) => entry.fix,
            Entry::Policy(entry) => entry.rule.fix,
        }
    }

    /// Ids of the same check in other tools, `tool:id`.
    pub fn peers(self) -> &'static [&'static str] {
        self.rule().map_or(&[], |rule| rule.peers)
    }

    /// Where its advice comes from.
    pub fn references(self) -> &'static [&'static str] {
        self.rule().map_or(&[], |rule| rule.references)
    }

    /// Its options.
    pub fn options(self) -> &'static [OptionSpec] {
        self.rule().map_or(&[], |rule| rule.options)
    }
}

/// Every entry, validity first, else by category and id.
pub fn all() -> impl Iterator<Item = Entry> {
    validity::ALL.iter().map(Entry::Validity).chain(registry::all().iter().copied().map(Entry::Policy))
}

/// The entry of that id.
pub fn find(id: &str) -> Option<Entry> {
    validity::find(id).map(Entry::Validity).or_else(|| registry::find(id).map(Entry::Policy))
}

/// The entries that stand for a check of another tool: `checkov:CKV_K8S_8`, `CKV_K8S_8`, `ksv-13` for `KSV-0013`.
pub fn of_peer(id: &str) -> Vec<Entry> {
    let wanted = plain(id);
    let same = |peer: &&str| {
        let bare = peer.split_once(':').map_or(*peer, |(_, bare)| bare);
        plain(bare) == wanted || plain(peer) == wanted
    };
    all().filter(|entry| !wanted.is_empty() && entry.peers().iter().any(&same)).collect()
}

/// Whether an entry stands for a check of that tool; `*` in the check's id stands for any text.
pub fn stands_for(entry: Entry, tool: &str, check: &str) -> bool {
    let parts: Vec<String> = check.split('*').map(plain).collect();
    let of_tool = entry.peers().iter().filter_map(|peer| peer.strip_prefix(tool)?.strip_prefix(':'));
    of_tool.map(plain).any(|id| !check.is_empty() && matches(&id, &parts))
}

/// Whether a text begins with the first part, ends with the last, and has the others in between, in that order.
fn matches(text: &str, parts: &[String]) -> bool {
    let [first, between @ .., last] = parts else { return parts.first().is_some_and(|only| only == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    between.iter().all(|part| {
        let found = rest.split_once(part.as_str());
        rest = found.map_or(rest, |(_, after)| after);
        found.is_some()
    })
}

/// The ids that an unknown one was probably meant to be: the closest in spelling, else those that have all its words. At
/// most five.
pub fn suggest(id: &str) -> Vec<&'static str> {
    if id.len() > MAX_ID {
        return Vec::new();
    }
    if let Some(near) = closest(id, all().map(Entry::id)) {
        return vec![near];
    }
    let words: Vec<_> = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 2).collect();
    let has_all = |entry: &Entry| words.iter().all(|word| entry.id().contains(&word.to_ascii_lowercase()));
    let found = all().filter(|entry| !words.is_empty() && has_all(entry));
    found.map(Entry::id).take(5).collect()
}

/// Whether there is a rule or a category of that name.
pub fn is_selector(name: &str) -> bool {
    find(name).is_some() || Category::parse(name).is_some()
}

/// What to say of a name that is no rule and no category, where something is near it: another tool's id, or a slip.
pub fn hint(name: &str) -> Option<String> {
    if name.len() > MAX_ID {
        return None;
    }
    let quoted = |ids: Vec<&str>| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let of_peer: Vec<_> = of_peer(name).into_iter().map(Entry::id).collect();
    if !of_peer.is_empty() {
        return Some(format!("here it is {}", quoted(of_peer)));
    }
    let categories = Category::ALL.iter().map(|category| category.as_str());
    let near = closest(name, all().map(Entry::id).chain(categories)).map(|near| vec![near]);
    let near = near.unwrap_or_else(|| suggest(name));
    if near.is_empty() {
        let bare = all().flat_map(|entry| entry.peers()).filter_map(|peer| Some(peer.split_once(':')?.1));
        return closest(name, bare).and_then(|id| Some(format!("did you mean {id}? {}", hint(id)?)));
    }
    Some(format!("did you mean {}?", quoted(near)))
}

/// Letters and digits alone, in lower case, numbers without leading zeros, without Trivy's older prefix `AVD-`.
fn plain(id: &str) -> String {
    let mut plain = String::new();
    let lower = id.to_ascii_lowercase();
    for c in lower.strip_prefix("avd-").unwrap_or(&lower).chars().filter(char::is_ascii_alphanumeric) {
        let leads = !plain.ends_with(|last: char| last.is_ascii_digit());
        if c != '0' || !leads {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::ErrorType;

    #[test]
    fn ids_are_unique_documented_and_in_kebab_case() {
        let mut seen = BTreeSet::new();
        for entry in all() {
            let id = entry.id();
            assert!(seen.insert(id), "{id} stands twice");
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{id}");
            assert!(!entry.summary().is_empty() && entry.summary().len() <= 120, "{id}: {}", entry.summary());
            assert!(entry.docs().lines().count() >= 3, "{id} needs more than a summary");
        }
    }

    #[test]
    fn every_error_type_of_the_server_is_explained() {
        for kind in ErrorType::ALL {
            assert!(find(kind.id()).is_some(), "{}", kind.id());
        }
    }

    #[test]
    fn unknown_ids_lead_to_near_ones() {
        assert_eq!(suggest("latest-image-tags"), ["latest-image-tag"]);
        assert_eq!(suggest("UnknownField"), ["unknown-field"]);
        assert_eq!(suggest("latest"), ["latest-image-tag", "stale-latest-image"]);
        assert!(suggest("xyz").is_empty() && suggest("").is_empty());
        assert_eq!(hint("imagess").as_deref(), Some("did you mean `images`?"));
        assert_eq!(
            hint("pod-probes").as_deref(),
            Some("here it is `missing-liveness-probe`, `missing-readiness-probe`")
        );
        assert_eq!(hint("latest-tagg").as_deref(), Some("did you mean latest-tag? here it is `latest-image-tag`"));
        assert_eq!(hint("xyz"), None);
    }

    #[test]
    fn rules_stand_for_checks_of_other_tools() {
        let latest = find("latest-image-tag").expect("a rule");
        for (tool, check) in [
            ("trivy", "KSV-0013"),
            ("trivy", "AVD-KSV-0013"),
            ("trivy", "ksv013"),
            ("trivy", "*"),
            ("trivy", "KSV*13"),
            ("trivy", "ksv*"),
            ("checkov", "CKV_K8S_14"),
            ("kube-linter", "latest-tag"),
        ] {
            assert!(stands_for(latest, tool, check), "{tool} {check}");
        }
        for (tool, check) in [("trivy", "CKV_K8S_14"), ("trivy", "KSV"), ("trivy", ""), ("trivy", "*14"), ("k", "*")] {
            assert!(!stands_for(latest, tool, check), "{tool} {check}");
        }
    }

    #[test]
    fn ids_of_other_tools_lead_to_ours() {
        for id in ["CKV_K8S_14", "checkov:CKV_K8S_14", "ckv-k8s-14", "KSV-0013", "KSV013", "AVD-KSV-0013", "latest-tag"]
        {
            let found: Vec<_> = of_peer(id).iter().map(|entry| entry.id()).collect();
            assert!(found.contains(&"latest-image-tag"), "{id}: {found:?}");
        }
        assert!(of_peer("CKV_K8S_9999").is_empty() && of_peer("").is_empty() && of_peer("-").is_empty());
    }
}
