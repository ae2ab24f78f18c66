//! `kubevet rules` and `kubevet explain`.
//!
//! In: a rule id, ours or another tool's. Out: its documentation, or the index of all rules, on standard output.

use std::process::ExitCode;

use clap::ValueEnum;
use kubevet::rule::{Registry, RuleInfo, docs, profile};
use kubevet::rules::registry;

use super::print::{Failure, print, print_json};

/// How the index is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
}

/// Arguments of `kubevet rules`.
#[derive(clap::Args)]
pub struct RulesArgs {
    /// How to write the index
    #[arg(short, long, default_value = "text")]
    format: Format,
    /// List what a profile runs, with the severities there: default, strict, pss-baseline, pss-restricted, nsa, cis or seeds
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    profile: Option<String>,
}

/// Arguments of `kubevet explain`.
#[derive(clap::Args)]
pub struct ExplainArgs {
    /// Ids of rules: ours, or those of checkov, kube-linter, kube-score, kubescape, polaris, trivy …
    #[arg(required = true, value_name = "RULE")]
    rules: Vec<String>,
    /// Write all that is known of the rules as JSON
    #[arg(long)]
    json: bool,
}

/// Prints the index.
///
/// # Errors
/// A message, where there is no such profile or standard output cannot be written.
pub fn rules(args: &RulesArgs) -> Result<ExitCode, Failure> {
    if let Some(name) = args.profile.as_deref() {
        return print(&docs::list(&registry(), profile::known(name)?));
    }
    match args.format {
        Format::Text => print(&docs::list(&registry(), "strict")),
        Format::Json => print_json(&format!("{:#}\n", docs::json(&registry()))),
        Format::Markdown => print(&docs::markdown(&registry())),
    }
}

/// Prints the documentation of rules.
///
/// # Errors
/// A message, where a rule is not known.
pub fn explain(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let registry = registry();
    let mut entries: Vec<&RuleInfo> = Vec::new();
    for id in &args.rules {
        entries.extend(named(&registry, id)?);
    }
    if args.json {
        return print_json(&format!("{:#}\n", entries.into_iter().map(docs::describe).collect::<serde_json::Value>()));
    }
    let pages: Vec<_> = entries.into_iter().map(docs::page).collect();
    print(&pages.join("\n"))
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
            "no rule stands for `{id}`: it is about a cluster's own flags or about PodSecurityPolicy, or docs/coverage.md says \
             why there is none"
        ),
        [] => format!("there is no rule `{id}`; `kubevet rules` lists them"),
        near => format!("there is no rule `{id}`; did you mean {}?", near.join(", ")),
    }
}

/// Whether an id has the form of another tool's numbers.
fn looks_foreign(id: &str) -> bool {
    let upper = id.to_ascii_uppercase();
    let of = |prefix: &str| upper.strip_prefix(prefix).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit()));
    ["CKV_K8S", "CKV2_K8S", "KSV", "AVD-KSV", "C-0"].into_iter().any(of)
}
