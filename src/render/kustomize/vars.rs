//! Variables: `$(NAME)` in fields that may hold them.
//!
//! In: the entries of `vars`, by name. Out: the objects with the values in place of the variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config::{Config, Gvk, Section};
use super::failure::{BuildResult, Context, Why, at};
use super::fieldspec::{Make, apply_to};
use super::node::{Data, Node, Scalar, Style, Tag};
use super::path::{look_up, parts};
use super::resource::{Id, Resource};
use super::settings::Var;
use crate::render::origin::{By, Origin};

/// All variables of a root so far.
pub type Vars = BTreeMap<Arc<str>, Var>;

/// Takes in variables, and remembers at their objects that they are read from these.
///
/// # Errors
/// Where a name is there already, or could mean several objects.
pub fn declare(vars: &mut Vars, new: &[Var], resources: &mut [Resource]) -> BuildResult<()> {
    for var in new {
        let matched = objects(var, resources);
        match matched[..] {
            [] => {}
            [index] => resources[index].vars.push(var.name.text.clone()),
            _ => {
                return at(
                    var.name.span,
                    format!("the variable `{}` could be read from several objects", var.name.text),
                );
            }
        }
    }
    join(vars, new.iter().cloned())
}

/// Takes in variables.
///
/// # Errors
/// Where a name is there already.
pub fn join(vars: &mut Vars, new: impl IntoIterator<Item = Var>) -> BuildResult<()> {
    for var in new {
        let span = var.name.span;
        if let Some(old) = vars.insert(var.name.text.clone(), var) {
            return at(span, format!("the variable `{}` is declared twice", old.name.text));
        }
    }
    Ok(())
}

fn objects(var: &Var, resources: &[Resource]) -> Vec<usize> {
    let part =
        |text: &Option<super::decode::Text>| text.as_ref().map_or_else(|| Arc::from(""), |text| text.text.clone());
    let gvk = Gvk { group: part(&var.group), version: part(&var.version), kind: part(&var.kind) };
    let api_version =
        if gvk.group.is_empty() { gvk.version.to_string() } else { format!("{}/{}", gvk.group, gvk.version) };
    let wanted = Id {
        api_version: api_version.into(),
        kind: gvk.kind.clone(),
        name: part(&var.object),
        namespace: part(&var.namespace),
    };
    let fits = |id: &Id| match wanted.namespace.is_empty() {
        true => id.name == wanted.name && id.kind == wanted.kind && id.api_version == wanted.api_version,
        false => id.is(&wanted),
    };
    let found = resources.iter().enumerate().filter(|(_, resource)| resource.is_or_was(fits));
    found.map(|(index, _)| index).collect()
}

/// Puts the values in the place of the variables.
///
/// # Errors
/// Where a variable has no value.
pub fn resolve(resources: &mut [Resource], vars: &Vars, config: &Config) -> BuildResult<()> {
    if vars.is_empty() {
        return Ok(());
    }
    let values = vars.values().map(|var| Ok((var.name.text.clone(), value(var, resources)?)));
    let values: BTreeMap<Arc<str>, Option<Node>> = values.collect::<BuildResult<_>>()?;
    for resource in resources {
        let id = resource.id();
        for spec in config.fields(Section::VarReference).iter().filter(|spec| id.is_selected(&spec.gvk)) {
            apply_to(&mut resource.node, spec, &Make::Nothing, &mut |field| fill(field, &values))
                .or_at(resource.span())?;
        }
        resource.settle();
    }
    Ok(())
}

/// A variable's value; `None` where it is a map or list, which is not put anywhere.
fn value(var: &Var, resources: &[Resource]) -> BuildResult<Option<Node>> {
    let span = var.name.span;
    let Some(resource) = resources.iter().find(|resource| resource.vars.contains(&var.name.text)) else {
        let message = format!("the object of the variable `{}` is not in the root", var.name.text);
        return at(span, message).because(Why::Unmatched);
    };
    let path = var.path.as_deref().unwrap_or("metadata.name");
    let found = look_up(&resource.node, &indexed(parts(path)));
    let Some(node) = found.or_at(span)? else {
        let message = format!("{} has no `{path}` for the variable `{}`", resource.id(), var.name.text);
        return at(span, message).because(Why::Unfilled);
    };
    let Some(scalar) = node.scalar() else { return Ok(None) };
    let fits = match scalar.tag {
        Tag::Int => scalar.text.parse::<i64>().is_ok(),
        Tag::Float => scalar.text.parse::<f64>().is_ok(),
        Tag::Bool => matches!(&*scalar.text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE"),
        _ => true,
    };
    if !fits {
        return at(span, format!("`{}` cannot be the value of a variable", scalar.text));
    }
    let mut value = node.clone();
    value.origin = Origin { by: By::Replacement, ..value.origin.and(span, By::Replacement) };
    Ok(Some(value))
}

/// `containers[0]` in two parts.
fn indexed(parts: Vec<String>) -> Vec<String> {
    let split = |part: String| match part.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) {
        Some((name, index)) if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => {
            let name = Some(name.to_owned()).filter(|name| !name.is_empty());
            name.into_iter().chain([index.to_owned()]).collect()
        }
        _ => vec![part],
    };
    parts.into_iter().flat_map(split).collect()
}

type Values = BTreeMap<Arc<str>, Option<Node>>;

fn fill(field: &mut Node, values: &Values) -> BuildResult<()> {
    let span = field.origin.span;
    match &mut field.data {
        Data::Scalar(_) => fill_scalar(field, values),
        Data::Mapping(entries) => {
            for entry in entries {
                if !entry.key.is_string() {
                    return at(entry.at, format!("the key `{}` is not a string", entry.key.text));
                }
                fill_scalar(&mut entry.value, values);
            }
        }
        Data::Sequence(items) => {
            for item in items {
                if !item.scalar().is_some_and(Scalar::is_string) {
                    return at(span, "a list of strings is expected here");
                }
                fill_scalar(item, values);
            }
        }
    }
    Ok(())
}

fn fill_scalar(node: &mut Node, values: &Values) {
    let Data::Scalar(scalar) = &mut node.data else { return };
    if !scalar.is_string() {
        return;
    }
    let (new, used) = expand(&scalar.text, values);
    for value in &used {
        node.origin = if used.len() == 1 && matches!(new, New::Value(_)) {
            value.origin.clone()
        } else {
            node.origin.and_all(&value.origin)
        };
    }
    let (text, tag) = match new {
        New::Value(value) => typed(&value),
        New::Text(text) => (text.into(), Tag::Str),
    };
    *scalar = Scalar { text, tag, style: Style::Plain, shared: scalar.shared };
}

/// A value in Go's types: a number is written as Go writes it.
fn typed(value: &Node) -> (Arc<str>, Tag) {
    let Some(scalar) = value.scalar() else { return (value.text().into(), Tag::Str) };
    match scalar.tag {
        Tag::Int => (scalar.text.trim_start_matches('+').into(), Tag::Int),
        Tag::Float => {
            (scalar.text.parse::<f64>().map_or_else(|_| scalar.text.clone(), |f| f.to_string().into()), Tag::Float)
        }
        Tag::Bool => (scalar.text.to_ascii_lowercase().into(), Tag::Bool),
        _ => (scalar.text.clone(), Tag::Str),
    }
}

enum New {
    /// The text was one variable and nothing else.
    Value(Node),
    Text(String),
}

/// Replaces `$(NAME)`; `$$` stands for `$`.
fn expand<'v>(text: &str, values: &'v Values) -> (New, Vec<&'v Node>) {
    let (mut out, mut used, mut rest) = (String::new(), Vec::new(), text);
    while let Some(at) = rest.find('$').filter(|at| at + 1 < rest.len()) {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if let Some(after) = behind.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = behind.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            rest = after;
            match values.get(name) {
                Some(Some(value)) => {
                    used.push(value);
                    if text.len() == name.len() + 3 {
                        return (New::Value(value.clone()), used);
                    }
                    out.push_str(&printed(value));
                }
                _ => out.push_str(&format!("$({name})")),
            }
        } else {
            // What no variable can begin with stays.
            let end = behind.chars().next().map_or(0, char::len_utf8);
            out.push('$');
            out.push_str(&behind[..end]);
            rest = &behind[end..];
        }
    }
    out.push_str(rest);
    (New::Text(out), used)
}

fn printed(value: &Node) -> String {
    let (text, tag) = typed(value);
    match (tag, text.parse::<f64>()) {
        (Tag::Float, Ok(number)) => crate::yaml::go_shortest(&format!("{number:e}"), 21),
        _ => text.to_string(),
    }
}
