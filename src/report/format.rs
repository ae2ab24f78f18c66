//! The formats a report can be written in.
//!
//! In: a name from the command line. Out: [`Format`], which finds the renderer.

use std::io::{self, Write};

use super::style::Options;
use super::{Report, concise, json, text};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, with source lines.
    Text,
    /// One line a finding.
    Concise,
    /// The JSON report, version 1.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 3] = [Format::Text, Format::Concise, Format::Json];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
        }
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Writes a report in it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(self, report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text::write(report, options, out),
            Format::Concise => concise::write(report, options, out),
            Format::Json => json::write(report, out),
        }
    }
}
