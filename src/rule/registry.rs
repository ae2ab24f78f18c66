//! Every rule of a run, as a value.
//!
//! In: the documented ids of validity, the categories' lists of rules, and what users bring. Out: [`Registry`]: rules by id, by
//! another tool's id, and what an unknown name was probably meant to be.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::finding::{Category, RuleId};
use crate::suggest::closest;

use super::peers;
use super::{Rule, RuleInfo, rendered, validity};

/// Nothing longer is near any id, ours or another tool's.
const MAX_ID: usize = 128;

/// The rules there are: validity first, then policy by category and id.
#[derive(Clone, Default)]
pub struct Registry {
    rules: Vec<Arc<RuleInfo>>,
    by_id: FxHashMap<RuleId, usize>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Registry({} rules)", self.rules.len())
    }
}

impl Registry {
    /// The rules of validity, and those of these categories.
    pub fn new(groups: &[(Category, &[&'static Rule])]) -> Self {
        let mut rules: Vec<_> = validity::ALL.iter().chain(rendered::ALL).map(RuleInfo::of_validity).collect();
        let policy = groups
            .iter()
            .flat_map(|&(category, rules)| rules.iter().map(move |rule| RuleInfo::of_rule(category, rule)));
        let first = rules.len();
        rules.extend(policy);
        rules[first..].sort_by(|a, b| (a.category, &a.id).cmp(&(b.category, &b.id)));
        let mut registry = Self::default();
        rules.into_iter().for_each(|rule| registry.add(rule));
        registry
    }

    /// Adds a rule; it takes the place of one of its id.
    pub fn add(&mut self, rule: RuleInfo) {
        let (id, rule) = (rule.id.clone(), Arc::new(rule));
        match self.by_id.get(&id) {
            Some(&at) => self.rules[at] = rule,
            None => {
                self.by_id.insert(id, self.rules.len());
                self.rules.push(rule);
            }
        }
    }

    /// Every rule.
    pub fn all(&self) -> impl Iterator<Item = &Arc<RuleInfo>> + Clone {
        self.rules.iter()
    }

    /// The policy rules.
    pub fn policy(&self) -> impl Iterator<Item = &Arc<RuleInfo>> + Clone {
        self.all().filter(|rule| rule.is_policy())
    }

    /// The rule of that id.
    pub fn find(&self, id: &str) -> Option<&Arc<RuleInfo>> {
        self.by_id.get(id).map(|&at| &self.rules[at])
    }

    /// The rules that stand for a check of another tool: `checkov:CKV_K8S_8`, `CKV_K8S_8`, `ksv-13` for `KSV-0013`.
    pub fn of_peer(&self, id: &str) -> Vec<&Arc<RuleInfo>> {
        let wanted = peers::plain(id);
        self.all().filter(|rule| !wanted.is_empty() && peers::names(rule, &wanted)).collect()
    }

    /// The ids that an unknown one was probably meant to be: the closest in spelling, else those that have all its words. At
    /// most five.
    pub fn suggest(&self, id: &str) -> Vec<&str> {
        if id.len() > MAX_ID {
            return Vec::new();
        }
        let ids = || self.rules.iter().map(|rule| rule.id.as_str());
        if let Some(near) = closest(id, ids()) {
            return vec![near];
        }
        let words: Vec<_> = id.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 2).collect();
        let has_all = |id: &&str| words.iter().all(|word| id.contains(&word.to_ascii_lowercase()));
        if words.is_empty() { Vec::new() } else { ids().filter(has_all).take(5).collect() }
    }

    /// Whether there is a rule or a category of that name.
    pub fn is_selector(&self, name: &str) -> bool {
        self.find(name).is_some() || Category::parse(name).is_some()
    }

    /// What to say of a name that is no rule and no category, where something is near it: another tool's id, or a slip.
    pub fn hint(&self, name: &str) -> Option<String> {
        if name.len() > MAX_ID {
            return None;
        }
        let quoted = |ids: Vec<&str>| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        let of_peer: Vec<_> = self.of_peer(name).into_iter().map(|rule| rule.id.as_str()).collect();
        if !of_peer.is_empty() {
            return Some(format!("here it is {}", quoted(of_peer)));
        }
        let categories = Category::ALL.iter().map(|category| category.as_str());
        let ids = self.rules.iter().map(|rule| rule.id.as_str());
        let near = closest(name, ids.chain(categories)).map(|near| vec![near]);
        let near = near.unwrap_or_else(|| self.suggest(name));
        if near.is_empty() {
            let bare = self.all().flat_map(|rule| rule.peers).filter_map(|peer| Some(peer.split_once(':')?.1));
            return closest(name, bare).and_then(|id| Some(format!("did you mean {id}? {}", self.hint(id)?)));
        }
        Some(format!("did you mean {}?", quoted(near)))
    }
}
