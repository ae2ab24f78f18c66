//! `kubevet admit`: one decision on admission.
//!
//! In: an AdmissionReview on standard input. Out: an AdmissionReview with the response on standard output; exit status 0
//! whenever one was written.

use std::process::ExitCode;
use std::sync::Arc;

use kubevet::engine::{Engine, Settings};
use kubevet::gate::{self, Policy};
use kubevet::rules;

use super::check;
use super::environment::Environment;
use super::print::{Failure, print_json};

/// Arguments of `kubevet admit`.
#[derive(clap::Args)]
pub struct Args {
    /// Version of Kubernetes to check for
    #[arg(long, value_name = "VERSION")]
    kubernetes_version: Option<String>,
    /// Lowest severity that denies: error, warning, info or never; the rest become warnings
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: String,
    #[command(flatten)]
    config: super::config::Args,
}

impl Args {
    fn policy(&self, here: &Environment) -> Result<Policy, String> {
        let registry = Arc::new(rules::registry());
        let config = self.config.load(&[], here, &registry)?;
        let versions = check::versions(self.kubernetes_version.as_deref(), &config)?;
        let (selection, today) = (self.config.selection(&registry)?, super::config::today());
        let foreign = self.config.foreign(&config);
        let config = Arc::new(config);
        let settings = Settings { versions, registry, selection, foreign, config, ..Settings::default() };
        Ok(Policy::new(Engine::new(settings), today, check::fail_on(&self.fail_on)?))
    }
}

/// Runs it.
///
/// # Errors
/// A message, where the options are wrong or standard input holds no AdmissionReview.
pub fn run(args: &Args, here: &Environment) -> Result<ExitCode, Failure> {
    let policy = args.policy(here)?;
    let text = check::read_stdin()?;
    let response = gate::review(&text, &policy).map_err(|error| error.to_string())?;
    print_json(&format!("{response}\n"))
}
