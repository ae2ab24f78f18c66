//! Deciding on admission: an AdmissionReview in, an AdmissionReview out.
//!
//! In: the JSON of an `admission.k8s.io/v1` AdmissionReview with a request, and a [`Policy`]. Out: the JSON of one with the
//! response. A pure function: whatever carries the bytes (a command, an HTTPS server) stands around it.

mod request;
mod response;

use std::collections::HashMap;

pub use request::Malformed;

use crate::engine::{Engine, Request, Snapshot};
use crate::finding::{Finding, Severity};
use crate::report::Report;

use request::AdmissionRequest;

/// What is let in.
pub struct Policy {
    engine: Engine,
    /// What is asked of each object: validity, and the rules that can check an object that comes alone.
    request: Request,
    /// Lowest severity that keeps an object out; nothing to let all in, with warnings.
    fail_on: Option<Severity>,
}

impl Policy {
    /// Checks as an engine does, on a day.
    pub fn new(engine: Engine, today: String, fail_on: Option<Severity>) -> Self {
        Self { engine, request: Request { today, ..Request::admission() }, fail_on }
    }

    fn check(&self, object: &str) -> Report {
        self.engine.check(&Snapshot::of_text("<admission>", object), &self.request).report
    }
}

/// Decides on one review.
///
/// Deletions and connections, requests on subresources, requests without an object and updates of what is being deleted are
/// allowed as they are: there is nothing to check. Findings at or above the policy's severity deny; all others become
/// warnings, and so does, in an update, what was there before: it is denied only for what it makes worse.
///
/// # Errors
/// Where the text is no AdmissionReview with a request: then there is no `uid` that an answer could carry.
pub fn review(text: &[u8], policy: &Policy) -> Result<String, Malformed> {
    let request = AdmissionRequest::parse(text)?;
    let Some(object) = &request.object else { return Ok(response::allow(&request.uid, &[], Vec::new())) };
    let report = policy.check(object);
    let mut findings: Vec<&Finding> = report.active().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let denies = |finding: &Finding| policy.fail_on.is_some_and(|least| finding.severity >= least);
    let mut before = Before::default();
    if let Some(old) = request.old.as_deref().filter(|_| findings.iter().any(|finding| denies(finding))) {
        policy.check(old).active().filter(|finding| denies(finding)).for_each(|finding| before.note(finding));
    }
    let (denying, warning): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| denies(finding) && !before.had(finding));
    let notes = unchecked(&report);
    Ok(match denying.is_empty() {
        true => response::allow(&request.uid, &warning, notes),
        false => response::deny(&request.uid, &denying, &warning, notes),
    })
}

/// What denied the object as it was, and how often.
#[derive(Default)]
struct Before(HashMap<String, usize>);

impl Before {
    fn note(&mut self, finding: &Finding) {
        *self.0.entry(finding.fingerprint(None)).or_default() += 1;
    }

    /// Whether a finding was there before; each that was counts once.
    fn had(&mut self, finding: &Finding) -> bool {
        let left = self.0.get_mut(&finding.fingerprint(None)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}

/// What was let in without a look at its fields.
fn unchecked(report: &Report) -> Vec<String> {
    let kinds = report.coverage.no_schema.keys();
    kinds
        .map(|(api_version, kind)| format!("{api_version} {kind} has no schema here: its fields were not checked"))
        .collect()
}

#[cfg(test)]
mod tests;
