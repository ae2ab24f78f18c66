//! Findings in files that nobody edits where they lie, or applies to a cluster that matters.
//!
//! In: all findings of a run. Out: the same, those about what was copied from elsewhere, archives, tests and examples as
//! remarks, as those about what lies beside a kustomization that leaves it out; and what a base lacks that others fill
//! in. The configuration may give them another severity.

use std::path::PathBuf;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::discover::bundles::{Bundles, Versions, is_in_catalogue};
use crate::discover::corners::{
    Corner, corner, holds_throwaways, is_environment, is_for_development, is_third_party, is_vendored,
};
use crate::discover::{Survey, fixtures::Fixtures};
use crate::files::Files;
use crate::files::name::{full, path_of};
use crate::finding::{Category, Finding, Missing, Severity, folder_of};
use crate::render::helm::roots::is_fetched;
use crate::source::{SourceId, SourceMap};
use crate::workspace::ApplySet;

use super::Run;

/// What is said of a namespace, whoever made the pods in it.
const OF_NAMESPACES: [&str; 2] = ["missing-network-policy", "namespace-without-quota"];

/// Whether a folder, or a file, is there to show something, by its name: nobody works in such a namespace for long.
fn is_shown(name: &str) -> bool {
    let shows = |word: &str| ["demo", "demos", "tutorial", "tutorials", "workshop"].contains(&word);
    name.split(['/', '-', '_', '.']).any(shows) || name.split('/').any(is_lesson)
}

/// Whether a folder is a part of a course: `ch02`, `lab-1`.
fn is_lesson(folder: &str) -> bool {
    const WORDS: [&str; 7] = ["ch", "chapter", "day", "exercise", "lab", "lesson", "module"];
    let lower = folder.to_ascii_lowercase();
    let numbers = WORDS.iter().filter_map(|word| lower.strip_prefix(word)).map(|rest| rest.trim_matches(['-', '_']));
    numbers.into_iter().any(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// What nobody minds on a cluster for development: how a port is reached there, and who may reach it.
const OF_CLUSTERS: [&str; 2] = ["internal-service-exposed", "missing-network-policy"];

/// What is said of the choice of a release, which whoever copies it makes.
const CHOSEN: [&str; 4] = ["abandoned-software", "frozen-image-registry", "removed-image", "retired-ingress-nginx"];

/// Takes findings of policy in such files for remarks, and roots that do not render: warnings in what is vendored or shown as an
/// example, errors too in archives and tests. What a kustomization root elsewhere takes in is not softened, but for what was
/// made by another project. The templates of a chart that was fetched are nobody's to edit, and what its values leave open may be
/// set from outside.
pub(super) fn soften(findings: &mut [Finding], set: &ApplySet<'_>, survey: &Survey, run: &Run<'_>) {
    let (sources, paths) = (run.sources, &run.job.snapshot.paths);
    let tops = Tops::new(paths, &run.of_names.lonely);
    let mut idle = Idle { fixtures: Fixtures::new(run.place.files, paths, &run.place.beside.programs), survey, run };
    let out_of_use = |name: &str| {
        let corner = corner(tops.below(name), tops.is_lonely(sources));
        matches!(corner, Some(Corner::Archive | Corner::Trials))
    };
    let mut fetched = Fetched { files: run.place.files, known: FxHashMap::default() };
    let mut is_of_others = |name: &str| {
        let in_chart = run.place.charts.around_file(name).is_some();
        is_third_party(tops.below(name), in_chart) || fetched.holds(name)
    };
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        // What a course shows is no secret of anybody's.
        let name = || tops.below(&sources.get(finding.source()).name);
        if finding.category == Category::Secrets && is_shown(name()) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        let mild = match finding.category {
            Category::Syntax | Category::Schema | Category::Api => {
                is_filled_elsewhere(finding, &sources.get(finding.source()).name, survey)
                    || idle.is_aside(finding)
                    || idle.holds(finding)
                    || idle.is_out_of_use(finding, &out_of_use)
            }
            _ => {
                tops.is_mild(finding, set, sources)
                    || is_unfilled_base(finding, survey)
                    || idle.is_aside(finding)
                    || idle.holds(finding)
                    || idle.is_by_hand(finding)
            }
        };
        let mild = mild
            || (finding.severity == Severity::Warning
                && !finding.category.is_validity()
                && finding.category != Category::Render
                && !CHOSEN.contains(&finding.rule.as_str())
                && is_of_others(&sources.get(finding.source()).name));
        if mild {
            finding.severity = Severity::Info;
        }
    }
}

/// The charts that were fetched.
struct Fetched<'f> {
    files: &'f dyn Files,
    /// By the folder of a chart in another one's `charts/`.
    known: FxHashMap<String, bool>,
}

impl Fetched<'_> {
    /// Whether a file lies in a packed chart, or in one that another chart has from a repository.
    fn holds(&mut self, name: &str) -> bool {
        if name.contains(".tgz/") {
            return true;
        }
        let charts = name.match_indices("charts/").filter(|(at, _)| *at == 0 || name[..*at].ends_with('/'));
        charts.into_iter().any(|(at, part)| {
            let below = at + part.len();
            let Some(end) = name[below..].find('/').map(|end| below + end) else { return false };
            let folder = &name[..end];
            let known = self.known.get(folder).copied();
            known.unwrap_or_else(|| {
                let fetched = is_fetched(&path_of(folder), self.files);
                self.known.insert(folder.to_owned(), fetched);
                fetched
            })
        })
    }
}

/// Whether what is missing in a base is for others to fill in, who include it.
fn is_filled_elsewhere(finding: &Finding, file: &str, survey: &Survey) -> bool {
    let idle = |name: &str| survey.is_idle_base(name);
    let lacks = finding.rule == "required" || finding.message == NO_RULES;
    if finding.rule == "required" && finding.sets.names.is_empty() {
        let kind = finding.object.as_ref().map_or("", |object| &object.kind);
        return !survey.is_applied(file) && survey.completes(kind, &finding.path);
    }
    lacks && !finding.sets.names.is_empty() && finding.sets.names.iter().all(|name| idle(name))
}

/// What is said of an Ingress with nothing but a name.
const NO_RULES: &str = "give `rules` or a `defaultBackend`";

/// Whether a base that nothing here includes lacks a file: whoever builds it may fetch that first.
fn is_unfilled_base(finding: &Finding, survey: &Survey) -> bool {
    let sets = &finding.sets.names;
    matches!(finding.missing, Some(Missing::File(_)))
        && !sets.is_empty()
        && sets.iter().all(|set| survey.is_idle_base(set))
}

/// Whether a file that is not there is looked for outside of the folder that names it.
fn leads_out(finding: &Finding) -> bool {
    matches!(&finding.missing, Some(Missing::File(path)) if path.starts_with("../"))
}

/// Files that nobody applies.
struct Idle<'i> {
    fixtures: Fixtures<'i>,
    survey: &'i Survey,
    run: &'i Run<'i>,
}

impl Idle<'_> {
    /// Whether nobody applies the file that a finding is in: a kustomization beside it leaves it out, a program in Go reads it, or a
    /// newer bundle has replaced it; or whether it is an older one of several versions. A secret in it is committed all the same.
    fn holds(&mut self, finding: &Finding) -> bool {
        let run = self.run;
        let name = &run.sources.get(finding.source()).name;
        // What a program embeds it builds with its own changes.
        if run.built.root_for(finding).is_some_and(|root| self.is_embedded(&root.name)) {
            return finding.category != Category::Secrets;
        }
        let of_release = |root: &str| self.is_older(&format!("{root}/")) && !self.survey.is_applied(root);
        let sets = &finding.sets.names;
        if finding.category != Category::Secrets && !sets.is_empty() && sets.iter().all(|set| of_release(set)) {
            return true;
        }
        let built = run.built.claimed.contains(&finding.source()) || run.built.root_for(finding).is_some();
        let secret = finding.category == Category::Secrets && finding.rule != "placeholder-secret-value";
        if built || secret || finding.category == Category::Render {
            return false;
        }
        let names = || run.sources.iter().map(|source| source.name.as_str());
        let is_replaced = || run.of_names.bundles.get_or_init(|| Bundles::new(names())).is_replaced(name);
        (is_in_catalogue(name) && is_replaced())
            || self.is_older(name)
            || self.survey.is_left_out(name)
            || self.fixtures.are_read(&path_of(name))
    }

    /// Whether a file is of an older one of several releases that are kept.
    fn is_older(&self, name: &str) -> bool {
        let names = || self.run.sources.iter().map(|source| source.name.as_str());
        self.run.of_names.versions.get_or_init(|| Versions::new(names())).is_replaced(name)
    }

    /// Whether a program embeds the folder of a root.
    fn is_embedded(&mut self, root: &str) -> bool {
        !root.contains(".y") && self.fixtures.are_embedded(&path_of(&format!("{root}/kustomization.yaml")))
    }

    /// Whether what is deployed leaves aside the set that a finding holds in, or its file. A secret in it is committed all the same.
    fn is_aside(&self, finding: &Finding) -> bool {
        let sets = &finding.sets.names;
        match finding.category == Category::Secrets {
            true => false,
            false if sets.is_empty() => self.survey.is_aside(&self.run.sources.get(finding.source()).name),
            false => sets.iter().all(|set| self.survey.is_aside(set)),
        }
    }

    /// Whether somebody runs a pod by hand: it stands alone in its file, in a repository from which Applications or Flux deploy, and
    /// not this.
    fn is_by_hand(&self, finding: &Finding) -> bool {
        let is_pod = finding.object.as_ref().is_some_and(|object| object.kind == "Pod" && object.api_version == "v1");
        is_pod
            && finding.category != Category::Secrets
            && finding.sets.names.is_empty()
            && self.is_alone(finding.source())
            && self.survey.deploys()
            && !self.survey.is_applied(&self.run.sources.get(finding.source()).name)
    }

    /// Whether a file holds one document with something in it.
    fn is_alone(&self, source: SourceId) -> bool {
        let file = self.run.files.get(source.0 as usize);
        file.is_some_and(|file| file.documents.iter().filter(|document| !document.is_empty()).count() == 1)
    }

    /// Whether what a finding is about lies in an archive or among tests, and nothing outside of those applies it.
    fn is_out_of_use(&self, finding: &Finding, is_one: &dyn Fn(&str) -> bool) -> bool {
        let name = &self.run.sources.get(finding.source()).name;
        let roots = &finding.sets.names;
        if roots.is_empty() {
            is_one(name) && !self.survey.is_applied(name)
        } else {
            roots.iter().all(|root| is_one(root))
        }
    }
}

/// Where what was asked for begins: folders above it say nothing.
struct Tops<'t> {
    paths: Vec<String>,
    /// No folder beside `test` is named like an environment; found out at the first need.
    lonely: &'t OnceLock<bool>,
}

impl<'t> Tops<'t> {
    fn new(paths: &[PathBuf], lonely: &'t OnceLock<bool>) -> Self {
        Self { paths: paths.iter().map(|path| full(path)).collect(), lonely }
    }

    fn is_lonely(&self, sources: &SourceMap) -> bool {
        *self.lonely.get_or_init(|| {
            let tops = sources.iter().filter_map(|source| self.below(&source.name).split('/').next());
            // Files of one folder mostly come one after the other.
            let mut last = "";
            !tops.into_iter().any(|top| std::mem::replace(&mut last, top) != top && is_environment(top))
        })
    }

    /// A name as seen from the path that was asked for.
    fn below<'n>(&self, name: &'n str) -> &'n str {
        let rest = self.paths.iter().filter_map(|path| {
            let path = path.trim_end_matches('/');
            name.strip_prefix(path)?.strip_prefix('/')
        });
        rest.min_by_key(|rest| rest.len()).unwrap_or(name)
    }

    /// Whether a finding of policy, or on a root that does not render, is a remark by where it lies.
    fn is_mild(&self, finding: &Finding, set: &ApplySet<'_>, sources: &SourceMap) -> bool {
        let (whole, warning) = (finding.category == Category::Render, finding.severity == Severity::Warning);
        let name = self.below(&sources.get(finding.source()).name);
        let secrets = finding.category == Category::Secrets;
        let mild = match self.corner(finding, sources) {
            // What a set claims is no fixture, whatever its folder is called.
            Some(Corner::Trials) if finding.category == Category::Security && !warning => finding.sets.names.is_empty(),
            Some(Corner::Archive | Corner::Trials) => true,
            // What is to be copied finds its files where it is copied to.
            Some(Corner::Examples) => warning || secrets || leads_out(finding),
            // Nobody has a certificate for a cluster on a machine of one's own.
            None => (secrets || finding.rule == "ingress-without-tls") && holds_throwaways(name),
        };
        let mild = mild
            || (finding.rule == OF_NAMESPACES[0] && is_shown(name))
            || (OF_CLUSTERS.contains(&finding.rule.as_str()) && self.is_for_development(finding, sources));
        if mild || whole {
            return mild;
        }
        if OF_NAMESPACES.contains(&finding.rule.as_str()) {
            // Who released it, with policies for those of its workloads that need some, chose so.
            let source = sources.get(finding.source());
            return set.vendored(source.id).is_some() && source.text.contains("\nkind: NetworkPolicy");
        }
        // What another project makes privileged has to be so; secrets and what leads nowhere are said as they are.
        let known = set.vendored(finding.source()).is_some();
        let hygiene = match finding.category {
            Category::Security => true,
            Category::Rbac | Category::Reliability | Category::Resources | Category::Images => warning,
            _ => false,
        };
        (hygiene && (known || is_vendored(name))) || (warning && known)
    }

    /// Whether a finding holds in folders of clusters for development alone.
    fn is_for_development(&self, finding: &Finding, sources: &SourceMap) -> bool {
        let sets = &finding.sets.names;
        match sets.is_empty() {
            true => is_for_development(folder_of(self.below(&sources.get(finding.source()).name))),
            false => sets.iter().all(|set| is_for_development(self.below(set))),
        }
    }

    /// What a finding lies in: every set that it holds in, or else its file.
    fn corner(&self, finding: &Finding, sources: &SourceMap) -> Option<Corner> {
        let of = |name: &str| corner(self.below(name), self.is_lonely(sources));
        if finding.sets.names.is_empty() {
            return of(&sources.get(finding.source()).name);
        }
        // The least of them: what one root applies is applied.
        let of_root = |name: &str| match name.contains(".y") {
            true => of(name),
            false => of(&format!("{name}/")), // a folder, and no file in one
        };
        finding.sets.names.iter().map(|name| of_root(name)).min().flatten()
    }
}
