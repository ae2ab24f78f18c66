//! The one way through: the only module that knows every stage, and the only one that runs things in parallel (beside
//! the rules' own runner).
//!
//! In: an [`Engine`] (how things are checked: made once), a [`Snapshot`] (what is checked), a [`Request`] (what is asked). Out: an
//! [`Outcome`], with a finished [`Report`]. Whoever wants anything checked calls [`Engine::check`]: a check and one since a revision,
//! fixing, admission, standard input.

mod actions;
mod again;
mod alike;
mod aside;
mod bases;
mod beside;
mod built;
mod checking;
mod checkout;
mod comments;
mod completed;
mod definitions;
mod divide;
mod drafts;
mod elsewhere;
mod emptied;
mod exclude;
mod filled;
mod fixing;
mod folded;
mod follow;
mod handed;
mod installer;
mod join;
mod keep;
mod kept;
mod known;
mod load;
mod look;
mod once;
mod operated;
mod patterns;
mod pinned;
mod repeated;
mod request;
mod rest;
mod run;
mod secrets;
mod settings;
mod shard;
mod shared;
mod since;
mod snapshot;
mod sorted;
mod sorter;
mod stages;
mod suppress;
mod switches;
mod texts;
mod told;
mod unfinished;
mod unread;
mod unreferenced;
mod unsure;
mod validity;
mod vendored;
mod weigh;
mod wiring;
mod wording;

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::discover::{Charts, Survey, Walk};
use crate::files::{Files, Memory};
use crate::finding::Finding;
use crate::report::{Coverage, Report, Skipped};
use crate::rule::plan::Rules;
use crate::schema::library::Shelf;
use crate::source::{Encoding, Source, SourceId};
use crate::suppress::baseline::Baseline;
use crate::version::{KubeVersion, VersionRange};
use crate::workspace::ReadFile;

use self::again::Again;
use self::beside::Beside;
pub use self::fixing::Fixed;
use self::keep::Keep;
pub use self::kept::{Changes, Kept};
use self::load::{Loaded, Reader, Stock};
use self::request::Job;
pub use self::request::Request;
use self::run::{CheckResult, Own, Run, check, sort};
pub use self::settings::Settings;
pub use self::shard::Shard;
pub use self::since::{Hook, Since};
pub use self::snapshot::Snapshot;
use self::stages::Stages;
use self::validity::Validators;

/// What a check gave.
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// Paths named on the command line that could not be read.
    pub failures: Vec<String>,
    /// The baseline under which the findings would not count, where one was to be made.
    pub baseline: Option<Baseline>,
}

/// What checking gives.
struct RunResult {
    report: Report,
    /// The documents checked, and those around them; only where they are compared with a revision's.
    read: Vec<ReadFile>,
    walk: Arc<Walk>,
    /// Paths that could not be read, and files that were other ones when they were read again.
    failures: Vec<String>,
    baseline: Option<Baseline>,
    charts: Arc<Charts>,
}

/// All that is needed to check and does not depend on what is checked, made once.
pub struct Engine {
    settings: Settings,
    /// The policy rules that are on somewhere; known once the configuration files below the paths are.
    rules: OnceLock<Rules>,
    /// Those of them that check objects without others around them.
    alone: OnceLock<Rules>,
    /// Where policy is not asked for.
    none: Rules,
    /// What checks the kinds of Kubernetes itself.
    checks: Validators<'static>,
    /// The schemas from outside that were needed so far.
    shelf: Shelf,
}

impl Engine {
    /// An engine that checks like that.
    pub fn new(settings: Settings) -> Self {
        let checks = Validators::of_built_in_kinds(&settings);
        let (rules, alone, none, shelf) = Default::default();
        Self { settings, rules, alone, none, checks, shelf }
    }

    fn rules(&self) -> &Rules {
        let enabled = || self.settings.selection.enabled(&self.settings.config, &self.settings.registry);
        self.rules.get_or_init(|| Rules::new(enabled()))
    }

    fn alone(&self) -> &Rules {
        let alone = || self.rules().all.iter().filter(|enabled| enabled.action.checks_alone()).cloned();
        self.alone.get_or_init(|| Rules::new(alone().collect()))
    }

    /// How it checks.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Checks what a snapshot holds, as far as a request asks for it.
    pub fn check(&self, snapshot: &Snapshot, request: &Request) -> Outcome {
        self.look(snapshot, request, None)
    }

    /// The same, where much of the snapshot may have been checked before: files that are as they were are not read again.
    /// `kept` has to come from this engine and requests of this kind.
    pub fn check_again(&self, snapshot: &Snapshot, request: &Request, kept: &mut Kept) -> Outcome {
        self.look(snapshot, request, Some(kept))
    }

    fn look(&self, snapshot: &Snapshot, request: &Request, kept: Option<&mut Kept>) -> Outcome {
        let job = Job { engine: self, settings: &self.settings, snapshot, request };
        let RunResult { mut report, read, walk, failures, baseline, charts } = result(&job, kept);
        if let Some(since) = &request.since {
            since.narrow(&mut report, &read, &walk.files, &charts, &job);
        }
        Outcome { report, failures, baseline }
    }
}

impl Default for Engine {
    /// One with the built-in settings.
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl<'j> Job<'j> {
    /// The rules that run.
    fn rules(&self) -> &'j Rules {
        match (self.request.policy, self.request.alone) {
            (false, _) => &self.engine.none,
            (true, false) => self.engine.rules(),
            (true, true) => self.engine.alone(),
        }
    }
}

/// Validity of texts that are in memory for one version.
pub fn validate_texts(texts: Vec<(String, Vec<u8>)>, version: KubeVersion) -> Report {
    let engine = Engine::new(Settings { versions: VersionRange::one(version), ..Settings::default() });
    engine.check(&Snapshot::of_texts(texts), &Request::default()).report
}

/// Reads and checks a snapshot; what is kept of it is not read again.
fn result(job: &Job<'_>, mut kept: Option<&mut Kept>) -> RunResult {
    if let Some(texts) = job.snapshot.alone() {
        return check_texts(texts, job);
    }
    let files = &*job.snapshot.door();
    let known = kept.as_ref().and_then(|kept| kept.walk());
    let (walk, charts) = known.unwrap_or_else(|| {
        let mut walk = job.snapshot.find(job);
        exclude::exclude(&mut walk, job);
        job.request.shard.iter().for_each(|shard| shard.narrow(&mut walk));
        let charts = Charts::around(walk.files.iter().map(|file| file.name.as_str()), &walk.listed, files);
        let (walk, charts) = (Arc::new(walk), Arc::new(charts));
        kept.iter_mut().for_each(|kept| kept.note_walk(&walk, &charts));
        (walk, charts)
    });
    let keep = if kept.is_some() { Keep::everything(job) } else { Keep::needed(job, &walk.files, files) };
    let reader = Reader { checks: &job.engine.checks, keep, files };
    let load::Opening { files: loaded, skipped, failures } =
        load::load(&walk, &reader, &job.request.progress, kept.as_deref_mut());
    let skipped = walk.skipped.iter().cloned().chain(skipped).collect();
    let failures: Vec<_> = walk.failures.iter().cloned().chain(failures).collect();
    let (none, kept) = (Beside::default(), kept.as_deref());
    let beside = kept.map_or(&none, |kept| &kept.beside);
    let place = Place { walk, files, charts, beside };
    let mut checked = check_all(loaded, job, place, Coverage { skipped, ..Coverage::default() }, kept);
    checked.failures.splice(..0, failures);
    checked
}

/// Reads and checks texts that have no files around them.
fn check_texts(texts: &[(String, Vec<u8>)], job: &Job<'_>) -> RunResult {
    let none = Memory::default();
    let keep = Keep::everything(job);
    let reader = Reader { checks: &job.engine.checks, keep, files: &none };
    let loaded = load::read_all(texts, &reader);
    let beside = Beside::default();
    let place = Place { walk: Arc::default(), files: &none, charts: Arc::default(), beside: &beside };
    check_all(loaded, job, place, Coverage::default(), None)
}

/// Where what was read comes from.
struct Place<'p> {
    /// The files, by their sources' ids.
    walk: Arc<Walk>,
    files: &'p dyn Files,
    charts: Arc<Charts>,
    beside: &'p Beside,
}

impl Place<'_> {
    /// Whether the file of a number was asked for, be it in another part of the tree.
    fn is_named(&self, number: usize, files: &[ReadFile]) -> bool {
        let elsewhere = self.walk.files.get(number).is_some_and(|file| file.named && !file.checked);
        elsewhere || files.get(number).is_some_and(|file| file.checked)
    }
}

/// Checks what was read.
fn check_all(
    files: Vec<Loaded>,
    job: &Job<'_>,
    place: Place<'_>,
    mut coverage: Coverage,
    kept: Option<&Kept>,
) -> RunResult {
    let Stock { mut sources, mut read, looks, digests } = Stock::of(files);
    if job.request.argocd.is_some() {
        read.iter_mut().for_each(|file| file.checked = false);
    }
    let again = Again { found: &place.walk.files, files: place.files, digests, changed: Default::default() };
    let mut join = |source: Option<&Arc<Source>>| {
        let (source, id) = (source?, sources.next_id());
        sources.push(Source::from_text(id, source.name.clone(), source.text.clone()));
        Some(id)
    };
    let own = Own {
        configs: job.settings.config.files().map(|config| join(config.source.as_ref())).collect(),
        baseline: join(job.settings.baseline.as_ref().and_then(|baseline| baseline.source.as_ref())),
    };
    let former = kept.and_then(Kept::former);
    let survey = former.as_ref().map(|former| former.survey.clone()).unwrap_or_else(|| {
        let strict = job.request.strict_files || job.request.alone;
        Arc::new(Survey::new(&read, &sources, &place.charts, strict))
    });
    let before = kept.map(|_| sources.clone());
    let built = match &former {
        Some(former) => former.roots(&mut sources),
        None => Arc::new(built::build(&survey, &read, &mut sources, &again, &place, job)),
    };
    for file in read.iter_mut().filter(|file| built.asked_files.contains(&file.source)) {
        file.checked = true;
    }
    let missing = job.request.argocd.as_ref().filter(|_| built.asked_files.is_empty());
    let missing = missing.map(|name| format!("no Application `{name}` is defined in what was read"));
    let rules = &*job.settings.selection.placed(&job.rules().all, &job.settings.config, &sources);
    let (place_of, texts) = (&place, &sources);
    let run = Run {
        files: &read,
        sources: texts,
        job,
        own: &own,
        rules,
        again: &again,
        place: place_of,
        built: &built,
        kept,
        former: former.as_deref(),
        of_names: former.as_ref().map(|former| former.common.of_names.clone()).unwrap_or_default(),
    };
    let CheckResult { mut findings, baseline, secrets, wiring, common } = check(&run, &survey, looks, &mut coverage);
    if let Some(kept) = kept {
        let added = before.map(|before| stages::added(&sources, &before)).unwrap_or_default();
        kept.note_stages(common.map(|common| Stages { survey, built: built.clone(), added, common }));
    }
    debug_assert!(
        findings.iter().all(|finding| job.settings.registry.find(&finding.rule).is_some()),
        "every rule is documented"
    );
    findings.par_iter_mut().for_each(Finding::bound);
    coverage.skipped.par_iter_mut().for_each(Skipped::bound);
    sort(&mut findings, &sources);
    let extra = if job.request.since.is_some() { built.extra_files(read.len(), &sources) } else { Vec::new() };
    sources.truncate(sources.next_id().0 as usize - built.roots.len());
    drop(built);
    let mut read = if job.request.since.is_some() { read } else { free(read) };
    read.extend(extra);
    again.restore(&findings, &mut sources);
    // Edits count bytes of UTF-8.
    let recoded = |id: SourceId| sources.get(id).encoding == Encoding::FromUtf16;
    findings.iter_mut().filter(|finding| recoded(finding.source())).for_each(|finding| finding.fix = None);
    coverage.skipped.par_sort();
    coverage.skipped.dedup();
    let report = Report {
        sources,
        findings,
        secrets,
        wiring,
        coverage,
        versions: job.settings.versions,
        since: None,
        shard: job.request.shard.map(|shard| (shard.number, shard.of)),
        registry: job.settings.registry.clone(),
    };
    RunResult {
        report,
        read,
        baseline,
        failures: again.failures().into_iter().chain(missing).collect(),
        walk: place.walk,
        charts: place.charts,
    }
}

/// Frees what was read, and leaves nothing of it.
fn free(read: Vec<ReadFile>) -> Vec<ReadFile> {
    read.into_par_iter().for_each(drop);
    Vec::new()
}
