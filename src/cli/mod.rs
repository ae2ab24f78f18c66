//! The command line: one file a subcommand.
//!
//! In: arguments and standard input. Out: the report on standard output, messages on standard error, an exit status: 0
//! clean, 1 findings, 2 could not do its job.

mod admit;
mod check;
mod config;
mod fix;
mod output;
mod print;
mod progress;
mod read;
mod render;
mod repository;
mod rules;
mod schemas;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Vet Kubernetes manifests before a cluster sees them: everything the API server would say, offline, at the line you wrote.
#[derive(Parser)]
#[command(name = "kubevet", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judge validity and policy
    Check(check::Args),
    /// Judge validity alone: syntax, schema, and what the API server checks after decoding
    Validate(check::Args),
    /// Print what the API server would read: one JSON line a document
    Read(read::Args),
    /// Print the objects that would be applied, each value with where it came from
    Render(render::Args),
    /// Decide on admission: an AdmissionReview on standard input, the response on standard output
    Admit(admit::Args),
    /// List every rule
    Rules(rules::RulesArgs),
    /// Explain a rule: what it reports, why, and how to fix it
    Explain(rules::ExplainArgs),
    /// List known versions and kinds, and import CRDs or JSON Schemas
    Schemas(schemas::Args),
}

/// Runs the program.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Check(args) => check::run(args, check::Mode::Check),
        Command::Validate(args) => check::run(args, check::Mode::Validate),
        Command::Read(args) => read::run(args),
        Command::Render(args) => render::run(&args),
        Command::Admit(args) => admit::run(&args),
        Command::Rules(args) => rules::rules(&args),
        Command::Explain(args) => rules::explain(&args),
        Command::Schemas(args) => schemas::run(&args),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}
