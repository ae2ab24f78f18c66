//! Every policy rule against its own fixtures, and the promises that each rule makes.
//!
//! `fixtures/rules/<rule-id>/fail*.yaml` marks the lines of its findings with `# expect: <rule-id>`; `pass*.yaml` and
//! `fixed*.yaml` have none. Of a rule that fixes what it finds, `fixed-x.yaml` is what becomes of `fail-x.yaml` without its
//! marks. A first line `# kubernetes: 1.30` sets the version a fixture is checked for, `# option: NAME=VALUE` an option,
//! `# repository: ADDRESS FILE…` puts it into a git repository with that remote and those (empty) files; a line `# file: NAME`
//! in it begins another file of that repository. Rules about charts have fixtures of the same form.

mod fixes;
mod validity;

use crate::common::registry;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kubevet::config::{Config, RuleConfig, Selection};
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::finding::{Finding, Severity};
use kubevet::rule::RuleInfo;
use kubevet::rule::context::Setting;
use kubevet::rule::{Action, Check, OptionValue};
use kubevet::version::KubeVersion;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// The configuration that a first line `# option: NAME=VALUE` asks for; lists are cut at commas.
fn config(rule: &RuleInfo, text: &str) -> Config {
    let mut config = Config::default();
    let option = text.lines().next().and_then(|line| line.strip_prefix("# option: ")?.split_once('='));
    let Some((name, value)) = option else { return config };
    let spec = rule.options.iter().find(|option| option.name == name).expect("an option of the rule");
    let value = match spec.default {
        OptionValue::Int(_) => Setting::Int(value.parse().expect("a number")),
        OptionValue::Bool(_) => Setting::Bool(value == "true"),
        OptionValue::Strings(_) => Setting::Strings(value.split(',').map(str::to_owned).collect()),
    };
    let options = vec![(spec.name, value)];
    config.rules.push(RuleConfig { selector: rule.id.to_string(), on: None, severity: None, options });
    config
}

/// Rules without a file of their own that have fixtures all the same: what is noted of charts.
const OF_CHARTS: [&str; 7] = [
    "misindented-template",
    "undefined-chart-template",
    "unknown-api-condition",
    "unknown-chart-value",
    "unreachable-chart-branch",
    "unserved-chart-api",
    "unused-chart-value",
];

/// The rules that have fixtures.
fn with_fixtures() -> Vec<&'static RuleInfo> {
    let all = registry().all().map(AsRef::as_ref);
    all.filter(|rule| rule.is_policy() || OF_CHARTS.contains(&rule.id.as_str())).collect()
}

const NAME: &str = "fixture.yaml";

/// A git repository with one remote and some files, all empty, as the first line asks for it.
fn git_repository(text: &str) -> Option<tempfile::TempDir> {
    let line = text.lines().next()?.strip_prefix("# repository: ")?;
    let folder = tempfile::tempdir().expect("a folder");
    let mut words = line.split_whitespace();
    let url = words.next().expect("an address");
    for arguments in [&["init", "-q", "-b", "main"][..], &["config", "remote.origin.url", url]] {
        let done = std::process::Command::new("git").arg("-C").arg(folder.path()).args(arguments).status();
        assert!(done.expect("git runs").success(), "git {arguments:?}");
    }
    for name in words.chain(["paths.json"]) {
        crate::common::files::write(folder.path(), name, "");
    }
    Some(folder)
}

/// Writes the files that a fixture consists of, each with its lines where they stand in the fixture.
fn write_files(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("# file: ") {
            parts.push((name, "\n".repeat(number)));
        }
        if let Some((_, part)) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    for (name, part) in &parts {
        crate::common::files::write(folder, name, part);
    }
    if parts.is_empty() { vec![folder.join("paths.json")] } else { vec![folder.to_owned()] }
}

/// How a fixture is checked by one rule.
fn settings(rule: &RuleInfo, text: &str) -> Settings {
    let version = text.lines().next().and_then(|line| line.strip_prefix("# kubernetes: "));
    let version = version.map_or(KubeVersion::NEWEST, |text| KubeVersion::parse(text).expect("a version"));
    Settings {
        versions: kubevet::version::VersionRange::one(version),
        selection: Selection { select: vec![rule.id.to_string()], ..Selection::default() },
        config: config(rule, text).into(),
        ..Settings::default()
    }
}

/// The fixture, as if it came by standard input.
fn piped(text: &str, paths: Vec<PathBuf>) -> Snapshot {
    Snapshot::of_paths(paths).with_stdin(NAME.to_owned(), text.as_bytes().to_vec())
}

/// What the server would refuse in a fixture, one line an error.
fn errors(rule: &RuleInfo, text: &str) -> Vec<String> {
    let engine = Engine::new(Settings { selection: Selection::default(), ..settings(rule, text) });
    let findings = engine.check(&piped(text, Vec::new()), &Request::default()).report.findings;
    let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|error| format!("{}: {} ({})", error.path, error.message, error.rule)).collect()
}

/// The 1-based lines on which the rule reports.
fn lines_found(rule: &RuleInfo, text: &str) -> Vec<usize> {
    let repository = git_repository(text);
    let paths = repository.as_ref().map(|folder| write_files(folder.path(), text)).unwrap_or_default();
    let has_files = text.contains("\n# file: ");
    let snapshot = if has_files { Snapshot::of_paths(paths) } else { piped(text, paths) };
    let outcome = Engine::new(settings(rule, text)).check(&snapshot, &Request::policy());
    let of_rule = outcome.report.findings.iter().filter(|finding| finding.rule == rule.id);
    let line = |finding: &Finding| {
        let text = &outcome.report.sources.get(finding.source()).text;
        text[..finding.primary.span.start as usize].matches('\n').count() + 1
    };
    let mut lines: Vec<usize> = of_rule.map(line).collect();
    lines.sort_unstable();
    lines
}

/// The lines marked with `# expect: RULE`, once for each time the rule is named.
fn lines_expected(id: &str, text: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some((_, marks)) = line.split_once("# expect: ") {
            lines.extend(marks.split([',', ' ']).filter(|mark| *mark == id).map(|_| number + 1));
        }
    }
    lines
}

#[test]
fn fixtures_hold_what_they_say() {
    let mut wrong = Vec::new();
    for rule in with_fixtures() {
        let id = rule.id.as_str();
        let folder = root("fixtures/rules").join(id);
        for name in names_in(&folder).into_iter().filter(|name| name.ends_with(".yaml")) {
            let text = read(&folder.join(&name));
            let (found, expected) = (lines_found(rule, &text), lines_expected(id, &text));
            if found != expected {
                wrong.push(format!("{id}/{name}: found on lines {found:?}, expected {expected:?}"));
            }
            if name.starts_with("fail") == expected.is_empty() {
                wrong.push(format!("{id}/{name}: only `fail` fixtures expect findings"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_fixtures() {
    let folders = names_in(&root("fixtures/rules"));
    let ids: BTreeSet<String> = with_fixtures().into_iter().map(|rule| rule.id.to_string()).collect();
    assert_eq!(
        ids.symmetric_difference(&folders).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "rules and fixtures differ"
    );
    for id in &ids {
        let files = names_in(&root("fixtures/rules").join(id));
        for kind in ["fail", "pass"] {
            assert!(files.iter().any(|name| name.starts_with(kind)), "{id} has no `{kind}` fixture");
        }
    }
}

#[test]
fn every_fail_fixture_has_two_offenders() {
    for rule in with_fixtures() {
        let id = rule.id.as_str();
        let folder = root("fixtures/rules").join(id);
        let fails = names_in(&folder).into_iter().filter(|name| name.starts_with("fail"));
        let offenders: usize = fails.map(|name| lines_expected(id, &read(&folder.join(name))).len()).sum();
        assert!(offenders >= 2, "{id} has {offenders} offenders");
    }
}

#[test]
fn every_rule_is_documented() {
    for rule in registry().policy() {
        let id = rule.id.as_str();
        let docs = rule.docs();
        let summary = docs.lines().next().unwrap_or_default();
        assert!(summary.ends_with('.') && summary.len() > 10, "{id}: the summary is no sentence: {summary}");
        assert!(docs.contains("**How to fix**"), "{id} does not say how to fix it");
        assert!(!rule.references.is_empty(), "{id} names no reference");
        assert!(rule.references.iter().all(|url| url.starts_with("https://")), "{id}: a reference is no address");
        assert!(rule.peers.iter().all(|peer| peer.contains(':')), "{id}: a peer is not TOOL:ID");
        for option in rule.options {
            assert!(
                !option.help.is_empty() && option.name.chars().all(|c| c.is_ascii_alphanumeric()),
                "{id}: {}",
                option.name
            );
            assert!(!matches!(option.default, OptionValue::Int(i64::MIN)), "{id}");
        }
    }
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for rule in registry().policy() {
        let id = rule.id.as_str();
        assert!(seen.insert(id), "{id} is there twice");
        let kebab = id
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert!(kebab, "{id} is not in kebab case");
        let Some(Action::Check(check)) = rule.action else { panic!("{id} has no check") };
        assert!(!matches!(check, Check::Kind([], _) | Check::KindInSet([], _)), "{id} looks at no kind");
    }
}

/// Each file lies under its category, is named after its rule, and is listed.
#[test]
fn no_rule_file_is_forgotten() {
    for category in names_in(&root("rules")).into_iter().filter(|name| !name.ends_with(".rs")) {
        let folder = root("rules").join(&category);
        let files = names_in(&folder).into_iter().filter(|name| name != "mod.rs" && name.ends_with(".rs"));
        for module in files.map(|name| name.trim_end_matches(".rs").to_owned()) {
            let id = module.replace('_', "-");
            let rule = registry()
                .find(&id)
                .unwrap_or_else(|| panic!("{category}/{module}.rs is not listed, or holds no rule `{id}`"));
            assert_eq!(rule.category.as_str(), category, "{id}");
        }
    }
}

#[test]
fn the_pages_name_rules_that_exist() {
    for page in ["docs/coverage.md", "docs/seeds.md"] {
        let text = read(&root(page));
        let quoted = text.split('`').skip(1).step_by(2);
        let is_id = |word: &str| word.contains('-') && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        for id in quoted.filter(|word| is_id(word)) {
            assert!(crate::common::registry().find(id).is_some(), "{page} names `{id}`");
        }
    }
}
