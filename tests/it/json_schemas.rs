//! The JSON Schemas of the report and of the configuration, held against what the program writes and reads.

use std::path::Path;
use std::process::Command;

use kubevet::source::{Source, SourceId};
use kubevet::yaml::{self, Limits};
use serde_json::Value;

use crate::common::files::write;

fn schema(name: &str) -> (Value, jsonschema::Validator) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let schema: Value = serde_json::from_slice(&std::fs::read(path).expect("the schema")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    (schema, validator)
}

/// The report over all fixtures of rules, with rendered sets, suppressed findings and what was passed over.
#[test]
fn reports_are_what_their_schema_says() {
    let (_, validator) = schema("report.schema.json");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (paths, options) in
        [(&["fixtures/bad", "fixtures/good"][..], &[][..]), (&["fixtures/rules"], &["--profile", "strict"])]
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
        command.args(["check", "--no-config", "-f", "json"]).args(options).args(paths).current_dir(root);
        let out = command.output().expect("the program runs");
        let report: Value = serde_json::from_slice(&out.stdout).expect("the report is JSON");
        let wrong: Vec<_> = validator.iter_errors(&report).take(5).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(report["findings"].as_array().is_some_and(|findings| findings.len() > 10), "{paths:?}");
    }
}

/// The keys of the schema are those of the program, and what one refuses the other refuses.
#[test]
fn configurations_are_what_their_schema_says() {
    let (schema, validator) = schema("configuration.schema.json");
    let page = include_str!("../../docs/configuration.md");
    let example = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let value = |text: &str| {
        let source = Source::from_text(SourceId(0), "kubevet.yaml", text);
        let documents = yaml::read(&source, &Limits::default());
        let json = yaml::to_json(documents[0].tree.as_ref().expect("it is YAML").root()).ok();
        serde_json::from_str::<Value>(&json.expect("it can be said in JSON")).expect("it is JSON")
    };
    let wrong: Vec<_> = validator.iter_errors(&value(example)).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "base.yaml", "");
    let keys = schema["properties"].as_object().expect("keys");
    for (text, good) in [
        ("rules: {latest-image-tag: \"off\", images: warn, hpa-ceiling-too-high: {severity: error, maximum: 5}}", true),
        ("rules: {latest-image-tag: sometimes}", false),
        ("ignore: [{rule: images, until: tomorrow}]", false),
        ("ignore: [{rule: images, container: a, until: \"2027-01-31\"}]", true),
        ("external: [{name: a}]", false),
        ("external: [{kind: Secret, name: [a, b]}]", true),
        ("overrides: [{rules: {images: off}}]", false),
        ("extends: base.yaml", true),
        ("excluded: [a]", false),
        ("profile: none", false),
    ] {
        assert_eq!(validator.is_valid(&value(text)), good, "{text}");
        write(dir.path(), "kubevet.yaml", text);
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
        command.args(["check", "-q", "."]).current_dir(dir.path());
        let status = command.output().expect("the program runs").status.code();
        assert_eq!(status != Some(2), good, "{text}");
    }
    for key in keys.keys() {
        assert!(example.contains(&format!("{key}:")), "{key} is not in docs/configuration.md");
    }
}
