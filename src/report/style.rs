//! How a report looks, as far as the user decides it.
//!
//! In: what the command line and the terminal say. Out: [`Options`], which every renderer gets, and colours.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use crate::finding::{Finding, Severity, folder_of};
use crate::source::SourceMap;

use super::order::Sort;

/// What the user wants to see.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Colours, as escape sequences.
    pub color: bool,
    /// Drawing characters beyond ASCII.
    pub unicode: bool,
    /// Rules lead to their documentation, by links that the terminal follows.
    pub links: bool,
    /// Columns of the terminal; nothing where lines are not to be broken.
    pub width: Option<usize>,
    /// The lowest severity that is shown; nothing for all. Counts do not depend on it.
    pub min_severity: Option<Severity>,
    /// The order of findings; nothing for what is usual in a format.
    pub sort: Option<Sort>,
    /// Where each rule is documented, too.
    pub verbose: bool,
    /// Findings alone, without a summary.
    pub quiet: bool,
    /// Counts by rule in place of the findings (text and concise).
    pub statistics: bool,
    /// Names of files relative to the repository's root, where they differ from the names shown.
    pub repository_names: BTreeMap<String, String>,
}

impl Options {
    /// The name of a file for programs that know the repository, not the working directory.
    pub fn repository_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.repository_names.get(name).map_or(name, String::as_str)
    }

    /// A finding's fingerprint, made with the folder of its file in the repository.
    pub fn fingerprint(&self, finding: &Finding, sources: &SourceMap) -> String {
        let name = self.repository_name(&sources.get(finding.source()).name);
        finding.fingerprint(Some(folder_of(name)))
    }
}

/// The colour of a severity.
pub fn severity(severity: Severity) -> Style {
    let color = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    };
    color.on_default().bold()
}

/// The colour of names and headings.
pub fn strong() -> Style {
    Style::new().bold()
}

/// The colour of helpful asides.
pub fn aside() -> Style {
    AnsiColor::Cyan.on_default()
}
