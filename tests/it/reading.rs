//! The reader gives what Kubernetes' own reader gives, on recorded texts.
//!
//! `tests/data/yaml-cases.jsonl.gz` holds one case a line: the text, and for each document the JSON that YAMLToJSON of
//! sigs.k8s.io/yaml gave (several where Go's map order decides, none where it refused), whether the strict reader refuses
//! it alone, and whether the rest of the text was ignored. `split`: the file could not be read on from there.

use std::collections::BTreeMap;
use std::io::Read;

use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Document, Limits, NoteKind, read, to_json};
use serde_json::Value;

/// Cases known to be read otherwise: UTF-16 with half a character at its end, two of them.
const KNOWN_WRONG: usize = 2;

struct Case {
    id: String,
    text: Vec<u8>,
    line: Value,
}

fn cases() -> Vec<Case> {
    let packed = include_bytes!("../data/yaml-cases.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("gzip of UTF-8");
    text.lines().map(case).collect()
}

fn case(line: &str) -> Case {
    let line: Value = serde_json::from_str(line).expect("a case");
    let text = match (&line["text"], &line["text_b64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(text)) => base64(text),
        _ => panic!("a case without text"),
    };
    Case { id: line["id"].as_str().unwrap_or_default().to_owned(), text, line }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for digit in text.bytes().filter(|b| *b != b'=') {
        bits = bits << 6 | DIGITS.iter().position(|d| *d == digit).expect("a digit") as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

/// Equal as values: Go and Rust print floats differently.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || close(a.as_f64(), b.as_f64()),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if (a - b).abs() <= 1e-12 * a.abs().max(b.abs()))
}

fn is_right(want: &Value, document: &Document) -> bool {
    let Some(outcomes) = want["want"].as_array() else { return false };
    let Ok(tree) = &document.tree else { return outcomes.is_empty() || outcomes.iter().any(|o| o == "") };
    let Ok(got) = to_json(tree.root()) else { return outcomes.is_empty() };
    outcomes.iter().filter_map(Value::as_str).any(|outcome| {
        // Too deep for this comparison, or too long to be recorded: that it was read is enough.
        outcome == "any"
            || outcome == got
            || match (serde_json::from_str(outcome), serde_json::from_str(&got)) {
                (Ok(want), Ok(got)) => same(&want, &got),
                _ => outcome.len() > 200 && got.len() > 200,
            }
    })
}

fn case_is_right(case: &Case, documents: &[Document]) -> bool {
    let wants = case.line["docs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (read, extra) = documents.split_at(wants.len().min(documents.len()));
    let values = read.len() == wants.len() && wants.iter().zip(read).all(|(want, got)| is_right(want, got));
    let split = case.line["split"] == true;
    let ends = if split { extra.iter().any(|document| document.tree.is_err()) } else { extra.is_empty() };
    // Where kubectl's own path reads a text otherwise, either is right.
    (values && ends) || case.line["kubectl"] == true
}

#[test]
fn documents_read_as_kubernetes_reads_them() {
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut strict, mut tails) = (Vec::new(), Vec::new());
    for case in cases() {
        let source = Source::from_bytes(SourceId(0), "case.yaml", case.text.clone());
        let documents = read(&source, &Limits::default());
        if !case_is_right(&case, &documents) {
            wrong.entry(case.line["class"].to_string()).or_default().push(case.id.clone());
        }
        let wants = case.line["docs"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (want, document) in wants.iter().zip(&documents).filter(|(_, document)| document.tree.is_ok()) {
            let noted = |kinds: &[NoteKind]| document.notes.iter().any(|note| kinds.contains(&note.kind));
            let clash = noted(&[NoteKind::DuplicateKey, NoteKind::MergeOverride, NoteKind::OverruledByMerge]);
            if clash != (want["strict"] == true) {
                strict.push(case.id.clone());
            }
            if (want["tail"] == true) != noted(&[NoteKind::IgnoredTail]) {
                tails.push(case.id.clone());
            }
        }
    }
    let count: usize = wrong.values().map(Vec::len).sum();
    assert!(count <= KNOWN_WRONG, "{count} cases are read wrong: {wrong:#?}");
    assert_eq!(strict, [""; 0], "cases the strict reader checks otherwise");
    assert_eq!(tails, [""; 0], "cases whose rest is noted otherwise");
}
