//! The report for people: each finding with the lines it is about.
//!
//! In: a finished report. Out: for each finding its line as in the concise report, the source around all its places, help,
//! and last how much was judged and how much was not.

use std::io;

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::finding::Finding;

use super::excerpt::{Excerpt, Texts};
use super::page::Page;
use super::style::{self, Options};
use super::{Report, concise, rule_url};

/// Writes the report.
///
/// # Errors
/// Those of the page.
pub(super) fn write(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    if options.statistics {
        concise::statistics(report, page)?;
    } else {
        let (handler, texts) = (handler(options), Texts::new(report));
        for finding in report.active() {
            concise::headline(report, finding, page)?;
            page.drawn(&Excerpt::new(finding, &texts).draw(&handler))?;
            asides(finding, options, page)?;
        }
    }
    concise::closing(report, options, page)
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

/// What stands below the excerpt.
fn asides(finding: &Finding, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    let mut aside =
        |name: &'static str, text: &str| page.own("  ")?.styled(style::aside(), name)?.own(": ")?.text(text)?.end();
    if finding.sets.some && !finding.sets.names.is_empty() {
        aside("in", &sets(&finding.sets.names))?;
    }
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
        aside("see", &rule_url(&finding.rule))?;
    }
    page.end()
}

/// Names of sets, of many the first.
fn sets(names: &[std::sync::Arc<str>]) -> String {
    const SHOWN: usize = 3;
    let first = names.iter().take(SHOWN).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
