//! `postBuild`: variables in the objects that were built.
//!
//! In: objects, the variables of a Kustomization. Out: the objects with the variables replaced. Flux writes an object as YAML,
//! replaces the variables in the text and reads it again: quotes are gone before, so that a text may become a number.

use std::collections::{BTreeMap, BTreeSet};

use super::written;
use crate::gitops::flux::envsubst::{self, Piece, is_name};
use crate::go::base64;
use crate::render::adopt::Adopt;
use crate::render::helm::flux::is_encrypted;
use crate::render::origin::{By, Origin};
use crate::render::repository::{Around, Keys, KnownObject};
use crate::render::value::Value;
use crate::render::{Absent, Problem, Rendered};
use crate::source::{SourceMap, Span};

/// The label or annotation that keeps an object as it is.
const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Values that nothing holds.
pub struct Missing(pub Problem);

/// The variables of a Kustomization.
pub struct Variables {
    values: BTreeMap<String, (String, Span)>,
    /// Whether texts are substituted though there is no variable.
    always: bool,
    asked: bool,
    /// Some values are not known: what is not known stays as it is.
    open: bool,
    /// Variables that are something else in each of several ConfigMaps or Secrets of one name: each is another cluster's.
    unclear: BTreeSet<String>,
}

impl Variables {
    /// What a spec says: values of ConfigMaps and Secrets, later ones before earlier ones, its own before all.
    ///
    /// # Errors
    /// At an object that is not here; the `last` time, where `absent` takes it up, the rest is read all the same. Values that are
    /// encrypted are not known where `absent` takes that up.
    pub fn of(
        spec: &Value,
        around: &Around,
        namespace: &str,
        sources: &mut SourceMap,
        mut absent: Option<&mut Vec<Absent>>,
        last: bool,
    ) -> Result<Self, Missing> {
        let (mut values, mut open, mut unclear) = (BTreeMap::new(), false, BTreeSet::new());
        let near = sources.get(spec.span().source).name.clone();
        let post = spec.get("postBuild").filter(|post| post.is_map());
        let Some(post) = post else { return Ok(Self { values, always: false, asked: false, open, unclear }) };
        for reference in post.items_at("substituteFrom") {
            let text = |field: &str| reference.str_at(field).unwrap_or_default().to_owned();
            let (kind, name) = (text("kind"), text("name"));
            if kind != "ConfigMap" && kind != "Secret" {
                continue;
            }
            let all = around.data_of(&kind, namespace, &name, &near);
            let Some(known) = all.last() else {
                let optional = reference.is_set("optional");
                if kind == "Secret" && absent.is_some() {
                    let made = around.made_secret(namespace, &name);
                    let hidden = overridden(made, optional, &values);
                    open |= made == Some(&None);
                    hidden.iter().for_each(|key| drop(values.remove(key)));
                    unclear.extend(hidden);
                }
                if optional {
                    continue;
                }
                let message = format!("{kind} `{name}` is not defined in namespace `{namespace}` in this repository");
                let span = Some(reference.get("name").unwrap_or(reference).span());
                let Some(absent) = absent.as_mut().filter(|_| last) else {
                    return Err(Missing(Problem::new("substitute-failed", span, message)));
                };
                absent.push(Absent { span, message, objects: false, entries: false, fields: true });
                open = true;
                continue;
            };
            let mut adopt = Adopt::new(&known.sources, sources);
            let (hidden, plain): (Vec<_>, Vec<_>) =
                data(&known.value).into_iter().partition(|(_, text, _)| absent.is_some() && is_encrypted(text));
            for (key, text, span) in plain {
                values.insert(key, (text.replace('\n', ""), adopt.span(span)));
            }
            if let (Some(absent), Some((_, _, span))) = (&mut absent, hidden.first()) {
                let message = format!("the values of {kind} `{name}` are encrypted");
                absent.push(Absent {
                    span: Some(adopt.span(*span)),
                    message,
                    objects: false,
                    entries: false,
                    fields: true,
                });
            }
            open |= !hidden.is_empty();
            // What is encrypted goes over what stands before it.
            hidden.iter().for_each(|(key, ..)| drop(values.remove(key)));
            let differing = differing(all);
            if let (Some(absent), false) = (&mut absent, differing.is_empty()) {
                let message = format!("{} files define {kind} `{name}`, each with other values", all.len());
                let span = Some(reference.get("name").unwrap_or(reference).span());
                absent.push(Absent { span, message, objects: false, entries: false, fields: false });
            }
            differing.iter().for_each(|key| drop(values.remove(key)));
            unclear.extend(differing);
        }
        for entry in post.entries_at("substitute") {
            let text = entry.value.as_str().unwrap_or_default().replace('\n', "");
            unclear.remove(&*entry.key);
            values.insert(entry.key.to_string(), (text, entry.value.span()));
        }
        let always = post.str_at("substituteStrategy") == Some("Always");
        Ok(Self { values, always, asked: true, open, unclear })
    }

    /// Replaces the variables in all objects.
    pub fn replace(&self, rendered: &mut Rendered) -> Result<(), Problem> {
        let none = self.values.is_empty() && self.unclear.is_empty();
        if !self.asked || none && !self.always && !self.open || rendered.objects.is_empty() {
            return Ok(());
        }
        if let Some((name, (_, span))) = self.values.iter().find(|(name, _)| !is_name(name)) {
            let message = format!("`{name}` is not a valid name of a variable");
            return Err(Problem::new("substitute-failed", Some(*span), message));
        }
        for object in &mut rendered.objects {
            if !is_disabled(object) {
                *object = self.object(object)?;
            }
        }
        Ok(())
    }

    fn object(&self, object: &Value) -> Result<Value, Problem> {
        let failed = |span: Span, message: String| Problem::new("substitute-failed", Some(span), message);
        let written = written::write(object).map_err(|message| failed(object.span(), message))?;
        let text = written.text();
        if !text.contains('$') {
            return Ok(object.clone());
        }
        let is_unknown = |name: &str| self.open || self.unclear.contains(name);
        let unknown = |name: &str| is_unknown(name).then(|| format!("${{{name}}}"));
        let value = |name: &str| self.values.get(name).map(|(text, _)| text.clone()).or_else(|| unknown(name));
        let pieces = envsubst::substitute(&text, &value);
        let pieces = pieces.map_err(|fault| failed(written.place(fault.at), fault.message.to_owned()))?;
        let mut out = written.again();
        for piece in pieces {
            match piece {
                Piece::Literal(start, end) => out.keep(start, end),
                Piece::Value { text, variable, at } => {
                    let from = variable.and_then(|name| self.values.get(&name));
                    out.put(&text, from.map(|(_, span)| Origin::new(*span, By::Values)), at.0);
                }
            }
        }
        match out.read() {
            // What is not known might have made it right.
            Err(_) if self.open || !self.unclear.is_empty() => Ok(object.clone()),
            read => read.map_err(|message| failed(object.span(), format!("after variable substitution: {message}"))),
        }
    }
}

/// The values that a Secret which is not here goes over: those of the keys that its maker names, or any where nobody says which. One
/// that is optional and that nothing makes is not there.
fn overridden(made: Option<&Keys>, optional: bool, values: &BTreeMap<String, (String, Span)>) -> BTreeSet<String> {
    match made {
        Some(Some(keys)) => keys.clone(),
        None if optional => BTreeSet::new(),
        Some(None) | None => values.keys().cloned().collect(),
    }
}

/// The variables that are not the same in all of several objects of one name.
fn differing(all: &[KnownObject]) -> BTreeSet<String> {
    if all.len() < 2 {
        return BTreeSet::new();
    }
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (key, text, _) in all.iter().flat_map(|known| data(&known.value)) {
        *counts.entry((key, text)).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count < all.len()).map(|((key, _), _)| key).collect()
}

fn is_disabled(object: &Value) -> bool {
    let has = |field: &str| object.at(&["metadata", field]).and_then(|map| map.str_at(SUBSTITUTE)) == Some("disabled");
    has("labels") || has("annotations")
}

/// The data of a ConfigMap or Secret, as texts.
fn data(object: &Value) -> Vec<(String, String, Span)> {
    let secret = object.str_at("kind") == Some("Secret");
    let mut found = Vec::new();
    for entry in object.entries_at("data") {
        let text = entry.value.as_str().unwrap_or_default();
        let decoded = || base64::decode(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if let Some(text) = if secret && !is_encrypted(text) { decoded() } else { Some(text.to_owned()) } {
            found.push((entry.key.to_string(), text, entry.value.span()));
        }
    }
    let plain = object.entries_at("stringData").iter().filter(|_| secret);
    found.extend(
        plain.map(|entry| {
            (entry.key.to_string(), entry.value.as_str().unwrap_or_default().to_owned(), entry.value.span())
        }),
    );
    found
}
