//! `postRenderers`: kustomizations that work on the objects of a release.
//!
//! In: the objects, the spec of a HelmRelease. Out: the objects as the post-renderers leave them, each value that they set
//! with its place in the HelmRelease.

use super::kustomization::{old_patches, set_image};
use crate::render::Problem;
use crate::render::kustomize::decode::Text;
use crate::render::kustomize::failure::Failure;
use crate::render::kustomize::kustomization::Kustomization;
use crate::render::kustomize::settings::SortOptions;
use crate::render::kustomize::store::Store;
use crate::render::kustomize::transform;
use crate::render::settings::patch;
use crate::render::value::Value;
use crate::render::world::World;
use crate::source::SourceMap;

/// Runs the post-renderers, one after the other.
///
/// # Errors
/// Where one does not apply.
pub fn run(
    world: &World<'_>,
    spec: &Value,
    mut objects: Vec<Value>,
    sources: &mut SourceMap,
) -> Result<Vec<Value>, Problem> {
    for renderer in spec.items_at("postRenderers") {
        let Some(own) = renderer.get("kustomize").filter(|own| own.is_map()) else { continue };
        let mut store = Store::new(&world.files, &world.limits);
        store.sources = std::mem::take(sources);
        let (made, read) = transform(store, &objects, &kustomization(own), &world.limits);
        *sources = read;
        objects = made.map_err(|Failure { span, message, .. }| {
            Problem::new(
                "build-failed",
                span.or(Some(own.span())),
                format!("the post-renderer does not apply: {message}"),
            )
        })?;
    }
    Ok(objects)
}

fn kustomization(own: &Value) -> Kustomization {
    let mut made = Kustomization { patches: own.items_at("patches").iter().map(patch).collect(), ..Default::default() };
    old_patches(own, &mut made);
    own.items_at("images").iter().for_each(|entry| set_image(&mut made.images, entry));
    let order = Some(Text { text: "fifo".into(), span: own.span() });
    made.sort = Some(SortOptions { order, legacy: None, span: own.span() });
    made
}
