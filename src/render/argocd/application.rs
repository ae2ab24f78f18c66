//! What an Application asks for.
//!
//! In: its value. Out: its identity, sources, destination and project, by Argo CD's defaults; the variables of its builds.

use std::collections::BTreeSet;

use super::NAMESPACE;
use crate::gitops::argocd::environment::Environment;
use crate::gitops::argocd::project::Destination;
use crate::render::value::Value;
use crate::render::world::{World, meta_text};
use crate::render::{Application, Problem};

/// An Application.
#[derive(Debug, Clone, Copy)]
pub struct App<'v> {
    /// The object.
    pub value: &'v Value,
    /// Its name.
    pub name: &'v str,
    /// Its namespace.
    pub namespace: &'v str,
}

impl<'v> App<'v> {
    /// Of an object of that kind.
    pub fn of(value: &'v Value) -> Self {
        let name = meta_text(value, "name").unwrap_or_default();
        Self { value, name, namespace: meta_text(value, "namespace").unwrap_or(NAMESPACE) }
    }

    /// Its name and namespace.
    pub fn identity(&self) -> Application {
        Application { name: self.name.to_owned(), namespace: self.namespace.to_owned() }
    }

    /// A field of its spec.
    pub fn spec(&self, field: &str) -> Option<&'v Value> {
        self.value.at(&["spec", field]).filter(|value| !value.is_null())
    }

    /// Whether it has several sources (or a list of one).
    pub fn has_list(&self) -> bool {
        self.spec("sourceHydrator").is_none() && self.spec("sources").is_some_and(|list| !list.items().is_empty())
    }

    /// Its sources, `sources` before `source`.
    pub fn sources(&self) -> Vec<&'v Value> {
        match self.spec("sources") {
            Some(list) if self.has_list() => list.items().iter().collect(),
            _ => self.spec("source").into_iter().collect(),
        }
    }

    /// The project's name.
    pub fn project(&self) -> &'v str {
        self.spec("project").and_then(Value::as_str).filter(|name| !name.is_empty()).unwrap_or("default")
    }

    /// Where it deploys to.
    pub fn destination(&self) -> Destination<'v> {
        let field = |name: &str| self.spec("destination").and_then(|to| to.filled(name)).and_then(Value::as_str);
        Destination::new(field("server"), field("name"), field("namespace").unwrap_or_default())
    }

    /// The place that names its destination: the namespace, else the whole.
    pub fn destination_place(&self) -> &'v Value {
        let destination = self.spec("destination");
        let namespace = destination.and_then(|to| to.filled("namespace"));
        namespace.or(destination).unwrap_or(self.value)
    }

    /// Fails where the names of its sources' `ref` are none, or one is there twice.
    pub fn refs(&self) -> Result<(), Problem> {
        let mut known = BTreeSet::new();
        for source in self.sources() {
            let Some(node) = source.filled("ref") else { continue };
            let name = node.as_str().unwrap_or_default();
            let failed = |message: String| Err(Problem::new("render-failed", Some(node.span()), message));
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
                return failed(format!("`{name}` is not a valid ref: letters, digits, `_` and `-` are allowed"));
            }
            if !known.insert(name) {
                return failed(format!("two sources have the ref `{name}`"));
            }
        }
        Ok(())
    }

    /// The source that a `ref` names.
    pub fn by_ref(&self, name: &str) -> Option<&'v Value> {
        self.sources().into_iter().find(|source| source.str_at("ref") == Some(name) && !name.is_empty())
    }

    /// The variables of a build of a source.
    pub fn environment(&self, source: &Value, world: &World<'_>) -> Environment {
        let text = |field: &str| source.str_at(field).unwrap_or_default().to_owned();
        let commit = world.commit.clone().unwrap_or_default();
        let short = |length: usize| commit.chars().take(length).collect();
        let (seven, eight) = (short(7), short(8));
        Environment::new(vec![
            ("ARGOCD_APP_NAME", self.instance()),
            ("ARGOCD_APP_NAMESPACE", self.destination().namespace.to_owned()),
            ("ARGOCD_APP_PROJECT_NAME", self.project().to_owned()),
            ("ARGOCD_APP_REVISION", commit),
            ("ARGOCD_APP_REVISION_SHORT", seven),
            ("ARGOCD_APP_REVISION_SHORT_8", eight),
            ("ARGOCD_APP_SOURCE_REPO_URL", text("repoURL")),
            ("ARGOCD_APP_SOURCE_PATH", text("path")),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", text("targetRevision")),
        ])
    }

    /// The name that Argo CD knows it by: with its namespace, where that is not Argo CD's own.
    pub fn instance(&self) -> String {
        match self.namespace {
            NAMESPACE => self.name.to_owned(),
            other => format!("{other}_{}", self.name),
        }
    }
}
