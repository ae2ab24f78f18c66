//! What an Application's project makes of it, and whether a project is a valid one.
//!
//! In: an Application, the AppProjects of the repository. Out: problems, at the values that are refused.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::App;
use crate::gitops::argocd::project::{Allowed, Destination, Destinations, KindPattern};
use crate::gitops::argocd::project::{lists_kind, permits_source};
use crate::render::Problem;
use crate::render::repository::Around;
use crate::render::value::Value;

/// Why Argo CD does not look at the sources of an Application at all.
pub fn refused(app: &App<'_>, around: &Around) -> Vec<Problem> {
    let known = around.projects.get(app.project());
    let project = known.and_then(Project::spec);
    let mut problems = Vec::new();
    let sources = app.sources();
    if sources.is_empty() && app.spec("sourceHydrator").is_none() {
        let at = app.value.get("spec").unwrap_or(app.value);
        return vec![invalid(at, "the Application has no source")];
    }
    for source in sources {
        if let Some(problem) = invalid_source(source, app.has_list()) {
            problems.push(problem);
            return problems;
        }
        let (Some(project), Some(url)) = (project, source.filled("repoURL")) else { continue };
        let patterns = project.items_at("sourceRepos").iter().filter_map(Value::as_str);
        let scoped = around.scoped.get(app.project()).into_iter().flatten().map(String::as_str);
        let patterns = patterns.chain(scoped);
        if !keeps_default(app, project, "sourceRepos") && !permits_source(patterns, url.as_str().unwrap_or_default()) {
            let message = format!("AppProject `{}` does not permit this repository", app.project());
            problems.push(Problem::new("source-not-permitted", Some(url.span()), message));
        }
    }
    let destination = app.destination();
    if let Some(message) = invalid_destination(app) {
        let at = app.spec("destination").unwrap_or(app.value);
        problems.push(invalid(at, message));
        return problems;
    }
    let keeps = project.is_none_or(|project| keeps_default(app, project, "destinations"));
    if !keeps && known.is_some_and(|project| !project.permits(&destination)) {
        let message = format!("AppProject `{}` does not permit this destination", app.project());
        let span = Some(app.destination_place().span());
        problems.push(Problem::new("destination-not-permitted", span, message));
    }
    problems
}

/// Whether a project is the one that Argo CD makes itself, and leaves a field of it as that is made: it allows all.
fn keeps_default(app: &App<'_>, project: &Value, field: &str) -> bool {
    app.project() == "default" && project.get(field).is_none()
}

fn invalid(at: &Value, message: impl Into<String>) -> Problem {
    Problem::new("invalid-spec", Some(at.span()), message)
}

/// Why Argo CD does not know where an Application deploys to.
pub fn invalid_destination(app: &App<'_>) -> Option<&'static str> {
    let filled = |name: &str| app.spec("destination").is_some_and(|to| to.filled(name).is_some());
    match (filled("server"), filled("name")) {
        (true, true) => Some("the destination has both `server` and `name`"),
        (false, false) => Some("the destination has neither `server` nor `name`"),
        _ => None,
    }
}

fn invalid_source(source: &Value, one_of_several: bool) -> Option<Problem> {
    let has = |field: &str| source.filled(field).is_some();
    if !has("repoURL") || !(has("path") || has("chart") || one_of_several && has("ref")) {
        let what = if one_of_several { "`path`, `chart` and `ref`" } else { "`path` and `chart`" };
        return Some(invalid(source, format!("a source needs `repoURL` and one of {what}")));
    }
    let chart = source.filled("chart").filter(|_| !has("targetRevision"))?;
    Some(invalid(chart, "a chart needs `targetRevision`"))
}

/// An AppProject of the repository.
#[derive(Debug, Clone)]
pub struct Project {
    value: Value,
    /// Its entries, sorted at the first need.
    destinations: OnceLock<Destinations>,
}

impl Project {
    /// From the object.
    pub fn new(value: Value) -> Self {
        Self { value, destinations: OnceLock::new() }
    }

    /// What it says.
    pub fn spec(&self) -> Option<&Value> {
        self.value.get("spec")
    }

    /// Whether it permits a destination; one that says nothing permits all.
    pub fn permits(&self, destination: &Destination<'_>) -> bool {
        let Some(spec) = self.spec() else { return true };
        let entries = spec.items_at("destinations");
        let sorted = self.destinations.get_or_init(|| Destinations::new(entries.iter().map(allowed)));
        sorted.permit(|number| entries.get(number).map(allowed), destination)
    }
}

fn allowed(entry: &Value) -> Allowed<'_> {
    let pattern = |field: &str| entry.str_at(field).unwrap_or_default();
    Allowed { server: pattern("server"), name: pattern("name"), namespace: pattern("namespace") }
}

/// Whether a project (its spec) permits a kind.
pub fn permits_kind(project: &Value, group: &str, kind: &str, name: &str, namespaced: bool) -> bool {
    let lists = |field: &str| {
        let patterns = project.items_at(field).iter().map(|item| {
            let pattern = |field: &str| item.str_at(field).unwrap_or_default();
            let name = if namespaced { "" } else { pattern("name") };
            KindPattern { group: pattern("group"), kind: pattern("kind"), name }
        });
        lists_kind(patterns, group, kind, name)
    };
    match namespaced {
        true => {
            let open = project.get("namespaceResourceWhitelist").is_none_or(Value::is_null);
            (open || lists("namespaceResourceWhitelist")) && !lists("namespaceResourceBlacklist")
        }
        false => lists("clusterResourceWhitelist") && !lists("clusterResourceBlacklist"),
    }
}

/// Why Argo CD does not take an AppProject.
pub fn validate(project: &Value) -> Option<Problem> {
    let spec = project.get("spec")?;
    let bad = |at: &Value, message: String| Some(Problem::new("invalid-project", Some(at.span()), message));
    let mut known = BTreeSet::new();
    for entry in spec.items_at("destinations") {
        for field in ["name", "server", "namespace"] {
            if let Some(value) = entry.get(field).filter(|value| value.as_str() == Some("!*")) {
                return bad(value, format!("`!*` is not a valid {field}"));
            }
        }
        let Allowed { server, name, namespace } = allowed(entry);
        let cluster = if server.is_empty() { name } else { server };
        if !known.insert((cluster, namespace)) {
            return bad(entry, format!("the destination {cluster}/{namespace} is in the list already"));
        }
    }
    for field in ["sourceNamespaces", "sourceRepos"] {
        let mut known = BTreeSet::new();
        for entry in spec.items_at(field) {
            let text = entry.as_str().unwrap_or_default();
            if field == "sourceRepos" && text == "!*" {
                return bad(entry, "`!*` is not a valid repository".to_owned());
            }
            if !known.insert(text) {
                return bad(entry, format!("`{text}` is in `{field}` already"));
            }
        }
    }
    repeated_role(spec).or_else(|| empty_window(spec))
}

fn repeated_role(spec: &Value) -> Option<Problem> {
    let bad = |at: &Value, message: String| Some(Problem::new("invalid-project", Some(at.span()), message));
    let mut roles = BTreeSet::new();
    for role in spec.items_at("roles") {
        let name = role.str_at("name").unwrap_or_default();
        let at = role.get("name").unwrap_or(role);
        if !roles.insert(name) {
            return bad(at, format!("the role `{name}` is there already"));
        }
        let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let ends = |text: &str| !text.starts_with(['-', '_']) && !text.ends_with(['-', '_']);
        if name.is_empty() || !name.chars().all(fine) || !ends(name) {
            return bad(at, format!("`{name}` is not a valid name of a role"));
        }
        for field in ["policies", "groups"] {
            let mut known = BTreeSet::new();
            for entry in role.items_at(field) {
                if !known.insert(entry.as_str().unwrap_or_default()) {
                    return bad(entry, format!("the entry of `{field}` is there already"));
                }
            }
        }
    }
    None
}

fn empty_window(spec: &Value) -> Option<Problem> {
    let windows = spec.items_at("syncWindows").iter().filter(|window| window.is_map());
    let empty = |window: &&Value| {
        ["applications", "namespaces", "clusters"].iter().all(|field| window.items_at(field).is_empty())
    };
    let window = windows.into_iter().find(empty)?;
    let message = "a sync window needs one of `applications`, `namespaces` and `clusters`".to_owned();
    Some(Problem::new("invalid-project", Some(window.span()), message))
}
