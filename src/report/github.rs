//! Workflow commands of GitHub Actions: annotations in the log and on the changed lines, without code scanning.
//!
//! In: a finished report. Out: one command a finding, then the summary as plain lines of the log. GitHub shows ten errors
//! and ten warnings a step as annotations; the log has all.

use std::io::{self, Write};

use crate::finding::{Finding, Severity};

use super::region::Region;
use super::style::Options;
use super::{Report, summary};

/// Writes the report, errors first, since GitHub shows the first ones.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for severity in Severity::ALL {
        for finding in report.active().filter(|finding| finding.severity == severity) {
            command(report, finding, options, out)?;
        }
    }
    if options.quiet {
        return Ok(());
    }
    summary::lines(report, options.verbose).iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn command(report: &Report, finding: &Finding, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let source = report.sources.get(finding.source());
    let at = Region::first_line(source, finding.primary.span);
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    writeln!(
        out,
        "::{} file={},line={},endLine={},col={},endColumn={},title={}::{}",
        word(finding.severity),
        property(options.repository_name(&source.name)),
        at.line,
        at.line,
        at.column,
        at.end_column,
        property(&format!("kubevet {}", finding.rule)),
        data(&message),
    )
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// What follows the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
