//! Releases that the configuration names.
//!
//! In: an entry of `charts:`. Out: its root, with what Helm would make of the chart with these values; where it is refused,
//! the problem at the entry.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{ChartRelease, Config};
use crate::files::Files;
use crate::files::name::{full, path_of};
use crate::go::path::clean;
use crate::render::adopt::Adopt;
use crate::render::helm::given::Inline;
use crate::render::helm::options::Flag;
use crate::render::helm::{Options, Values, is_chart, render_at};
use crate::render::origin::{By, Origin};
use crate::render::value::Value;
use crate::render::world::Kinds;
use crate::render::{Absent, Problem, Rendered};
use crate::source::{Source, SourceId, SourceMap, Span};

use super::charts::usual;
use super::root::{Root, Sort};

/// Renders a release.
pub(super) fn render(release: &ChartRelease, config: &Config, version: &str, door: &dyn Files) -> (Root, Rendered) {
    let chart = from_directory(config, &release.chart);
    let path = PathBuf::from(if chart.is_empty() { "." } else { &chart });
    let own = own(config);
    let file = own.iter().next().map(|source| source.name.clone()).unwrap_or_default();
    let options = options(release, config, usual(&path, version, door), &own);
    let name = format!("{} ({})", if chart.is_empty() { "." } else { &chart }, options.release_name);
    let folder = chart.clone();
    let root = Root {
        sort: Sort::Configured,
        name,
        file,
        folder: chart.clone(),
        directories: vec![folder],
        own: 1,
        wanted: true,
        asked: true,
        asks: false,
        is_part: false,
        given: None,
        versions: None,
        remarks: Vec::new(),
    };
    let mut rendered = Rendered::nothing(root.name.clone(), "helm", own);
    if let Some(problem) = missing(release, config, &path, door) {
        rendered.problems.push(problem);
    } else {
        fill(&mut rendered, release, &path, &options, door);
    }
    (root, rendered)
}

/// The configuration's text, as the source that defines the release.
fn own(config: &Config) -> SourceMap {
    let mut own = SourceMap::default();
    if let Some(source) = &config.source {
        own.push(Source::from_text(SourceId(0), source.name.clone(), source.text.clone()));
    }
    own
}

/// The name of what lies at a path from the configuration's directory; empty for the working directory.
fn from_directory(config: &Config, path: &str) -> String {
    let joined = clean(&full(&config.directory.join(path_of(path))));
    if joined == "." { String::new() } else { joined }
}

/// What the entry names and is not there.
fn missing(release: &ChartRelease, config: &Config, path: &Path, door: &dyn Files) -> Option<Problem> {
    let problem = |span: Span, message: String| {
        Some(Problem::new("render-failed", Some(Span { source: SourceId(0), ..span }), message))
    };
    if !is_chart(path, door) {
        return problem(release.chart_span, format!("there is no chart at `{}`", release.chart));
    }
    let is_there = |file: &str| door.is_file(&path_of(&from_directory(config, file)));
    let (file, span) = release.values.iter().find(|(file, _)| !is_there(file))?;
    problem(*span, format!("there is no values file at `{file}`"))
}

fn options(release: &ChartRelease, config: &Config, usual: Options, own: &SourceMap) -> Options {
    let sources = Arc::new(crate::render::adopt::copy(own));
    let mut options = usual;
    options.release_name = release.name.clone().unwrap_or(options.release_name);
    options.namespace = release.namespace.clone().unwrap_or(options.namespace);
    options.values = release.values.iter().map(|(file, _)| Values::File(from_directory(config, file))).collect();
    for value in &release.set {
        let origin = Origin::new(Span { source: SourceId(0), ..value.span }, By::Values);
        let from = Inline { value: Value::string(value.text.as_str(), origin), sources: sources.clone() };
        // A comma would begin another value.
        let flag = Flag { text: format!("{}={}", value.path, value.text.replace(',', "\\,")), from: Some(from) };
        let flags = if value.is_string { &mut options.set_string } else { &mut options.set };
        flags.push(flag);
    }
    options
}

fn fill(rendered: &mut Rendered, release: &ChartRelease, path: &Path, options: &Options, door: &dyn Files) {
    let output = render_at(path, options, door);
    let made = output.rendered;
    let mut adopt = Adopt::new(&made.sources, &mut rendered.sources);
    for source in made.sources.iter() {
        adopt.span(Span::new(source.id, 0, 0));
    }
    let mut moved = |problem: Problem| Problem { span: problem.span.map(|span| adopt.span(span)), ..problem };
    rendered.absent = output.absent.into_iter().map(&mut moved).map(Absent::from).collect();
    let place = Span { source: SourceId(0), ..release.chart_span };
    let problems = made.problems.into_iter().map(moved);
    rendered.problems = problems.map(|problem| Problem { span: problem.span.or(Some(place)), ..problem }).collect();
    rendered.refused_values = made.refused_values.into_iter().map(|value| value.moved(&mut adopt)).collect();
    rendered.objects = made.objects.into_iter().map(|object| adopt.value(object)).collect();
    let Some(namespace) = &release.namespace else { return };
    let (kinds, origin) = (Kinds::default(), Origin::new(place, By::Values));
    rendered.objects.iter_mut().for_each(|object| kinds.place(object, namespace, &origin));
}
