//! `--show-settings` and `--show-files`.
//!
//! In: paths, options and the configuration. Out: on standard output, what holds for a path, or which files would be read.

use std::fmt::Write as _;
use std::path::PathBuf;

use kubevet::config::{Config, Selection};
use kubevet::discover::walk;
use kubevet::discover::walk::display;
use kubevet::rule::Registry;
use kubevet::version::VersionRange;

use super::environment::Environment;
use super::print::{Failure, note, print};

/// Options on what is shown in place of a report.
#[derive(clap::Args)]
#[group(skip)]
pub struct Args {
    /// Print the effective settings of the first path instead of checking
    #[arg(long, conflicts_with = "show_files")]
    show_settings: bool,
    /// Print the files that would be read instead of checking
    #[arg(long)]
    show_files: bool,
}

/// What a run would go by.
pub struct Run<'r> {
    /// The paths.
    pub paths: &'r [PathBuf],
    /// The configuration of the run.
    pub config: &'r Config,
    /// What the command line says of rules.
    pub selection: &'r Selection,
    /// The rules there are.
    pub registry: &'r Registry,
    /// The versions to check for.
    pub versions: VersionRange,
    /// `--fail-on`, or what the configuration says.
    pub fail_on: &'r str,
    /// Also read files that .gitignore excludes.
    pub no_ignore: bool,
}

impl Args {
    /// Whether something else than a report is wanted.
    pub fn wanted(&self) -> bool {
        self.show_settings || self.show_files
    }

    /// Shows it.
    ///
    /// # Errors
    /// Messages, where a path or a configuration cannot be read.
    pub fn show(&self, run: &Run<'_>, here: &Environment) -> Result<(), Failure> {
        if self.show_files { files(run, here) } else { settings(run, here) }
    }
}

/// The files that are read, one a line.
fn files(run: &Run<'_>, here: &Environment) -> Result<(), Failure> {
    let mut found = walk(&*here.files, run.paths, run.no_ignore);
    found.files.retain(|file| !run.config.leaves_out(&file.name));
    let names = found.files.iter().map(|file| file.name.as_str());
    found.failures.extend_from_slice(run.config.look_below(names, &found.listed, &here.files, run.registry));
    found.files.retain(|file| !run.config.leaves_out_below(&file.name));
    let lines: String = found.files.iter().map(|file| format!("{}\n", file.name)).collect();
    print(&lines)?;
    if found.files.is_empty() {
        note("warning: no file would be read");
    }
    if found.failures.is_empty() { Ok(()) } else { Err(found.failures.into()) }
}

/// What holds for the first path: as a configuration that says all of it.
fn settings(run: &Run<'_>, here: &Environment) -> Result<(), Failure> {
    let path = run.paths.first().map_or_else(|| ".".to_owned(), |path| display(path));
    let is_folder = here.files.is_directory(std::path::Path::new(&path));
    let file = match (is_folder, path.as_str()) {
        (true, ".") => "_".to_owned(),
        (true, folder) => format!("{}/_", folder.trim_end_matches('/')),
        (false, file) => file.to_owned(),
    };
    let failures = run.config.look_below([file.as_str()].into_iter(), &[], &here.files, run.registry);
    if !failures.is_empty() {
        return Err(failures.to_vec().into());
    }
    let place = run.config.placed(&file);
    let mut text = format!("# effective settings for {path}\n");
    let chain = place.config.chain();
    let sources = chain.iter().rev().filter_map(|config| config.source.as_ref());
    let sources: Vec<_> = sources.map(|source| source.name.as_str()).collect();
    let from = if sources.is_empty() { "no configuration file".to_owned() } else { sources.join(", which extends ") };
    // Writing to a string does not fail.
    let _ = writeln!(text, "# from {from}");
    if let Some(source) = run.config.source.as_ref().filter(|_| !std::ptr::eq(place.config, run.config)) {
        let _ = writeln!(text, "# settings of the whole run, from {}", source.name);
    }
    let _ = writeln!(text, "kubernetesVersion: \"{}\"", run.versions);
    let profile = run.selection.profile.as_deref().or(run.config.profile.as_deref()).unwrap_or("default");
    let _ = writeln!(text, "profile: {profile}\nfailOn: {}", run.fail_on);
    if let Some(baseline) = &run.config.baseline {
        let _ = writeln!(text, "baseline: {}", display(baseline));
    }
    let excluded = chain.iter().filter_map(|config| config.exclude.as_ref()).chain(run.config.left_out.as_deref());
    let excluded: Vec<_> =
        excluded.flat_map(|exclude| &exclude.patterns).map(|pattern| format!("{:?}", pattern.text)).collect();
    if !excluded.is_empty() {
        let _ = writeln!(text, "exclude: [{}]", excluded.join(", "));
    }
    text.push_str("rules:\n");
    let mut rules: Vec<_> = run.registry.all().collect();
    rules.sort_by_key(|rule| rule.id.as_str());
    for rule in rules {
        let severity = run.selection.at(rule, run.config, &place);
        let _ = writeln!(text, "  {}: {}", rule.id, severity.map_or("off", |severity| severity.as_str()));
    }
    print(&text)?;
    Ok(())
}
