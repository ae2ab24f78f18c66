//! What is not to count, and what to say about that.
//!
//! In: all findings of a run, and what it checked. Out: the findings of rules that are on at their place, with their severities
//! there; those suppressed marked; what there is to say about suppressions; and the baseline, where one is to be made.

use std::path::Path;

use rayon::prelude::*;

use crate::config::{Config, Places};
use crate::files::nearest;
use crate::finding::{Category, Finding};
use crate::rule::RuleInfo;
use crate::suppress::Stage;
use crate::suppress::baseline::{Baseline, Checked};
use crate::workspace::{ApplySet, ReadFile};

use super::{Job, Run, patterns};

/// Runs the stage.
pub(super) fn suppress(
    mut findings: Vec<Finding>,
    run: &Run<'_>,
    set: &ApplySet<'_>,
) -> (Vec<Finding>, Option<Baseline>) {
    let places = Places::new(&run.job.settings.config, run.sources);
    let select = |findings: &mut Vec<Finding>| {
        run.job.settings.selection.apply(findings, &run.job.settings.config, &run.job.settings.registry, &places)
    };
    select(&mut findings);
    let ran = |name: &str| run.ran(name);
    let mut said = run.stage(&mut findings, set, &places, &ran);
    said.extend(run.unmatched());
    select(&mut said);
    findings.append(&mut said);
    let Some(baseline) = &run.job.settings.baseline else { return (findings, None) };
    let files: Vec<&str> = run.checked().map(|file| run.sources.get(file.source).name.as_str()).collect();
    let checked = Checked { files: &files, paths: &run.job.snapshot.paths, ran: &ran };
    if run.job.request.renew_baseline {
        let renewed = baseline.renewed(&findings, run.sources, &checked);
        return (findings, Some(renewed));
    }
    let left = baseline.apply(&mut findings, run.sources);
    let mut stale = run.own.baseline.map(|source| baseline.stale(&left, source, &checked)).unwrap_or_default();
    select(&mut stale);
    findings.append(&mut stale);
    (findings, None)
}

impl Run<'_> {
    fn checked(&self) -> impl Iterator<Item = &ReadFile> {
        self.files.iter().filter(|file| file.checked)
    }

    /// Comments, annotations and the configuration; gives findings about them.
    fn stage(
        &self,
        findings: &mut [Finding],
        set: &ApplySet<'_>,
        places: &Places<'_>,
        ran: &dyn Fn(&str) -> bool,
    ) -> Vec<Finding> {
        let stage = Stage {
            sources: self.sources,
            config: &self.job.settings.config,
            registry: &self.job.settings.registry,
            config_sources: &self.own.configs,
            places,
            today: &self.job.request.today,
            ran,
            foreign: self.job.settings.foreign,
            whole: &|config| covers_configuration(config, self.job),
        };
        let may_speak = |source| self.job.settings.foreign || self.kept.is_none_or(|kept| kept.speaks(source));
        let checked = self.files.par_iter().filter(|file| file.checked && may_speak(file.source));
        let documents = checked.flat_map_iter(|file| file.documents.iter().map(|document| (file.source, document)));
        let beyond: Vec<_> = self.built.documents(self.files.len(), self.sources, self.job.settings.foreign).collect();
        let documents = documents.chain(beyond);
        let objects = set.items().par_iter().filter(|item| item.checked && may_speak(item.source));
        stage.run(findings, documents, objects.map(|item| (item.source, item.document, item.object)))
    }

    /// Patterns of the configuration that match nothing, where everything below it was looked at.
    fn unmatched(&self) -> Vec<Finding> {
        let names = || self.place.walk.files.iter().map(|file| file.name.as_str());
        let files = || self.job.settings.config.files().zip(&self.own.configs);
        let whole = files().filter(|(config, _)| covers_configuration(config, self.job));
        let of = |(config, source): (&Config, &Option<_>)| Some(patterns::unmatched(config, (*source)?, names()));
        let misplaced = |(config, source): (&Config, &Option<_>)| Some(patterns::misplaced(config, (*source)?));
        whole.filter_map(of).chain(files().skip(1).filter_map(misplaced)).flatten().collect()
    }

    /// Whether a rule (or the rules of a category) was checked, so that a finding of it would have been seen.
    fn ran(&self, name: &str) -> bool {
        let registry = &self.job.settings.registry;
        let is_on = |rule: &RuleInfo| match rule.is_policy() {
            true => self.rules.iter().any(|enabled| enabled.rule.id == rule.id),
            false => self.job.settings.selection.is_on(rule, &self.job.settings.config),
        };
        match Category::parse(name) {
            Some(category) => {
                let mut rules = registry.all().filter(|rule| rule.category == category);
                rules.any(|rule| (category.is_validity() || rule.is_policy()) && is_on(rule))
            }
            None => registry.find(name).is_none_or(|rule| is_on(rule)),
        }
    }
}

/// Whether everything below a configuration's directory was checked.
fn covers_configuration(config: &Config, job: &Job<'_>) -> bool {
    let canonical =
        |path: &Path| nearest(&*job.snapshot.files, if path.as_os_str().is_empty() { Path::new(".") } else { path });
    if job.request.shard.is_some() {
        return false; // what matches nothing in a part of the tree may match something in another
    }
    let mut paths = job.snapshot.paths.iter().filter_map(|path| canonical(path)).peekable();
    if paths.peek().is_none() {
        return false;
    }
    canonical(&config.directory).is_some_and(|root| paths.any(|path| root.starts_with(&path)))
}
