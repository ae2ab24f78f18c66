//! What GitHub's code scanning and GitLab ask of SARIF, held against the sample report.
//!
//! From the reference tables of GitHub's documentation ("SARIF support for code scanning") and the issues of other tools
//! that ran into the rest.

use serde_json::Value;

use super::sample::written;
use crate::finding::{Applicability, Edit, Fix};
use crate::report::{Format, Options};
use crate::source::{SourceId, Span};

fn run() -> Value {
    let options = Options {
        repository_names: [("a b/ä,1:2.yaml".to_owned(), "deploy/a b/ä,1:2.yaml".to_owned())].into(),
        ..Options::default()
    };
    let log: Value = serde_json::from_str(&written(Format::Sarif, &options)).expect("it is JSON");
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1), "one run a tool and category");
    log["runs"][0].clone()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("{pointer} in {value:#}"))
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a Vec<Value> {
    value.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{pointer} in {value:#}"))
}

#[test]
fn the_tool_is_named_with_its_version_and_category() {
    let run = run();
    assert_eq!(text(&run, "/tool/driver/name"), "kubevet");
    assert_eq!(text(&run, "/tool/driver/semanticVersion"), env!("CARGO_PKG_VERSION"));
    assert!(text(&run, "/automationDetails/id").ends_with('/'));
    assert!(run.get("originalUriBaseIds").is_none(), "not supported");
}

#[test]
fn every_rule_says_what_code_scanning_shows() {
    let run = run();
    for rule in list(&run, "/tool/driver/rules") {
        assert!(text(rule, "/name").len() <= 255);
        for description in ["/shortDescription/text", "/fullDescription/text"] {
            assert!(text(rule, description).chars().count() <= 1024);
        }
        text(rule, "/help/text");
        text(rule, "/help/markdown");
        assert!(["error", "warning", "note"].contains(&text(rule, "/defaultConfiguration/level")));
        assert!(["very-high", "high", "medium", "low"].contains(&text(rule, "/properties/precision")));
        assert!(["error", "warning", "recommendation"].contains(&text(rule, "/properties/problem.severity")));
        let tags = list(rule, "/properties/tags");
        assert!(tags.len() <= 20);
        let score = rule.pointer("/properties/security-severity").map(|score| score.as_str().map(str::parse::<f64>));
        assert_eq!(score.is_some(), tags.iter().any(|tag| tag == "security"));
        assert!(score.is_none_or(|score| matches!(score, Some(Ok(score)) if score > 0.0 && score <= 10.0)));
    }
}

#[test]
fn every_result_has_a_rule_a_message_and_a_place() {
    let run = run();
    let rules = list(&run, "/tool/driver/rules");
    assert_eq!(list(&run, "/results").len(), 5, "suppressed findings are left out");
    for result in list(&run, "/results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        text(result, "/message/text");
        text(result, "/partialFingerprints/primaryLocationLineHash");
        let related = result.get("relatedLocations").and_then(Value::as_array).into_iter().flatten();
        for location in list(result, "/locations").iter().chain(related.clone()) {
            place(location);
        }
        related.for_each(|location| assert!(!text(location, "/message/text").is_empty()));
    }
}

fn place(location: &Value) {
    let uri = text(location, "/physicalLocation/artifactLocation/uri");
    assert!(!uri.starts_with('/') && !uri.contains("..") && !uri.contains(['\\', ' ', ':', '<']), "{uri}");
    assert!(location.pointer("/physicalLocation/region/snippet").is_none());
    let number = |name: &str| {
        let number = location.pointer(&format!("/physicalLocation/region/{name}")).and_then(Value::as_u64);
        number.unwrap_or_else(|| panic!("{name} in {location:#}"))
    };
    assert!(number("startLine") >= 1 && number("startColumn") >= 1);
    assert_eq!(number("startLine"), number("endLine"), "a pull request shows what lies in the changed lines alone");
    assert!(number("endColumn") > number("startColumn"));
}

#[test]
fn files_are_named_as_the_repository_knows_them() {
    let run = run();
    let uris = list(&run, "/results").iter();
    let uris = uris.map(|result| text(result, "/locations/0/physicalLocation/artifactLocation/uri"));
    let uris: std::collections::BTreeSet<_> = uris.collect();
    assert_eq!(uris.into_iter().collect::<Vec<_>>(), ["deploy/a%20b/%C3%A4,1%3A2.yaml", "elsewhere/s%25.yaml"]);
}

#[test]
fn a_report_without_findings_still_has_a_list_of_results() {
    let mut report = super::sample::report();
    report.findings.clear();
    let mut out = Vec::new();
    Format::Sarif.write(&report, &Options::default(), &mut out).expect("writing to memory does not fail");
    let log: Value = serde_json::from_slice(&out).expect("it is JSON");
    assert_eq!(list(&log, "/runs/0/results").len(), 0);
}

#[test]
fn no_more_results_than_code_scanning_takes_and_the_worst_of_them() {
    let mut report = super::sample::report();
    let warning = report.findings[0].clone();
    report.findings.splice(0..0, std::iter::repeat_n(warning, 25_000));
    let mut out = Vec::new();
    Format::Sarif.write(&report, &Options::default(), &mut out).expect("writing to memory does not fail");
    let log: Value = serde_json::from_slice(&out).expect("it is JSON");
    let results = list(&log, "/runs/0/results");
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 2);
    let notes = list(&log, "/runs/0/invocations/0/toolExecutionNotifications");
    assert!(notes.iter().any(|note| text(note, "/message/text").contains("left out")));
}

/// tests/data/sarif-2.1.0.json is the schema of SARIF 2.1.0 (© OASIS Open), without its descriptions.
#[test]
fn the_log_is_what_the_standard_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sarif-2.1.0.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).expect("the schema")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for text in [written(Format::Sarif, &Options::default()), fixed()] {
        let log: Value = serde_json::from_str(&text).expect("it is JSON");
        let wrong: Vec<_> = validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    let broken = serde_json::json!({"version": "2.1.0", "runs": [{"results": []}]});
    assert!(!validator.is_valid(&broken), "a run has a tool");
}

/// The sample with a fix that replaces one text and inserts another, in two files, and one that is only shown.
fn fixed() -> String {
    let mut report = super::sample::report();
    let edit =
        |source, start, end, text: &str| Edit { span: Span::new(SourceId(source), start, end), text: text.into() };
    let edits = vec![edit(0, 28, 36, "ok"), edit(1, 15, 15, "# x\n")];
    let fix = |applicability| Some(Fix { applicability, description: "Name it ok".to_owned(), edits: edits.clone() });
    report.findings[2].fix = fix(Applicability::Safe);
    report.findings[0].fix = fix(Applicability::Display);
    let mut out = Vec::new();
    Format::Sarif.write(&report, &Options::default(), &mut out).expect("writing to memory does not fail");
    String::from_utf8(out).expect("it is UTF-8")
}

#[test]
fn fixes_say_what_they_replace() {
    let log: Value = serde_json::from_str(&fixed()).expect("it is JSON");
    let results = list(&log, "/runs/0/results");
    assert!(results[0].get("fixes").is_none(), "one that is only shown");
    let fix = &results[2]["fixes"][0];
    assert_eq!(text(fix, "/description/text"), "Name it ok");
    let [first, second] = list(fix, "/artifactChanges").as_slice() else { panic!("{fix:#}") };
    let region = |change: &Value| {
        let region = &change["replacements"][0]["deletedRegion"];
        ["startLine", "startColumn", "endLine", "endColumn"].map(|name| region[name].as_u64().unwrap_or(0))
    };
    assert_eq!((region(first), region(second)), ([3, 9, 3, 17], [2, 1, 2, 1]));
    assert_eq!(text(second, "/replacements/0/insertedContent/text"), "# x\n");
}
