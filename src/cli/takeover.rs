//! What other tools were told to leave alone.
//!
//! In: `.trivyignore`, `.checkov.yaml`, kube-linter's configuration and kubescape's exceptions in the working directory. Out: the rules
//! of ours that stand for the checks named there, as entries of a configuration; and what has no counterpart, told.

use std::collections::BTreeSet;
use std::path::Path;

use kubevet::files::Door;
use kubevet::rule::Registry;
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{self, Limits, Node};

/// Largest such file that is read.
const MOST: u64 = 1 << 20;

/// What is taken over.
#[derive(Default)]
pub struct Taken {
    /// Rules to turn off everywhere, each with where it was found.
    off: Vec<(String, String)>,
    /// Folders not to read.
    exclude: Vec<String>,
    /// Lines on what was done.
    pub told: Vec<String>,
}

impl Taken {
    /// The keys of a configuration that say the same.
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        if !self.exclude.is_empty() {
            let patterns: Vec<_> = self.exclude.iter().map(|pattern| format!("{pattern:?}")).collect();
            text.push_str(&format!("exclude: [{}]\n", patterns.join(", ")));
        }
        if !self.off.is_empty() {
            text.push_str("rules:\n");
            let mut seen = BTreeSet::new();
            for (rule, from) in self.off.iter().filter(|(rule, _)| seen.insert(rule)) {
                text.push_str(&format!("  {rule}: off  # {from}\n"));
            }
        }
        text
    }

    /// Takes up checks that a file of another tool turns off.
    fn checks<'c>(&mut self, file: &str, checks: impl Iterator<Item = &'c str>, registry: &Registry) {
        let (mut number, mut unknown) = (0, Vec::new());
        for check in checks {
            let rules = registry.of_peer(check);
            if rules.is_empty() {
                unknown.push(check);
            }
            number += rules.len();
            self.off.extend(rules.iter().map(|rule| (rule.id.to_string(), format!("{check} in {file}"))));
        }
        if number > 0 {
            self.told.push(format!("{file}: {number} rules turned off"));
        }
        if !unknown.is_empty() {
            self.told.push(format!("{file}: kubevet has no rule for {}", unknown.join(", ")));
        }
    }
}

/// Reads what there is.
pub fn read(files: &Door, registry: &Registry) -> Taken {
    let mut taken = Taken::default();
    if let Some(text) = text(".trivyignore", files) {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or("").trim());
        let checks = lines.filter_map(|line| line.split_whitespace().next()).filter(|id| !id.starts_with("CVE-"));
        taken.checks(".trivyignore", checks, registry);
    }
    for file in [".checkov.yaml", ".checkov.yml"] {
        read_yaml(file, files, |root| {
            let skipped = root.get("skip-check").into_iter().flat_map(texts).flat_map(|text| text.split(','));
            taken.checks(file, skipped.map(str::trim).filter(|check| !check.is_empty()), registry);
            let paths = root.get("skip-path").into_iter().flat_map(texts);
            taken.exclude.extend(paths.filter(|path| is_plain(path)).map(str::to_owned));
        });
    }
    for file in [".kube-linter.yaml", ".kube-linter.yml"] {
        read_yaml(file, files, |root| {
            let Some(checks) = root.get("checks") else { return };
            taken.checks(file, checks.get("exclude").into_iter().flat_map(texts), registry);
            let paths = checks.get("ignorePaths").into_iter().flat_map(texts);
            taken.exclude.extend(paths.map(|path| path.trim_start_matches("~/").to_owned()));
        });
    }
    for file in ["exceptions.json", ".kubescape/exceptions.json", "kubescape-exceptions.json"] {
        read_yaml(file, files, |root| {
            let policies = root.items().filter(|policy| policy.str_at("policyType") == Some("postureExceptionPolicy"));
            let everywhere = policies.filter(|policy| holds_for_all(*policy));
            let controls = everywhere.filter_map(|policy| policy.get("posturePolicies")).flat_map(Node::items);
            let checks = controls.filter_map(|control| control.str_at("controlID").or(control.str_at("controlName")));
            taken.checks(file, checks, registry);
            let single = root.items().filter(|policy| !holds_for_all(*policy)).count();
            if single > 0 {
                let told = format!(
                    "{file}: {single} exceptions for single objects were not converted: list them under `ignore` by kind, namespace and name"
                );
                taken.told.push(told);
            }
        });
    }
    taken
}

/// Whether an exception of kubescape names no object.
fn holds_for_all(policy: Node<'_>) -> bool {
    let resources = policy.get("resources").into_iter().flat_map(Node::items);
    let attributes = resources.filter_map(|resource| resource.get("attributes")).flat_map(Node::entries);
    attributes.into_iter().all(|entry| matches!(entry.value.as_str(), Some("" | ".*" | "*")))
}

/// Whether a path is one and no regular expression.
fn is_plain(path: &str) -> bool {
    !path.contains(['^', '$', '(', '[', '|', '+', '\\'])
}

/// A list of texts, or one.
fn texts(node: Node<'_>) -> Vec<&str> {
    if node.is_sequence() {
        node.items().filter_map(Node::as_str).collect()
    } else {
        node.as_str().into_iter().collect()
    }
}

fn text(file: &str, files: &Door) -> Option<String> {
    let bytes = files.read(Path::new(file), MOST).ok()?;
    String::from_utf8(bytes).ok()
}

fn read_yaml(file: &str, files: &Door, take: impl FnOnce(Node<'_>)) {
    let Some(text) = text(file, files) else { return };
    let source = Source::from_text(SourceId(0), file, text);
    let documents = yaml::read(&source, &Limits::default());
    if let Some(Ok(tree)) = documents.first().map(|document| &document.tree) {
        take(tree.root());
    }
}
