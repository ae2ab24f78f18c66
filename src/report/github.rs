//! Workflow commands of GitHub Actions: annotations in the log and on the changed lines, without code scanning.
//!
//! In: a finished report. Out: one command a finding, then the summary as plain lines of the log. GitHub shows ten errors
//! and ten warnings a step as annotations; the log has all.

use std::io;

use crate::escape;
use crate::finding::{Finding, Severity};

use super::page::Page;
use super::region::Region;
use super::style::Options;
use super::{Report, summary};

/// Writes the report, errors first, since GitHub shows the first ones.
///
/// # Errors
/// Those of the page.
pub(super) fn write(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    for severity in Severity::ALL {
        for finding in report.shown(options).filter(|finding| finding.severity == severity) {
            command(report, finding, options, page)?;
        }
    }
    if report.coverage.objects == 0 {
        page.own("::warning title=kubevet::no objects were checked")?.end()?;
    }
    if options.quiet {
        return Ok(());
    }
    summary::lines(report, options.verbose).iter().try_for_each(|line| page.text(line)?.end())
}

fn command(report: &Report, finding: &Finding, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    let source = report.sources.get(finding.source());
    let at = Region::first_line(source, finding.primary.span);
    page.own("::")?.own(word(finding.severity))?;
    page.text(format_args!(" file={}", property(options.repository_name(&source.name))))?;
    page.text(format_args!(",line={},endLine={},col={},endColumn={}", at.line, at.line, at.column, at.end_column))?;
    page.text(format_args!(",title={}", property(&format!("kubevet {}", finding.rule))))?;
    page.own("::")?.text(data(&escape::block(&finding.message)))?;
    if let Some(help) = &finding.help {
        page.own("%0Ahelp: ")?.text(data(&escape::block(help)))?;
    }
    page.end()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// What follows the second pair of colons. GitHub decodes it: a line break of a message is one of the annotation, not of
/// the log.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property. GitHub decodes it, so that a file is found whose name has a line break.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
