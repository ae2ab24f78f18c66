//! The report for people: findings with the lines they are about.
//!
//! In: a finished report. Out: for each place the lines of its findings as in the concise report, the source around all places
//! that they speak of, and help; errors first. Last come what to do next, and how much was checked and how much was not.

use std::collections::BTreeSet;
use std::io;

use crate::finding::Finding;

use super::drawing::Pen;
use super::excerpt::{Excerpt, Texts};
use super::page::Page;
use super::style::{self, Options};
use super::{Report, concise, digest, order, rule_url};

/// Columns that source lines are clipped to where no terminal says how many there are.
const USUAL_WIDTH: usize = 160;

/// Writes the report.
///
/// # Errors
/// Those of the page.
pub(super) fn write(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    if options.statistics {
        concise::statistics(report, options, page)?;
    } else {
        let texts = Texts::new(report, options);
        let columns = options.width.unwrap_or(USUAL_WIDTH);
        let pen = Pen { unicode: options.unicode, color: options.color, columns };
        for place in order::places(report, options) {
            concise::headline(report, place[0], page)?;
            // What else there is at this place need not name it again.
            place[1..].iter().try_for_each(|finding| {
                page.own("  ")?;
                concise::said(finding, page)
            })?;
            page.drawn(&Excerpt::new(&place, &texts).draw(&pen))?;
            asides(&place, options, page)?;
            page.end()?;
        }
    }
    if !options.quiet {
        digest::lines(report, options).iter().try_for_each(|line| page.text(line)?.end())?;
    }
    concise::closing(report, options, page)
}

/// What stands below the excerpt: of several findings at one place, each line says which it belongs to.
fn asides(place: &[&Finding], options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    let mut told = BTreeSet::new();
    let alike = place.iter().all(|finding| finding.sets == place[0].sets);
    for (index, finding) in place.iter().enumerate() {
        let of = (place.len() > 1).then_some(finding.rule.as_str());
        let sets = finding.sets.some && !finding.sets.names.is_empty() && (!alike || index == 0);
        if sets {
            aside("in", of.filter(|_| !alike), &set_names(&finding.sets.names), page)?;
        }
        if let Some(help) = finding.help.as_ref().filter(|help| told.insert((&finding.rule, *help))) {
            aside("help", of, help, page)?;
        }
        if let Some(fix) = &finding.fix {
            aside("fix", of, &format!("{} ({})", fix.description, fix.applicability.as_str()), page)?;
        }
        if options.verbose {
            if !finding.path.is_empty() {
                aside("path", of, &finding.path, page)?;
            }
            aside("see", of, &rule_url(&finding.rule), page)?;
        }
    }
    Ok(())
}

fn aside(name: &'static str, of: Option<&str>, text: &str, page: &mut Page<'_>) -> io::Result<()> {
    page.own("  ")?.styled(style::aside(), name)?;
    if let Some(rule) = of {
        page.styled(style::aside(), format_args!("[{rule}]"))?;
    }
    page.own(": ")?.text(text)?.end()
}

/// Names of sets, of many the first.
fn set_names(names: &[std::sync::Arc<str>]) -> String {
    const SHOWN: usize = 3;
    let first = names.iter().take(SHOWN).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
