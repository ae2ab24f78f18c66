//! One line a finding: `file:line:column: severity[rule]: message`.
//!
//! In: a finished report. Out: lines that editors and `grep` understand, then the summary.

use std::io;

use anstyle::Style;

use crate::finding::Finding;

use super::page::Page;
use super::style::{self, Options};
use super::{Report, order, rule_url, summary};

/// Writes the report.
///
/// # Errors
/// Those of the page.
pub(super) fn write(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    if options.statistics {
        statistics(report, options, page)?;
    } else {
        for finding in order::listed(report, options) {
            headline(report, finding, page)?;
        }
    }
    closing(report, options, page)
}

/// The line of one finding.
pub(super) fn headline(report: &Report, finding: &Finding, page: &mut Page<'_>) -> io::Result<()> {
    let source = report.sources.get(finding.source());
    let at = source.position(finding.primary.span.start);
    page.styled(style::strong(), format_args!("{}:{}:{}", source.name, at.line, at.column))?.own(": ")?;
    said(finding, page)
}

/// What a finding says, without its place; the end of the line.
pub(super) fn said(finding: &Finding, page: &mut Page<'_>) -> io::Result<()> {
    page.styled(style::severity(finding.severity), finding.severity.as_str())?;
    page.own("[")?.linked(Style::new(), &finding.rule, rule_url(&finding.rule))?.own("]: ")?;
    page.text(&finding.message)?.end()
}

/// Counts by rule.
pub(super) fn statistics(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    let mut rules = summary::by_rule(report);
    rules.retain(|(_, severity, _)| options.min_severity.is_none_or(|least| *severity >= least));
    let width = rules.first().map_or(0, |(_, _, number)| number.to_string().len());
    for (rule, severity, number) in rules {
        page.text(format_args!("{number:width$} "))?;
        page.styled(style::severity(severity), format_args!("{:7}", severity.as_str()))?;
        page.own(" ")?.linked(Style::new(), rule, rule_url(rule))?.end()?;
    }
    Ok(())
}

/// The summary.
pub(super) fn closing(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    if options.quiet {
        return Ok(());
    }
    let color = report.worst().map_or(style::strong(), style::severity);
    for (index, line) in summary::lines(report, options.verbose).iter().enumerate() {
        match index {
            0 => page.styled(color, line)?,
            _ => page.text(line)?,
        }
        .end()?;
    }
    Ok(())
}
