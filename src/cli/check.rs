//! `kubevet check` and `kubevet validate`.
//!
//! In: paths and options. Out: a report in each format asked for; exit status as in the contract.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use kubevet::finding::Severity;
use kubevet::lint::{self, Job};
use kubevet::rule::run::Enabled;
use kubevet::rule::{Settings, registry};
use kubevet::version::KubeVersion;

/// Which of the two commands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Validity and policy.
    Check,
    /// Validity alone.
    Validate,
}

/// Arguments of both.
#[derive(clap::Args)]
pub struct Args {
    /// Files, directories, or - for standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Version of Kubernetes to judge for
    #[arg(long, value_name = "VERSION")]
    kubernetes_version: Option<String>,
    /// Lowest severity that makes the exit status 1: error, warning, info or never
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    fail_on: String,
    /// Read what .gitignore hides
    #[arg(long)]
    no_ignore: bool,
    #[command(flatten)]
    output: super::output::Args,
}

/// Runs it.
///
/// # Errors
/// A message, where the job could not be done.
pub fn run(args: Args, mode: Mode) -> Result<ExitCode, String> {
    let version = match &args.kubernetes_version {
        None => KubeVersion::NEWEST,
        Some(text) => parse_version(text)?,
    };
    let fail_on = match args.fail_on.as_str() {
        "never" => None,
        name => Some(Severity::parse(name).ok_or_else(|| format!("no such severity: {name}"))?),
    };
    let (stdin, paths): (Vec<_>, Vec<_>) = args.paths.into_iter().partition(|path| path.as_os_str() == "-");
    let stdin = if stdin.is_empty() { None } else { Some(("<stdin>".to_owned(), read_stdin()?)) };
    let rules = if mode == Mode::Check { default_rules() } else { Vec::new() };
    let outcome = lint::run(Job { paths, stdin, version, rules, no_ignore: args.no_ignore });
    args.output.write(&outcome.report)?;
    if !outcome.failures.is_empty() {
        return Err(outcome.failures.join("\nerror: "));
    }
    let failed = fail_on.is_some_and(|least| outcome.report.worst().is_some_and(|worst| worst >= least));
    Ok(ExitCode::from(u8::from(failed)))
}

fn parse_version(text: &str) -> Result<KubeVersion, String> {
    let version = KubeVersion::parse(text).ok_or_else(|| format!("`{text}` is no version of Kubernetes"))?;
    if !version.is_supported() {
        let (oldest, newest) = (KubeVersion::OLDEST, KubeVersion::NEWEST);
        return Err(format!("Kubernetes {version} is not bundled: {oldest} to {newest} are"));
    }
    Ok(version)
}

fn read_stdin() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
    Ok(bytes)
}

fn default_rules() -> Vec<Enabled> {
    let enable = |&registered: &registry::Registered| Enabled {
        registered,
        settings: Settings { severity: registered.rule.severity, options: Default::default() },
    };
    registry::all().iter().map(enable).collect()
}
