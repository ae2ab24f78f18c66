//! Replacements: values copied from one object to others.
//!
//! In: the entries of `replacements`. Out: the objects, changed.

use std::sync::Arc;

use super::build::Scope;
use super::config::Gvk;
use super::decode::{Text, Unknown};
use super::failure::{BuildResult, Context, Why, at};
use super::node::{Data, Node, Scalar};
use super::path::{Kind, Visit, look_up, parts};
use super::replacement::{FieldOptions, Replacement, ReplacementEntry, Source, Target};
use super::resource::{Id, Resource};
use super::select::Requirements;
use super::settings::Selector;
use super::store::Store;
use crate::render::origin::{By, Origin};

/// Reads the files that entries name.
///
/// # Errors
/// Where one cannot be read.
pub fn load(store: &mut Store<'_>, scope: &Scope, entries: &[ReplacementEntry]) -> BuildResult<Vec<Replacement>> {
    let mut found = Vec::new();
    for entry in entries {
        let Some(path) = &entry.path else {
            found.push(entry.inline.clone());
            continue;
        };
        if entry.inline.source.is_some() || entry.inline.targets.as_ref().is_some_and(|targets| !targets.is_empty()) {
            return at(path.span, "an entry cannot be both a file and a replacement");
        }
        let id = store.load(&scope.folder, path).or_at(path.span)?;
        let document = store.configuration(id)?;
        match document.as_deref() {
            Some(Node { data: Data::Sequence(items), .. }) => {
                for item in items {
                    found.push(Replacement::read(item, Unknown::Ignored)?);
                }
            }
            Some(node) if node.is_map() => found.push(Replacement::read(node, Unknown::Ignored)?),
            _ => return at(path.span, "the file must hold a replacement, or a list of them"),
        }
    }
    Ok(found)
}

/// Copies the values.
///
/// # Errors
/// Where source or target is not there.
pub fn apply(resources: &mut [Resource], replacements: &[Replacement]) -> BuildResult<()> {
    replacements.iter().try_for_each(|replacement| apply_one(resources, replacement).or_at(replacement.span))
}

fn apply_one(resources: &mut [Resource], replacement: &Replacement) -> BuildResult<()> {
    let value = match (&replacement.source, &replacement.value, &replacement.targets) {
        (None, None, _) | (_, _, None) => return at(replacement.span, "a replacement needs a source and targets"),
        (Some(_), Some(_), _) => return at(replacement.span, "a replacement takes either a source or a value"),
        (None, Some(text), _) => Node::open(text.text.clone(), Origin::new(text.span, By::Replacement)),
        (Some(source), None, _) => source_value(resources, source, replacement)?,
    };
    for target in replacement.targets.iter().flatten() {
        let Some(select) = &target.select else { return at(replacement.span, "a target must select objects") };
        let chosen = Chosen::new(select, target)?;
        for resource in resources.iter_mut() {
            if chosen.takes(resource) {
                put_all(resource, &value, target)?;
                resource.settle();
            }
        }
    }
    Ok(())
}

fn gvk(selector: &Selector) -> Gvk {
    let part = |text: &Option<Text>| text.as_ref().map_or_else(|| Arc::from(""), |text| text.text.clone());
    Gvk { group: part(&selector.group), version: part(&selector.version), kind: part(&selector.kind) }
}

/// Whether a selector's exact names are those of an object.
fn is_selected(id: &Id, selector: &Selector, gvk: &Gvk) -> bool {
    let namespace = |wanted: &Text| {
        let wanted =
            Id { api_version: "".into(), kind: gvk.kind.clone(), name: "".into(), namespace: wanted.text.clone() };
        wanted.effective_namespace() == id.effective_namespace()
    };
    selector.name.as_ref().is_none_or(|name| *name.text == *id.name)
        && selector.namespace.as_ref().is_none_or(namespace)
        && id.is_selected(gvk)
}

fn ids(resource: &Resource) -> Vec<Id> {
    std::iter::once(resource.id()).chain(resource.previous_ids()).collect()
}

fn source_value(resources: &[Resource], source: &Source, replacement: &Replacement) -> BuildResult<Node> {
    let gvk = gvk(&source.selector);
    let fits = |resource: &&Resource| ids(resource).iter().any(|id| is_selected(id, &source.selector, &gvk));
    let mut found = resources.iter().filter(fits);
    let resource = match (found.next(), found.next()) {
        (Some(resource), None) => resource,
        (None, _) => return at(source.selector.span, "the source selects no object").because(Why::Unmatched),
        (Some(_), Some(_)) => return at(source.selector.span, "the source selects more than one object"),
    };
    let path = source.path.as_deref().unwrap_or("metadata.name");
    let span = source.path.as_ref().map_or(source.selector.span, |path| path.span);
    let found = look_up(&resource.node, &parts(path))
        .map_err(|failure| super::failure::Failure { span: Some(span), ..failure })?;
    let Some(node) = found.filter(|node| !node.is_empty()) else {
        return at(span, format!("the source {} has no `{path}`", resource.id())).because(Why::Unfilled);
    };
    let mut value = node.clone();
    copied(&mut value, replacement);
    refine(value, &source.options, span)
}

/// A copy keeps the place of what was copied, with the replacement beside it.
fn copied(value: &mut Node, replacement: &Replacement) {
    value.for_each_scalar(&mut |scalar, origin| {
        scalar.shared = 0;
        *origin = Origin { by: By::Replacement, ..origin.and(replacement.span, By::Replacement) };
    });
}

/// The part of a source's value that the options ask for.
fn refine(mut value: Node, options: &FieldOptions, span: crate::source::Span) -> BuildResult<Node> {
    let Some(delimiter) = &options.delimiter else { return Ok(value) };
    let Data::Scalar(scalar) = &mut value.data else {
        return at(span, "a delimiter can be used with a scalar only");
    };
    let text = if scalar.is_null() { "".into() } else { scalar.text.clone() };
    let part = usize::try_from(options.index).ok().and_then(|index| text.split(&**delimiter).nth(index));
    match part {
        Some(part) => scalar.text = part.into(),
        None => return at(span, format!("`{text}` has no part {}", options.index)).because(Why::Unfilled),
    }
    Ok(value)
}

/// Which objects a target takes.
struct Chosen<'t> {
    select: (&'t Selector, Gvk),
    reject: Vec<(&'t Selector, Gvk)>,
    wanted: [Requirements; 2],
    unwanted: Vec<[Requirements; 2]>,
}

fn requirements(selector: &Selector) -> BuildResult<[Requirements; 2]> {
    Ok([Requirements::new(&selector.labels)?, Requirements::new(&selector.annotations)?])
}

impl<'t> Chosen<'t> {
    fn new(select: &'t Selector, target: &'t Target) -> BuildResult<Self> {
        let named = target.reject.iter().filter(|selector| !selector.names_nothing());
        let labelled =
            target.reject.iter().filter(|selector| selector.labels.is_some() || selector.annotations.is_some());
        Ok(Self {
            select: (select, gvk(select)),
            reject: named.map(|selector| (selector, gvk(selector))).collect(),
            wanted: requirements(select)?,
            unwanted: labelled.map(requirements).collect::<BuildResult<_>>()?,
        })
    }

    fn takes(&self, resource: &Resource) -> bool {
        let fits = |[labels, annotations]: &[Requirements; 2]| {
            labels.fit(resource, "labels") && annotations.fit(resource, "annotations")
        };
        let ids = ids(resource);
        let named = |(selector, gvk): &(&Selector, Gvk)| ids.iter().any(|id| is_selected(id, selector, gvk));
        fits(&self.wanted)
            && !self.unwanted.iter().any(fits)
            && !self.reject.iter().any(named)
            && named(&(self.select.0, self.select.1.clone()))
    }
}

fn put_all(resource: &mut Resource, value: &Node, target: &Target) -> BuildResult<()> {
    let fallback =
        [Text { text: "metadata.name".into(), span: target.select.as_ref().map(|s| s.span).unwrap_or_default() }];
    let paths = if target.paths.is_empty() { &fallback[..] } else { &target.paths };
    for path in paths {
        let make = target.options.create.then(|| (Kind::of(value), value.origin.clone()));
        let mut act = |field: &mut Node| put(field, value, &target.options);
        let found = Visit { make, act: &mut act }.run(&mut resource.node, &parts(path));
        let found = found.map_err(|failure| super::failure::Failure { span: Some(path.span), ..failure })?;
        if found == 0 {
            return at(path.span, format!("{} has no `{}`", resource.id(), path.text)).because(Why::Unfilled);
        }
    }
    Ok(())
}

fn put(field: &mut Node, value: &Node, options: &FieldOptions) -> BuildResult<()> {
    let mut text: Arc<str> = value.text().into();
    let mut origin = value.origin.clone();
    if let Some(delimiter) = &options.delimiter {
        if field.scalar().is_none() {
            return at(delimiter.span, "a delimiter can be used with a scalar only");
        }
        let own = field.text().to_owned();
        let mut parts: Vec<&str> = own.split(&**delimiter).collect();
        match usize::try_from(options.index) {
            Err(_) => parts.insert(0, value.value()),
            Ok(index) if index >= parts.len() => parts.push(value.value()),
            Ok(index) => parts[index] = value.value(),
        }
        text = parts.join(delimiter).into();
        origin = origin.and_all(&field.origin);
    }
    match &mut field.data {
        // A scalar keeps its type: the text alone is exchanged.
        Data::Scalar(scalar) => {
            scalar.text = text;
            field.origin = origin;
        }
        _ => {
            *field = value.clone();
            if let Data::Scalar(scalar) = &mut field.data {
                *scalar = Scalar { text, ..scalar.clone() };
            }
        }
    }
    Ok(())
}
