//! A kustomization, with what the Application has changed in it.
//!
//! In: a folder, the source's `kustomize` block. Out: the objects of `kustomize build` after the same edits that Argo CD
//! makes with `kustomize edit`, each value that they set with the Application's line as its origin.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::source::{Work, failed};
use crate::gitops::argocd::environment::Environment;
use crate::render::Problem;
use crate::render::kustomize::decode::Text;
use crate::render::kustomize::failure::{BuildResult, Failure, Why, at};
use crate::render::kustomize::files::join;
use crate::render::kustomize::images::split;
use crate::render::kustomize::kustomization::{Kustomization, Pairs};
use crate::render::kustomize::node::Node;
use crate::render::kustomize::settings::{Image, Labels, Replica};
use crate::render::kustomize::store::Store;
use crate::render::kustomize::{Changes, build_changed};
use crate::render::origin::{By, Origin};
use crate::render::settings::{self, text};
use crate::render::value::{Data, Entry, Value};
use crate::render::world::World;
use crate::source::Span;

/// Renders a kustomization.
pub fn render(
    work: &mut Work<'_>,
    source: &Value,
    at: Span,
    folder: &str,
    environment: &Environment,
) -> Result<Vec<Value>, Problem> {
    let world = work.world;
    let mut store = Store::new(&world.files, &world.limits);
    store.sources = std::mem::take(&mut work.sources);
    let none = Value::map(Origin::new(at, By::Default));
    let edits = Edits { options: source.get("kustomize").unwrap_or(&none), environment, world, folder };
    let edit = |own: &mut Kustomization, _: Option<&Node>| edits.apply(own);
    let changes = Changes { edit: &edit, generated: None, lenient: false, released: true };
    let (made, sources, absent) = build_changed(store, folder, &world.limits, &changes, world.partly().as_ref());
    work.sources = sources;
    work.absent.extend(absent);
    work.limited |= made.as_ref().is_err_and(|failure| failure.why == Why::Limit);
    made.map_err(|Failure { span, message, .. }| failed(span.unwrap_or(at), message))
}

struct Edits<'e> {
    options: &'e Value,
    environment: &'e Environment,
    world: &'e World<'e>,
    folder: &'e str,
}

impl Edits<'_> {
    fn text(&self, field: &str) -> Option<Text> {
        self.options.filled(field).map(text)
    }

    /// Edits a kustomization, in Argo CD's order.
    fn apply(&self, own: &mut Kustomization) -> BuildResult<()> {
        own.name_prefix = self.text("namePrefix").or(own.name_prefix.take());
        own.name_suffix = self.text("nameSuffix").or(own.name_suffix.take());
        self.images(own)?;
        self.replicas(own)?;
        self.labels(own)?;
        let annotations = self.options.entries_at("commonAnnotations");
        if !annotations.is_empty() {
            let replaced = self.options.is_set("commonAnnotationsEnvsubst");
            let force = self.options.is_set("forceCommonAnnotations");
            add(&mut own.common_annotations, &self.pairs(annotations, replaced)?, force, "annotation")?;
        }
        own.namespace = self.text("namespace").or(own.namespace.take());
        for patch in self.options.items_at("patches") {
            own.patches.push(settings::patch(patch));
        }
        self.components(own)
    }

    fn images(&self, own: &mut Kustomization) -> BuildResult<()> {
        let images = self.options.items_at("images");
        if images.is_empty() {
            return Ok(());
        }
        let mut all: BTreeMap<Arc<str>, Image> = BTreeMap::new();
        for image in images {
            let image = self.image(image)?;
            all.insert(name_of(&image), image);
        }
        for old in own.images.drain(..) {
            match all.get_mut(&name_of(&old)) {
                Some(new) => keep_where_starred(new, &old),
                None => drop(all.insert(name_of(&old), old)),
            }
        }
        all.values_mut().for_each(|image| keep_where_starred(image, &Image::default()));
        own.images = all.into_values().collect();
        Ok(())
    }

    /// `[NAME=]NEW-NAME[:TAG][@DIGEST]`
    fn image(&self, value: &Value) -> BuildResult<Image> {
        let span = value.span();
        let given = self.environment.expand(value.as_str().unwrap_or_default());
        let part = |text: &str| (!text.is_empty()).then(|| Text { text: text.into(), span });
        let (key, image) = given.split_once('=').map_or((None, &*given), |(key, image)| (Some(key), image));
        let (name, tag, digest) = split(image);
        if key.is_none() && name == given {
            return at(span, format!("`{given}` names neither a tag, a digest nor another image"));
        }
        let (old, new) = key.filter(|key| !key.is_empty()).map_or((name, None), |key| (key, part(name)));
        Ok(Image { name: part(old), new_name: new, new_tag: part(tag), tag_suffix: None, digest: part(digest) })
    }

    fn replicas(&self, own: &mut Kustomization) -> BuildResult<()> {
        let replicas = self.options.items_at("replicas");
        if replicas.is_empty() {
            return Ok(());
        }
        let mut all: BTreeMap<Arc<str>, Replica> = BTreeMap::new();
        for entry in replicas {
            let count = entry.get("count").unwrap_or(entry);
            let number = match &count.data {
                Data::Number(number) => number.as_i64(),
                Data::String(text) => text.parse().ok(),
                _ => None,
            };
            let Some(number) = number else { return at(count.span(), "an integer is expected here") };
            let name = text(entry.get("name").unwrap_or(entry));
            all.insert(name.text.clone(), Replica { name, count: number, span: count.span() });
        }
        for old in own.replicas.drain(..) {
            all.entry(old.name.text.clone()).or_insert(old);
        }
        own.replicas = all.into_values().collect();
        Ok(())
    }

    fn labels(&self, own: &mut Kustomization) -> BuildResult<()> {
        let labels = self.options.entries_at("commonLabels");
        if labels.is_empty() {
            return Ok(());
        }
        let is_set = |field: &str| self.options.is_set(field);
        let (apart, templates) = (is_set("labelWithoutSelector"), is_set("labelIncludeTemplates"));
        if templates && !apart {
            let span = self.options.get("labelIncludeTemplates").map_or(self.options.span(), Value::span);
            return at(span, "`labelIncludeTemplates` needs `labelWithoutSelector`");
        }
        let (pairs, force) = (self.pairs(labels, true)?, is_set("forceCommonLabels"));
        if !apart {
            return add(&mut own.common_labels, &pairs, force, "label");
        }
        let same = |entry: &&mut Labels| !entry.selectors && entry.templates == templates;
        if let Some(entry) = own.labels.iter_mut().find(same) {
            return add(&mut entry.pairs, &pairs, force, "label");
        }
        own.labels.push(Labels { pairs, selectors: false, templates, claims: false, fields: Vec::new() });
        Ok(())
    }

    /// Labels or annotations, as `kustomize edit add` reads them on its command line.
    fn pairs(&self, entries: &[Entry], expand: bool) -> BuildResult<Pairs> {
        let one = |entry: &Entry| {
            let value = entry.value.as_str().unwrap_or_default();
            let given = if expand { self.environment.expand(value) } else { value.to_owned() };
            let whole = format!("{}:{given}", entry.key);
            let (key, value) = whole.split_once(':').unwrap_or((&whole, ""));
            if key.is_empty() {
                return at(entry.at, "a key is expected here");
            }
            let unquoted = value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
            Ok((key.into(), Text { text: unquoted.unwrap_or(value).into(), span: entry.value.span() }))
        };
        entries.iter().map(one).collect()
    }

    fn components(&self, own: &mut Kustomization) -> BuildResult<()> {
        let ignores = self.options.is_set("ignoreMissingComponents");
        for component in self.options.items_at("components").iter().map(text) {
            let there = join(self.folder, &component).is_some_and(|path| self.world.holds(&path));
            if !there && ignores || own.components.iter().any(|known| known.text == component.text) {
                continue;
            }
            if !there && !component.contains("://") {
                return at(component.span, format!("the component `{}` is not in this repository", component.text));
            }
            own.components.push(component);
        }
        Ok(())
    }
}

fn name_of(image: &Image) -> Arc<str> {
    image.name.as_ref().map_or("".into(), |name| name.text.clone())
}

/// `*` keeps what the kustomization has.
fn keep_where_starred(new: &mut Image, old: &Image) {
    for (new, old) in
        [(&mut new.new_name, &old.new_name), (&mut new.new_tag, &old.new_tag), (&mut new.digest, &old.digest)]
    {
        if new.as_ref().is_some_and(|text| &**text == "*") {
            new.clone_from(old);
        }
    }
}

/// Adds labels or annotations; one that is there already may be replaced only by `force`.
fn add(into: &mut Pairs, pairs: &Pairs, force: bool, what: &str) -> BuildResult<()> {
    for (key, value) in pairs {
        match into.iter_mut().find(|(known, _)| known == key) {
            Some(_) if !force => {
                return at(value.span, format!("the kustomization has the {what} `{key}` already"));
            }
            Some((_, old)) => *old = value.clone(),
            None => into.push((key.clone(), value.clone())),
        }
    }
    into.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(())
}
