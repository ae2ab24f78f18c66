//! One line a finding: `file:line:column: severity[rule]: message`.
//!
//! In: a finished report. Out: lines that editors and `grep` understand.

use std::io::{self, Write};

use super::Report;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.active() {
        let source = report.sources.get(finding.source());
        let at = source.position(finding.primary.span.start);
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        writeln!(out, "{}:{}:{}: {severity}[{rule}]: {}", source.name, at.line, at.column, finding.message)?;
    }
    Ok(())
}
