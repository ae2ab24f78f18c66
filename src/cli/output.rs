//! Where reports go, and how they look.
//!
//! In: `-f FORMAT[=FILE]`, `--color` and what the terminal can show. Out: a report in each format, on standard output or
//! in a file.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use kubevet::files::{self, name::shown};
use kubevet::finding::Severity;
use kubevet::report::{Format, Options, Report, Sort};

use super::environment::Environment;
use super::{print, repository};

/// A format and where it goes.
#[derive(Clone)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// Nothing for standard output.
    pub file: Option<PathBuf>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("no file after `=`".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let known = || Format::ALL.map(Format::as_str).join(", ");
        let format = Format::parse(name).ok_or_else(|| format!("the formats are {}", known()))?;
        Ok(Self { format, file })
    }
}

/// When to use colors.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// The order of findings.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// Errors first
    Severity,
    /// By file and line
    File,
}

/// The severity of that name.
pub fn severity(name: &str) -> Result<Severity, String> {
    Severity::parse(name).ok_or_else(|| "the severities are error, warning and info".to_owned())
}

/// Options on what is written.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Output")]
pub struct Args {
    /// How to write the report: text, concise, json, sarif, junit, github, gitlab, html or markdown; may be repeated
    #[arg(short, long = "format", value_name = "FORMAT[=FILE]")]
    formats: Vec<Target>,
    /// Print only the findings, without summary and progress
    #[arg(short, long)]
    pub quiet: bool,
    /// Also print field paths and links to the documentation of rules
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Print how often each rule reported instead of the findings
    #[arg(long)]
    statistics: bool,
    /// Show only findings of this severity and above; the exit status and the counts do not change
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    min_severity: Option<Severity>,
    /// Order of the findings in formats for people [default: severity for text, file for concise]
    #[arg(long, value_name = "ORDER")]
    sort: Option<Order>,
    /// Show the values of Secrets, which are hidden by default
    #[arg(long)]
    pub show_secrets: bool,
    /// When to use colors
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

impl Args {
    /// Whether the formats can be written side by side.
    ///
    /// # Errors
    /// A message, where two would go to the same place.
    pub fn check(&self) -> Result<(), String> {
        for (index, target) in self.formats.iter().enumerate() {
            if self.formats[..index].iter().any(|other| other.file == target.file) {
                let place =
                    target.file.as_ref().map_or("standard output".to_owned(), |file| file.display().to_string());
                return Err(format!("two reports cannot both go to {place}: give each a file, as in -f json=FILE"));
            }
        }
        Ok(())
    }

    /// Whether a format shows what refers to what.
    pub fn wants_wiring(&self) -> bool {
        self.formats.iter().any(|target| target.format == Format::Html)
    }

    /// Writes the report in each format asked for.
    ///
    /// # Errors
    /// A message, where a file cannot be written. A reader of standard output that went away is no error.
    pub fn write(&self, report: &Report, here: &Environment) -> Result<(), String> {
        let default = [Target { format: Format::Text, file: None }];
        let targets = if self.formats.is_empty() { &default[..] } else { &self.formats };
        let results = targets.iter().map(|target| self.write_one(report, target, here));
        let failures: Vec<_> = results.filter_map(Result::err).collect();
        if failures.is_empty() { Ok(()) } else { Err(failures.join("\nerror: ")) }
    }

    fn write_one(&self, report: &Report, target: &Target, here: &Environment) -> Result<(), String> {
        match &target.file {
            None => self.to_stdout(report, target.format, here),
            Some(path) => self.to_file(report, target.format, path, here),
        }
    }

    fn to_stdout(&self, report: &Report, format: Format, here: &Environment) -> Result<(), String> {
        let options = self.options(report, format, io::stdout().is_terminal(), here);
        print::report(report, format, &options)
    }

    fn to_file(&self, report: &Report, format: Format, path: &Path, here: &Environment) -> Result<(), String> {
        let options = self.options(report, format, false, here);
        let tree = repository::tree(&[path.to_owned()], &*here.files);
        let written = files::report(path, &tree, |out| format.write(report, &options, out));
        written.map_err(|error| format!("{}: {error}", shown(path)))
    }

    fn options(&self, report: &Report, format: Format, terminal: bool, here: &Environment) -> Options {
        Options {
            color: match self.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => terminal && !here.no_color && !here.dumb,
            },
            unicode: terminal && here.unicode,
            links: terminal && !here.dumb && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            width: here.columns.or_else(|| if terminal { columns() } else { None }),
            min_severity: self.min_severity,
            sort: self.sort.map(|order| match order {
                Order::Severity => Sort::Severity,
                Order::File => Sort::File,
            }),
            verbose: self.verbose,
            quiet: self.quiet,
            statistics: self.statistics,
            repository_names: if format.wants_repository_names() {
                repository::names(report, &*here.files)
            } else {
                Default::default()
            },
        }
    }
}

/// How wide the terminal is.
fn columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|&columns| columns > 0)
}
