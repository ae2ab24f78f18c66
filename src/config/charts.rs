//! `charts:`: releases of charts that are rendered beside those that other files tell of.
//!
//! In: a list of maps. Out: [`ChartRelease`]s; mistakes at what is no such map.

use crate::source::Span;
use crate::yaml::Node;

use super::parse::ConfigParser;

/// A release of a chart.
#[derive(Debug, Clone)]
pub struct ChartRelease {
    /// Its name, if not that of the chart.
    pub name: Option<String>,
    /// The folder of the chart, or its archive, from the configuration's directory.
    pub chart: String,
    /// Where it stands.
    pub chart_span: Span,
    /// The namespace that it goes to.
    pub namespace: Option<String>,
    /// Values files, from the configuration's directory, each with its place; later ones win.
    pub values: Vec<(String, Span)>,
    /// Single values, as `--set` takes them, over those of files.
    pub set: Vec<SetValue>,
}

/// A single value.
#[derive(Debug, Clone)]
pub struct SetValue {
    /// Where it goes, in the syntax of `--set`.
    pub path: String,
    /// What it is.
    pub text: String,
    /// It is a string, whatever it looks like.
    pub is_string: bool,
    /// Where it stands.
    pub span: Span,
}

/// The keys of an entry.
const KEYS: &[&str] = &["name", "chart", "namespace", "values", "set"];

impl ConfigParser<'_> {
    /// An entry of `charts`.
    pub(super) fn chart(&mut self, node: Node<'_>) -> Option<ChartRelease> {
        if !node.is_mapping() {
            self.mistake(node, format!("this is {}, not a map of {}", node.describe(), KEYS.join(", ")));
            return None;
        }
        let Some(chart) = node.get("chart") else {
            self.mistake(node, "an entry of `charts` needs `chart`, the folder of the chart");
            return None;
        };
        let text = self.string(chart)?;
        let mut release = ChartRelease {
            name: None,
            chart: text,
            chart_span: chart.span(),
            namespace: None,
            values: Vec::new(),
            set: Vec::new(),
        };
        for entry in node.entries().filter(|entry| !entry.value.is_null()) {
            let value = entry.value;
            match entry.name {
                "chart" => {}
                "name" => release.name = self.string(value),
                "namespace" => release.namespace = self.string(value),
                "values" => release.values = self.values_files(value),
                "set" => release.set = self.set_values(value),
                _ => self.unknown(entry, "key", KEYS),
            }
        }
        Some(release)
    }

    /// Values files: one, or a list.
    fn values_files(&mut self, node: Node<'_>) -> Vec<(String, Span)> {
        let items: Vec<_> = if node.is_sequence() { node.items().collect() } else { vec![node] };
        items.into_iter().filter_map(|item| Some((self.string(item)?, item.span()))).collect()
    }

    fn set_values(&mut self, node: Node<'_>) -> Vec<SetValue> {
        if !node.is_mapping() {
            self.mistake(node, format!("this is {}, not a map of paths and values", node.describe()));
        }
        let mut found = Vec::new();
        for entry in node.entries() {
            let value = entry.value;
            if value.is_mapping() || value.is_sequence() {
                self.mistake(value, "a single value is expected here; maps and lists belong in a values file");
                continue;
            }
            found.push(SetValue {
                path: entry.name.to_owned(),
                text: value.as_str().unwrap_or_else(|| value.raw()).to_owned(),
                is_string: value.as_str().is_some(),
                span: value.span(),
            });
        }
        found
    }
}
