//! What to do next, at the end of the report for people.
//!
//! In: a finished report. Out: a few lines: the rules that say most, what can be fixed, a folder that most findings lie below, and
//! how to begin where there is much.

use std::collections::BTreeMap;

use crate::finding::{Applicability, Finding, Severity};

use super::Report;
use super::style::Options;
use super::summary::{by_rule, count};

/// Findings from which on a report says more than how many there are.
const MANY: usize = 20;
/// Findings from which on a first run is told how to begin.
const FIRST_RUN: usize = 100;
/// Rules that are named.
const RULES: usize = 5;

/// Names of folders that nobody applies to a cluster that matters.
const ASIDE: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "e2e",
    "fixtures",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "docs",
    "hack",
    "third_party",
    "vendor",
    "spec",
    "mocks",
    "archive",
    ".archive",
];

/// The lines: what there is, and how to go on.
pub(super) fn lines(report: &Report, options: &Options) -> Vec<String> {
    let mut lines = counts(report, options);
    lines.extend(first_run(report, options));
    lines
}

/// What there is: what is not shown, what is most frequent, what can be fixed, where most of it lies.
pub(super) fn counts(report: &Report, options: &Options) -> Vec<String> {
    let hidden = report.hidden(options);
    let mut lines = Vec::new();
    if let (1.., Some(least)) = (hidden, options.min_severity) {
        lines.push(format!(
            "{} less severe than `{}` not shown (--min-severity)",
            count(hidden, "finding"),
            least.as_str()
        ));
    }
    let active: Vec<&Finding> = report.active().collect();
    if active.len() >= MANY && !options.statistics {
        lines.extend(most_frequent(report));
    }
    lines.extend(fixable(&active));
    if active.len() >= MANY {
        lines.extend(one_folder(report, &active));
    }
    lines
}

/// The rules that report most.
fn most_frequent(report: &Report) -> Option<String> {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for (rule, _, number) in by_rule(report) {
        *rules.entry(rule).or_default() += number;
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|&(rule, number)| (std::cmp::Reverse(number), rule));
    let named: Vec<_> = rules.iter().take(RULES).map(|(rule, number)| format!("{number} {rule}")).collect();
    let more = if rules.len() > RULES { " (--statistics lists all)" } else { "" };
    (rules.len() > 1).then(|| format!("most frequent: {}{more}", named.join(", ")))
}

/// How many findings `--fix` fixes, and how many more `--unsafe-fixes`.
fn fixable(active: &[&Finding]) -> Option<String> {
    let fixed_by = |applicability: Applicability| {
        active.iter().filter(move |finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability == applicability))
    };
    let safe = fixed_by(Applicability::Safe).count();
    // A remark is changed by an unsafe fix only where its rule is selected.
    let more = fixed_by(Applicability::Unsafe).filter(|finding| finding.severity > Severity::Info).count();
    match (safe, more) {
        (0, 0) => None,
        (0, more) => Some(format!("{more} fixable with --unsafe-fixes (--diff shows the changes)")),
        (safe, 0) => Some(format!("{safe} fixable with --fix")),
        (safe, more) => {
            Some(format!("{safe} fixable with --fix, {more} more with --unsafe-fixes (--diff shows the changes)"))
        }
    }
}

/// A folder below which most findings lie, though other files were read.
fn one_folder(report: &Report, active: &[&Finding]) -> Option<String> {
    let mut below: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in active {
        for folder in folders(&report.sources.get(finding.source()).name) {
            *below.entry(folder).or_default() += 1;
        }
    }
    let files = |folder: &str| {
        let names = report.sources.iter().map(|source| source.name.as_str()).filter(|name| is_plain(name));
        names.fold((0, 0), |(inside, all), name| (inside + usize::from(lies_below(name, folder)), all + 1))
    };
    let dominates = |folder: &str, number: usize| {
        let (inside, all) = files(folder);
        let aside = folder.rsplit('/').next().is_some_and(|name| ASIDE.contains(&name));
        // Of any other folder it is worth telling only where little of what was read lies in it.
        inside < all
            && number < active.len()
            && (number * 2 > active.len() && aside || number * 4 > active.len() * 3 && inside * 2 < all)
    };
    let mut candidates: Vec<_> = below.into_iter().filter(|(_, number)| number * 2 > active.len()).collect();
    // The folder nearest to the root is the shortest to name.
    candidates.sort_by_key(|(folder, _)| (folder.matches('/').count(), *folder));
    let (folder, number) = candidates.into_iter().find(|&(folder, number)| dominates(folder, number))?;
    Some(format!(
        "{number} of {} findings are in {folder}/: to leave it out, use --exclude {folder} or, in kubevet.yaml, `exclude: [{folder}]`",
        active.len()
    ))
}

/// The folders that a file lies in, from the working directory down.
fn folders(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.match_indices('/').map(|(at, _)| &name[..at]);
    ends.filter(move |_| is_plain(name))
}

/// Whether a name can stand in a pattern as it is.
fn is_plain(name: &str) -> bool {
    !name.starts_with('/') && !name.starts_with("../")
}

fn lies_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// How to begin where a first run finds much.
fn first_run(report: &Report, options: &Options) -> Vec<String> {
    let known = report.findings.iter().any(|finding| finding.suppressed.as_ref().is_some_and(|s| s.by == "baseline"));
    if report.active().count() < FIRST_RUN || report.since.is_some() || known {
        return Vec::new();
    }
    let errors = match report.count(Severity::Error) {
        0 => String::new(),
        number => format!("--min-severity error shows the {} alone, ", count(number, "error")),
    };
    let errors = if options.min_severity.is_some() { String::new() } else { errors };
    vec![
        format!("to read it: {errors}-f html=report.html writes a page to browse"),
        "to see only what is new: --baseline FILE --write-baseline records these findings once, --since main compares with a \
         branch"
            .to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Category;
    use crate::report::tests::sample;
    use crate::source::{Source, SourceId, SourceMap, Span};

    /// A report with so many findings in each of some files.
    fn report(files: &[(&str, usize)]) -> Report {
        let sources =
            files.iter().enumerate().map(|(id, (name, _))| Source::from_text(SourceId(id as u32), *name, "a: 1\n"));
        let finding = |id: usize| {
            Finding::new(
                "latest-image-tag",
                Category::Images,
                Severity::Warning,
                "m",
                Span::new(SourceId(id as u32), 0, 1),
            )
        };
        let findings = files.iter().enumerate().flat_map(|(id, (_, number))| (0..*number).map(move |_| finding(id)));
        Report { findings: findings.collect(), sources: SourceMap::new(sources.collect()), ..sample::report() }
    }

    fn told(files: &[(&str, usize)]) -> String {
        lines(&report(files), &Options::default()).join("\n")
    }

    #[test]
    fn a_folder_that_most_findings_lie_below_is_named() {
        let said = told(&[("tests/a/x.yaml", 20), ("tests/b/x.yaml", 10), ("k8s/x.yaml", 5)]);
        assert!(said.contains("30 of 35 findings are in tests/: to leave it out, use --exclude tests"), "{said}");
        let deep = told(&[("a/e2e/x.yaml", 30), ("a/k8s/x.yaml", 5)]);
        assert!(deep.contains("are in a/e2e/"), "{deep}");
        for files in [
            &[("k8s/a.yaml", 30), ("other/b.yaml", 2)][..],
            &[("tests/a.yaml", 30)],
            &[("/tmp/tests/a.yaml", 30), ("/tmp/b.yaml", 1)],
            &[("../tests/a.yaml", 30), ("../b.yaml", 1)],
            &[("tests/a.yaml", 5), ("b.yaml", 1)],
        ] {
            assert!(!told(files).contains("to leave it out"), "{files:?}");
        }
        let noisy = told(&[("gen/a.yaml", 40), ("k/b.yaml", 1), ("k/c.yaml", 1), ("k/d.yaml", 1)]);
        assert!(noisy.contains("40 of 43 findings are in gen/"), "{noisy}");
    }

    #[test]
    fn a_large_first_run_is_told_how_to_begin() {
        assert!(told(&[("a.yaml", 100)]).contains("--write-baseline"));
        assert!(!told(&[("a.yaml", 99)]).contains("--write-baseline"));
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let options = Options { min_severity: Some(Severity::Error), ..Options::default() };
        let said = lines(&report(&[("a.yaml", 3)]), &options).join("\n");
        assert!(said.starts_with("3 findings less severe than `error` not shown"), "{said}");
    }
}
