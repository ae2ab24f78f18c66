//! A chart, with what the Application says under `helm`.
//!
//! In: the chart's folder, the source. Out: the objects of `helm template` with the flags that Argo CD gives.

use std::path::PathBuf;
use std::sync::Arc;

use super::source::{Work, failed};
use crate::files::name::{full, path_of};
use crate::gitops::argocd::environment::Environment;
use crate::render::adopt::{self, Adopt};
use crate::render::helm::argocd::{self, Source};
use crate::render::helm::given::Inline;
use crate::render::helm::is_part;
use crate::render::helm::value_files::{Around, Found};
use crate::render::kustomize::files::Files;
use crate::render::value::Value;
use crate::render::{Absent, Problem};
use crate::source::Span;

/// Renders a chart.
pub fn render(
    work: &mut Work<'_>,
    source: &Value,
    at: Span,
    folder: &str,
    environment: &Environment,
) -> Result<Vec<Value>, Problem> {
    let (world, app) = (work.world, work.app);
    let own = Arc::new(adopt::copy(&work.sources));
    let helm = source.get("helm").filter(|helm| helm.is_map());
    let shown = |path: &str| match world.files.name(path) {
        name if name.is_empty() => PathBuf::from("."),
        name => path_of(&name),
    };
    let (top, chart) = (shown(""), shown(folder));
    let refs = app.sources().into_iter().filter_map(|other| {
        let text = |field: &str| other.filled(field).and_then(Value::as_str);
        let here = world.is_here(text("repoURL").unwrap_or_default(), text("targetRevision"));
        Some((text("ref")?.to_owned(), here.then(|| top.clone())))
    });
    let refs: Vec<(String, Option<PathBuf>)> = refs.collect();
    let expand = |text: &str| environment.expand(text);
    let door = world.files.door();
    let around = Around { door, chart: &chart, top: &top, refs: &refs, environment: &expand };
    if let Some(problem) = helm.and_then(|helm| missing(helm, &around)) {
        return Err(problem);
    }
    let namespace = app.destination().namespace;
    let release = Source {
        helm: helm.map(|helm| Inline { value: helm.clone(), sources: own.clone() }),
        application: app.name,
        namespace,
        around,
        kube_version: world.kube_version.clone(),
        partial: world.partly,
    };
    let output = argocd::render(&release);
    let mut rendered = output.rendered;
    let mut adopt = Adopt::new(&rendered.sources, &mut work.sources);
    let absent = output.absent.into_iter();
    let absent = absent.map(|problem| Problem { span: problem.span.map(|span| adopt.span(span)), ..problem });
    work.absent.extend(absent.map(Absent::from));
    if let Some(problem) = rendered.problems.drain(..).next() {
        let mut adopt = Adopt::new(&rendered.sources, &mut work.sources);
        let span = problem.span.map(|span| adopt.span(span));
        work.refused_values.extend(rendered.refused_values.into_iter().map(|value| value.moved(&mut adopt)));
        return Err(failed(span.unwrap_or(at), problem.message));
    }
    let mut adopt = Adopt::new(&rendered.sources, &mut work.sources);
    // Also what gave nothing was rendered.
    for source in rendered.sources.iter().filter(|source| is_part(&source.name)) {
        adopt.span(Span::new(source.id, 0, 0));
    }
    let objects = std::mem::take(&mut rendered.objects);
    super::directory::unfold(objects.into_iter().map(|object| adopt.value(object)).collect())
}

/// The first values file that is not there, where that is not passed over.
fn missing(helm: &Value, around: &Around<'_>) -> Option<Problem> {
    let entries = helm.items_at("valueFiles").iter().filter(|_| !helm.is_set("ignoreMissingValueFiles"));
    let absent = |entry: &&Value| match around.resolve(entry.as_str().unwrap_or_default()) {
        Ok(Found::Path(path)) => !full(&path).contains(['*', '?', '[', '{']) && !around.door.exists(&path),
        _ => false,
    };
    let entry = entries.into_iter().find(absent)?;
    let name = entry.as_str().unwrap_or_default();
    Some(failed(entry.span(), format!("the values file `{name}` is not in this repository")))
}
