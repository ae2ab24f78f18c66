//! Options on the configuration, shared by the commands that check.
//!
//! In: `--config`, `--no-config`, `--profile`, `--select`, `--ignore`, `--baseline` and the paths. Out: the configuration
//! and the selection of rules; mistakes in `kubevet.yaml` are shown with the lines they are in.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use kubevet::config::{Config, ConfigError, Exclude, Mistake, Pattern, Selection};
use kubevet::files::Files;
use kubevet::files::name::shown;
use kubevet::finding::{Category, Finding, Severity};
use kubevet::report::{Coverage, Format, Options, Report};
use kubevet::rule::{Registry, profile};
use kubevet::source::{Source, SourceId, SourceMap, Span};
use kubevet::version::VersionRange;

use super::environment::Environment;
use super::print::note;
use super::repository;

/// Options on what is checked, and how loud.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Rules")]
pub struct Args {
    /// Run only these rules, and the profile's rules in these categories (including validation); may be repeated
    #[arg(long, value_name = "RULE|CATEGORY", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules and categories; may be repeated
    #[arg(long, value_name = "RULE|CATEGORY", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Which rules to run: default, strict, pss-baseline, pss-restricted, nsa, cis or seeds
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Honour suppressions written for other tools: annotations and comments of Checkov, kube-linter, kube-score ...
    #[arg(long)]
    honor_foreign_ignores: bool,
    /// Leave out files that match, with patterns as in .gitignore; may be repeated
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// The configuration file [default: kubevet.yaml in or above the paths, and below them for the files there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Do not use a configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

impl Args {
    /// The selection of rules that the options make.
    ///
    /// # Errors
    /// A message, where a rule, category or profile does not exist.
    pub fn selection(&self, registry: &Registry) -> Result<Selection, String> {
        let (select, ignore) = (names(&self.select), names(&self.ignore));
        select.iter().chain(&ignore).try_for_each(|name| check_selector(registry, name))?;
        self.profile.as_deref().map_or(Ok(""), profile::known)?;
        Ok(Selection { profile: self.profile.clone(), select, ignore })
    }

    /// Whether suppressions written for other tools count.
    pub fn foreign(&self, config: &Config) -> bool {
        self.honor_foreign_ignores || config.foreign
    }

    /// The configuration that holds for all of the paths; for the working directory where there are none.
    ///
    /// # Errors
    /// A message, where the file cannot be read or is wrong; its mistakes were shown on standard error by then.
    pub fn load(&self, paths: &[&Path], here: &Environment, registry: &Registry) -> Result<Config, String> {
        let left_out = self.left_out()?;
        let found = if self.no_config { None } else { self.find(paths, &*here.files)? };
        let mut config = found.map_or_else(|| Ok(Config::default()), |path| read(&path, here, registry))?;
        config.alone = self.no_config || self.config.is_some();
        config.left_out = left_out;
        Ok(config)
    }

    /// What `--exclude` says.
    fn left_out(&self) -> Result<Option<Arc<Exclude>>, String> {
        if self.exclude.is_empty() {
            return Ok(None);
        }
        let patterns = self.exclude.iter().map(|text| Pattern { text: text.clone(), span: Span::default() });
        let read = Exclude::new(patterns.collect());
        read.map(|exclude| Some(Arc::new(exclude))).map_err(|(number, error)| {
            format!("--exclude {}: {error}", self.exclude.get(number).map_or("", String::as_str))
        })
    }

    /// Tells on standard error which patterns of `--exclude` matched no file.
    pub fn tell_unused(left_out: Option<&Exclude>) {
        for pattern in left_out.into_iter().flat_map(Exclude::unused) {
            note(&format!("warning: --exclude {}: matches no file", pattern.text));
        }
    }
}

/// Reads a configuration file; its mistakes are shown on standard error.
fn read(path: &Path, here: &Environment, registry: &Registry) -> Result<Config, String> {
    match Config::read(path, &here.files, registry) {
        Ok(config) => match config.schemas.iter().find(|folder| !here.files.is_directory(folder)) {
            Some(folder) => Err(format!("{}: no such folder, but `schemas` names it", folder.display())),
            None => Ok(config),
        },
        Err(ConfigError::Unreadable(message)) => Err(message),
        Err(ConfigError::Wrong(source, mistakes)) => {
            show(&source, &mistakes.listed, here);
            let more = match mistakes.more {
                0 => String::new(),
                more => format!(": {more} more of its mistakes are not shown"),
            };
            Err(format!("{} cannot be used{more}", source.name))
        }
    }
}

impl Args {
    /// The configuration file: the one that is named, or the one that lies nearest. Who gives us a tree to look at must not make us
    /// show another file's lines as mistakes.
    fn find(&self, paths: &[&Path], files: &dyn Files) -> Result<Option<PathBuf>, String> {
        if self.config.is_some() {
            return Ok(self.config.clone());
        }
        let paths = if paths.is_empty() { &[Path::new(".")] } else { paths };
        let Some(path) = of_all(paths, files) else { return Ok(None) };
        match repository::tree(std::slice::from_ref(&path), files).way_out(&path) {
            Some(target) => Err(format!(
                "{}: a link to {}, outside the tree: use --config to read it",
                shown(&path),
                shown(&target)
            )),
            None => Ok(Some(path)),
        }
    }
}

/// The nearest configuration file above all of the paths, in whatever order they are named.
fn of_all(paths: &[&Path], files: &dyn Files) -> Option<PathBuf> {
    let found: Vec<_> = paths.iter().map(|path| Config::find(path, files)).collect();
    let first = found.first()?;
    let resolved = |path: &Path| files.resolve(path).ok();
    let place = |found: &Option<PathBuf>| found.as_deref().and_then(resolved);
    if found.iter().all(|other| place(other) == place(first)) {
        return first.clone();
    }
    let whole: Vec<_> = paths.iter().filter_map(|path| resolved(path)).collect();
    let above = |found: &&PathBuf| {
        let folder = resolved(found).and_then(|file| file.parent().map(Path::to_owned));
        folder.is_some_and(|folder| whole.iter().all(|path| path.starts_with(&folder)))
    };
    let of_some: Vec<_> = found.iter().flatten().collect();
    // Of those above all paths, one is above the others.
    let nearest =
        of_some.into_iter().filter(above).max_by_key(|found| resolved(found).map(|file| file.components().count()));
    nearest.cloned()
}

fn check_selector(registry: &Registry, name: &str) -> Result<(), String> {
    if registry.is_selector(name) {
        return Ok(());
    }
    let hint = registry.hint(name).unwrap_or_else(|| "`kubevet rules` lists them".to_owned());
    Err(format!("no such rule or category: `{name}`; {hint}"))
}

/// The names of a list, without the space around them.
fn names(list: &[String]) -> Vec<String> {
    list.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Shows mistakes in a configuration as findings are shown.
fn show(source: &Arc<Source>, mistakes: &[Mistake], here: &Environment) {
    let copy = Source::from_text(SourceId(0), source.name.clone(), source.text.clone());
    let findings = mistakes.iter().map(|mistake| {
        let span = Span { source: SourceId(0), ..mistake.span };
        let message = mistake.message.clone();
        let finding = Finding::new("configuration", Category::Syntax, Severity::Error, message, span);
        Finding { help: mistake.help.clone(), ..finding }
    });
    let report = Report {
        secrets: Vec::new(),
        wiring: Vec::new(),
        findings: findings.collect(),
        sources: SourceMap::new(vec![copy]),
        coverage: Coverage::default(),
        versions: VersionRange::default(),
        since: None,
        shard: None,
        registry: Arc::default(),
    };
    let terminal = std::io::stderr().is_terminal();
    let options = Options { quiet: true, color: terminal && !here.no_color, ..Options::default() };
    super::print::report_to_stderr(&report, Format::Text, &options);
}

/// Today's date in UTC, as `YYYY-MM-DD`.
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil((seconds / 86_400) as i64);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The Gregorian date of a number of days since 1970-01-01 (eras of 400 years, counted from March).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_777), (2026, 11, 20));
    }
}
