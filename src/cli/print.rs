//! Writing to standard output.
//!
//! In: text. Out: an exit status. A reader that went away (`| head`) is no error.

use std::io::{self, Write};
use std::process::ExitCode;

use kubevet::discover::walk::describe;

/// Writes a text.
///
/// # Errors
/// A message, where standard output cannot be written.
pub fn print(text: &str) -> Result<ExitCode, String> {
    outcome(io::stdout().write_all(text.as_bytes())).map(|()| ExitCode::SUCCESS)
}

/// What writing came to.
///
/// # Errors
/// A message, where standard output cannot be written.
pub fn outcome(written: io::Result<()>) -> Result<(), String> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {}", describe(&error)))
        }
        _ => Ok(()),
    }
}
