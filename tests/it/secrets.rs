//! How well secrets are told from what only looks like one, measured on entries as people write them.

use std::collections::BTreeSet;

use kubevet::engine::{Engine, Request, Snapshot};
use kubevet::finding::Severity;
use serde_json::{Value, json};

struct Entry {
    is_secret: bool,
    place: String,
    name: String,
    value: String,
}

fn entries() -> Vec<Entry> {
    let text = include_str!("../data/secrets/entries.tsv");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &str| {
        let parts: Vec<&str> = line.splitn(4, '\t').collect();
        let [is, place, name, value] = parts[..] else { panic!("four parts: {line}") };
        let value = value.replace('~', "").replace("\\n", "\n").replace("\\\\", "\\");
        Entry { is_secret: is == "secret", place: place.to_owned(), name: name.to_owned(), value }
    };
    lines.map(entry).collect()
}

fn manifest(index: usize, entry: &Entry) -> Value {
    let metadata = json!({"name": format!("e{index}"), "namespace": "press"});
    let pod = |field: &str, given: Value| {
        let mut container = json!({"name": "main", "image": "ghcr.io/acme/app:1.2.3"});
        container[field] = given;
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}})
    };
    match entry.place.as_str() {
        "env" => pod("env", json!([{"name": entry.name, "value": entry.value}])),
        "args" => pod("args", json!([entry.value])),
        _ => {
            let data = json!({entry.name.as_str(): entry.value});
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
        }
    }
}

#[test]
fn secrets_are_told_from_what_only_looks_like_one() {
    let entries = entries();
    let manifests: Vec<String> = entries.iter().enumerate().map(|(i, e)| manifest(i, e).to_string()).collect();
    let snapshot = Snapshot::of_text("entries.yaml", manifests.join("\n---\n"));
    let report = Engine::default().check(&snapshot, &Request::policy()).report;
    let told: BTreeSet<String> = report
        .active()
        .filter(|finding| finding.rule.starts_with("plaintext-secret"))
        .filter_map(|finding| finding.object.as_ref()?.name.clone())
        .collect();
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        let shown = format!("{} {}={}", entry.place, entry.name, entry.value.escape_debug());
        match (entry.is_secret, told.contains(&format!("e{index}"))) {
            (true, true) => right += 1,
            (true, false) => missed.push(shown),
            (false, true) => wrong.push(shown),
            (false, false) => {}
        }
    }
    let harmless = entries.iter().filter(|entry| !entry.is_secret).count();
    assert!(entries.len() >= 400 && harmless * 2 >= entries.len(), "{harmless} of {} are harmless", entries.len());
    let of = |right: usize, other: usize| right as f64 / (right + other) as f64;
    let (precision, recall) = (of(right, wrong.len()), of(right, missed.len()));
    let shown = format!("wrong:\n{}\nmissed:\n{}", wrong.join("\n"), missed.join("\n"));
    assert!(precision >= 0.95 && recall >= 0.95, "precision {precision:.3}, recall {recall:.3}\n{shown}");
}

#[test]
fn defaults_are_no_secrets_to_rotate() {
    let secret = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: press}}\nstringData:\n  password: {value}\n"
        )
    };
    let env = |value: &str| {
        let container = format!(
            "- name: main\n    image: ghcr.io/acme/app:1.2.3\n    env:\n    - name: DB_PASSWORD\n      value: {value}\n"
        );
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: press}}\nspec:\n  containers:\n  {container}"
        )
    };
    let told = |text: String| {
        let report = Engine::default().check(&Snapshot::of_text("a.yaml", text), &Request::policy()).report;
        let mut found = report.active().filter(|f| f.rule.starts_with("plaintext-") || &*f.rule == "committed-secret");
        let finding = found.next().expect("a finding");
        (finding.severity, finding.help.as_deref().unwrap_or_default().contains("rotate"))
    };
    for default in ["Harbor12345", "minio123", "changeit", "admin", "Vk93-mmPq-2 # CHANGE THIS IN PRODUCTION"] {
        assert_eq!(told(env(default)), (Severity::Warning, false), "{default}");
    }
    for default in ["Harbor12345", "minio123", "admin", "Vk93-mmPq-2 # an example"] {
        assert_eq!(told(secret(default)), (Severity::Warning, false), "{default}");
    }
    for secret in [secret("Vk93-mmPq-2"), env("Vk93-mmPq-2 # of the shop"), secret("AKIAQ4WXYZ7788JKLMNO # example")] {
        assert_eq!(told(secret), (Severity::Error, true));
    }
}
