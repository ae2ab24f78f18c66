//! `kubevet check` and `kubevet validate`.
//!
//! In: paths and options. Out: a report in each format asked for; exit status as in the contract.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use kubevet::config::Config;
use kubevet::discover::charts;
use kubevet::discover::repository::leaves_some_out;
use kubevet::discover::walk::display;
use kubevet::engine::{Engine, Outcome, Request, Settings, Shard, Since, Snapshot};
use kubevet::files::{self, Door};
use kubevet::finding::Severity;
use kubevet::report::{Coverage, count};
use kubevet::revision::{Past, Question};
use kubevet::rules;
use kubevet::source::Source;
use kubevet::suppress::baseline::Baseline;
use kubevet::version::VersionRange;

use super::environment::Environment;
use super::hook;
use super::print::{Failure, note};
use super::progress::Watch;
use super::repository;

/// What standard input is called where it stands for no file.
const STDIN: &str = "<stdin>";

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
    /// Files, directories, or - for standard input [default: the current directory]
    paths: Vec<PathBuf>,
    /// Version of Kubernetes to check for, or a range such as 1.32..1.37 to see what an upgrade breaks
    #[arg(long, value_name = "VERSION")]
    kubernetes_version: Option<String>,
    /// Lowest severity that makes the exit status 1: error, warning, info or never [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<String>,
    /// Report objects without a schema as errors
    #[arg(long)]
    require_schema: bool,
    /// Exit with status 2 if no object was checked
    #[arg(long)]
    require_objects: bool,
    /// Also read files that .gitignore excludes
    #[arg(long)]
    no_ignore: bool,
    /// Also check files that are probably never applied: test fixtures, exported objects, tool configuration
    #[arg(long)]
    strict_files: bool,
    /// Look up references in the whole git repository, but report only on the paths (this is the default)
    #[arg(long)]
    repository: bool,
    /// Check only the I-th of N parts of the tree; references are still resolved in all of it. `kubevet merge` joins the JSON
    /// reports of the parts
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with_all = ["since", "hook", "argocd", "write_baseline", "fix", "unsafe_fixes", "diff"])]
    shard: Option<Shard>,
    /// Read only the paths, not the git repository around them
    #[arg(long, conflicts_with_all = ["repository", "hook"])]
    no_repository: bool,
    /// Check only one Argo CD Application, with everything it deploys from this repository
    #[arg(long, value_name = "NAME", conflicts_with_all = ["since", "baseline", "write_baseline"])]
    argocd: Option<String>,
    /// Report only findings that are new since a git revision: REV, or REV... for the merge base of REV and HEAD
    #[arg(long, value_name = "REV", conflicts_with = "write_baseline")]
    since: Option<String>,
    /// With --since: in changed documents, too, leave out findings that existed before
    #[arg(long, requires = "since")]
    only_new: bool,
    /// Run as a commit hook: PATHS are the files of the commit. Findings that the commit introduces are reported, anywhere in
    /// the repository; older ones are not
    #[arg(long, conflicts_with_all = ["repository", "argocd", "write_baseline", "stdin_filename"])]
    hook: bool,
    /// The file name to use for standard input
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    /// Number of threads; 0 for one per CPU
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// File with known findings, as written by --write-baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write today's findings to the baseline file, so that they count as known from now on
    #[arg(long, conflicts_with = "diff")]
    write_baseline: bool,
    #[command(flatten)]
    config: super::config::Args,
    #[command(flatten)]
    fixes: super::fix::Args,
    #[command(flatten)]
    output: super::output::Args,
    #[command(flatten)]
    show: super::settings::Args,
}

/// Runs it.
///
/// # Errors
/// A message, where the job could not be done.
pub fn run(args: Args, mode: Mode, here: &Environment) -> Result<ExitCode, Failure> {
    args.output.check()?;
    let (stdin, paths) = args.inputs()?;
    let hook = args.hook.then(|| hook::Run::new(args.paths.clone(), args.since.as_deref(), &[charts::FILE], here));
    let hook = hook.transpose()?;
    let paths = hook.as_ref().map_or(paths, |hook| hook.paths.clone());
    let piped = stdin.as_deref() == Some(STDIN) && paths.is_empty();
    let file = stdin.as_deref().filter(|name| *name != STDIN).map(files::name::path_of);
    let file = file.as_deref();
    let registry = Arc::new(rules::registry());
    let named: Vec<_> = paths.iter().map(PathBuf::as_path).chain(file).collect();
    let config = args.config.load(&named, here, &registry)?;
    let around = args.repository || (!args.no_repository && !args.hook && leaves_some_out(&paths, file, &*here.files));
    let since = match hook {
        Some(hook) => hook.since,
        None => args.since(&paths, stdin.is_some(), file, around)?,
    };
    let repository = around || (args.hook && since.is_none());
    let versions = versions(args.kubernetes_version.as_deref(), &config)?;
    let fail_on = args.fail_on(&config)?;
    if args.show.wanted() {
        let (registry, selection) = (&*registry, &args.config.selection(&registry)?);
        let (config, fail_on) = (&config, fail_on.map_or("never", Severity::as_str));
        let (paths, no_ignore) = (&*paths, args.no_ignore);
        let run = super::settings::Run { paths, config, selection, registry, versions, fail_on, no_ignore };
        args.show.show(&run, here)?;
        return Ok(ExitCode::SUCCESS);
    }
    let baseline_file = args.baseline.clone().or_else(|| config.baseline.clone());
    let (selection, baseline) =
        (args.config.selection(&registry)?, args.read_baseline(baseline_file.as_deref(), &here.files)?);
    let known = baseline.as_ref().and_then(|baseline| baseline.source.clone());
    let foreign = args.config.foreign(&config);
    let engine = Engine::new(Settings {
        versions,
        require_schema: args.require_schema,
        config: Arc::new(config),
        registry,
        selection,
        foreign,
        baseline: baseline.map(Arc::new),
        room: None,
    });
    let request = Request {
        policy: mode == Mode::Check,
        repository,
        apart: piped || (args.no_repository && leaves_some_out(&paths, file, &*here.files)),
        no_ignore: args.no_ignore,
        // What is piped in is what somebody asks about, as `kubectl get -o yaml` gives it.
        strict_files: args.strict_files || piped,
        shard: args.shard,
        wiring: args.output.wants_wiring(),
        argocd: args.argocd.clone(),
        since,
        renew_baseline: args.write_baseline,
        today: super::config::today(),
        ..Request::default()
    };
    let tree = repository::tree(&paths, &*here.files);
    let stdin = stdin.map(|name| Ok::<_, String>((name, read_stdin()?))).transpose()?;
    let mut snapshot = Snapshot::new(here.files.clone(), paths);
    if let Some((name, text)) = stdin.clone() {
        snapshot = snapshot.with_stdin(name, text);
    }
    set_threads(args.threads)?;
    let left_out = engine.settings().config.left_out.clone();
    let watch = Watch::start(&request.progress, args.output.quiet);
    let mut outcome = if args.fixes.wanted() {
        let fixed = args.fixes.run(&engine, snapshot, &request);
        drop(watch);
        if !args.fixes.finish(&fixed, stdin.as_ref(), &tree)? {
            all_read(&fixed.outcome)?;
            return Ok(ExitCode::from(u8::from(args.fixes.diff_only() && fixed.fixes > 0)));
        }
        fixed.outcome
    } else {
        let outcome = engine.check(&snapshot, &request);
        drop(watch);
        outcome
    };
    super::config::Args::tell_unused(left_out.as_deref());
    if args.write_baseline {
        return write_baseline(&outcome, baseline_file.as_deref(), known.as_deref(), here);
    }
    if !args.output.show_secrets {
        outcome.report.hide_secrets();
    }
    args.output.write(&outcome.report, here)?;
    all_read(&outcome)?;
    if outcome.report.coverage.objects == 0 {
        let nothing = format!("no objects were checked: {}", without_objects(&outcome.report.coverage));
        if args.require_objects {
            return Err(nothing.into());
        }
        // Also where only findings are asked for: there being none says nothing then.
        note(&format!("warning: {nothing}"));
    }
    let failed = fail_on.is_some_and(|least| outcome.report.worst().is_some_and(|worst| worst >= least));
    // The process ends: it need not give back what it holds piece by piece.
    std::mem::forget((outcome, engine));
    Ok(ExitCode::from(u8::from(failed)))
}

impl Args {
    /// The name of standard input, where it is read, and the other paths. A name for it means that it is.
    fn inputs(&self) -> Result<(Option<String>, Vec<PathBuf>), String> {
        let (stdin, mut paths): (Vec<_>, Vec<_>) = self.paths.iter().cloned().partition(|path| path.as_os_str() == "-");
        let name = self.stdin_filename.as_deref().map(display);
        if stdin.is_empty() && name.is_some() && !paths.is_empty() {
            return Err("--stdin-filename names standard input, which is not read: add - to the paths".to_owned());
        }
        let reads = !stdin.is_empty() || name.is_some();
        if !reads && paths.is_empty() {
            paths.push(PathBuf::from("."));
        }
        Ok((reads.then(|| name.unwrap_or_else(|| STDIN.to_owned())), paths))
    }

    /// The lowest severity that fails; nothing for never.
    fn fail_on(&self, config: &Config) -> Result<Option<Severity>, String> {
        match self.fail_on.as_deref() {
            None => Ok(config.fail_on.unwrap_or(Some(Severity::Warning))),
            Some(name) => fail_on(name),
        }
    }

    fn since(&self, paths: &[PathBuf], stdin: bool, file: Option<&Path>, whole: bool) -> Result<Option<Since>, String> {
        let Some(revision) = &self.since else { return Ok(None) };
        if stdin && file.is_none() {
            return Err("--since cannot tell what standard input was: name its file with --stdin-filename".to_owned());
        }
        let past = Past::ask(&Question { paths, file, above: &[charts::FILE], whole }, revision);
        past.map(|past| Some(Since::new(past).only_new(self.only_new))).map_err(|error| format!("--since: {error}"))
    }

    /// The baseline file; one that is yet to be written is empty.
    fn read_baseline(&self, file: Option<&Path>, files: &Door) -> Result<Option<Baseline>, String> {
        match file {
            None if self.write_baseline => Err("--write-baseline needs --baseline FILE".to_owned()),
            None => Ok(None),
            Some(file) if self.write_baseline && !files.exists(file) => Ok(Some(Baseline::new(file, files))),
            Some(file) if !files.exists(file) => {
                Err(format!("{}: there is no such file; --write-baseline creates it", file.display()))
            }
            Some(file) => Baseline::read(file, files).map(Some),
        }
    }
}

/// Why there were no objects.
fn without_objects(coverage: &Coverage) -> String {
    match (coverage.files, coverage.skipped.len()) {
        (0, 0) => "there are no manifests in the paths".to_owned(),
        (0, skipped) => format!("{} skipped (-v lists them)", count(skipped, "file")),
        (files, _) => {
            format!("{} read, but none contains an object to check (-v says why)", count(files, "file"))
        }
    }
}

/// Whether everything named could be read.
fn all_read(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.failures.is_empty() { Ok(()) } else { Err(outcome.failures.clone().into()) }
}

fn write_baseline(
    outcome: &Outcome,
    file: Option<&Path>,
    known: Option<&Source>,
    here: &Environment,
) -> Result<ExitCode, Failure> {
    all_read(outcome)?;
    let (Some(baseline), Some(file)) = (&outcome.baseline, file) else { return Ok(ExitCode::SUCCESS) };
    let written = baseline.write(file, known, &repository::tree(&[file.to_owned()], &*here.files));
    written.map_err(|error| format!("{}: {error}", display(file)))?;
    let known: usize = baseline.findings.iter().map(|known| known.count).sum();
    note(&format!("{} written to {}", count(known, "finding"), file.display()));
    Ok(ExitCode::SUCCESS)
}

fn set_threads(threads: usize) -> Result<(), String> {
    if threads == 0 {
        return Ok(());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|error| error.to_string())
}

/// What `--shard` says.
fn shard(text: &str) -> Result<Shard, String> {
    Shard::parse(text).ok_or_else(|| "use I/N with I from 1 to N, such as 1/4".to_owned())
}

/// What `--fail-on` says; nothing for `never`.
pub fn fail_on(name: &str) -> Result<Option<Severity>, String> {
    match (name, Severity::parse(name)) {
        ("never", _) => Ok(None),
        (_, Some(severity)) => Ok(Some(severity)),
        _ => Err(format!("no such severity: `{name}` (use error, warning, info or never)")),
    }
}

/// The versions to check for: as the command line says, or the configuration, or the newest.
pub fn versions(text: Option<&str>, config: &Config) -> Result<VersionRange, String> {
    text.map_or(Ok(VersionRange::one(config.version.unwrap_or_default())), VersionRange::parse)
}

/// All of standard input.
pub fn read_stdin() -> Result<Vec<u8>, String> {
    files::read::stream(std::io::stdin(), files::MAX_FILE).map_err(|error| format!("standard input: {error}"))
}
