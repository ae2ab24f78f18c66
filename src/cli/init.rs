//! `kubevet init`: a first configuration, baseline, hook and workflow.
//!
//! In: the working directory, and the files in which other tools are told what to leave alone. Out: files that are not there yet;
//! nothing that is there is changed. What each says is told on standard error.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use kubevet::config::{Config, FILE_NAMES};
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::files::{self, Before};
use kubevet::report::count;
use kubevet::rules;
use kubevet::suppress::baseline::Baseline;

use super::environment::Environment;
use super::print::{Failure, note, print};
use super::{repository, takeover};

/// The file that findings of today are written to.
const BASELINE: &str = "kubevet-baseline.json";
const HOOK: &str = ".pre-commit-config.yaml";
const WORKFLOW: &str = ".github/workflows/kubevet.yaml";

/// Arguments of `kubevet init`.
#[derive(clap::Args)]
pub struct Args {
    /// Print the files instead of writing them
    #[arg(long)]
    dry_run: bool,
    /// Do not write a baseline
    #[arg(long)]
    no_baseline: bool,
}

/// Files to write, with what is in them.
#[derive(Default)]
struct Plan {
    files: Vec<(&'static str, String)>,
}

impl Plan {
    /// Adds a file, unless one of these names is there already.
    fn add(&mut self, name: &'static str, others: &[&str], text: impl FnOnce() -> String, here: &Environment) {
        match others.iter().chain([&name]).find(|other| here.files.exists(Path::new(other))) {
            Some(there) => note(&format!("{there} exists already and is left as it is")),
            None => self.files.push((name, text())),
        }
    }
}

/// Runs it.
///
/// # Errors
/// A message, where a file cannot be read or written.
pub fn run(args: &Args, here: &Environment) -> Result<ExitCode, Failure> {
    let registry = Arc::new(rules::registry());
    let taken = takeover::read(&here.files, &registry);
    taken.told.iter().for_each(|line| note(line));
    let mut plan = Plan::default();
    let is_there = |name: &str| here.files.exists(Path::new(name));
    // What a configuration that is there says of a baseline stays as it is.
    let wanted = !args.no_baseline && !is_there(BASELINE) && !FILE_NAMES.into_iter().any(is_there);
    let known = if wanted { baseline(here) } else { None };
    let has_baseline = known.is_some() || is_there(BASELINE);
    plan.add("kubevet.yaml", &FILE_NAMES, || configuration(&taken, has_baseline), here);
    plan.add(HOOK, &[], hook, here);
    if here.files.is_directory(Path::new(".github")) {
        plan.add(WORKFLOW, &[".github/workflows/kubevet.yml"], workflow, here);
    }
    if args.dry_run {
        let shown: Vec<_> = plan.files.iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
        print(&shown.join("---\n"))?;
        known.into_iter().for_each(|(_, number)| note(&format!("{BASELINE} would hold {}", count(number, "finding"))));
        return Ok(ExitCode::SUCCESS);
    }
    let tree = repository::tree(&[PathBuf::from(".")], &*here.files);
    for (name, text) in &plan.files {
        let path = Path::new(name);
        path.parent().map_or(Ok(()), files::write::folder).map_err(|error| format!("{name}: {error}"))?;
        files::replace(path, Before::Nothing, text.as_bytes(), &tree).map_err(|error| format!("{name}: {error}"))?;
        note(&format!("{name} written"));
    }
    if let Some((baseline, number)) = known {
        baseline.write(Path::new(BASELINE), None, &tree).map_err(|error| format!("{BASELINE}: {error}"))?;
        note(&format!("{BASELINE} written: {} are now known; only new ones are reported", count(number, "finding")));
    }
    note("next: `kubevet check`");
    Ok(ExitCode::SUCCESS)
}

/// The findings of today, where there are any.
fn baseline(here: &Environment) -> Option<(Baseline, usize)> {
    let empty = Baseline::new(Path::new(BASELINE), &here.files);
    let engine = Engine::new(Settings {
        baseline: Some(Arc::new(empty)),
        config: Arc::new(Config::default()),
        ..Settings::default()
    });
    let request = Request { policy: true, renew_baseline: true, today: super::config::today(), ..Request::default() };
    let outcome = engine.check(&Snapshot::new(here.files.clone(), vec![PathBuf::from(".")]), &request);
    let baseline = outcome.baseline?;
    let number: usize = baseline.findings.iter().map(|known| known.count).sum();
    (number > 0).then_some((baseline, number))
}

fn configuration(taken: &takeover::Taken, has_baseline: bool) -> String {
    let mut text = String::from(
        "# Configuration of kubevet: `kubevet rules` lists the rules, `kubevet explain RULE` explains one.\n\
         # failOn: error                  # error, warning, info or never; default warning\n\
         # profile: nsa                   # default, strict, pss-baseline, pss-restricted, nsa, cis\n\
         # exclude: [tests]               # files to leave out; patterns as in .gitignore\n",
    );
    if has_baseline {
        text.push_str(&format!("baseline: {BASELINE}\n"));
    }
    text.push_str(&taken.to_yaml());
    text
}

fn hook() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "repos:\n- repo: https://github.com/kubevet/kubevet\n  rev: v{version}\n  hooks:\n  - id: kubevet-system  # runs the kubevet on \
         the PATH; `kubevet` builds its own\n"
    )
}

fn workflow() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "name: kubevet\non:\n  push: {{branches: [main]}}\n  pull_request:\npermissions:\n  contents: read\n  security-events: write\n\
         jobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@v6\n      with: {{persist-credentials: false}}\n\
         \x20   - uses: kubevet/kubevet@v{version}\n"
    )
}
