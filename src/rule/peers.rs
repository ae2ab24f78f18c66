//! Checks of other tools that rules stand for.
//!
//! In: a rule and an id of another tool, in any of the spellings it is known by. Out: whether the rule stands for it.

use super::RuleInfo;

/// Whether a rule stands for a check of that tool; `*` in the check's id stands for any text.
pub fn stands_for(rule: &RuleInfo, tool: &str, check: &str) -> bool {
    let parts: Vec<String> = check.split('*').map(plain).collect();
    let of_tool = rule.peers.iter().filter_map(|peer| peer.strip_prefix(tool)?.strip_prefix(':'));
    of_tool.map(plain).any(|id| !check.is_empty() && matches(&id, &parts))
}

/// Whether a rule names a check by an id that [`plain`] gave, with its tool or without.
pub(super) fn names(rule: &RuleInfo, wanted: &str) -> bool {
    rule.peers.iter().any(|peer| {
        let bare = peer.split_once(':').map_or(*peer, |(_, bare)| bare);
        plain(bare) == wanted || plain(peer) == wanted
    })
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

/// Letters and digits alone, in lower case, numbers without leading zeros, without Trivy's older prefix `AVD-`.
pub(super) fn plain(id: &str) -> String {
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
