//! Images and replicas.
//!
//! In: entries of `images` and `replicas`. Out: the objects with the new names, tags, digests and numbers.

use std::sync::Arc;

use super::config::FieldSpec;
use super::failure::{BuildResult, at};
use super::fieldspec::{Make, apply_to, apply_where};
use super::node::{Data, Node, Scalar, Tag};
use super::pattern::{End, Pattern};
use super::resource::Resource;
use super::settings::{Image, Replica};
use crate::render::origin::{By, Origin};

/// What may stand behind an image's name.
static TAG_AND_DIGEST: End = End::new("(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?");

/// Sets images.
///
/// # Errors
/// Where an image is no scalar.
pub fn set(resources: &mut [Resource], image: &Image, specs: &[FieldSpec]) -> BuildResult<()> {
    let name = image.name.as_deref().unwrap_or_default();
    let setter = Setter { image, pattern: Pattern::with_end(name, &TAG_AND_DIGEST).ok() };
    for resource in resources.iter_mut().filter(|resource| resource.kind() != "CustomResourceDefinition") {
        if setter.acts_below(&resource.node) {
            setter.everywhere(&mut resource.node)?;
        }
        resource.settle();
    }
    for resource in resources.iter_mut().filter(|resource| resource.kind() != "CustomResourceDefinition") {
        let id = resource.id();
        for spec in specs.iter().filter(|spec| id.is_selected(&spec.gvk)) {
            let (acts, set) = (|field: &Node| setter.acts(field), &mut |field: &mut Node| setter.set(field));
            apply_where(&mut resource.node, spec, &Make::Nothing, &acts, set)?;
        }
        resource.settle();
    }
    Ok(())
}

struct Setter<'a> {
    image: &'a Image,
    /// `None` where the name is no regular expression: nothing fits then.
    pattern: Option<Pattern>,
}

impl Setter<'_> {
    /// Whether a field is changed, or is no image.
    fn acts(&self, field: &Node) -> bool {
        field.scalar().is_none() || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(field.text()))
    }

    /// Whether [`Self::everywhere`] changes anything, or fails.
    fn acts_below(&self, node: &Node) -> bool {
        let is_container = |item: &Node| match item.get("image") {
            Some(image) => self.acts(image),
            None => !item.is_map() && !item.is_null(),
        };
        match &node.data {
            Data::Scalar(_) => false,
            Data::Sequence(items) => items.iter().any(|item| self.acts_below(item)),
            Data::Mapping(entries) => entries.iter().any(|entry| {
                let is_list = matches!(&*entry.key.text, "containers" | "initContainers");
                is_list && entry.value.items().iter().any(is_container) || self.acts_below(&entry.value)
            }),
        }
    }

    /// Sets the images of all lists called `containers` or `initContainers`, whatever the object is.
    fn everywhere(&self, node: &mut Node) -> BuildResult<()> {
        match &mut node.data {
            Data::Scalar(_) => Ok(()),
            Data::Sequence(items) => items.iter_mut().try_for_each(|item| self.everywhere(item)),
            Data::Mapping(entries) => entries.iter_mut().try_for_each(|entry| {
                self.everywhere(&mut entry.value)?;
                match &mut entry.value.data {
                    Data::Sequence(items) if matches!(&*entry.key.text, "containers" | "initContainers") => {
                        items.iter_mut().try_for_each(|item| self.container(item))
                    }
                    _ => Ok(()),
                }
            }),
        }
    }

    fn container(&self, item: &mut Node) -> BuildResult<()> {
        if !item.is_map() && !item.is_null() {
            return at(item.origin.span, "a container is expected here");
        }
        item.get_mut("image").map_or(Ok(()), |image| self.set(image))
    }

    fn set(&self, field: &mut Node) -> BuildResult<()> {
        if field.scalar().is_none() {
            return at(field.origin.span, "the name of an image is expected here");
        }
        if !self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(field.text())) {
            return Ok(());
        }
        let text = field.text().to_owned();
        let (name, tag, digest) = split(&text);
        let (image, mut name) = (self.image, name.to_owned());
        let mut places = Vec::new();
        if let Some(new) = &image.new_name {
            name = new.to_string();
            places.push(new.span);
        }
        let (mut tag, mut digest) = (tag.to_owned(), digest.to_owned());
        match (&image.new_tag, &image.digest, &image.tag_suffix) {
            (None, None, None) => {}
            (None, None, Some(suffix)) => {
                tag.push_str(suffix);
                digest.clear();
                places.push(suffix.span);
            }
            (new_tag, new_digest, _) => {
                tag = new_tag.as_deref().unwrap_or_default().to_owned();
                digest = new_digest.as_deref().unwrap_or_default().to_owned();
                places.extend([new_tag, new_digest].into_iter().flatten().map(|text| text.span));
            }
        }
        let mut new = name;
        for (sign, part) in [(':', tag), ('@', digest)].into_iter().filter(|(_, part)| !part.is_empty()) {
            new.push(sign);
            new.push_str(&part);
        }
        let origin = self.origin(places, &field.origin);
        field.set_scalar(Arc::from(new), Tag::Open, origin);
        Ok(())
    }

    /// What the entry says decides; what stood there is a part of the value still, where name or tag stays.
    fn origin(&self, places: Vec<crate::source::Span>, old: &Origin) -> Origin {
        let mut places = places.into_iter().rev();
        let Some(first) = places.next() else { return old.clone() };
        let origin = places.fold(Origin::new(first, By::Transformer), |origin, span| origin.and(span, By::Transformer));
        let whole = self.image.new_name.is_some() && (self.image.new_tag.is_some() || self.image.digest.is_some());
        if whole { origin } else { origin.and_all(old) }
    }
}

/// Name, tag and digest.
pub fn split(image: &str) -> (&str, &str, &str) {
    let start = image.find('/').unwrap_or(0);
    let at = |sign: char| image[start..].find(sign).map(|index| index + start);
    match (at(':'), at('@')) {
        (None, None) => (image, "", ""),
        (Some(colon), Some(sign)) if colon < sign => (&image[..colon], &image[colon + 1..sign], &image[sign + 1..]),
        (_, Some(sign)) => (&image[..sign], "", &image[sign + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
    }
}

/// Sets the number of replicas of the objects of a name.
///
/// # Errors
/// Where there is none.
pub fn set_replicas(resources: &mut [Resource], replica: &Replica, specs: &[FieldSpec]) -> BuildResult<()> {
    let origin = Origin::new(replica.span, By::Transformer);
    let number = Scalar::new(replica.count.to_string(), Tag::Int);
    let mut found = false;
    for spec in specs {
        for resource in resources.iter_mut() {
            if !resource.is_or_was(|id| *id.name == *replica.name.text && id.is_selected(&spec.gvk)) {
                continue;
            }
            found = true;
            if !resource.id().is_selected(&spec.gvk) {
                continue;
            }
            let make = Make::Scalar(Tag::Int, origin.clone());
            apply_to(&mut resource.node, spec, &make, &mut |field| {
                if field.scalar().is_none() {
                    return at(field.origin.span, "a number of replicas is expected here");
                }
                field.set_scalar(number.text.clone(), Tag::Int, origin.clone());
                Ok(())
            })?;
            resource.settle();
        }
    }
    if found {
        return Ok(());
    }
    at(replica.name.span, format!("the root has no object `{}` of a kind with replicas", replica.name.text))
}
