//! The stage that suppresses.
//!
//! In: a run's findings, its documents and objects, and what the user wrote. Out: the findings with those suppressed
//! marked, and new ones about suppressions that do nothing.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::{Config, Places};
use crate::finding::{Finding, RuleId, Subject};
use crate::object::Object;
use crate::rule::Registry;
use crate::source::{SourceId, SourceMap, Span};
use crate::yaml::Document;

use super::annotation::Annotation;
use super::comment::{Directive, Hints};
use super::foreign::{self, Foreign};
use super::{RuleSelectors, annotation, comment, config, expired, invalid, is_about_suppression, mark, unused};

/// What the stage needs to know.
pub struct Stage<'a, 'c> {
    /// The texts.
    pub sources: &'a SourceMap,
    /// The configuration.
    pub config: &'a Config,
    /// The rules there are.
    pub registry: &'a Registry,
    /// The sources that the texts of [`Config::files`] have among `sources`, where they have one.
    pub config_sources: &'a [Option<SourceId>],
    /// Each source with the configuration that holds for it.
    pub places: &'a Places<'c>,
    /// The date, as `YYYY-MM-DD`.
    pub today: &'a str,
    /// Rules that ran, by id or category: only their suppressions can be found unused.
    pub ran: &'a dyn Fn(&str) -> bool,
    /// Suppressions written for other tools count, too.
    pub foreign: bool,
    /// Whether everything a configuration speaks of was checked, so that an entry that matched nothing is unused.
    pub whole: &'a dyn Fn(&Config) -> bool,
}

impl Stage<'_, '_> {
    /// Runs it over the findings; `documents` and `objects` are those checked, by source. Gives what there is to say about the
    /// suppressions themselves.
    pub fn run<'t>(
        &self,
        findings: &mut [Finding],
        documents: impl ParallelIterator<Item = (SourceId, &'t Document)>,
        objects: impl ParallelIterator<Item = (SourceId, u32, Object<'t>)>,
    ) -> Vec<Finding> {
        // Few speak of suppressions at all: they are found on all threads, and heard one after the other.
        let (all, sources) = (self.foreign, self.sources);
        let documents: Vec<_> =
            documents.filter(|(source, document)| all || comment::speaks(document, sources.get(*source))).collect();
        let objects: Vec<_> = objects.filter(|(_, _, object)| all || annotation::speaks(*object)).collect();
        let near = Near::new(findings);
        let (mut said, mut foreign, mut hints) = (Vec::new(), Vec::new(), Hints::new(self.registry));
        for (source, document) in documents {
            let (directives, wrong) = comment::directives(document, self.sources.get(source), &mut hints);
            said.extend(wrong);
            let mut seen = Seen::default();
            directives.iter().for_each(|directive| {
                let near = near.inside(source, directive.region);
                self.comment(directive, findings, near, &mut seen, &mut said);
            });
            if self.foreign {
                foreign.extend(foreign::comments::of(document, self.sources.get(source), self.today));
            }
        }
        let mut annotated = Annotated::default();
        for (source, document, object) in objects {
            let subject = object.subject(document);
            debug_assert_eq!(subject.source, source, "an object lies in its source");
            annotated.misplaced.extend(annotation::misplaced(object));
            annotations(object, subject, findings, (&near, self.registry), &mut annotated);
            if self.foreign {
                foreign_annotations(object, subject, findings, &near, self.registry);
            }
        }
        self.check_annotations(&annotated, &mut said, &mut hints);
        foreign_comments(&foreign, findings, &near, self.registry);
        self.configured(findings, &mut said);
        said
    }

    fn comment<'d>(
        &self,
        directive: &'d Directive,
        findings: &mut [Finding],
        near: &[(u32, usize)],
        seen: &mut Seen<'d>,
        said: &mut Vec<Finding>,
    ) {
        // A name that is no rule covers nothing.
        for name in directive.rules.0.iter().filter(|name| self.registry.is_selector(name)) {
            // What an earlier comment says of the same region need not be done again.
            let used = *seen.entry((directive.region, name)).or_insert_with(|| {
                let rules = RuleSelectors(vec![name.clone()]);
                let mut used = false;
                for &(_, index) in near {
                    let finding = &mut findings[index];
                    if rules.cover(finding) && !is_about_suppression(finding) {
                        mark(finding, "comment", &directive.reason);
                        used = true;
                    }
                }
                used
            });
            if !used && (self.ran)(name) {
                said.push(unused(&format!("`ignore[{name}]`"), directive.span));
            }
        }
    }

    /// Says which annotations are wrong or suppress nothing. One that several built objects have stands in one place.
    fn check_annotations(&self, annotated: &Annotated, said: &mut Vec<Finding>, hints: &mut Hints<'_>) {
        said.extend(annotated.misplaced.iter().map(|&(span, message)| invalid(message, span)));
        for (found, used) in &annotated.found {
            if !self.registry.is_selector(&found.rule) {
                said.push(comment::unknown_rule(&found.rule, found.span, hints));
            } else if !used && (self.ran)(&found.rule) {
                said.push(unused(&format!("the annotation `{}{}`", annotation::PREFIX, found.rule), found.span));
            }
        }
    }

    fn configured(&self, findings: &mut [Finding], said: &mut Vec<Finding>) {
        let files: Vec<&Config> = self.config.files().collect();
        for config in self.config.all() {
            let used = config::apply(findings, config, self.places, self.today);
            let own = files.iter().position(|file| std::ptr::eq(*file, config));
            // What several configurations extend may speak of what only one of them has.
            let source = own.and_then(|number| self.config_sources.get(number).copied().flatten());
            if let Some(source) = source.filter(|_| (self.whole)(config)) {
                self.check_entries(config, &used, source, said);
            }
        }
    }

    /// Says which entries of a configuration have expired or suppress nothing.
    fn check_entries(&self, config: &Config, used: &[bool], source: SourceId, said: &mut Vec<Finding>) {
        for (entry, used) in config.ignores.iter().zip(used) {
            let span = Span { source, ..entry.span };
            match entry.until.as_deref() {
                Some(until) if config::is_expired(entry, self.today) => said.push(expired(until, span)),
                _ if !used && entry.rules.iter().all(|rule| (self.ran)(rule)) => {
                    said.push(unused("this entry of `ignore`", span));
                }
                _ => {}
            }
        }
    }
}

/// Regions and the rules of comments about them; whether these suppressed anything.
type Seen<'d> = FxHashMap<(Span, &'d str), bool>;

/// The findings by where they are, so that a suppression looks at those alone that it may speak of.
struct Near {
    /// Of each source: where each begins, and its number, sorted.
    by_source: FxHashMap<SourceId, Vec<(u32, usize)>>,
    by_subject: FxHashMap<Subject, Vec<usize>>,
}

impl Near {
    fn new(findings: &[Finding]) -> Self {
        let mut near = Self { by_source: FxHashMap::default(), by_subject: FxHashMap::default() };
        for (index, finding) in findings.iter().enumerate() {
            near.by_source.entry(finding.source()).or_default().push((finding.primary.span.start, index));
            for &subject in finding.subject.iter().chain(&finding.sets.others) {
                near.by_subject.entry(subject).or_default().push(index);
            }
        }
        near.by_source.values_mut().for_each(|list| list.sort_unstable());
        near
    }

    /// Those of a source that begin in a region of it.
    fn inside(&self, source: SourceId, region: Span) -> &[(u32, usize)] {
        let all = self.by_source.get(&source).map_or(&[][..], Vec::as_slice);
        let from = all.partition_point(|(start, _)| *start < region.start);
        &all[from..all.partition_point(|(start, _)| *start < region.end.max(1)).max(from)]
    }

    /// Those about an object.
    fn about(&self, subject: Subject) -> &[usize] {
        self.by_subject.get(&subject).map_or(&[][..], Vec::as_slice)
    }
}

/// Annotations, in the order in which they first come, and whether they suppress anything.
#[derive(Default)]
struct Annotated {
    found: Vec<(Annotation, bool)>,
    /// What was meant for one and is none.
    misplaced: BTreeSet<(Span, &'static str)>,
    at: FxHashMap<(Span, String), usize>,
}

/// Marks what the annotations of an object suppress.
fn annotations(
    object: Object<'_>,
    subject: Subject,
    findings: &mut [Finding],
    (near, registry): (&Near, &Registry),
    annotated: &mut Annotated,
) {
    for found in annotation::annotations(object) {
        let rules = RuleSelectors(vec![found.rule.clone()]);
        let mut used = false;
        // A name that is no rule covers nothing.
        let about = if registry.is_selector(&found.rule) { near.about(subject) } else { &[] };
        for &index in about {
            let finding = &mut findings[index];
            if rules.cover(finding) {
                mark(finding, "annotation", &found.reason);
                used = true;
            }
        }
        let next = annotated.found.len();
        let place = *annotated.at.entry((found.span, found.rule.clone())).or_insert(next);
        match annotated.found.get_mut(place) {
            Some((_, known)) => *known |= used,
            None => annotated.found.push((found, used)),
        }
    }
}

/// Marks what annotations for other tools suppress.
fn foreign_annotations(
    object: Object<'_>,
    subject: Subject,
    findings: &mut [Finding],
    near: &Near,
    registry: &Registry,
) {
    let found = foreign::annotations::of(object);
    if found.is_empty() {
        return;
    }
    for &index in near.about(subject) {
        let finding = &mut findings[index];
        if let Some(by) = found.iter().find(|f| f.covers(finding, registry)) {
            mark(finding, by.tool, &by.reason);
        }
    }
}

/// Marks what comments for other tools suppress. Each check is looked up once, and each region gone through once for what
/// stands for the same rules.
fn foreign_comments(found: &[Foreign], findings: &mut [Finding], near: &Near, registry: &Registry) {
    let mut rules: FxHashMap<(&str, &str), Vec<&RuleId>> = FxHashMap::default();
    let mut seen: FxHashSet<(Span, Vec<&RuleId>)> = FxHashSet::default();
    for by in found {
        let Some(region) = by.region else { continue };
        let rules = rules.entry((by.tool, &by.check)).or_insert_with(|| by.rules(registry));
        if rules.is_empty() || !seen.insert((region, rules.clone())) {
            continue;
        }
        for &(_, index) in near.inside(region.source, region) {
            let finding = &mut findings[index];
            if rules.contains(&&finding.rule) && by.reaches(finding) {
                mark(finding, by.tool, &by.reason);
            }
        }
    }
}
