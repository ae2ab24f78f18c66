//! `values.schema.json`.
//!
//! In: a chart's schema and the values of it and its subcharts. Out: what does not meet it, each value with its place in a
//! values file and the line of the schema that refuses it. Schemas elsewhere on the net are not fetched; a chart whose schema
//! needs them is refused, as by Helm without a network, or noted where what can be had is wanted.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;

use super::chart::{Chart, File};
use super::functions::json::{Style, to_json};
use super::options::Options;
use super::template::{Data, Machine, Map, Value};
use crate::render::RefusedValue;
use crate::schema::json_schema;
use crate::source::{SourceMap, Span};
use crate::yaml::{Limits, Node, Tree, read_part};

mod place;

use place::Place;

/// Most values that are told of one schema.
const MOST: usize = 20;
/// Deepest schemas to choose from inside such schemas.
const MOST_DEEP: usize = 3;

/// The chart among a chart and its subcharts whose schema refers to one at an address, which is not fetched; and the address.
pub fn elsewhere(chart: &Chart) -> Option<(String, String)> {
    let own = chart.schema.as_ref().and_then(|schema| address(&serde_json::from_slice(&schema.bytes).ok()?));
    let own = own.map(|address| (chart.name().to_owned(), address));
    own.or_else(|| chart.dependencies.iter().find_map(elsewhere))
}

/// The first address that a schema refers to, but for the dialect that it is written in.
fn address(schema: &serde_json::Value) -> Option<String> {
    match schema {
        serde_json::Value::Array(items) => items.iter().find_map(address),
        serde_json::Value::Object(keywords) => {
            let reference = keywords.get("$ref").and_then(serde_json::Value::as_str);
            let dialect = |address: &str| address.contains("://json-schema.org/");
            let here = reference.filter(|address| address.starts_with("http") && !dialect(address));
            here.map(str::to_owned).or_else(|| keywords.values().find_map(address))
        }
        _ => None,
    }
}

/// What schemas refuse.
#[derive(Debug, Default)]
pub struct Unmet {
    /// In Helm's words.
    pub message: String,
    /// There is no wrong value: all that the schemas ask for is values that are not there.
    pub only_asks: bool,
    /// The values, in the order of the message.
    pub values: Vec<RefusedValue>,
}

/// What values are held against schemas with.
pub struct Schemas<'s> {
    /// Reads values, and knows their places.
    pub machine: &'s mut Machine,
    /// The sources of the schemas.
    pub sources: &'s SourceMap,
    /// What gave the values: a value without a place comes from a flag.
    pub options: &'s Options,
}

impl Schemas<'_> {
    /// Holds values against the schemas of a chart and its subcharts.
    ///
    /// # Errors
    /// What they refuse, chart by chart.
    pub fn validate(&mut self, chart: &Chart, values: &Map) -> Result<(), Unmet> {
        let mut unmet = Unmet { only_asks: true, ..Unmet::default() };
        self.check(chart, values, &mut Vec::new(), &mut unmet);
        if unmet.message.is_empty() {
            return Ok(());
        }
        let intro = "values don't meet the specifications of the schema(s) in the following chart(s):";
        unmet.message = format!("{intro}\n{}", unmet.message);
        Err(unmet)
    }

    /// `path` leads from the values of the outermost chart to those of this one.
    fn check(&mut self, chart: &Chart, values: &Map, path: &mut Vec<String>, unmet: &mut Unmet) {
        if let Some(schema) = &chart.schema {
            let before = unmet.values.len();
            match self.against(chart, schema, values, path, unmet) {
                Ok(lines) if lines.is_empty() => {}
                Ok(lines) => unmet.message.push_str(&format!("{}:\n{}\n", chart.name(), lines.join("\n"))),
                Err(message) => {
                    unmet.message.push_str(&format!("{}:\n{message}\n", chart.name()));
                    unmet.only_asks = false;
                    unmet.values.truncate(before);
                }
            }
        }
        for sub in &chart.dependencies {
            let Some(value) = values.get(sub.name()).filter(|value| !value.is_nil()) else { continue };
            match value.as_map() {
                Some(map) => {
                    path.push(sub.name().to_owned());
                    self.check(sub, map, path, unmet);
                    path.pop();
                }
                None => {
                    let got = value.type_name();
                    let line = format!("{}:\ninvalid type for values: expected object (map), got {got}\n", sub.name());
                    unmet.message.push_str(&line);
                    unmet.only_asks = false;
                }
            }
        }
    }

    /// What a schema refuses, a line each.
    fn against(
        &mut self,
        chart: &Chart,
        schema: &File,
        values: &Map,
        path: &[String],
        unmet: &mut Unmet,
    ) -> Result<Vec<String>, String> {
        let parsed: serde_json::Value = serde_json::from_slice(&schema.bytes).map_err(|error| error.to_string())?;
        let style = Style { escape_html: false, pretty: false };
        let text = to_json(self.machine, &Value::from(Data::Map(values.clone())), style)?;
        let instance: serde_json::Value = serde_json::from_slice(text.bytes()).map_err(|error| error.to_string())?;
        let validator = json_schema::compile(parsed)?;
        let errors: Vec<_> = validator.iter_errors(&instance).take(MOST).collect();
        if errors.is_empty() {
            return Ok(Vec::new());
        }
        let written = Written::new(schema, self.sources);
        let mut lines = Vec::new();
        for error in &errors {
            // An empty text stands where a release puts its own.
            let empty = error.instance().as_str() == Some("");
            unmet.only_asks &= empty || matches!(error.kind(), Kind::Required { .. });
            let refused = self.refused(chart, error, values, path, &written);
            let from = refused.iter().find_map(|value| value.flag.clone());
            let from = from.map_or_else(String::new, |flag| format!(" (given by {flag})"));
            lines.push(format!("- at '{}': {error}{from}", error.instance_path()));
            branches(error, 1, &mut lines);
            unmet.values.extend(refused);
        }
        Ok(lines)
    }

    /// The values that an error is about, with their places.
    fn refused(
        &mut self,
        chart: &Chart,
        error: &ValidationError<'_>,
        values: &Map,
        above: &[String],
        written: &Written,
    ) -> Vec<RefusedValue> {
        let steps = steps(error.instance_path().as_str());
        let marks = &mut self.machine.marks;
        let shown = |more: Option<&str>| {
            let all = above.iter().chain(&steps).map(String::as_str).chain(more);
            all.fold(String::new(), |path, step| match step.parse::<usize>() {
                Ok(index) if !path.is_empty() => format!("{path}[{index}]"),
                _ if path.is_empty() => step.to_owned(),
                _ => format!("{path}.{step}"),
            })
        };
        let schema = written.place(error.schema_path().as_str());
        let start = chart.values.as_ref().and_then(|own| place::first(own, marks));
        let refused = |place: Place, path: String, says: String| {
            let flag = (place == Place::Flag).then(|| self.options.flag_of(&path).to_owned());
            let from = flag.as_ref().map_or_else(String::new, |flag| format!(", given by {flag},"));
            let span = match place {
                Place::At(span) => Some(span),
                Place::Flag => None,
                Place::Nowhere => start,
            };
            let path = if path.is_empty() { "the values".to_owned() } else { format!("`{path}`") };
            RefusedValue { span, schema, message: format!("{path}{from} {says}"), flag }
        };
        match error.kind() {
            Kind::Required { property } => {
                let place = place::of(values, &steps, marks).key();
                let path = shown(property.as_str());
                vec![refused(place, path, "is required by the schema of the chart".to_owned())]
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let one = |name: &String| {
                    let steps: Vec<String> = steps.iter().chain([name]).cloned().collect();
                    let place = place::of(values, &steps, marks).key();
                    refused(place, shown(Some(name)), "is not a value that the schema of the chart has".to_owned())
                };
                unexpected.iter().map(one).collect()
            }
            _ => {
                let says = error.masked_with("\u{0}").to_string();
                let says = says.strip_prefix("\u{0} ").map_or_else(
                    || format!("does not meet the schema of the chart: {}", says.replace('\u{0}', "it")),
                    |rest| rest.replace('\u{0}', "it"),
                );
                vec![refused(place::of(values, &steps, marks).value(), shown(None), says)]
            }
        }
    }
}

/// Says why none of the schemas is met that `anyOf` and `oneOf` give to choose from.
fn branches(error: &ValidationError<'_>, depth: usize, lines: &mut Vec<String>) {
    let context = match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } if depth <= MOST_DEEP => context,
        _ => return,
    };
    for inner in context.iter().flatten().take(MOST) {
        lines.push(format!("{}- at '{}': {inner}", "  ".repeat(depth), inner.instance_path()));
        branches(inner, depth + 1, lines);
    }
}

/// The keys and indices of a JSON pointer.
fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// A schema as its author wrote it.
struct Written(Option<Tree>);

impl Written {
    fn new(schema: &File, sources: &SourceMap) -> Self {
        let source = schema.source.map(|source| sources.get(source));
        // JSON is YAML.
        Self(
            source.and_then(|source| {
                read_part(source, Span::new(source.id, 0, source.text.len()), &Limits::default()).ok()
            }),
        )
    }

    /// The keyword that a pointer leads to; else the last on the way that is there.
    fn place(&self, pointer: &str) -> Option<Span> {
        let mut node: Node<'_> = self.0.as_ref()?.root();
        let mut last = None;
        for step in steps(pointer) {
            if let Some(entry) = node.get_entry(&step) {
                (last, node) = (Some(entry.key.span()), entry.value);
                continue;
            }
            let Some(item) = step.parse().ok().and_then(|index| node.item(index)) else { break };
            node = item;
        }
        last
    }
}
