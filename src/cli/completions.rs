//! `kubevet completions`.
//!
//! In: the name of a shell. Out: the script that makes it complete commands and options, on standard output.

use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use super::print::{Failure, exact};

/// Arguments of `kubevet completions`.
#[derive(clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs it.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn run(args: &Args, mut command: Command) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "kubevet", &mut script);
    exact(&script)?;
    Ok(ExitCode::SUCCESS)
}
