//! Prefixes, suffixes and the hashes behind names.
//!
//! In: what is put before or behind names. Out: the objects with their new names, the old ones remembered.

use std::sync::Arc;

use super::config::{FieldSpec, Gvk};
use super::decode::Text;
use super::failure::BuildResult;
use super::fieldspec::{Make, apply_to};
use super::node::{Node, Tag};
use super::resource::Resource;
use crate::render::origin::{By, Origin};

/// Where a text is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Before the name.
    Prefix,
    /// Behind it.
    Suffix,
}

/// Puts a text before or behind names.
///
/// # Errors
/// Where a field is no scalar.
pub fn affix(resources: &mut [Resource], end: End, text: &Text, specs: &[FieldSpec]) -> BuildResult<()> {
    let origin = Origin::new(text.span, By::Transformer);
    for resource in resources {
        let id = resource.original_id();
        if keeps_name(&id.gvk()) {
            continue;
        }
        for spec in specs.iter().filter(|spec| id.is_selected(&spec.gvk)) {
            if &*spec.path == "metadata/name" && !text.is_empty() {
                match end {
                    End::Prefix => resource.prefixes.push(text.text.clone()),
                    End::Suffix => resource.suffixes.push(text.text.clone()),
                }
                resource.remember();
            }
            if !resource.id().is_selected(&spec.gvk) {
                continue;
            }
            let make = Make::Scalar(Tag::Str, origin.clone());
            apply_to(&mut resource.node, spec, &make, &mut |field| put(field, end, text, &origin))?;
            resource.settle();
        }
    }
    Ok(())
}

fn put(field: &mut Node, end: End, text: &Text, origin: &Origin) -> BuildResult<()> {
    if field.scalar().is_none() {
        return super::failure::at(field.origin.span, "a name is expected here, to add a prefix or suffix");
    }
    let new = match end {
        End::Prefix => format!("{}{}", text.text, field.text()),
        End::Suffix => format!("{}{}", field.text(), text.text),
    };
    let place = if field.text().is_empty() { origin.clone() } else { field.origin.and(origin.span, origin.by) };
    field.set_scalar(new, Tag::Open, place);
    Ok(())
}

/// Kinds whose names say what they are for.
fn keeps_name(gvk: &Gvk) -> bool {
    match &*gvk.kind {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => &*gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

/// Puts hashes behind the names of generated objects.
///
/// # Errors
/// Where an object cannot be written.
pub fn add_hashes(resources: &mut [Resource]) -> BuildResult<()> {
    for resource in resources.iter_mut() {
        let Some(span) = resource.hash else { continue };
        let hash = super::hash::hash(&resource.node)?;
        resource.remember();
        let name: Arc<str> = format!("{}-{hash}", resource.name()).into();
        let old = resource.node.at(&["metadata", "name"]).map(|name| name.origin.clone());
        let origin = Origin::new(span, By::Generated);
        let origin = old.map_or(origin.clone(), |old| origin.and_all(&old));
        resource.set_name(name, origin);
        resource.settle();
    }
    Ok(())
}
