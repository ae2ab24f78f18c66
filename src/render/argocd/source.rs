//! One source of an Application.
//!
//! In: a source, the repository. Out: the objects that it gives, or why Argo CD refuses it; what is not of this repository,
//! or needs a program, is noted as absent.

use super::{App, chart, directory, kustomize, overrides};
use crate::discover::is_kustomization_file;
use crate::render::value::Value;
use crate::render::world::World;
use crate::render::{Absent, Problem, RefusedValue};
use crate::source::{SourceMap, Span};
use crate::workspace::Presence;

/// The rendering of an Application's sources, one after the other.
pub struct Work<'w> {
    /// The repository.
    pub world: &'w World<'w>,
    /// The Application.
    pub app: &'w App<'w>,
    /// All files read so far, those of the Application first.
    pub sources: SourceMap,
    /// What could not be had.
    pub absent: Vec<Absent>,
    /// It would have more objects than it may.
    pub limited: bool,
    /// The values for which a chart is refused.
    pub refused_values: Vec<RefusedValue>,
}

/// How a source is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Directory,
    Kustomize,
    Helm,
    Plugin,
}

impl<'w> Work<'w> {
    /// Nothing is rendered yet.
    pub fn new(world: &'w World<'w>, app: &'w App<'w>, sources: SourceMap) -> Self {
        Self { world, app, sources, absent: Vec::new(), limited: false, refused_values: Vec::new() }
    }

    /// Renders a source.
    ///
    /// # Errors
    /// Where Argo CD refuses it.
    pub fn source(&mut self, source: &Value) -> Result<Vec<Value>, Problem> {
        let text = |field: &str| source.filled(field).and_then(Value::as_str);
        let (path, chart) = (source.filled("path"), text("chart"));
        if path.is_none() && chart.is_none() {
            return Ok(Vec::new());
        }
        let url = text("repoURL").unwrap_or_default();
        let at = source.filled("repoURL").unwrap_or(source).span();
        if chart.is_some() || url.starts_with("oci://") || !self.world.is_here(url, text("targetRevision")) {
            let what = chart.map_or("the source".to_owned(), |chart| format!("the chart `{chart}`"));
            self.lacks(at, format!("{what} is not in this repository at this revision; nothing is fetched"));
            return Ok(Vec::new());
        }
        let Some(path) = path else { return Ok(Vec::new()) };
        match self.folder(path)? {
            Some(folder) => self.render(source, path.span(), &folder),
            None => Ok(Vec::new()),
        }
    }

    /// Notes what could not be had.
    pub fn lacks(&mut self, span: Span, message: String) {
        self.absent.push(Absent { span: Some(span), message, objects: true, entries: false, fields: false });
    }

    /// The folder that `path` names. Nothing where it leads elsewhere, through a submodule or a link.
    fn folder(&mut self, path: &Value) -> Result<Option<String>, Problem> {
        let (text, span) = (path.as_str().unwrap_or_default(), path.span());
        let why = match (text.starts_with('/'), self.world.presence(text)) {
            (true, _) => "must be relative to the repository",
            (_, Presence::Directory) => return Ok(Some(self.world.checkout.cleaned(text))),
            (_, Presence::File) => "is a file, not a folder",
            (_, Presence::Unknown) => {
                self.lacks(span, format!("`{text}` goes through a submodule or a link"));
                return Ok(None);
            }
            (_, Presence::Nothing) if !self.world.checkout.has_address() => {
                self.lacks(
                    span,
                    format!("`{text}` does not exist here, and the repository has no remote to compare with"),
                );
                return Ok(None);
            }
            (_, Presence::Nothing) => "is not in this repository",
        };
        Err(failed(span, format!("`{text}` {why}")))
    }

    fn render(&mut self, source: &Value, at: Span, folder: &str) -> Result<Vec<Value>, Problem> {
        let instance = self.app.instance();
        let source = overrides::apply(self.world, source, folder, &instance, &mut self.sources)?;
        let environment = self.app.environment(&source, self.world);
        let type_of = match explicit(&source)? {
            Some(type_of) => type_of,
            None => self.detected(folder),
        };
        match type_of {
            Type::Directory => directory::render(self, &source, at, folder),
            Type::Kustomize => kustomize::render(self, &source, at, folder, &environment),
            Type::Helm if !self.world.files_in(folder, false).iter().any(|file| is_chart(file)) => {
                Err(failed(at, format!("`{folder}` has no Chart.yaml")))
            }
            Type::Helm => chart::render(self, &source, at, folder, &environment),
            Type::Plugin => {
                self.lacks(source.get("plugin").map_or(at, Value::span), "plugins are not run".to_owned());
                Ok(Vec::new())
            }
        }
    }

    /// What Argo CD takes a folder for: by the last of its own files, in the order of a walk, that says something.
    fn detected(&self, folder: &str) -> Type {
        let files = self.world.files_in(folder, false).into_iter();
        let says = |file: &str| match file {
            file if is_kustomization_file(file) => Some(Type::Kustomize),
            file if file.ends_with("Chart.yaml") => Some(Type::Helm),
            _ => None,
        };
        files.filter_map(says).next_back().unwrap_or(Type::Directory)
    }
}

fn is_chart(file: &str) -> bool {
    file.rsplit('/').next() == Some("Chart.yaml")
}

/// The type that a source names outright.
fn explicit(source: &Value) -> Result<Option<Type>, Problem> {
    let blocks = [
        ("kustomize", Type::Kustomize),
        ("helm", Type::Helm),
        ("directory", Type::Directory),
        ("plugin", Type::Plugin),
    ];
    let named: Vec<_> =
        blocks.iter().filter(|(block, _)| source.get(block).is_some_and(|value| !value.is_null())).collect();
    match named[..] {
        [] => Ok(None),
        [&(_, type_of)] => Ok(Some(type_of)),
        _ => {
            // The block that stands last is the one too many.
            let blocks = named.iter().filter_map(|(block, _)| source.entry(block));
            let last = blocks.max_by_key(|entry| entry.at.start).map_or(source.span(), |entry| entry.at);
            let names: Vec<_> = named.iter().map(|(block, _)| format!("`{block}`")).collect();
            Err(failed(last, format!("a source has one of {} alone", names.join(" and "))))
        }
    }
}

/// No manifests for a reason that stands at a place.
pub fn failed(span: Span, message: impl Into<String>) -> Problem {
    Problem::new("render-failed", Some(span), message)
}
