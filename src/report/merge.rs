//! Several JSON reports as one.
//!
//! In: JSON reports (version 1) of shards, or of several repositories. Out: one of them all, and the page for a browser made of it.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::html;

/// Makes one report of several: findings in order, each once; counts added up.
///
/// # Errors
/// A message, where one is not a report, or they are about different versions of Kubernetes.
pub fn merge(reports: Vec<(String, Value)>) -> Result<Value, String> {
    let mut merged = Merged::default();
    let mut parts = Parts::default();
    for (name, report) in reports {
        if report["version"] != 1 || !report["findings"].is_array() {
            return Err(format!("{name}: not a JSON report of kubevet, version 1"));
        }
        parts.add(&report);
        merged.add(&name, report)?;
    }
    parts.complete()?;
    Ok(merged.finish())
}

/// How often each part occurs, by the number of parts there are.
#[derive(Default)]
struct Parts(BTreeMap<u64, BTreeMap<u64, usize>>);

impl Parts {
    fn add(&mut self, report: &Value) {
        let numbers = report["shard"].as_str().and_then(|shard| shard.split_once('/'));
        if let Some((number, of)) = numbers.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?))) {
            *self.0.entry(of).or_default().entry(number).or_default() += 1;
        }
    }

    /// Whether each part is there as often as the others: the files of one that is missing would be left out in silence.
    fn complete(&self) -> Result<(), String> {
        for (of, counts) in &self.0 {
            if let Some(missing) = (1..=*of).find(|number| !counts.contains_key(number)) {
                return Err(format!("part {missing}/{of} is missing: merge the reports of all parts"));
            }
            let least = counts.values().min().copied().unwrap_or(0);
            if let Some((number, times)) = counts.iter().find(|(_, times)| **times > least) {
                return Err(format!("part {number}/{of} is there {times} times, others {least}: merge each part once"));
            }
        }
        Ok(())
    }
}

/// Writes a JSON report as a page for a browser; it has no source lines, since a report has none.
///
/// # Errors
/// Those of the writer.
pub fn write_html(report: &Value, out: &mut dyn Write) -> io::Result<()> {
    let mut findings = report["findings"].as_array().cloned().unwrap_or_default();
    findings.retain(|finding| finding["suppressed"].is_null());
    for finding in findings.iter_mut().filter_map(Value::as_object_mut) {
        let end = finding.get("endColumn").cloned().unwrap_or_default();
        let fix = finding.get("fix").and_then(|fix| fix["description"].as_str()).map(str::to_owned);
        finding.insert("end".to_owned(), end);
        finding.insert("fix".to_owned(), json!(fix));
        finding.insert("source".to_owned(), json!([]));
        finding.entry("sets").or_insert_with(|| json!([]));
    }
    let coverage = &report["coverage"];
    let list = |key: &str| coverage[key].as_array().cloned().unwrap_or_default();
    html::write_data(
        &json!({
            "version": report["tool"]["version"],
            "lines": [line(report)],
            "findings": findings,
            "skipped": list("skipped"),
            "sets": list("sets"),
            "wiring": [],
        }),
        out,
    )
}

/// What a report comes to, in a line.
pub fn line(report: &Value) -> String {
    let (coverage, summary) = (&report["coverage"], &report["summary"]);
    format!(
        "{} objects in {} files: {} errors, {} warnings, {} info",
        coverage["objects"], coverage["files"], summary["error"], summary["warning"], summary["info"]
    )
}

/// What was taken up so far.
#[derive(Default)]
struct Merged {
    head: Map<String, Value>,
    findings: Vec<Value>,
    counts: BTreeMap<&'static str, u64>,
    summary: BTreeMap<&'static str, u64>,
    no_schema: BTreeMap<(String, String), u64>,
    skipped: Vec<Value>,
    sets: Vec<Value>,
}

impl Merged {
    /// Leaves out what several reports say in the same words of the same place, as of a configuration that they share.
    fn drop_repeated(&mut self) {
        let (mut known, summary) = (HashSet::new(), &mut self.summary);
        self.findings.retain(|finding| {
            let is_new = known.insert(finding.to_string());
            if let (false, Some(count)) = (is_new, summary.get_mut(counted_as(finding))) {
                *count = count.saturating_sub(1);
            }
            is_new
        });
    }

    fn add(&mut self, name: &str, mut report: Value) -> Result<(), String> {
        for key in ["version", "tool", "kubernetesVersion"] {
            let value = report[key].take();
            let known = self.head.entry(key).or_insert_with(|| value.clone());
            if *known != value {
                return Err(format!("{name}: its `{key}` is {value}, that of the others {known}"));
            }
        }
        let coverage = &mut report["coverage"];
        for key in ["files", "documents", "objects", "validated"] {
            *self.counts.entry(key).or_default() += coverage[key].as_u64().unwrap_or(0);
        }
        for kind in taken(coverage, "noSchema") {
            let text = |key: &str| kind[key].as_str().unwrap_or_default().to_owned();
            *self.no_schema.entry((text("apiVersion"), text("kind"))).or_default() +=
                kind["count"].as_u64().unwrap_or(0);
        }
        self.skipped.extend(taken(coverage, "skipped"));
        self.sets.extend(taken(coverage, "sets"));
        for key in ["error", "warning", "info", "suppressed"] {
            *self.summary.entry(key).or_default() += report["summary"][key].as_u64().unwrap_or(0);
        }
        self.findings.extend(taken(&mut report, "findings"));
        Ok(())
    }

    fn finish(mut self) -> Value {
        self.drop_repeated();
        self.findings.sort_by_cached_key(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let number = |key: &str| finding[key].as_u64().unwrap_or(0);
            (text("file"), number("line"), number("column"), text("rule"), text("path"), text("message"))
        });
        for list in [&mut self.skipped, &mut self.sets] {
            list.sort_by_cached_key(Value::to_string);
            list.dedup();
        }
        let no_schema = self.no_schema.into_iter();
        let no_schema = no_schema.map(|((api, kind), count)| json!({"apiVersion": api, "kind": kind, "count": count}));
        let mut coverage: Map<String, Value> =
            self.counts.into_iter().map(|(key, n)| (key.to_owned(), n.into())).collect();
        coverage.insert("noSchema".to_owned(), no_schema.collect());
        coverage.insert("skipped".to_owned(), self.skipped.into());
        if !self.sets.is_empty() {
            coverage.insert("sets".to_owned(), self.sets.into());
        }
        let mut report = self.head;
        report.insert("findings".to_owned(), self.findings.into());
        report.insert("coverage".to_owned(), coverage.into());
        report.insert("summary".to_owned(), json!(self.summary));
        report.into()
    }
}

/// What a finding counts as in the summary.
fn counted_as(finding: &Value) -> &str {
    if finding["suppressed"].is_null() { finding["severity"].as_str().unwrap_or_default() } else { "suppressed" }
}

/// A list, taken out of a map.
fn taken(map: &mut Value, key: &str) -> Vec<Value> {
    match map.get_mut(key).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(file: &str, objects: u64) -> Value {
        json!({
            "version": 1, "tool": {"name": "kubevet", "version": "0.1.0"}, "kubernetesVersion": "1.37",
            "findings": [{"file": file, "line": 1, "column": 1, "endColumn": 2, "rule": "r", "path": "", "message": "</script>",
                "severity": "error", "category": "api", "related": [], "fix": null, "suppressed": null}],
            "coverage": {"files": 1, "documents": 1, "objects": objects, "validated": 1,
                "noSchema": [{"apiVersion": "a/v1", "kind": "K", "count": 1}], "skipped": [{"file": "x", "reason": "other"}]},
            "summary": {"error": 1, "warning": 0, "info": 0, "suppressed": 0},
        })
    }

    #[test]
    fn reports_become_one_in_whatever_order_they_come() {
        let (a, b) = (("a".to_owned(), report("a.yaml", 2)), ("b".to_owned(), report("b.yaml", 3)));
        let one = merge(vec![a.clone(), b.clone()]).expect("they fit");
        assert_eq!(one, merge(vec![b, a]).expect("they fit"));
        assert_eq!(one["coverage"]["objects"], 5);
        assert_eq!(one["coverage"]["noSchema"][0]["count"], 2);
        assert_eq!(one["coverage"]["skipped"].as_array().map(Vec::len), Some(1));
        assert_eq!((one["summary"]["error"].as_u64(), one["findings"][1]["file"].as_str()), (Some(2), Some("b.yaml")));
        let mut page = Vec::new();
        write_html(&one, &mut page).expect("a vector takes all");
        assert!(!String::from_utf8_lossy(&page).contains("\"</script>"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut other = report("b.yaml", 1);
        other["kubernetesVersion"] = "1.30".into();
        let wrong = merge(vec![("a".to_owned(), report("a.yaml", 1)), ("b".to_owned(), other)]);
        assert!(wrong.expect_err("they differ").contains("b: its `kubernetesVersion` is \"1.30\""));
        assert!(merge(vec![("a".to_owned(), json!({}))]).is_err());
    }

    #[test]
    fn all_parts_are_there_equally_often() {
        let part = |shard: &str| {
            let mut one = report(&format!("{shard}.yaml"), 1);
            one["shard"] = shard.into();
            (shard.to_owned(), one)
        };
        let merged = |shards: &[&str]| merge(shards.iter().map(|shard| part(shard)).collect());
        assert!(merged(&["1/2", "2/2"]).is_ok());
        assert!(merged(&["1/1", "2/2", "1/2", "2/2", "1/2"]).is_ok(), "parts of several repositories");
        assert!(merged(&["1/3", "3/3"]).expect_err("one is missing").starts_with("part 2/3 is missing"));
        assert!(
            merged(&["1/2", "2/2", "2/2"]).expect_err("one is there twice").starts_with("part 2/2 is there 2 times")
        );
    }
}
