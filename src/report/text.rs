//! The report for people: each finding with the lines it is about.
//!
//! In: a finished report. Out: for each finding its line as in the concise report, the source around all its places, help,
//! and last how much was judged and how much was not.

use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::finding::Finding;

use super::excerpt::Excerpt;
use super::style::{self, Options};
use super::{Report, concise, rule_url};

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if options.statistics {
        concise::statistics(report, options, out)?;
    } else {
        let handler = handler(options);
        for finding in report.active() {
            one(report, finding, options, &handler, out)?;
        }
    }
    concise::closing(report, options, out)
}

/// miette's handler, with its message line, colours by terminal and wrapping taken from it.
fn handler(options: &Options) -> GraphicalReportHandler {
    let characters = if options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if options.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_context_lines(1)
        .with_wrap_lines(false)
        .with_urls(false)
        .without_primary_span_start()
        .without_syntax_highlighting()
        .tab_width(2)
}

fn one(
    report: &Report,
    finding: &Finding,
    options: &Options,
    handler: &GraphicalReportHandler,
    out: &mut dyn Write,
) -> io::Result<()> {
    concise::headline(report, finding, options, out)?;
    out.write_all(Excerpt::new(finding, &report.sources).draw(handler).as_bytes())?;
    let mut aside = |name: &str, text: &str| {
        let name = options.paint(style::aside(), name);
        writeln!(out, "  {name}: {}", text.replace('\n', "\n        "))
    };
    if let Some(help) = &finding.help {
        aside("help", help)?;
    }
    if let Some(fix) = &finding.fix {
        aside("fix", &format!("{} ({})", fix.description, fix.applicability.as_str()))?;
    }
    if options.verbose {
        if !finding.path.is_empty() {
            aside("path", &finding.path)?;
        }
        aside("see", &rule_url(finding.rule))?;
    }
    writeln!(out)
}
