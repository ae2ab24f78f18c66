//! The formats a report can be written in.
//!
//! In: a name from the command line. Out: [`Format`], which finds the renderer.

use std::io::{self, Write};

use crate::escape::Json;

use super::page::Page;
use super::style::Options;
use super::{Report, concise, github, gitlab, json, junit, sarif, text};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, with source lines.
    Text,
    /// One line a finding.
    Concise,
    /// The JSON report, version 1.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 7] =
        [Format::Text, Format::Concise, Format::Json, Format::Sarif, Format::Junit, Format::Github, Format::Gitlab];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
        }
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Whether it speaks of files by their path in the repository: as their name, or in fingerprints.
    pub fn wants_repository_names(self) -> bool {
        matches!(self, Format::Json | Format::Sarif | Format::Github | Format::Gitlab)
    }

    /// Writes a report in it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(self, report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Json => json::write(report, options, &mut Json::new(out)),
            Format::Sarif => sarif::write(report, options, &mut Json::new(out)),
            Format::Gitlab => gitlab::write(report, options, &mut Json::new(out)),
            Format::Text => text::write(report, options, &mut Page::new(out, options)),
            Format::Concise => concise::write(report, options, &mut Page::new(out, options)),
            Format::Junit => junit::write(report, options, &mut Page::plain(out)),
            Format::Github => github::write(report, options, &mut Page::plain(out)),
        }
    }
}
