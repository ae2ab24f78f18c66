//! Which rules run, and with which severity and options.
//!
//! In: the configuration and what the command line says. Out: the rules to run, and for each finding what holds at its
//! file: the profile first, then `rules`, then `overrides` for the path, then the command line.

use std::borrow::Cow;
use std::sync::Arc;

use crate::finding::{Finding, Severity};
use crate::rule::context::Setting;
use crate::rule::run::{ByPath, Enabled};
use crate::rule::{Registry, RuleInfo, Settings, profile};
use crate::source::SourceMap;

use super::{Config, Override, RuleConfig};

/// What the command line says about rules.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--select`: only these rules, and of these categories what the profile and the configuration run.
    pub select: Vec<String>,
    /// `--ignore`: these do not.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether the command line asks for the rule of a finding, or for its category.
    pub fn selects(&self, finding: &Finding) -> bool {
        self.select.iter().any(|selector| finding.rule == **selector || selector == finding.category.as_str())
    }
}

/// What holds for a rule at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    on: bool,
    severity: Option<Severity>,
}

impl Selection {
    fn profile<'a>(&'a self, config: &'a Config) -> &'a str {
        self.profile.as_deref().or(config.profile.as_deref()).unwrap_or(profile::DEFAULT)
    }

    /// The policy rules that run for at least one path.
    pub fn enabled(&self, config: &Config, registry: &Registry) -> Vec<Enabled> {
        let overridden = || config.overrides.iter().flat_map(|o| &o.rules).filter(|rule| rule.on == Some(true));
        let runs = |rule: &RuleInfo| {
            let somewhere = overridden().any(|entry| names(&entry.selector, rule));
            self.state(rule, config, None).on || (somewhere && self.on_command_line(rule, true))
        };
        let found = registry.policy().filter(|rule| runs(rule));
        let general = |rule: &Arc<RuleInfo>| {
            let (action, settings) = (rule.action.clone()?, self.settings(rule, config, &[]));
            Some(Enabled { rule: rule.clone(), action, settings, by_path: None })
        };
        found.filter_map(general).collect()
    }

    /// The rules with the settings that they have for single sources, by the options under `overrides`.
    pub fn placed<'r>(&self, rules: &'r [Enabled], config: &Config, sources: &SourceMap) -> Cow<'r, [Enabled]> {
        let mut rules = Cow::Borrowed(rules);
        if config.overrides.iter().flat_map(|place| &place.rules).any(|rule| !rule.options.is_empty()) {
            rules.to_mut().iter_mut().for_each(|rule| rule.by_path = self.by_path(&rule.rule, config, sources));
        }
        rules
    }

    /// The settings of a rule that has options under `overrides`, for the sources these hold for.
    fn by_path(&self, info: &RuleInfo, config: &Config, sources: &SourceMap) -> Option<ByPath> {
        let sets = |rule: &RuleConfig| info.id == *rule.selector && !rule.options.is_empty();
        let overrides: Vec<_> = config.overrides.iter().filter(|o| o.rules.iter().any(sets)).collect();
        if overrides.is_empty() {
            return None;
        }
        let mut by_path = ByPath::default();
        let mut variants: Vec<Vec<&Override>> = Vec::new();
        for source in sources.iter() {
            let name = config.relative(&source.name);
            let holding: Vec<_> = overrides.iter().copied().filter(|o| o.paths.is_match(&*name)).collect();
            if holding.is_empty() {
                continue;
            }
            let same = |other: &Vec<&Override>| other.iter().zip(&holding).all(|(a, b)| std::ptr::eq(*a, *b));
            let known = variants.iter().position(|other| other.len() == holding.len() && same(other));
            let variant = known.unwrap_or_else(|| {
                by_path.variants.push(self.settings(info, config, &holding));
                variants.push(holding);
                variants.len() - 1
            });
            by_path.of_source.insert(source.id, variant);
        }
        Some(by_path)
    }

    /// Whether a rule, of validity or policy, is on in general.
    pub fn is_on(&self, rule: &RuleInfo, config: &Config) -> bool {
        self.state(rule, config, None).on
    }

    /// The settings of a rule: the profile's, those of `rules`, then those of the overrides that hold.
    fn settings(&self, info: &RuleInfo, config: &Config, holding: &[&Override]) -> Settings {
        let severity = self.state(info, config, None).severity.unwrap_or(info.severity);
        let mut settings = Settings { severity, options: Default::default() };
        let presets = profile::presets(self.profile(config)).iter().filter(|(id, _, _)| info.id == **id);
        settings.options.extend(presets.map(|(_, option, value)| (*option, Setting::from(*value))));
        let entries = config.rules.iter().chain(holding.iter().flat_map(|o| &o.rules));
        for entry in entries.filter(|entry| info.id == *entry.selector) {
            settings.options.extend(entry.options.iter().cloned());
        }
        settings
    }

    /// Drops the findings of rules that are off at their file and sets the severities that hold there.
    /// `names` are the sources' names as seen from the configuration's directory.
    pub fn apply(&self, findings: &mut Vec<Finding>, config: &Config, registry: &Registry, names: &[String]) {
        if config.rules.is_empty() && config.overrides.is_empty() && self.select.is_empty() && self.ignore.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            let name = &names[finding.source().0 as usize];
            let Some(rule) = registry.find(&finding.rule) else { return true };
            let (state, policy) = (self.state(rule, config, Some(name)), rule.is_policy());
            if let (Some(severity), true) = (state.severity, !policy || !config.overrides.is_empty()) {
                // A rule may have lowered the severity for a milder case; one for a path only replaces the general one.
                let general = self.state(rule, config, None).severity.unwrap_or(rule.severity);
                if !policy || general == finding.severity || severity < finding.severity {
                    finding.severity = severity;
                }
            }
            state.on
        });
    }

    fn state(&self, rule: &RuleInfo, config: &Config, file: Option<&str>) -> State {
        let from_profile = rule.is_policy().then(|| profile::severity(rule, self.profile(config)));
        let mut state = State { on: from_profile != Some(None), severity: from_profile.flatten() };
        let mut take = |entry: &RuleConfig| {
            state.on = entry.on.unwrap_or(state.on);
            state.severity = entry.severity.or(state.severity);
        };
        // A category's entry holds for all its rules; a rule's own comes after it, wherever it stands.
        for entries in layers(config, file) {
            entries.iter().filter(|entry| entry.selector == rule.category.as_str()).for_each(&mut take);
            entries.iter().filter(|entry| rule.id == *entry.selector).for_each(&mut take);
        }
        state.on = self.on_command_line(rule, state.on);
        state
    }

    fn on_command_line(&self, rule: &RuleInfo, otherwise: bool) -> bool {
        let any = |list: &[String]| list.iter().any(|selector| names(selector, rule));
        if any(&self.ignore) {
            return false;
        }
        // A rule that is named runs; a category narrows what runs anyway.
        let named = self.select.iter().any(|selector| rule.id == **selector);
        named || (otherwise && (self.select.is_empty() || any(&self.select)))
    }
}

fn names(selector: &str, rule: &RuleInfo) -> bool {
    rule.id == *selector || selector == rule.category.as_str()
}

/// The lists of settings that hold for a file, the strongest last.
fn layers<'c>(config: &'c Config, file: Option<&str>) -> Vec<&'c [RuleConfig]> {
    let mut layers = vec![config.rules.as_slice()];
    if let Some(file) = file {
        layers.extend(config.overrides.iter().filter(|o| o.paths.is_match(file)).map(|o| o.rules.as_slice()));
    }
    layers
}
