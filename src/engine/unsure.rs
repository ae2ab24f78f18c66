//! Findings on what is not there, where something that was not read may bring it.
//!
//! In: all findings of a run, its objects and kinds without a schema. Out: the same; what refers to nothing, or selects nothing, is a
//! remark where an ApplicationSet is not expanded, beside a file that could not be read, where such a file has it by its lines, where a
//! template defines it (another chart's, whose values leave it out, too), in a component, where a kustomization of the repository
//! generates an object of that name, where an operator that nobody knows may make it, and where another part of the same application was
//! built without what lies elsewhere.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::coverage::{Coverage, RenderState, RenderedSet, SkipReason, Skipped};
use crate::discover::{Survey, placeholder};
use crate::finding::{Finding, Missing, Severity, folder_of};
use crate::source::SourceId;
use crate::workspace::environments::is_environment;
use crate::workspace::{ApplySet, SetId, Sets};

use super::Run;
use super::checking::Unknown;
use super::drafts::Drafts;
use super::elsewhere::NOWHERE;
use super::unread::{NAMED, Unread};

/// Rules on what selects nothing, or has no counterpart, beside those whose names say that something dangles.
const SELECTING: [&str; 6] = [
    "mesh-policy-selects-nothing",
    "missing-scrape-annotation",
    "network-policy-peer-selects-nothing",
    "network-policy-port-mismatch",
    "network-policy-selects-nothing",
    "network-policy-unknown-namespace",
];

/// What may bring objects that are not here.
pub(super) struct Unsure<'u, 't> {
    /// All objects.
    pub whole: &'u ApplySet<'t>,
    /// How they divide.
    pub sets: &'u Sets,
    /// What the repository says about its files.
    pub survey: &'u Survey,
    /// What was not read of what is checked.
    pub skipped: &'u [Skipped],
    /// Templates that were not read in files that are not checked.
    pub templates: &'u [Skipped],
    /// What kustomizations of the repository generate, by kind and name, be they built or not.
    pub generated: &'u FxHashMap<&'static str, FxHashSet<String>>,
    /// The kinds without a schema.
    pub unknown: &'u Unknown,
}

/// What is said of an object that a template of another chart defines.
const BY_CHART: &str = "is defined by a template of another chart only, and not with its default values";

/// How the detail of a root ends that failed for want of a file.
const NO_FILE: &str = "no such file or directory";

/// Takes out what is said of a reference by a name that Flux or envsubst puts in: what it refers to once that is done, nobody knows.
/// Where an object has just that name, it is found.
pub(super) fn leave_open(findings: &mut Vec<Finding>, run: &Run<'_>, coverage: &mut Coverage) {
    if run.place.walk.files.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let name = match &finding.missing {
            Some(Missing::Object { name, .. }) => &**name,
            _ => finding.message.split('`').skip(1).step_by(2).find(|quoted| quoted.contains("${")).unwrap_or_default(),
        };
        let dangles = finding.rule.as_str().starts_with("dangling-") || SELECTING.contains(&finding.rule.as_str());
        let Some(variable) = placeholder::in_value(name, &[placeholder::FLUX]).filter(|_| dangles) else { return true };
        let detail = format!("what `{variable}` refers to is not known");
        let skipped = Skipped::new(&run.sources.get(finding.source()).name, SkipReason::Template);
        coverage.skipped.push(Skipped { document: finding.document, detail, ..skipped });
        false
    });
}

/// Takes findings on what is not there for remarks, where it may come from what was not read.
pub(super) fn soften(findings: &mut [Finding], unsure: &Unsure<'_, '_>, run: &Run<'_>) {
    let Unsure { whole, survey, .. } = *unsure;
    let open = run.built.lacks_applications(whole.items(), run.sources);
    let unread = Unread::new(findings, unsure.skipped.iter().chain(unsure.templates), run);
    let operators = Operators::of(unsure, run);
    let drafts = Drafts::new(run);
    let drafted = |finding: &Finding| match &finding.missing {
        Some(Missing::Object { kind, name }) => drafts.define(kind, name),
        _ => false,
    };
    let by_chart = |finding: &Finding| match &finding.missing {
        Some(Missing::Object { kind, name }) => drafts.define_elsewhere(finding, kind, name),
        _ => false,
    };
    let lacks_file = |set: &&RenderedSet| set.detail.ends_with(NO_FILE);
    let failed = run.built.all_states().filter(|set| set.state == RenderState::Failed).filter(lacks_file);
    let failed: FxHashSet<&str> = failed.map(|set| set.name.as_str()).collect();
    let lacking: FxHashSet<&str> = run.built.lacking().filter_map(application).collect();
    let asks = |rule: &str| rule.starts_with("dangling-") || SELECTING.contains(&rule);
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        let asks = asks(&finding.rule);
        if !asks && !NAMED.contains(&finding.rule.as_str()) {
            continue;
        }
        if let Some(why) = unread.tells(finding) {
            finding.severity = Severity::Info;
            finding.explain(&why);
            continue;
        }
        if !asks {
            continue;
        }
        let name = &run.sources.get(finding.source()).name;
        let in_component = || run.built.root_for(finding).is_none() && survey.surroundings(name).unknown;
        let generated = || match &finding.missing {
            Some(Missing::Object { kind, name }) => {
                unsure.generated.get(&**kind).is_some_and(|names| names.contains(&**name))
            }
            _ => false,
        };
        // Where it goes is not known: to the application of that name, to judge by its folder.
        let beside = || {
            let unplaced = finding.object.as_ref().is_none_or(|object| object.namespace.is_none());
            unplaced && application(folder_of(name)).is_some_and(|own| lacking.contains(own))
        };
        // What the files of a root come to that lacks one, nobody knows.
        let unbuilt = finding.sets.names.iter().any(|name| failed.contains(&**name));
        if open
            || unbuilt
            || in_component()
            || beside()
            || generated()
            || operators.may_make(finding, name)
            || drafted(finding)
        {
            finding.severity = Severity::Info;
        } else if by_chart(finding) {
            finding.severity = Severity::Info;
            finding.message = finding.message.replace(NOWHERE, BY_CHART);
        }
    }
}

/// The folder that an application is named after: the innermost that neither stands for an environment nor for how its parts are kept,
/// nor is one of several variants.
fn application(folder: &str) -> Option<&str> {
    let means_none = |name: &str| is_environment(name) || PARTS.contains(&name) || name.is_empty() || name == ".";
    let above = std::iter::successors(Some(folder), |at| (!at.is_empty()).then(|| folder_of(at)));
    let is_variant = |at: &&str| VARIANTS.contains(&base(folder_of(at)));
    above.filter(|at| !is_variant(at)).map(base).find(|name| !means_none(name))
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What folders within an application are called.
const PARTS: [&str; 14] = [
    "app",
    "apps",
    "base",
    "bases",
    "common",
    "component",
    "components",
    "config",
    "manifests",
    "overlay",
    "overlays",
    "resources",
    "templates",
    "variants",
];
/// What folders are called that hold one for each variant.
const VARIANTS: [&str; 3] = ["overlay", "overlays", "variants"];

/// Resources of operators of which nobody knows what they make, by where they lie.
struct Operators<'u> {
    sets: &'u Sets,
    namespaces: FxHashSet<&'u str>,
    /// The sets of those that say no namespace.
    unplaced: FxHashSet<SetId>,
    /// The folders that they lie in, and those of the roots that bring them.
    folders: FxHashSet<String>,
}

impl<'u> Operators<'u> {
    fn of(unsure: &Unsure<'u, '_>, run: &Run<'_>) -> Self {
        let sets = unsure.sets;
        let (namespaces, unplaced, folders) = Default::default();
        let mut operators = Self { sets, namespaces, unplaced, folders };
        let unknown: FxHashSet<(&str, &str)> =
            unsure.unknown.iter().map(|(api, kind)| (api.as_str(), kind.as_str())).collect();
        let kinds: FxHashSet<&str> = unknown.iter().map(|(_, kind)| *kind).collect();
        let meant = unsure.whole.kinds().filter(|((_, kind), _)| kinds.contains(kind));
        let items = meant.flat_map(|((group, kind), _)| unsure.whole.of_kind(group, kind));
        for item in items.filter(|item| item.may_have_operator()) {
            let api = item.object.gvk.api_version();
            if !unknown.contains(&(api.as_str(), item.object.gvk.kind)) {
                continue;
            }
            let of_source = sets.of_source(item.source.0 as usize);
            match item.namespace() {
                Some(namespace) => drop(operators.namespaces.insert(namespace)),
                None => operators.unplaced.extend(of_source),
            }
            let own = folder_of(&run.sources.get(item.written_in()).name);
            operators.folders.extend((!own.is_empty()).then(|| own.to_owned()));
            let roots =
                of_source.iter().filter_map(|&set| sets.name(set)).map(|name| name.trim_matches('.').to_owned());
            operators.folders.extend(roots);
        }
        operators
    }

    /// Whether one may lie in the namespace of what a finding is about, or in its set; where that says no namespace, whether it lies in
    /// or below a folder of one.
    fn may_make(&self, finding: &Finding, file: &str) -> bool {
        let source: SourceId = finding.subject.map_or(finding.source(), |subject| subject.source);
        let of_source = self.sets.of_source(source.0 as usize);
        match finding.object.as_ref().and_then(|object| object.namespace.as_deref()) {
            Some(namespace) => {
                self.namespaces.contains(namespace) || of_source.iter().any(|set| self.unplaced.contains(set))
            }
            None => {
                let folder = folder_of(file);
                let above = std::iter::successors(Some(folder), |at| (!at.is_empty()).then(|| folder_of(at)));
                above.into_iter().any(|at| self.folders.contains(at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::application;

    #[test]
    fn an_application_has_a_folder() {
        for folder in ["books", "apps/books", "x/books/base", "books/overlays/v1.2", "books/overlays/prod/config"] {
            assert_eq!(application(folder), Some("books"), "{folder}");
        }
        assert_eq!(["", ".", "apps/base", "prod"].map(application), [None; 4]);
    }
}
