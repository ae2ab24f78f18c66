//! The command line: one file a subcommand.
//!
//! In: arguments and standard input. Out: the report on standard output, messages on standard error, an exit status: 0
//! clean, 1 findings, 2 could not do its job.

mod admit;
mod check;
mod completions;
mod config;
mod diff;
mod environment;
mod fix;
mod hook;
mod init;
mod merge;
mod output;
mod print;
mod progress;
mod read;
mod render;
mod render_repository;
mod repository;
mod rules;
mod schemas;
mod settings;
mod takeover;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use kubevet::escape;

use self::environment::Environment;
use self::print::Failure;

/// The program's version, and the versions of Kubernetes that it knows.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (Kubernetes 1.25 to 1.37)");

/// Vet Kubernetes manifests before a cluster sees them: everything the API server would say, offline, at the line you wrote.
#[derive(Parser)]
#[command(name = "kubevet", version = VERSION, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check manifests: validation and policy rules
    Check(check::Args),
    /// Only validate: syntax, schema, and what the API server checks after decoding
    Validate(check::Args),
    /// Print what the API server would read: one line of JSON per document
    Read(read::Args),
    /// Print the objects that would be applied, with the origin of each value
    Render(render::Args),
    /// Answer an AdmissionReview: the review on standard input, the response on standard output
    Admit(admit::Args),
    /// List the rules
    Rules(rules::RulesArgs),
    /// Explain a rule: what it reports, why, and how to fix it
    Explain(rules::ExplainArgs),
    /// List known versions and kinds, and import CRDs or JSON Schemas
    Schemas(schemas::Args),
    /// Merge JSON reports of shards or of several repositories into one
    Merge(merge::Args),
    /// Set kubevet up in the current directory: configuration, baseline, pre-commit hook, workflow
    Init(init::Args),
    /// Print the completion script for a shell
    Completions(completions::Args),
}

/// Runs the program.
pub fn run() -> ExitCode {
    let here = Environment::of_process();
    let cli = match Cli::try_parse_from(&here.arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(error, &here.arguments),
    };
    let outcome = match cli.command {
        Command::Check(args) => check::run(args, check::Mode::Check, &here),
        Command::Validate(args) => check::run(args, check::Mode::Validate, &here),
        Command::Read(args) => read::run(args, &here),
        Command::Render(args) => render::run(&args, &here),
        Command::Admit(args) => admit::run(&args, &here),
        Command::Rules(args) => rules::rules(&args),
        Command::Explain(args) => rules::explain(&args, &here),
        Command::Schemas(args) => schemas::run(&args, &here),
        Command::Merge(args) => merge::run(&args, &here),
        Command::Init(args) => init::run(&args, &here),
        Command::Completions(args) => completions::run(&args, Cli::command()),
    };
    outcome.unwrap_or_else(|failure: Failure| failure.tell())
}

/// Tells what is wrong with the arguments, or what there is to know about them. clap quotes arguments as they came: where
/// one cannot be shown so, clap is asked about arguments that can.
fn usage(error: clap::Error, given: &[OsString]) -> ExitCode {
    let shown: Vec<OsString> = given.iter().map(shown).collect();
    let error = match Cli::try_parse_from(&shown) {
        _ if given == shown => Some(error),
        Err(error) => Some(error),
        Ok(_) => None,
    };
    match error {
        Some(error) => {
            let _ = error.print();
            u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        None => Failure::from("the arguments are not valid UTF-8, or cannot be shown".to_owned()).tell(),
    }
}

/// An argument as it can be shown.
fn shown(argument: &OsString) -> OsString {
    let text = argument.to_string_lossy();
    OsString::from(&*escape::line(&escape::name(&text)))
}

#[cfg(test)]
mod tests {
    use kubevet::version::KubeVersion;

    #[test]
    fn the_version_names_the_versions_of_kubernetes() {
        let range = format!("(Kubernetes {} to {})", KubeVersion::OLDEST, KubeVersion::NEWEST);
        assert!(super::VERSION.ends_with(&range), "{} {range}", super::VERSION);
    }
}
