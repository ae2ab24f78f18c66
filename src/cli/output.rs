//! Where reports go, and how they look.
//!
//! In: `-f FORMAT[=FILE]`, `--color` and what the terminal can show. Out: a report in each format, on standard output or
//! in a file.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use kubevet::files::{self, name::shown};
use kubevet::report::{Format, Options, Report};

use super::{print, repository};

/// A format and where it goes.
#[derive(Clone)]
struct Target {
    format: Format,
    /// Nothing for standard output.
    file: Option<PathBuf>,
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

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// Options on what is written.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Output")]
pub struct Args {
    /// How to write the report: text, concise, json, sarif, junit, github or gitlab; may be repeated
    #[arg(short, long = "format", value_name = "FORMAT[=FILE]")]
    formats: Vec<Target>,
    /// Print findings alone, without the summary, and no progress
    #[arg(short, long)]
    pub quiet: bool,
    /// Print paths of fields and where rules are documented, too
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
    /// Print how often each rule reported in place of the findings
    #[arg(long)]
    statistics: bool,
    /// When to use colours
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

    /// Writes the report in each format asked for.
    ///
    /// # Errors
    /// A message, where a file cannot be written. A reader of standard output that went away is no error.
    pub fn write(&self, report: &Report) -> Result<(), String> {
        let default = [Target { format: Format::Text, file: None }];
        let targets = if self.formats.is_empty() { &default[..] } else { &self.formats };
        let results = targets.iter().map(|target| self.write_one(report, target));
        let failures: Vec<_> = results.filter_map(Result::err).collect();
        if failures.is_empty() { Ok(()) } else { Err(failures.join("\nerror: ")) }
    }

    fn write_one(&self, report: &Report, target: &Target) -> Result<(), String> {
        match &target.file {
            None => self.to_stdout(report, target.format),
            Some(path) => self.to_file(report, target.format, path),
        }
    }

    fn to_stdout(&self, report: &Report, format: Format) -> Result<(), String> {
        let options = self.options(report, format, io::stdout().is_terminal());
        print::report(report, format, &options)
    }

    fn to_file(&self, report: &Report, format: Format, path: &Path) -> Result<(), String> {
        let options = self.options(report, format, false);
        let written =
            files::report(path, &repository::tree(&[path.to_owned()]), |out| format.write(report, &options, out));
        written.map_err(|error| format!("{}: {error}", shown(path)))
    }

    fn options(&self, report: &Report, format: Format, terminal: bool) -> Options {
        Options {
            color: match self.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => terminal && !is_set("NO_COLOR") && !is_dumb(),
            },
            unicode: terminal && speaks_unicode(),
            verbose: self.verbose,
            quiet: self.quiet,
            statistics: self.statistics,
            repository_names: if format.wants_repository_names() {
                repository::names(report)
            } else {
                Default::default()
            },
        }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the locale is one of UTF-8; terminals of Windows and macOS always are.
fn speaks_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    let utf8 = |locale: String| locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    cfg!(any(windows, target_os = "macos")) || locale.is_some_and(utf8)
}
