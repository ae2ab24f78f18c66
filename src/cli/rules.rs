//! `kubevet rules` and `kubevet explain`.
//!
//! In: a rule id, ours or another tool's. Out: its documentation, or the index of all rules, on standard output.

use std::process::ExitCode;

use clap::ValueEnum;
use kubevet::finding::{Applicability, Category, Severity};
use kubevet::report::rule_url;
use kubevet::rule::{Registry, RuleInfo, docs, profile};
use kubevet::rules::registry;

use super::environment::Environment;
use super::print::{Failure, Look, Title, note, print, print_json, print_page};

/// How the index is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RulesFormat {
    Text,
    Json,
    Markdown,
}

/// Arguments of `kubevet rules`.
#[derive(clap::Args)]
pub struct RulesArgs {
    /// List rules with all of these words in their id, summary, documentation or ids in other tools
    #[arg(value_name = "TEXT")]
    words: Vec<String>,
    /// Output format
    #[arg(short, long, default_value = "text")]
    format: RulesFormat,
    /// List the rules of a profile, with their severities there: default, strict, pss-baseline, pss-restricted, nsa, cis or seeds
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// List rules of these categories
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',', value_parser = category)]
    category: Vec<Category>,
    /// List rules of this severity and above
    #[arg(long, value_name = "SEVERITY", value_parser = super::output::severity)]
    severity: Option<Severity>,
    /// List rules that have a fix
    #[arg(long)]
    fixable: bool,
}

impl RulesArgs {
    /// Whether all rules are listed.
    fn is_everything(&self) -> bool {
        let filters = !self.words.is_empty() || !self.category.is_empty() || self.severity.is_some() || self.fixable;
        !filters && self.profile.is_none()
    }

    fn wants(&self, rule: &RuleInfo, severity: Severity) -> bool {
        let text = || {
            let peers = rule.peers.join(" ");
            format!("{} {} {peers}", rule.id, rule.docs()).to_lowercase()
        };
        let in_category = self.category.is_empty() || self.category.contains(&rule.category);
        let has_words = || {
            let text = text();
            self.words.iter().all(|word| text.contains(&word.to_lowercase()))
        };
        let fixed = rule.fix.is_some_and(|fix| fix < Applicability::Display);
        in_category
            && self.severity.is_none_or(|least| severity >= least)
            && (fixed || !self.fixable)
            && (self.words.is_empty() || has_words())
    }
}

/// The category of that name.
fn category(name: &str) -> Result<Category, String> {
    Category::parse(name).ok_or_else(|| {
        let known: Vec<_> = Category::ALL.iter().map(|category| category.as_str()).collect();
        format!("the categories are {}", known.join(", "))
    })
}

/// Arguments of `kubevet explain`.
#[derive(clap::Args)]
pub struct ExplainArgs {
    /// Rule ids, also those of Checkov, kube-linter, kube-score, kubescape, Polaris, Trivy ...
    #[arg(required = true, value_name = "RULE")]
    rules: Vec<String>,
    /// Print everything about the rules as JSON
    #[arg(long)]
    json: bool,
}

/// Prints the index.
///
/// # Errors
/// A message, where there is no such profile or cannot write to standard output.
pub fn rules(args: &RulesArgs) -> Result<ExitCode, Failure> {
    let (registry, profile) = (registry(), args.profile.as_deref().map_or(Ok("strict"), profile::known)?);
    let wanted = |rule: &RuleInfo, severity: Severity| args.wants(rule, severity);
    match args.format {
        RulesFormat::Text => {
            let list = docs::list(&registry, profile, wanted);
            if list.is_empty() {
                note("no rule matches: `kubevet rules` lists them all");
            }
            print(&list)
        }
        RulesFormat::Json => print_json(&format!("{:#}\n", docs::json(&registry, profile, wanted))),
        RulesFormat::Markdown if args.is_everything() => print(&docs::markdown(&registry)),
        RulesFormat::Markdown => Err("the Markdown index contains all rules: remove the filters".to_owned().into()),
    }
}

/// Prints the documentation of rules.
///
/// # Errors
/// A message, where a rule is not known.
pub fn explain(args: &ExplainArgs, here: &Environment) -> Result<ExitCode, Failure> {
    let registry = registry();
    let mut entries: Vec<&RuleInfo> = Vec::new();
    for id in &args.rules {
        entries.extend(named(&registry, id)?);
    }
    if args.json {
        return print_json(&format!("{:#}\n", entries.into_iter().map(docs::describe).collect::<serde_json::Value>()));
    }
    let look = Look::of_stdout(here);
    for (index, entry) in entries.into_iter().enumerate() {
        let page = docs::page(entry);
        let title = Title { text: entry.id.as_str(), address: rule_url(&entry.id) };
        let blank = if index > 0 { "\n" } else { "" };
        print_page(&format!("{blank}{page}"), &title, &docs::HEADINGS, look)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The rule of that id, or the rules that stand for it.
fn named<'r>(registry: &'r Registry, id: &str) -> Result<Vec<&'r RuleInfo>, String> {
    if let Some(rule) = registry.find(id) {
        return Ok(vec![rule]);
    }
    let found: Vec<&RuleInfo> = registry.of_peer(id).into_iter().map(AsRef::as_ref).collect();
    if found.is_empty() { Err(unknown(registry, id)) } else { Ok(found) }
}

/// What to say of an unknown id.
pub fn unknown(registry: &Registry, id: &str) -> String {
    match registry.suggest(id).as_slice() {
        [] if looks_foreign(id) => format!(
            "kubevet has no rule for `{id}`: docs/coverage.md lists the checks of other tools, and why some have no rule"
        ),
        [] => format!("no such rule: `{id}`; `kubevet rules` lists them"),
        near => format!("no such rule: `{id}`; did you mean {}?", near.join(", ")),
    }
}

/// Whether an id has the form of another tool's numbers.
fn looks_foreign(id: &str) -> bool {
    let upper = id.to_ascii_uppercase();
    let of = |prefix: &str| upper.strip_prefix(prefix).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit()));
    ["CKV_K8S", "CKV2_K8S", "KSV", "AVD-KSV", "C-0"].into_iter().any(of)
}
