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
use crate::source::{SourceId, SourceMap};

use super::{Config, Placed, Places, RuleConfig};

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
        let all = config.all();
        // What is on for some files alone: by an override, or by a configuration below the run's own one.
        let overridden = all.iter().flat_map(|config| config.overrides.iter().flat_map(|over| &over.rules));
        let nested = all.iter().filter(|other| !std::ptr::eq(**other, config)).flat_map(|other| &other.rules);
        let somewhere: Vec<&RuleConfig> = overridden.chain(nested).filter(|rule| rule.on == Some(true)).collect();
        let is_nested = config.files().nth(1).is_some();
        let runs = |rule: &RuleInfo| {
            let on = self.state(rule, config, None).on;
            let elsewhere = || somewhere.iter().any(|entry| names(&entry.selector, rule));
            // The run's own configuration may turn off what one below it leaves on.
            let by_profile = || is_nested && profile::severity(rule, self.profile(config)).is_some();
            on || ((elsewhere() || by_profile()) && self.on_command_line(rule, true))
        };
        let found = registry.policy().filter(|rule| runs(rule));
        let general = |rule: &Arc<RuleInfo>| {
            let (action, settings) =
                (rule.action.clone()?, self.settings(rule, config, &self.options(rule, config, None)));
            Some(Enabled { rule: rule.clone(), action, settings, by_path: None })
        };
        found.filter_map(general).collect()
    }

    /// The rules with the settings that they have for single sources, by the options that hold there.
    pub fn placed<'r>(&self, rules: &'r [Enabled], config: &Config, sources: &SourceMap) -> Cow<'r, [Enabled]> {
        let mut rules = Cow::Borrowed(rules);
        if !config.sets_options_by_place() {
            return rules;
        }
        let places: Vec<_> = sources.iter().map(|source| (source.id, config.placed(&source.name))).collect();
        let all = config.all();
        let entries =
            || all.iter().flat_map(|config| config.overrides.iter().flat_map(|over| &over.rules).chain(&config.rules));
        for rule in rules.to_mut() {
            if entries().any(|entry| rule.rule.id == *entry.selector && !entry.options.is_empty()) {
                rule.by_path = Some(self.by_path(&rule.rule, config, &places));
            }
        }
        rules
    }

    /// The settings of a rule for the sources for which they are not the general ones.
    fn by_path(&self, info: &RuleInfo, config: &Config, places: &[(SourceId, Placed<'_>)]) -> ByPath {
        let mut by_path = ByPath::default();
        let general = self.options(info, config, None);
        let mut variants: Vec<Vec<&RuleConfig>> = Vec::new();
        for (source, place) in places {
            let holding = self.options(info, place.config, Some(place));
            let same = |other: &Vec<&RuleConfig>| {
                other.len() == holding.len() && other.iter().zip(&holding).all(|(a, b)| std::ptr::eq(*a, *b))
            };
            if same(&general) {
                continue;
            }
            let known = variants.iter().position(same);
            let variant = known.unwrap_or_else(|| {
                by_path.variants.push(self.settings(info, config, &holding));
                variants.push(holding);
                variants.len() - 1
            });
            by_path.of_source.insert(*source, variant);
        }
        by_path
    }

    /// The entries that set options of a rule, in general or at a file, the strongest last.
    fn options<'c>(&self, info: &RuleInfo, config: &'c Config, place: Option<&Placed<'_>>) -> Vec<&'c RuleConfig> {
        let entries = config.layers(place).into_iter().flatten();
        entries.filter(|entry| info.id == *entry.selector && !entry.options.is_empty()).collect()
    }

    /// Whether the profile is a published standard, which knows no exceptions.
    pub fn is_standard(&self, config: &Config) -> bool {
        profile::is_standard(self.profile(config))
    }

    /// Whether a rule, of validity or policy, is on in general.
    pub fn is_on(&self, rule: &RuleInfo, config: &Config) -> bool {
        self.state(rule, config, None).on
    }

    /// Whether a rule is on at a file, and with which severity.
    pub fn at(&self, rule: &RuleInfo, config: &Config, place: &Placed<'_>) -> Option<Severity> {
        let state = self.state(rule, config, Some(place));
        state.on.then(|| state.severity.unwrap_or(rule.severity))
    }

    /// The settings of a rule: the profile's, then those of the entries that hold.
    fn settings(&self, info: &RuleInfo, config: &Config, holding: &[&RuleConfig]) -> Settings {
        let severity = self.state(info, config, None).severity.unwrap_or(info.severity);
        let standard = self.is_standard(config);
        let exact = standard || self.profile(config) == profile::STRICT;
        let mut settings = Settings { severity, standard, exact, options: Default::default() };
        let presets = profile::presets(self.profile(config)).iter().filter(|(id, _, _)| info.id == **id);
        settings.options.extend(presets.map(|(_, option, value)| (*option, Setting::from(*value))));
        settings.options.extend(holding.iter().flat_map(|entry| entry.options.iter().cloned()));
        settings
    }

    /// Drops the findings of rules that are off at their file and sets the severities that hold there. `places` are the sources
    /// with what holds for them.
    pub fn apply(&self, findings: &mut Vec<Finding>, config: &Config, registry: &Registry, places: &Places<'_>) {
        let all = config.all();
        let says = |config: &&Config| !config.rules.is_empty() || !config.overrides.is_empty();
        let is_nested = config.files().nth(1).is_some();
        if !is_nested && !all.iter().any(says) && self.select.is_empty() && self.ignore.is_empty() {
            return;
        }
        let by_place = is_nested || all.iter().any(|config| !config.overrides.is_empty());
        findings.retain_mut(|finding| {
            let place = places.at(finding.source());
            let Some(rule) = registry.find(&finding.rule) else { return true };
            let (state, policy) = (self.state(rule, config, Some(place)), rule.is_policy());
            if let (Some(severity), true) = (state.severity, !policy || by_place) {
                // A rule may have lowered the severity for a milder case; one for a path only replaces the general one.
                let general = self.state(rule, config, None).severity.unwrap_or(rule.severity);
                if !policy || general == finding.severity || severity < finding.severity {
                    finding.severity = severity;
                }
            }
            state.on
        });
    }

    /// What holds for a rule in general, or at a file; the profile is that of the run.
    fn state(&self, rule: &RuleInfo, config: &Config, place: Option<&Placed<'_>>) -> State {
        let from_profile = rule.is_policy().then(|| profile::severity(rule, self.profile(config)));
        let mut state = State { on: from_profile != Some(None), severity: from_profile.flatten() };
        let mut take = |entry: &RuleConfig| {
            state.on = entry.on.unwrap_or(state.on);
            state.severity = entry.severity.or(state.severity);
        };
        // A category's entry holds for all its rules; a rule's own comes after it, wherever it is.
        for entries in place.map_or(config, |place| place.config).layers(place) {
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

/// A list of settings that holds for rules.
pub(super) type Layer<'c> = &'c [RuleConfig];
