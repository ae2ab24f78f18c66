//! What findings come to once all of them are known.
//!
//! In: all findings of a run, and what the repository holds beside what each is about. Out: the same, where a cause is told once, what
//! something in the repository answers is gone, and what is not sure, or lies where nobody applies it, is a remark. The order counts:
//! what is joined is weighed as one, and where it lies is asked last.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::Coverage;
use crate::discover::Survey;
use crate::finding::Finding;
use crate::report::Skipped;
use crate::source::SourceId;
use crate::workspace::{ApplySet, Sets};

use super::checking::Unknown;
use super::unsure::Unsure;
use super::{
    Run, alike, bases, completed, elsewhere, follow, handed, installer, once, operated, pinned, repeated, told, unsure,
};
use super::{unfinished, vendored, wording};

/// What a repository holds.
pub(super) struct Given<'g, 't> {
    /// All objects.
    pub whole: &'g ApplySet<'t>,
    /// How they divide.
    pub sets: &'g Sets,
    /// What the repository says about its files.
    pub survey: &'g Survey,
    /// What kustomizations generate, by kind and name.
    pub generated: &'g FxHashMap<&'static str, FxHashSet<String>>,
    /// Templates that were not read in files that are not checked.
    pub templates: &'g [Skipped],
    /// The kinds without a schema.
    pub unknown: &'g Unknown,
}

/// Weighs findings.
pub(super) fn weigh(
    findings: &mut Vec<Finding>,
    given: &Given<'_, '_>,
    run: &Run<'_>,
    coverage: &mut Coverage,
    is_checked: &dyn Fn(SourceId) -> Option<bool>,
) {
    let (&Given { whole, sets, survey, generated, templates, unknown }, job) = (given, run.job);
    repeated::join(findings, sets, run.sources);
    repeated::soften(findings);
    run.built.leave_others(findings, run.files);
    job.leave_to_others(findings, is_checked);
    operated::soften(findings, whole, sets, run.sources);
    told::soften(findings, run);
    unsure::leave_open(findings, run, coverage);
    follow::take_out(findings, whole, run);
    let unsure = Unsure { whole, sets, survey, skipped: &coverage.skipped, templates, generated, unknown };
    unsure::soften(findings, &unsure, run);
    elsewhere::tell(findings, whole);
    once::say(findings, whole, run);
    repeated::join_images(findings);
    repeated::relate_lost(findings);
    if !job.settings.selection.is_standard(&job.settings.config) {
        once::soften_privileged(findings);
    }
    if job.request.apart {
        wording::of_what_was_read(findings);
    }
    if !job.request.strict_files {
        vendored::soften(findings, whole, survey, run);
        unfinished::soften(findings, whole, survey, run);
        completed::soften(findings, whole, survey, run);
        installer::soften(findings, run);
        bases::soften(findings, run);
        handed::soften(findings, run);
        pinned::soften(findings, whole, run);
        alike::join(findings, run);
    }
    pinned::join(findings);
}
