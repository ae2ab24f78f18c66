//! The settings of rules: `rules:` of a configuration and of its overrides.
//!
//! In: a map from rules and categories to a word or a map of options. Out: what it says, or the mistakes in it.

use crate::finding::{Category, Severity};
use crate::rule::context::Setting;
use crate::rule::{OptionSpec, OptionValue};
use crate::suggest::closest;
use crate::yaml::{Entry, Node};

use super::RuleConfig;
use super::parse::ConfigParser;

/// The words there are for a rule.
const WORDS: [&str; 5] = ["on", "off", "error", "warning", "info"];

/// The severity of that name; `warn` is what other tools call a warning.
pub(super) fn severity(word: &str) -> Option<Severity> {
    Severity::parse(if word == "warn" { "warning" } else { word })
}

impl ConfigParser<'_> {
    pub(super) fn rules(&mut self, node: Node<'_>) -> Vec<RuleConfig> {
        if !node.is_mapping() {
            self.mistake(node, format!("this is {}, not a map of rules", node.describe()));
        }
        node.entries().filter_map(|entry| self.rule(entry)).collect()
    }

    fn rule(&mut self, entry: Entry<'_>) -> Option<RuleConfig> {
        if !self.check_selector(entry.key, entry.name) {
            return None;
        }
        let mut rule = RuleConfig { selector: entry.name.to_owned(), on: None, severity: None, options: Vec::new() };
        let value = entry.value;
        match (value.as_bool(), value.as_str()) {
            (Some(on), _) => rule.on = Some(on),
            (_, Some(word)) => self.word(value, word, &mut rule),
            _ if value.is_mapping() => self.rule_map(value, &mut rule),
            _ => self.mistake_with(
                value,
                format!("`{}` takes one word or a map, not {}", entry.name, value.describe()),
                || Some(format!("use {}, or a map of `severity` and options", WORDS.join(", "))),
            ),
        }
        // A rule with a severity runs; a category's severity holds for those of its rules that run anyway.
        if rule.severity.is_some() && Category::parse(&rule.selector).is_some() {
            rule.on = None;
        }
        Some(rule)
    }

    /// `on`, `off` or a severity, quoted or not.
    fn word(&mut self, node: Node<'_>, word: &str, rule: &mut RuleConfig) {
        match (word, severity(word)) {
            ("on", _) => rule.on = Some(true),
            ("off" | "none", _) => rule.on = Some(false),
            (_, Some(severity)) => (rule.on, rule.severity) = (Some(true), Some(severity)),
            _ => {
                let known = || {
                    let near = closest(word, WORDS).map(|near| format!("did you mean `{near}`? "));
                    Some(format!(
                        "{}use {}, or a map of `severity` and options",
                        near.unwrap_or_default(),
                        WORDS.join(", ")
                    ))
                };
                self.mistake_with(node, format!("`{word}` is not a setting of a rule"), known);
            }
        }
    }

    fn rule_map(&mut self, map: Node<'_>, rule: &mut RuleConfig) {
        let options = self.registry.find(&rule.selector).map_or(&[][..], |rule| rule.options);
        for entry in map.entries() {
            if entry.name == "severity" {
                match (entry.value.as_bool(), entry.value.as_str()) {
                    (Some(on), _) => rule.on = Some(on),
                    (_, Some(word)) => self.word(entry.value, word, rule),
                    _ => self.mistake(entry.value, "a severity is error, warning or info"),
                }
                continue;
            }
            match options.iter().find(|option| option.name == entry.name) {
                Some(option) => rule.options.extend(self.option(option, entry.value).map(|value| (option.name, value))),
                None => {
                    let known: Vec<_> = options.iter().map(|option| option.name).chain(["severity"]).collect();
                    self.unknown(entry, "option", &known);
                }
            }
        }
    }

    fn option(&mut self, option: &OptionSpec, node: Node<'_>) -> Option<Setting> {
        let (value, wanted) = match option.default {
            OptionValue::Int(_) => (node.as_i64().map(Setting::Int), "a whole number"),
            OptionValue::Bool(_) => (node.as_bool().map(Setting::Bool), "a boolean"),
            OptionValue::Strings(_) => return Some(Setting::Strings(self.strings(node))),
        };
        if value.is_none() {
            self.mistake(node, format!("`{}` takes {wanted}, and this is {}", option.name, node.describe()));
        }
        value
    }
}
