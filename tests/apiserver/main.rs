//! What the program says about 61,371 altered manifests, held against what a kube-apiserver 1.36.2 said.
//!
//! `cargo test --release --test apiserver -- --nocapture` prints the score. Environment: `KIND=Pod` and `CLASS=label`
//! narrow it, `API=1` leaves out what decoding refuses, `MISSED=40` sets how many groups of misses and false alarms are shown, `CASE=1234` shows one case whole.

mod cases;
mod score;

use cases::Cases;
use kubevet::finding::Severity;
use kubevet::version::KubeVersion;
use rayon::prelude::*;
use score::{Judged, Score};

/// What was reached; never less.
const RECALL: f64 = 99.98;
const FALSE_ALARMS: f64 = 0.0;
const LOCATED: f64 = 99.98;

/// Texts judged together: bounds the memory.
const CHUNK: usize = 4096;

fn judge(cases: &Cases, from: usize, chunk: &[cases::Case]) -> Vec<Judged> {
    let texts = chunk.par_iter().enumerate().map(|(at, case)| (format!("{}", from + at), cases.text(case)));
    let report = kubevet::lint::validate_texts(texts.collect(), KubeVersion(36));
    let mut judged: Vec<_> = chunk.iter().map(|_| Judged::default()).collect();
    for finding in report.findings.iter().filter(|finding| finding.severity == Severity::Error) {
        judged[finding.source().0 as usize].add(finding);
    }
    judged
}

#[test]
fn the_server_agrees() {
    let cases = Cases::load();
    let wanted = |case: &cases::Case| {
        let matches = |name: &str, value: &str| std::env::var(name).is_ok_and(|wanted| wanted != value);
        let decodes = std::env::var_os("API").is_none() || case.status.is_none_or(|status| status == 422);
        decodes && !matches("KIND", cases.kind(case)) && !matches("CLASS", &case.class)
    };
    let one: Option<usize> = std::env::var("CASE").ok().and_then(|case| case.parse().ok());
    let mut score = Score::default();
    for (number, chunk) in cases.cases.chunks(CHUNK).enumerate() {
        let from = number * CHUNK;
        if one.is_some_and(|at| at / CHUNK != number) || !chunk.iter().any(wanted) {
            continue;
        }
        for (at, (case, judged)) in chunk.iter().zip(judge(&cases, from, chunk)).enumerate() {
            if one == Some(from + at) {
                score.show(&String::from_utf8_lossy(&cases.text(case)), case, &judged);
            }
            if wanted(case) {
                score.add(from + at, cases.kind(case), case, judged);
            }
        }
    }
    let shown = std::env::var("MISSED").ok().and_then(|shown| shown.parse().ok()).unwrap_or(25);
    score.print(shown);
    if ["API", "CASE", "CLASS", "KIND"].iter().all(|name| std::env::var_os(name).is_none()) {
        score.require(RECALL, FALSE_ALARMS, LOCATED);
    }
}

#[test]
fn no_base_is_flagged() {
    let cases = Cases::load();
    let texts = cases.bases.iter().map(|(id, object)| (id.clone(), object.to_string().into_bytes()));
    let report = kubevet::lint::validate_texts(texts.collect(), KubeVersion(36));
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let flagged: Vec<_> = errors
        .map(|finding| format!("{}: {}: {}", report.sources.get(finding.source()).name, finding.path, finding.message))
        .collect();
    assert!(flagged.is_empty(), "{}", flagged.join("\n"));
}
