//! Which findings a report shows, and in which order.
//!
//! In: a finished report and what the user wants to see. Out: its findings: those of `--min-severity`, errors first or by
//! file, and those of one place together. What counts does not depend on it.

use std::cmp::Reverse;

use crate::finding::{Finding, Severity};

use super::{Options, Report};

/// The order of findings in the reports for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Errors first, then warnings; within a severity by file.
    Severity,
    /// By file and position.
    File,
}

impl Report {
    /// The findings to show: those that count, by file and position.
    pub fn shown(&self, options: &Options) -> impl Iterator<Item = &Finding> {
        let least = options.min_severity;
        self.active().filter(move |finding| least.is_none_or(|least| finding.severity >= least))
    }

    /// How many findings that count are not shown.
    pub fn hidden(&self, options: &Options) -> usize {
        self.active().count() - self.shown(options).count()
    }
}

/// The findings to show, one after the other.
pub(super) fn listed<'r>(report: &'r Report, options: &Options) -> Vec<&'r Finding> {
    let mut findings: Vec<&Finding> = report.shown(options).collect();
    if options.sort == Some(Sort::Severity) {
        findings.sort_by_key(|finding| Reverse(finding.severity));
    }
    findings
}

/// The findings to show, those of one place together with the worst first; the places errors first unless asked otherwise.
pub(super) fn places<'r>(report: &'r Report, options: &Options) -> Vec<Vec<&'r Finding>> {
    let findings: Vec<&Finding> = report.shown(options).collect();
    // Findings are sorted by file and position, so those of one place follow one another, but for longer spans between them.
    let mut places: Vec<Vec<&Finding>> = Vec::new();
    for begins in findings.chunk_by(|a, b| (a.source(), a.primary.span.start) == (b.source(), b.primary.span.start)) {
        let from = places.len();
        for finding in begins {
            match places[from..].iter_mut().find(|place| place[0].primary.span == finding.primary.span) {
                Some(place) => place.push(finding),
                None => places.push(vec![finding]),
            }
        }
    }
    let worst = |place: &Vec<&Finding>| place.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
    places.iter_mut().for_each(|place| place.sort_by_key(|finding| Reverse(finding.severity)));
    if options.sort != Some(Sort::File) {
        places.sort_by_key(|place| Reverse(worst(place)));
    }
    places
}
