//! `kubevet read`: what the API server would read.
//!
//! In: paths. Out: one line of JSON a document on standard output; exit status 1 when any document has an error.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use kubevet::discover;
use kubevet::files::MAX_FILE;
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Limits, read_lines};

use super::check::read_stdin;
use super::environment::Environment;
use super::print::{self, Failure, outcome};

/// Arguments of `kubevet read`.
#[derive(clap::Args)]
pub struct Args {
    /// Files, directories, or - for standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// A message, where a named path cannot be read or standard output is closed.
pub fn run(args: Args, here: &Environment) -> Result<ExitCode, Failure> {
    let mut out = print::json();
    let mut failed = false;
    let (stdin, paths): (Vec<_>, Vec<_>) = args.paths.into_iter().partition(|path| path.as_os_str() == "-");
    if !stdin.is_empty() {
        failed |= read("<stdin>", read_stdin()?, &mut out)?;
    }
    let walk = discover::walk(&*here.files, &paths, false);
    for file in &walk.files {
        let bytes = here.files.read(&file.path, MAX_FILE).map_err(|error| format!("{}: {error}", file.name))?;
        failed |= read(&file.name, bytes, &mut out)?;
    }
    outcome(out.flush())?;
    if !walk.failures.is_empty() {
        return Err(walk.failures.into());
    }
    Ok(ExitCode::from(u8::from(failed)))
}

fn read(name: &str, bytes: Vec<u8>, out: &mut dyn Write) -> Result<bool, String> {
    let source = Source::from_bytes(SourceId(0), name, bytes);
    let lines = read_lines(&source, &Limits::default());
    outcome(out.write_all(lines.text.as_bytes()))?;
    Ok(lines.failed)
}
