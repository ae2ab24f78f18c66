//! What Flux makes of its HelmReleases.
//!
//! In: the repository, a HelmRelease of `helm.toolkit.fluxcd.io`, what lies around it. Out: [`Rendered`]: the objects of its
//! chart where that lies in this repository, each value with its origin; why it cannot be installed, and what could not be
//! had.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use super::source::{is_here, joined};
use super::{common_metadata, post};
use crate::files::name::path_of;
use crate::render::adopt::{self, Adopt};
use crate::render::helm::flux::{Release, render as install};
use crate::render::helm::given::Inline;
use crate::render::helm::is_part;
use crate::render::kustomize::files::Files;
use crate::render::origin::{By, Origin};
use crate::render::repository::{Around, Definition};
use crate::render::value::Value;
use crate::render::world::World;
use crate::render::{Absent, Problem, Rendered};
use crate::source::Span;

/// Whether a HelmRelease says which chart it installs.
pub fn names_chart(object: &Value) -> bool {
    object.get("spec").and_then(chart_of).is_some()
}

fn chart_of(spec: &Value) -> Option<&Value> {
    ["chart", "chartRef"].iter().find_map(|field| spec.get(field).filter(|chart| chart.is_map()))
}

/// A chart as a release, or a HelmChart, names it.
struct Named<'n> {
    /// `chart`, `sourceRef`, `valuesFiles` ...
    spec: &'n Value,
    /// The namespace that the source is looked for in.
    namespace: String,
    /// The place in the release.
    at: Span,
}

/// Where the chart of a release is.
enum Place {
    Folder(String),
    Elsewhere(String),
}

/// Renders a HelmRelease; also whether it looks for values that nothing holds as yet. The `last` time it does without.
pub fn render(world: &World<'_>, around: &Around, definition: &Definition, last: bool) -> (Rendered, bool) {
    let (mut rendered, namespace) = super::begun(definition);
    let none = Value::map(definition.value.origin.clone());
    let spec = definition.value.get("spec").unwrap_or(&none);
    let at = chart_of(spec).unwrap_or(spec).span();
    let named = named(around, spec, &namespace, at);
    let place = named.as_ref().map_or_else(|| Ok(unknown()), |named| place(world, around, named));
    let folder = match place {
        Ok(Place::Folder(folder)) => folder,
        Ok(Place::Elsewhere(message)) => {
            rendered.absent.push(Absent { span: Some(at), message, objects: true, entries: false, fields: false });
            return (rendered, false);
        }
        Err(problem) => {
            rendered.problems.push(problem);
            return (rendered, false);
        }
    };
    let waits = fill(world, around, definition, &Chart { folder, namespace }, &mut rendered);
    if waits && !last {
        rendered.objects.clear();
        return (rendered, true);
    }
    (rendered, false)
}

fn unknown() -> Place {
    Place::Elsewhere("the chart is defined elsewhere; nothing is fetched".to_owned())
}

/// The chart that a release names, itself or by a HelmChart of this repository.
fn named<'n>(around: &'n Around, spec: &'n Value, namespace: &str, at: Span) -> Option<Named<'n>> {
    if let Some(spec) = spec.at(&["chart", "spec"]).filter(|spec| spec.is_map()) {
        return Some(Named { spec, namespace: namespace.to_owned(), at });
    }
    let reference = spec.get("chartRef").filter(|reference| reference.str_at("kind") == Some("HelmChart"))?;
    let namespace = reference.filled("namespace").and_then(Value::as_str).unwrap_or(namespace).to_owned();
    let full = (namespace.clone(), reference.str_at("name")?.to_owned());
    let spec = around.flux_sources.get(&("HelmChart".to_owned(), full))?.get("spec")?;
    Some(Named { spec, namespace, at })
}

/// Where a chart is.
fn place(world: &World<'_>, around: &Around, named: &Named<'_>) -> Result<Place, Problem> {
    let chart = named.spec.filled("chart");
    let text = chart.and_then(Value::as_str).unwrap_or_default();
    let none = Value::map(named.spec.origin.clone());
    let reference = named.spec.get("sourceRef").unwrap_or(&none);
    let kind = reference.str_at("kind").unwrap_or_default();
    let folder = joined(text);
    let is_chart =
        world.holds(&if folder.is_empty() { "Chart.yaml".to_owned() } else { format!("{folder}/Chart.yaml") });
    let here = match kind {
        "GitRepository" => is_here(world, around, reference, &named.namespace),
        // What lies in a bucket may have been put there from here.
        "Bucket" => None,
        _ => Some(false),
    };
    let span = chart.filter(|chart| chart.span().source == named.at.source).map_or(named.at, Value::span);
    match here {
        Some(true) | None if is_chart => Ok(Place::Folder(folder)),
        Some(true) if world.checkout.has_address() => {
            let message = format!("`{text}` is not a chart in this repository");
            Err(Problem::new("render-failed", Some(span), message))
        }
        Some(false) if kind == "HelmRepository" => {
            let from = reference.str_at("name").unwrap_or_default();
            Ok(Place::Elsewhere(format!(
                "the chart `{text}` of the HelmRepository `{from}` is not in this repository; nothing is fetched"
            )))
        }
        _ => Ok(Place::Elsewhere(format!(
            "the chart `{text}` is not in this repository at this revision; nothing is fetched"
        ))),
    }
}

struct Chart {
    folder: String,
    namespace: String,
}

/// Fills a rendering with what the chart makes; whether values are looked for that nothing holds.
fn fill(world: &World<'_>, around: &Around, definition: &Definition, chart: &Chart, rendered: &mut Rendered) -> bool {
    let object = &definition.value;
    let shown = |path: &str| match world.files.name(path) {
        name if name.is_empty() => PathBuf::from("."),
        name => path_of(&name),
    };
    let (top, folder) = (shown(""), shown(&chart.folder));
    let missing = Cell::new(false);
    let near = &*definition.sources.get(object.span().source).name;
    let lookup = |kind: &str, name: &str| {
        let known = around.data_of(kind, &chart.namespace, name, near).last();
        missing.set(missing.get() || known.is_none());
        known.map(|known| Inline { value: known.value.clone(), sources: Arc::new(adopt::copy(&known.sources)) })
    };
    let own = Arc::new(adopt::copy(&definition.sources));
    let release = Release {
        object: Inline { value: object.clone(), sources: own },
        chart: &folder,
        top: &top,
        door: world.files.door(),
        kube_version: world.kube_version.clone(),
        partial: world.partly,
        lookup: &lookup,
    };
    let output = install(&release);
    let mut made = output.rendered;
    let mut adopt = Adopt::new(&made.sources, &mut rendered.sources);
    let absent = output.absent.into_iter();
    let absent = absent.map(|problem| Problem { span: problem.span.map(|span| adopt.span(span)), ..problem });
    rendered.absent.extend(absent.map(Absent::from));
    if let Some(problem) = made.problems.drain(..).next() {
        let span = problem.span.map(|span| adopt.span(span)).or(Some(object.span()));
        // With values that are not here it might render.
        if rendered.absent.is_empty() {
            rendered.problems.push(Problem { span, ..problem });
            rendered.refused_values = made.refused_values.into_iter().map(|value| value.moved(&mut adopt)).collect();
        } else {
            rendered.absent.push(Absent {
                span,
                message: problem.message,
                objects: true,
                entries: false,
                fields: true,
            });
        }
        return missing.get();
    }
    // Also what gave nothing was rendered.
    for source in made.sources.iter().filter(|source| is_part(&source.name)) {
        adopt.span(Span::new(source.id, 0, 0));
    }
    let objects = std::mem::take(&mut made.objects);
    let objects = objects.into_iter().map(|object| adopt.value(object)).collect();
    finish(world, around, object, objects, &chart.namespace, rendered);
    missing.get()
}

/// What Flux does to the objects of a chart before they are applied.
fn finish(
    world: &World<'_>,
    around: &Around,
    object: &Value,
    objects: Vec<Value>,
    namespace: &str,
    rendered: &mut Rendered,
) {
    let none = Value::map(object.origin.clone());
    let spec = object.get("spec").unwrap_or(&none);
    match post::run(world, spec, objects, &mut rendered.sources) {
        Ok(objects) => rendered.objects = objects,
        Err(problem) => return rendered.problems.push(problem),
    }
    let target = spec.filled("targetNamespace");
    let namespace = target.and_then(Value::as_str).unwrap_or(namespace);
    let own = object.at(&["metadata", "namespace"]);
    let origin = Origin::new(target.or(own).unwrap_or(object).span(), By::Transformer);
    for object in &mut rendered.objects {
        around.kinds.place(object, namespace, &origin);
        common_metadata(object, spec);
    }
}
