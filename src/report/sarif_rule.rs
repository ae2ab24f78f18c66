//! A rule as SARIF describes it.
//!
//! In: a rule id. Out: its `reportingDescriptor`, with everything GitHub's code scanning asks for.

use serde_json::{Value, json};

use crate::finding::{Category, Severity};
use crate::rule::{Registry, RuleInfo};

use super::rule_url;
use super::sarif::level;

/// Longest description that code scanning takes, in characters.
const MAX_DESCRIPTION: usize = 1024;

/// The descriptor of a rule.
pub fn describe(id: &str, registry: &Registry) -> Value {
    match registry.find(id) {
        Some(entry) => documented(entry),
        None => json!({"id": id, "shortDescription": {"text": id}, "help": {"text": id}}),
    }
}

fn documented(entry: &RuleInfo) -> Value {
    let docs = entry.docs();
    json!({
        "id": entry.id.as_str(),
        "name": name(entry),
        "shortDescription": {"text": cut(entry.summary())},
        "fullDescription": {"text": cut(&full(&docs))},
        "help": {"text": plain(&docs), "markdown": markdown(entry, &docs)},
        "helpUri": rule_url(&entry.id),
        "defaultConfiguration": {"level": level(entry.severity)},
        "properties": properties(entry),
    })
}

/// `missing-readiness-probe` to `MissingReadinessProbe`. A single word gets its category before it, since the name must not be
/// the id again.
fn name(entry: &RuleInfo) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    let category = (!entry.id.contains('-')).then_some(entry.category.as_str());
    category.into_iter().chain(entry.id.split('-')).map(capital).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_DESCRIPTION).collect()
}

/// The paragraph after the summary, or the summary where there is none.
fn full(docs: &str) -> String {
    let paragraph = docs.split("\n\n").nth(1).unwrap_or(docs);
    plain(&paragraph.replace('\n', " "))
}

fn plain(docs: &str) -> String {
    docs.replace("**", "").replace('`', "")
}

fn markdown(entry: &RuleInfo, docs: &str) -> String {
    let mut text = docs.to_owned();
    if !entry.references.is_empty() {
        text.push_str("\n\n**References**\n");
        entry.references.iter().for_each(|reference| text.push_str(&format!("\n- <{reference}>")));
    }
    text
}

fn properties(entry: &RuleInfo) -> Value {
    let category = entry.category;
    let mut tags = vec!["kubernetes", category.as_str()];
    let mut properties = json!({
        "precision": if category.is_validity() { "very-high" } else { "high" },
        "problem.severity": problem(entry.severity),
    });
    if matches!(category, Category::Security | Category::Rbac | Category::Secrets) {
        if category != Category::Security {
            tags.push("security");
        }
        properties["security-severity"] = json!(score(entry.severity));
    }
    properties["tags"] = json!(tags);
    properties
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

/// Code scanning's scale: over 7 is high, over 4 medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Info => "2.5",
    }
}
