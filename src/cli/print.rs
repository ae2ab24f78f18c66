//! The one door to standard output and standard error.
//!
//! In: texts, messages, reports. Out: bytes in which only what is ours moves a cursor, breaks a line or begins a command of
//! a CI system; and an exit status. A reader that went away (`| head`) is no error.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::process::ExitCode;

use kubevet::discover::walk::describe;
use kubevet::escape::{self, Json};
use kubevet::report::{Format, Options, Report};

use super::environment::Environment;

/// Why a command could not do its job: one message, or several.
#[derive(Debug)]
pub struct Failure(Vec<String>);

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self(vec![message])
    }
}

impl From<Vec<String>> for Failure {
    fn from(messages: Vec<String>) -> Self {
        Self(messages)
    }
}

impl Failure {
    /// Tells it on standard error.
    pub fn tell(&self) -> ExitCode {
        self.0.iter().for_each(|message| note(&format!("error: {message}")));
        ExitCode::from(2)
    }
}

/// Writes a text of lines to standard output.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn print(text: &str) -> Result<ExitCode, Failure> {
    exact(escape::block(text).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// How standard output shows text.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Colours.
    color: bool,
    /// Links.
    links: bool,
}

impl Look {
    /// What the terminal can show; nothing where there is none.
    pub fn of_stdout(here: &Environment) -> Self {
        let color = io::stdout().is_terminal() && !here.no_color && !here.dumb;
        Self { color, links: color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout) }
    }
}

/// A word at the start of a page, and where it leads.
pub struct Title<'t> {
    /// The word.
    pub text: &'t str,
    /// An address of ours.
    pub address: String,
}

/// Writes a page of text to standard output: its title and its headings stand out where the terminal can show it.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn print_page(text: &str, title: &Title<'_>, headings: &[&str], look: Look) -> Result<(), String> {
    let bold = if look.color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    let mut out = String::new();
    for line in escape::block(text).lines() {
        match line.strip_prefix(title.text) {
            Some(rest) if look.links && rest.starts_with(" (") => {
                let (text, address) = (title.text, &title.address);
                out.push_str(&format!("\u{1b}]8;;{address}\u{1b}\\{bold}{text}{bold:#}\u{1b}]8;;\u{1b}\\{rest}\n"));
            }
            Some(rest) if rest.starts_with(" (") => out.push_str(&format!("{bold}{}{bold:#}{rest}\n", title.text)),
            _ if headings.contains(&line) => out.push_str(&format!("{bold}{line}{bold:#}\n")),
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    exact(out.as_bytes())
}

/// Writes JSON to standard output.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn print_json(text: &str) -> Result<ExitCode, Failure> {
    let mut out = json();
    outcome(out.write_all(text.as_bytes()).and_then(|()| out.flush()))?;
    Ok(ExitCode::SUCCESS)
}

/// Standard output for JSON; what comes of writing to it goes to [`outcome`].
pub fn json() -> Json<BufWriter<StdoutLock<'static>>> {
    Json::new(BufWriter::new(io::stdout().lock()))
}

/// Writes a report to standard output.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn report(report: &Report, format: Format, options: &Options) -> Result<(), String> {
    let mut out = BufWriter::new(io::stdout().lock());
    outcome(format.write(report, options, &mut out).and_then(|()| out.flush()))
}

/// Writes a file's text, or a patch of one, to standard output. Programs get it byte for byte.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn exact(bytes: &[u8]) -> Result<(), String> {
    outcome(io::stdout().write_all(bytes))
}

/// Writes a text for other programs (a patch, rendered objects) to standard output: for them byte for byte, for people as it
/// can be shown.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn for_programs(text: &str) -> Result<(), String> {
    match io::stdout().is_terminal() {
        true => exact(escape::block(text).as_bytes()),
        false => exact(text.as_bytes()),
    }
}

/// Writes a line to standard error.
pub fn note(text: &str) {
    let text = escape::message(text.to_owned());
    let line = escape::line(&text);
    let _ = writeln!(io::stderr(), "{}", escape::start(&line));
}

/// Writes a report to standard error.
pub fn report_to_stderr(report: &Report, format: Format, options: &Options) {
    let mut out = BufWriter::new(io::stderr().lock());
    let _ = format.write(report, options, &mut out).and_then(|()| out.flush());
}

/// What writing came to.
///
/// # Errors
/// A message, where cannot write to standard output.
pub fn outcome(written: io::Result<()>) -> Result<(), String> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {}", describe(&error)))
        }
        _ => Ok(()),
    }
}
