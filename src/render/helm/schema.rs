//! `values.schema.json`.
//!
//! In: a chart's schema and the values of it and its subcharts. Out: what does not meet it. Schemas elsewhere on the net
//! are not fetched; a chart whose schema needs them is refused, as by Helm without a network, or noted where what can be had
//! is wanted.

use jsonschema::error::ValidationErrorKind;

use crate::schema::json_schema;

use super::chart::Chart;
use super::functions::json::{Style, to_json};
use super::template::{Machine, Map, Value};

/// Holds values against the schemas of a chart and its subcharts.
///
/// # Errors
/// What they refuse, chart by chart.
pub fn validate(machine: &mut Machine, chart: &Chart, values: &Map) -> Result<(), Unmet> {
    let mut unmet = Unmet { message: String::new(), only_asks: true };
    check(machine, chart, values, &mut unmet);
    if unmet.message.is_empty() {
        return Ok(());
    }
    let intro = "values don't meet the specifications of the schema(s) in the following chart(s):";
    Err(Unmet { message: format!("{intro}\n{}", unmet.message), ..unmet })
}

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
pub struct Unmet {
    /// In Helm's words.
    pub message: String,
    /// There is no wrong value: all that the schemas ask for is values that are not there.
    pub only_asks: bool,
}

fn check(machine: &mut Machine, chart: &Chart, values: &Map, unmet: &mut Unmet) {
    let mut tell = |told: &str, only_asks: bool| {
        unmet.message.push_str(told);
        unmet.only_asks &= only_asks;
    };
    if let Some(schema) = &chart.schema {
        match against(machine, &schema.bytes, values) {
            Ok((lines, _)) if lines.is_empty() => {}
            Ok((lines, only_asks)) => tell(&format!("{}:\n{}\n", chart.name(), lines.join("\n")), only_asks),
            Err(message) => tell(&format!("{}:\n{message}\n", chart.name()), false),
        }
    }
    for sub in &chart.dependencies {
        let Some(value) = values.get(sub.name()).filter(|value| !value.is_nil()) else { continue };
        match value.as_map() {
            Some(map) => check(machine, sub, map, unmet),
            None => {
                let got = value.type_name();
                unmet
                    .message
                    .push_str(&format!("{}:\ninvalid type for values: expected object (map), got {got}\n", sub.name()));
                unmet.only_asks = false;
            }
        }
    }
}

/// What a schema refuses, a line each; and whether that is nothing but values that are not there.
fn against(machine: &mut Machine, schema: &[u8], values: &Map) -> Result<(Vec<String>, bool), String> {
    let schema: serde_json::Value = serde_json::from_slice(schema).map_err(|error| error.to_string())?;
    let style = Style { escape_html: false, pretty: false };
    let text = to_json(machine, &Value::from(super::template::Data::Map(values.clone())), style)?;
    let instance: serde_json::Value = serde_json::from_slice(text.bytes()).map_err(|error| error.to_string())?;
    let validator = json_schema::compile(schema)?;
    let (mut lines, mut only_asks) = (Vec::new(), true);
    for error in validator.iter_errors(&instance).take(20) {
        // An empty text stands where a release puts its own.
        let empty = error.instance().as_str() == Some("");
        only_asks &= empty || matches!(error.kind(), ValidationErrorKind::Required { .. });
        lines.push(format!("- at '{}': {error}", error.instance_path()));
    }
    Ok((lines, only_asks))
}
