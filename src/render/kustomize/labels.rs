//! Labels and annotations.
//!
//! In: pairs and the fields to put them in. Out: the objects with them.

use super::config::FieldSpec;
use super::failure::{BuildResult, at};
use super::fieldspec::{Make, apply_to};
use super::kustomization::Pairs;
use super::node::{Data, Node, Scalar, Style, Tag};
use super::resource::Resource;
use super::scalar::ambiguous;
use crate::render::origin::{By, Origin};

/// Sets pairs in all objects.
///
/// # Errors
/// Where a field is no map.
pub fn set(resources: &mut [Resource], pairs: &Pairs, specs: &[FieldSpec]) -> BuildResult<()> {
    for resource in resources {
        for (key, text) in pairs {
            set_one(resource, key, Node::string(text.text.clone(), Origin::new(text.span, By::Transformer)), specs)?;
        }
    }
    Ok(())
}

/// Sets one pair. The places where one entry adds it are one scalar from then on: what is set in one is set in all.
fn set_one(resource: &mut Resource, key: &str, value: Node, specs: &[FieldSpec]) -> BuildResult<()> {
    let id = resource.id();
    let specs = specs.iter().filter(|spec| id.is_selected(&spec.gvk));
    let style = if ambiguous(value.text()) { Style::Quoted } else { Style::Plain };
    resource.last_shared += 1;
    let number = resource.last_shared;
    let scalar = Scalar { style, shared: number, ..Scalar::new(value.text(), Tag::Str) };
    let make = Make::Map(value.origin.clone());
    let mut added = 0;
    for spec in specs {
        apply_to(&mut resource.node, spec, &make, &mut |field| {
            if field.scalar().is_some() {
                if field.is_null() {
                    return Ok(());
                }
                return at(field.origin.span, format!("a map is expected here, to set `{key}` in it"));
            }
            if !field.is_map() {
                return at(field.origin.span, format!("a map is expected here, to set `{key}` in it"));
            }
            added += usize::from(field.get(key).is_none());
            let new = Node { data: Data::Scalar(scalar.clone()), origin: value.origin.clone() };
            field.set(key, new);
            Ok(())
        })?;
    }
    resource.settle();
    if added > 1 {
        resource.shared.insert(number, scalar);
    }
    Ok(())
}
