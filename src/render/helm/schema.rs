//! `values.schema.json`.
//!
//! In: a chart's schema and the values of it and its subcharts. Out: what does not meet it. Schemas elsewhere on the net
//! are not fetched; a chart whose schema needs them is refused, as by Helm without a network.

use crate::schema::json_schema;

use super::chart::Chart;
use super::functions::json::{Style, to_json};
use super::template::{Machine, Map, Value};

/// Holds values against the schemas of a chart and its subcharts.
///
/// # Errors
/// What they refuse, chart by chart.
pub fn validate(machine: &mut Machine, chart: &Chart, values: &Map) -> Result<(), String> {
    let mut told = String::new();
    check(machine, chart, values, &mut told);
    if told.is_empty() {
        return Ok(());
    }
    Err(format!("values don't meet the specifications of the schema(s) in the following chart(s):\n{told}"))
}

fn check(machine: &mut Machine, chart: &Chart, values: &Map, told: &mut String) {
    if let Some(schema) = &chart.schema
        && let Err(message) = against(machine, &schema.bytes, values)
    {
        told.push_str(&format!("{}:\n{message}\n", chart.name()));
    }
    for sub in &chart.dependencies {
        let Some(value) = values.get(sub.name()).filter(|value| !value.is_nil()) else { continue };
        match value.as_map() {
            Some(map) => check(machine, sub, map, told),
            None => told.push_str(&format!(
                "{}:\ninvalid type for values: expected object (map), got {}\n",
                sub.name(),
                value.type_name()
            )),
        }
    }
}

fn against(machine: &mut Machine, schema: &[u8], values: &Map) -> Result<(), String> {
    let schema: serde_json::Value = serde_json::from_slice(schema).map_err(|error| error.to_string())?;
    let style = Style { escape_html: false, pretty: false };
    let text = to_json(machine, &Value::from(super::template::Data::Map(values.clone())), style)?;
    let instance: serde_json::Value = serde_json::from_slice(text.bytes()).map_err(|error| error.to_string())?;
    let validator = json_schema::compile(schema)?;
    let lines: Vec<String> = validator
        .iter_errors(&instance)
        .map(|error| format!("- at '{}': {error}", error.instance_path()))
        .take(20)
        .collect();
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n")) }
}
