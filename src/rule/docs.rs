//! The documentation of rules, written out.
//!
//! In: rules. Out: the page of one rule for a terminal, the index as text, JSON and Markdown
//! (`docs/rules.md` is the last, and a test proves it current).

use std::fmt::Write;

use serde_json::{Value, json};

use super::{OptionSpec, OptionValue, Registry, RuleInfo, examples, profile};
use crate::finding::{Applicability, Category, Severity};

/// Most lines of an example that a page shows.
const MAX_EXAMPLE: usize = 40;

/// The page of one rule, as plain text (the documentation is Markdown, which reads well as it is). What begins a line without
/// an indent and is one of [`HEADINGS`] is a heading.
pub fn page(entry: &RuleInfo) -> String {
    let (id, category, severity) = (&entry.id, entry.category.as_str(), entry.severity.as_str());
    let mut page = format!("{id} ({category}, {severity})\n\n{}\n", entry.docs());
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(page, "\n{title}\n  {}\n", lines.join("\n  "));
        }
    };
    let example = examples::of(&entry.id);
    section("It reports", example.map(|example| excerpt(example.bad)).unwrap_or_default());
    section("It does not report", example.map(|example| excerpt(example.good)).unwrap_or_default());
    section("On in the profiles", vec![profiles(entry)]);
    section("Options", entry.options.iter().map(option).collect());
    section("Fix", entry.fix.map(|fix| fixed_by(fix).to_owned()).into_iter().collect());
    section("The same check in other tools", entry.peers.iter().map(|peer| peer.replacen(':', " ", 1)).collect());
    section("References", entry.references.iter().map(|reference| (*reference).to_owned()).collect());
    section("To suppress it", vec![format!("# kubevet: ignore[{id}] the reason")]);
    page
}

/// The headings of a page.
pub const HEADINGS: [&str; 8] = [
    "It reports",
    "It does not report",
    "On in the profiles",
    "Options",
    "Fix",
    "The same check in other tools",
    "References",
    "To suppress it",
];

/// The first lines of an example; documents of it stay whole where they can.
fn excerpt(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.trim_end().lines().map(|line| line.replace("# expect: ", "# reported: ")).collect();
    let end = match lines.len() {
        all if all <= MAX_EXAMPLE => all,
        _ => {
            lines.iter().take(MAX_EXAMPLE).rposition(|line| *line == "---").filter(|&at| at > 0).unwrap_or(MAX_EXAMPLE)
        }
    };
    let rest = (end < lines.len()).then(|| format!("# ... and {} more lines", lines.len() - end));
    lines.into_iter().take(end).chain(rest).collect()
}

/// The profiles that run a rule, with the severity there.
fn profiles(entry: &RuleInfo) -> String {
    if !entry.is_policy() {
        return "all: it reports what fails or is lost when this is applied, not a matter of policy".to_owned();
    }
    let on =
        profile::all().filter_map(|(name, _)| Some(format!("{name} ({})", profile::severity(entry, name)?.as_str())));
    let on: Vec<_> = on.collect();
    if on.is_empty() { "none: --select or the configuration turns it on".to_owned() } else { on.join(", ") }
}

/// Which option fixes what a rule finds.
fn fixed_by(fix: Applicability) -> &'static str {
    match fix {
        Applicability::Safe => "`--fix` fixes it where the change is mechanical.",
        Applicability::Unsafe => "`--unsafe-fixes` fixes it where the change is mechanical: read the diff.",
        Applicability::Display => "It is shown but not applied.",
    }
}

fn option(option: &OptionSpec) -> String {
    format!("{}: {} (default {})", option.name, option.help, default(option))
}

fn default(option: &OptionSpec) -> String {
    match option.default {
        OptionValue::Int(value) => value.to_string(),
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Strings(values) => format!("[{}]", values.join(", ")),
    }
}

/// Every rule that a profile runs and that is wanted in a line, by category, with its severity there.
pub fn list(registry: &Registry, profile: &str, wanted: impl Fn(&RuleInfo, Severity) -> bool) -> String {
    let mut list = String::new();
    let width = registry.all().map(|entry| entry.id.len()).max().unwrap_or(0);
    for (category, entries) in by_category(registry) {
        let runs = entries.into_iter().filter_map(|entry| Some((entry, severity_in(profile, entry)?)));
        let runs: Vec<_> = runs.filter(|(entry, severity)| wanted(entry, *severity)).collect();
        if runs.is_empty() {
            continue;
        }
        let _ = writeln!(list, "{}: {}", category.as_str(), category.description());
        for (entry, severity) in runs {
            let _ = writeln!(list, "  {:width$}  {:7}  {}", entry.id, severity.as_str(), entry.summary());
        }
        list.push('\n');
    }
    list.truncate(list.trim_end().len());
    if !list.is_empty() {
        list.push('\n');
    }
    list
}

/// The severity of an entry in a profile; nothing where it does not run.
fn severity_in(profile: &str, entry: &RuleInfo) -> Option<Severity> {
    if entry.is_policy() { profile::severity(entry, profile) } else { Some(entry.severity) }
}

/// Categories that have rules, with their rules by id.
fn by_category(registry: &Registry) -> impl Iterator<Item = (Category, Vec<&RuleInfo>)> {
    Category::ALL.iter().filter_map(move |&category| {
        let mut entries: Vec<_> =
            registry.all().map(AsRef::as_ref).filter(|entry: &&RuleInfo| entry.category == category).collect();
        entries.sort_by_key(|entry| entry.id.as_str());
        (!entries.is_empty()).then_some((category, entries))
    })
}

/// Every rule that a profile runs and that is wanted, with all that is known of it.
pub fn json(registry: &Registry, profile: &str, wanted: impl Fn(&RuleInfo, Severity) -> bool) -> Value {
    let entries = by_category(registry).flat_map(|(_, entries)| entries);
    let runs = entries.filter(|entry| severity_in(profile, entry).is_some_and(|severity| wanted(entry, severity)));
    runs.map(describe).collect()
}

/// One rule with all that is known of it.
pub fn describe(entry: &RuleInfo) -> Value {
    let options = entry.options.iter().map(|option| {
        let default = match option.default {
            OptionValue::Int(value) => json!(value),
            OptionValue::Bool(value) => json!(value),
            OptionValue::Strings(values) => json!(values),
        };
        json!({"name": option.name, "default": default, "help": option.help})
    });
    json!({
        "id": entry.id.as_str(),
        "category": entry.category.as_str(),
        "severity": entry.severity.as_str(),
        "policy": entry.is_policy(),
        "since": entry.since,
        "summary": entry.summary(),
        "docs": entry.docs(),
        "fix": entry.fix.map(|fix| fix.as_str()),
        "profiles": entry.profiles,
        "options": options.collect::<Vec<_>>(),
        "peers": entry.peers,
        "references": entry.references,
    })
}

/// The rule index: a table, then each rule under a heading that is its id.
pub fn markdown(registry: &Registry) -> String {
    let mut text = String::from(
        "# Rules\n\nGenerated by `kubevet rules --format markdown` from the rules themselves; do not edit.\n\
         `kubevet explain RULE` prints one of them, and takes the ids of other tools too.\n",
    );
    for (category, entries) in by_category(registry) {
        let _ = write!(text, "\n## {}\n\n{}\n\n", category.as_str(), category.description());
        text.push_str("| rule | severity | fix | what it reports |\n|---|---|---|---|\n");
        for entry in &entries {
            let (id, summary) = (&entry.id, entry.summary().replace('|', "\\|"));
            let fix = entry.fix.map_or("", Applicability::as_str);
            let _ = writeln!(text, "| [{id}](#{id}) | {} | {fix} | {summary} |", entry.severity.as_str());
        }
        entries.iter().for_each(|entry| text.push_str(&chapter(entry)));
    }
    text
}

fn chapter(entry: &RuleInfo) -> String {
    let mut text = format!("\n### {}\n\n{}\n", entry.id, entry.docs());
    if !entry.options.is_empty() {
        text.push_str("\n**Options**\n\n");
        for option in entry.options {
            let _ = writeln!(text, "- `{}` (default `{}`): {}", option.name, default(option), option.help);
        }
    }
    if let Some(fix) = entry.fix {
        let _ = write!(text, "\n**Fix**: {}\n", fixed_by(fix));
    }
    if !entry.peers.is_empty() {
        let peers: Vec<_> = entry.peers.iter().map(|peer| format!("`{peer}`")).collect();
        let _ = write!(text, "\n**Elsewhere**: {}\n", peers.join(", "));
    }
    if !entry.references.is_empty() {
        let references: Vec<_> = entry.references.iter().map(|reference| format!("<{reference}>")).collect();
        let _ = write!(text, "\n**References**: {}\n", references.join(", "));
    }
    text
}
