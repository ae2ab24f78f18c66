//! Running the templates of a chart and its subcharts.
//!
//! In: a chart, the values of its templates. Out: the text of each template file by its path, in the order of paths; or the
//! first failure.

use std::rc::Rc;

use super::asks;
use super::chart::Chart;
use super::functions::specific::without_no_value;
use super::template::machine::{line_of, span_of};
use super::template::node::Unit;
use super::template::{
    Data, Entries, Failure, Limits, Machine, Map, MapKind, Mark, Marks, Set, Slot, Text, Value, parse,
};
use crate::source::{SourceMap, Span};

/// One template file and what its dot is.
struct Renderable {
    path: String,
    text: Rc<str>,
    source: Option<crate::source::SourceId>,
    dot: Map,
    base: String,
}

/// Why rendering stopped, and where.
#[derive(Debug)]
pub struct Stopped {
    /// In Helm's words.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What `fail` or `required` asked for, or what was read of a value that is not there.
    pub asked: Option<String>,
}

/// What all templates see beside values: the release and the cluster.
pub struct Surroundings {
    /// `.Release`
    pub release: Value,
    /// `.Capabilities`
    pub capabilities: Value,
}

/// Runs all templates; the machine's marks tell where their bytes come from.
///
/// # Errors
/// The first failure.
pub fn run(
    chart: &Chart,
    values: &Map,
    around: &Surroundings,
    sources: &SourceMap,
    marks: Marks,
) -> Result<(Vec<(String, Text)>, Marks), Stopped> {
    let mut all = Vec::new();
    let mut collector = Collector { around, sources, marks, all: &mut all };
    collector.chart(chart, chart.name(), values, true);
    let marks = collector.marks;
    // Helm parses deeper files first, so that the templates of outer charts win.
    all.sort_by(|a, b| {
        let depth = |path: &str| path.matches('/').count();
        depth(&b.path).cmp(&depth(&a.path)).then_with(|| b.path.cmp(&a.path))
    });
    let library = super::functions::library();
    let mut set = Set::default();
    for file in &all {
        let unit = Rc::new(Unit {
            name: Rc::from(file.path.as_str()),
            text: file.text.clone(),
            source: file.source,
            given: None,
        });
        let templates = parse::parse(&unit, &|name| (library.function)(name).is_some()).map_err(|error| {
            let (line, message) = line_of(&unit, &error);
            Stopped {
                message: format!("parse error at ({}:{line}): {message}", file.path),
                span: span_of(&unit, &error),
                asked: None,
            }
        })?;
        set.add(templates);
    }
    let mut machine = Machine::new(set, marks, library, Limits::default());
    let mut rendered = Vec::new();
    for file in &all {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        if name.starts_with('_') {
            continue;
        }
        let template = Map::new(Entries::new());
        template.set("Name", Value::string(&file.path));
        template.set("BasePath", Value::string(&file.base));
        file.dot.set("Template", Data::Map(template.as_kind(MapKind::Values)).into());
        let dot = Data::Map(file.dot.as_kind(MapKind::Values)).into();
        let text = machine.execute(&file.path, &dot).map_err(|failure| stopped(*failure, sources))?;
        rendered.push((file.path.clone(), without_no_value(&text)));
    }
    rendered.sort_by(|a, b| a.0.cmp(&b.0));
    Ok((rendered, machine.marks))
}

fn stopped(failure: Failure, sources: &SourceMap) -> Stopped {
    let asked = failure.asked.clone().or_else(|| asks::unset(&failure, sources));
    Stopped { message: failure.message, span: failure.span, asked }
}

struct Collector<'c> {
    around: &'c Surroundings,
    sources: &'c SourceMap,
    marks: Marks,
    all: &'c mut Vec<Renderable>,
}

impl Collector<'_> {
    /// Adds the templates of a chart and its subcharts; gives the chart's dot.
    fn chart(&mut self, chart: &Chart, path: &str, values: &Map, is_root: bool) -> Map {
        let subcharts = Map::new(Entries::new());
        let dot = Map::new(Entries::new());
        dot.set("Chart", chart.metadata.value(is_root));
        dot.set("Files", self.files(chart));
        dot.set("Release", self.around.release.clone());
        dot.set("Capabilities", self.around.capabilities.clone());
        dot.set("Values", Data::Map(values.as_kind(MapKind::Values)).into());
        dot.set("Subcharts", Data::Map(subcharts.clone()).into());
        for sub in &chart.dependencies {
            let inner = match values.get(sub.name()).map(|value| value.data) {
                Some(Data::Map(map)) => map,
                _ => Map::new(Entries::new()),
            };
            let path = format!("{path}/charts/{}", sub.name());
            let dot = self.chart(sub, &path, &inner, false);
            subcharts.set(sub.name(), Data::Map(dot).into());
        }
        for file in &chart.templates {
            let name = file.name.rsplit('/').next().unwrap_or(&file.name);
            if chart.is_library() && !name.starts_with('_') {
                continue;
            }
            let text = match file.source {
                Some(source) => Rc::from(&*self.sources.get(source).text),
                None => Rc::from(String::from_utf8_lossy(&file.bytes)),
            };
            let full = format!("{path}/{}", file.name);
            self.all.retain(|known| known.path != full);
            self.all.push(Renderable {
                path: full,
                text,
                source: file.source,
                dot: dot.clone(),
                base: format!("{path}/templates"),
            });
        }
        dot
    }

    /// `.Files`
    fn files(&mut self, chart: &Chart) -> Value {
        let mut entries = Entries::new();
        for file in &chart.files {
            let mark = match file.source {
                Some(source) => self.marks.data(Span::new(source, 0, file.bytes.len())),
                None => Mark::NONE,
            };
            let value = Data::Bytes(Text::new(&file.bytes, mark)).into();
            entries.insert(Rc::from(file.name.as_str()), Slot { key: mark, value });
        }
        Data::Map(Map { kind: MapKind::Files, ..Map::new(entries) }).into()
    }
}
