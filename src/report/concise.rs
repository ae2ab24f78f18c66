//! One line a finding: `file:line:column: severity[rule]: message`.
//!
//! In: a finished report. Out: lines that editors and `grep` understand, then the summary.

use std::io::{self, Write};

use crate::finding::Finding;

use super::style::{self, Options};
use super::{Report, summary};

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if options.statistics {
        statistics(report, options, out)?;
    } else {
        for finding in report.active() {
            headline(report, finding, options, out)?;
        }
    }
    closing(report, options, out)
}

/// The line of one finding.
pub(super) fn headline(report: &Report, finding: &Finding, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let source = report.sources.get(finding.source());
    let at = source.position(finding.primary.span.start);
    let place = format!("{}:{}:{}", source.name, at.line, at.column);
    let severity = options.paint(style::severity(finding.severity), finding.severity.as_str());
    let place = options.paint(style::strong(), place);
    writeln!(out, "{place}: {severity}[{}]: {}", finding.rule, one_line(&finding.message))
}

/// Messages quote what stands in files: a line break in one must not start a line of the report.
pub(super) fn one_line(message: &str) -> std::borrow::Cow<'_, str> {
    match message.contains(|c: char| c.is_control()) {
        true => message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        false => message.into(),
    }
}

/// Counts by rule.
pub(super) fn statistics(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let rules = summary::by_rule(report);
    let width = rules.first().map_or(0, |(_, _, number)| number.to_string().len());
    for (rule, severity, number) in rules {
        let name = options.paint(style::severity(severity), format!("{:7}", severity.as_str()));
        writeln!(out, "{number:width$} {name} {rule}")?;
    }
    Ok(())
}

/// The summary.
pub(super) fn closing(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if options.quiet {
        return Ok(());
    }
    let color = report.worst().map_or(style::strong(), style::severity);
    for (index, line) in summary::lines(report, options.verbose).iter().enumerate() {
        match index {
            0 => writeln!(out, "{}", options.paint(color, line))?,
            _ => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}
