//! Recorded cases: trees of files with the objects that kustomize (of the project's head, or v5.5.0) makes of them, or that it
//! refuses them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::memory::Memory;

#[derive(Deserialize)]
struct Case {
    id: String,
    class: String,
    name: String,
    root: String,
    files: BTreeMap<String, String>,
    #[serde(default)]
    files_b64: BTreeMap<String, String>,
    results: Vec<Outcome>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Ok(Vec<Value>),
    Error(serde::de::IgnoredAny),
}

/// Cases that come out otherwise, each with the reason.
const OTHERWISE: &[(&str, &str)] =
    &[("8c3551b94cf3", "v5.5.0 crashes at the second of two patches that delete, in one file; its head does not")];

fn cases() -> Vec<Case> {
    let packed: &[u8] = include_bytes!("../../data/kustomize-cases.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("packed text");
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// Equal as JSON, where `1` is `1.0`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut out, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for value in text.bytes().filter_map(digit) {
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

fn comes_out(case: &Case) -> bool {
    let texts = case.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    let bytes = case.files_b64.iter().map(|(path, text)| (path.clone(), base64(text)));
    let files = Memory(texts.chain(bytes).collect());
    let rendered = files.build(&case.root);
    let objects: Vec<Value> = rendered.objects.iter().map(|object| object.to_json()).collect();
    case.results.iter().any(|result| match result {
        Outcome::Error(_) => !rendered.problems.is_empty() && objects.is_empty(),
        Outcome::Ok(wanted) => {
            rendered.problems.is_empty()
                && objects.len() == wanted.len()
                && objects.iter().zip(wanted).all(|(own, wanted)| same(own, wanted))
        }
    })
}

#[test]
fn the_recorded_cases_come_out_the_same() {
    let otherwise: BTreeSet<_> = OTHERWISE.iter().map(|(id, _)| *id).collect();
    let missed: Vec<_> = cases().into_iter().filter(|case| !comes_out(case)).collect();
    let found: BTreeSet<_> = missed.iter().map(|case| case.id.as_str()).collect();
    let names: Vec<_> = missed.iter().map(|case| format!("{} {} {}", case.id, case.class, case.name)).collect();
    assert_eq!(found, otherwise, "{}", names.join("\n"));
}

#[test]
fn every_refusal_names_a_place() {
    let without: Vec<_> = cases()
        .into_iter()
        .filter(|case| case.results.iter().all(|result| matches!(result, Outcome::Error(_))))
        .filter(|case| {
            let texts = case.files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes()));
            Memory(texts.collect()).build(&case.root).problems.iter().any(|problem| problem.span.is_none())
        })
        .map(|case| format!("{} {} {}", case.id, case.class, case.name))
        .collect();
    // Nothing can be named where there is no kustomization file at all.
    assert!(without.len() <= 4, "{}", without.join("\n"));
}
