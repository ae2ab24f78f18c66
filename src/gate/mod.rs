//! Deciding on admission: an AdmissionReview in, an AdmissionReview out.
//!
//! In: the JSON of an `admission.k8s.io/v1` AdmissionReview with a request, and a [`Policy`]. Out: the JSON of one with the
//! response. A pure function: whatever carries the bytes (a command, an HTTPS server) stands around it.

mod request;
mod response;

pub use request::Malformed;

use crate::finding::{Finding, Severity};
use crate::lint::{self, Job};

use request::Request;

/// What is let in.
pub struct Policy {
    /// How objects are judged; what it says about paths is of no concern.
    pub job: Job,
    /// Lowest severity that keeps an object out; nothing to let all in, with warnings.
    pub fail_on: Option<Severity>,
}

impl Policy {
    /// Judges validity and policy as a job says, with those rules that can judge an object that comes alone.
    pub fn new(job: Job, fail_on: Option<Severity>) -> Self {
        Self { job: Job { policy: true, alone: true, ..job }, fail_on }
    }
}

/// Decides on one review.
///
/// Deletions and connections, requests on subresources and requests without an object are allowed as they are: there is
/// nothing to judge. Findings at or above the policy's severity deny; all others become warnings.
///
/// # Errors
/// Where the text is no AdmissionReview with a request: then there is no `uid` that an answer could carry.
pub fn review(text: &[u8], policy: &Policy) -> Result<String, Malformed> {
    let request = Request::parse(text)?;
    let Some(object) = &request.object else { return Ok(response::allow(&request.uid, &[])) };
    let report = lint::judge_text("<admission>", object.clone().into_bytes(), &policy.job);
    let mut findings: Vec<&Finding> = report.active().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let denies = |finding: &Finding| policy.fail_on.is_some_and(|least| finding.severity >= least);
    let (denying, warning): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| denies(finding));
    Ok(match denying.is_empty() {
        true => response::allow(&request.uid, &warning),
        false => response::deny(&request.uid, &denying, &warning),
    })
}

#[cfg(test)]
mod tests;
