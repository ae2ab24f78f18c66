//! Which subcharts count, under which name, and what they hand up.
//!
//! In: a chart and the values given to it. Out: the chart without the subcharts that conditions or tags turn off, aliases
//! applied, imported values in its own.

use super::chart::Chart;
use super::chart::metadata::{Dependency, Import};
use super::functions::semver::is_in_range;
use super::template::{Data, Entries, Map, Value};
use super::values::coalesce::{self, Warnings, tables};
use super::values::copy;

/// Names of dependencies that the chart declares and does not have.
pub fn missing(chart: &Chart) -> Vec<&Dependency> {
    let has = |name: &str| chart.dependencies.iter().any(|sub| sub.name() == name);
    chart.metadata.dependencies.iter().filter(|dependency| !has(&dependency.name)).collect()
}

/// The dependencies that a chart does not have. Where it has fewer charts of a name than dependencies on one, those lack that lie
/// in a folder elsewhere.
pub fn lacking(chart: &Chart) -> Vec<&Dependency> {
    let declared = &chart.metadata.dependencies;
    let is_there = |dependency: &Dependency| {
        let named = chart.dependencies.iter().filter(|sub| sub.name() == dependency.name).count();
        let wanted = declared.iter().filter(|other| other.name == dependency.name).count();
        let elsewhere = dependency.repository.strip_prefix("file://").is_some_and(|path| !path.starts_with("charts/"));
        named > 0 && (named >= wanted || !elsewhere)
    };
    declared.iter().filter(|dependency| !is_there(dependency)).collect()
}

/// The dependencies that a chart, or a chart in it, declares and does not have, each name once; not those on a chart that
/// it lies in.
pub fn all_missing(chart: &Chart) -> Vec<&Dependency> {
    let mut all = Vec::new();
    add_missing(chart, &mut Vec::new(), &mut all);
    all
}

fn add_missing<'c>(chart: &'c Chart, above: &mut Vec<&'c Chart>, all: &mut Vec<&'c Dependency>) {
    above.push(chart);
    for dependency in lacking(chart) {
        let known = all.iter().any(|other| other.name == dependency.name && other.alias == dependency.alias);
        // Two projects may call a chart `common`, and one of these depend on the other.
        let is_meant = |chart: &&Chart| {
            chart.name() == dependency.name && is_in_range(&dependency.version, &chart.metadata.version)
        };
        if !known && !above.iter().any(is_meant) {
            all.push(dependency);
        }
    }
    for sub in &chart.dependencies {
        add_missing(sub, above, all);
    }
    above.pop();
}

/// Helm's `ProcessDependencies`.
///
/// # Errors
/// Where values for a subchart are no map.
pub fn process(chart: &mut Chart, given: &Map, warnings: &mut Warnings) -> Result<(), String> {
    enable(chart, given, "", warnings)?;
    imports(chart, warnings)
}

fn enable(chart: &mut Chart, given: &Map, path: &str, warnings: &mut Warnings) -> Result<(), String> {
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let wanted = |dependency: &Dependency, sub: &Chart| {
        sub.name() == dependency.name && is_in_range(&dependency.version, &sub.metadata.version)
    };
    let declared = &chart.metadata.dependencies;
    let mut kept: Vec<Chart> = chart
        .dependencies
        .iter()
        .filter(|sub| !declared.iter().any(|dependency| wanted(dependency, sub)))
        .cloned()
        .collect();
    for dependency in declared {
        if let Some(sub) = chart.dependencies.iter().find(|sub| wanted(dependency, sub)) {
            let mut sub = sub.clone();
            if !dependency.alias.is_empty() {
                sub.metadata.name.clone_from(&dependency.alias);
            }
            kept.push(sub);
        }
    }
    chart.dependencies = kept;
    for dependency in &mut chart.metadata.dependencies {
        if !dependency.alias.is_empty() {
            dependency.name.clone_from(&dependency.alias);
        }
        dependency.enabled = true;
    }
    let values = coalesce::values(chart, given, false, warnings)?;
    by_tags(&mut chart.metadata.dependencies, &values, warnings);
    by_conditions(&mut chart.metadata.dependencies, &values, path, warnings);
    let off: Vec<String> = chart.metadata.dependencies.iter().filter(|d| !d.enabled).map(|d| d.name.clone()).collect();
    chart.dependencies.retain(|sub| !off.iter().any(|name| name == sub.name()));
    for sub in &mut chart.dependencies {
        let path = format!("{path}{}.", sub.name());
        enable(sub, &values, &path, warnings)?;
    }
    chart.metadata.dependencies.retain(|dependency| !off.contains(&dependency.name));
    Ok(())
}

fn by_tags(dependencies: &mut [Dependency], values: &Map, warnings: &mut Warnings) {
    let Some(Value { data: Data::Map(tags), .. }) = values.get("tags") else { return };
    for dependency in dependencies {
        let (mut on, mut off) = (false, false);
        for tag in &dependency.tags {
            match tags.get(tag).map(|value| value.data) {
                Some(Data::Bool(true)) => on = true,
                Some(Data::Bool(false)) => off = true,
                Some(_) => warnings.push(format!("returned non-bool value: tag {tag} of {}", dependency.name)),
                None => {}
            }
        }
        dependency.enabled = on || !off;
    }
}

/// A value that is no map at a path; nothing where a table on the way is missing.
fn at_path(values: &Map, path: &str) -> Option<Value> {
    let (tables, key) = path.rsplit_once('.').map_or((None, path), |(tables, key)| (Some(tables), key));
    let map = match tables {
        Some(tables) => table(values, tables)?,
        None => values.clone(),
    };
    map.get(key).filter(|value| value.as_map().is_none())
}

fn table(values: &Map, path: &str) -> Option<Map> {
    let mut map = values.clone();
    for part in path.split('.') {
        map = map.get(part)?.as_map()?.clone();
    }
    Some(map)
}

fn by_conditions(dependencies: &mut [Dependency], values: &Map, path: &str, warnings: &mut Warnings) {
    for dependency in dependencies {
        for condition in dependency.condition.trim().split(',').filter(|condition| !condition.is_empty()) {
            match at_path(values, &format!("{path}{condition}")).map(|value| value.data) {
                Some(Data::Bool(on)) => {
                    dependency.enabled = on;
                    break;
                }
                Some(_) => warnings.push(format!("returned non-bool value: {condition} of {}", dependency.name)),
                None => {}
            }
        }
    }
}

/// Helm's `import-values`: from the innermost chart outwards.
fn imports(chart: &mut Chart, warnings: &mut Warnings) -> Result<(), String> {
    for sub in &mut chart.dependencies {
        imports(sub, warnings)?;
    }
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let values = coalesce::values(chart, &Map::new(Entries::new()), true, warnings)?;
    let imported = Map::new(Entries::new());
    for dependency in &chart.metadata.dependencies {
        for import in &dependency.imports {
            let (child, parent) = match import {
                Import::Export(name) => (format!("exports.{name}"), None),
                Import::Path { child, parent } => (child.clone(), Some(parent.as_str()).filter(|p| *p != ".")),
            };
            let Some(found) = table(&values, &format!("{}.{child}", dependency.name)) else {
                warnings.push(format!("ImportValues missing table {child} of {}", dependency.name));
                continue;
            };
            let found = match parent {
                Some(path) => nested(path, found),
                None => found,
            };
            tables(&imported, &found, "", true, warnings);
        }
    }
    let own = copy(&values);
    tables(&own, &imported, "", true, warnings);
    chart.values = Some(own);
    Ok(())
}

fn nested(path: &str, map: Map) -> Map {
    path.split('.').rev().fold(map, |inner, key| {
        let outer = Map::new(Entries::new());
        outer.set(key, Data::Map(inner).into());
        outer
    })
}
