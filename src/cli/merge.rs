//! `kubevet merge`.
//!
//! In: JSON reports, of shards or of several repositories. Out: one report, as JSON or as a page for a browser.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kubevet::files;
use kubevet::files::name::shown;
use kubevet::finding::Severity;
use kubevet::report::{Format, merge};
use serde_json::Value;

use super::environment::Environment;
use super::output::Target;
use super::print::{Failure, note, print_json};
use super::{check, repository};

/// Largest report that is read.
const MOST: u64 = 1 << 30;

/// Arguments of `kubevet merge`.
#[derive(clap::Args)]
pub struct Args {
    /// JSON reports
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// How to write the report: json or html; may be repeated
    #[arg(short, long = "format", value_name = "FORMAT[=FILE]")]
    formats: Vec<Target>,
    /// Lowest severity that makes the exit status 1: error, warning, info or never
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    fail_on: String,
}

/// Runs it.
///
/// # Errors
/// A message, where a report cannot be read or the reports do not fit, or a file cannot be written.
pub fn run(args: &Args, here: &Environment) -> Result<ExitCode, Failure> {
    let fail_on = check::fail_on(&args.fail_on)?;
    let unfit = args.formats.iter().find(|target| !matches!(target.format, Format::Json | Format::Html));
    if let Some(target) = unfit {
        return Err(format!("reports are merged as json or html, not {}", target.format.as_str()).into());
    }
    let read = |path: &PathBuf| read(path, here);
    let reports = args.reports.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let merged = merge::merge(reports)?;
    let default = [Target { format: Format::Json, file: None }];
    for target in if args.formats.is_empty() { &default[..] } else { &args.formats } {
        write(&merged, target, here)?;
    }
    note(&merge::line(&merged));
    let counts = |severity: Severity| merged["summary"][severity.as_str()].as_u64().unwrap_or(0) > 0;
    let failed = fail_on.is_some_and(|least| Severity::ALL.into_iter().any(|one| one >= least && counts(one)));
    Ok(ExitCode::from(u8::from(failed)))
}

fn read(path: &Path, here: &Environment) -> Result<(String, Value), String> {
    let bytes = here.files.read(path, MOST).map_err(|error| format!("{}: {error}", shown(path)))?;
    let report = serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", shown(path)))?;
    Ok((shown(path), report))
}

fn write(report: &Value, target: &Target, here: &Environment) -> Result<(), String> {
    let mut bytes = Vec::new();
    let written = match target.format {
        Format::Html => merge::write_html(report, &mut bytes),
        _ => serde_json::to_writer_pretty(&mut bytes, report).map_err(Into::into).map(|()| bytes.push(b'\n')),
    };
    written.map_err(|error| error.to_string())?;
    match &target.file {
        None => print_json(&String::from_utf8_lossy(&bytes))
            .map(|_| ())
            .map_err(|_| "cannot write to standard output".to_owned()),
        Some(path) => {
            let tree = repository::tree(std::slice::from_ref(path), &*here.files);
            files::report(path, &tree, |file| file.write_all(&bytes))
                .map_err(|error| format!("{}: {error}", shown(path)))
        }
    }
}
