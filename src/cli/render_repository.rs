//! `kubevet render` of what is no root by itself: every set below it.
//!
//! In: a path. Out: the sets, in the order of their roots.

use std::path::Path;
use std::sync::Arc;

use kubevet::discover::checkout;
use kubevet::files::name::full;
use kubevet::render::Rendered;
use kubevet::render::kustomize::rooted::Rooted;
use kubevet::render::repository::{self, Asked};
use kubevet::render::world::World;

use super::environment::Environment;

/// Renders every set whose root lies at or below a path, as the repository around it has them.
pub fn sets(path: &Path, here: &Environment) -> Result<Vec<Rendered>, String> {
    let name = full(path);
    let files = &*here.files;
    let at = |error: String| format!("{name}: {error}");
    let rooted = Rooted::in_repository(path, files).map_err(at)?;
    let paths = [path.to_owned()];
    let found = checkout::around(files, files, &paths, &[], |_| true).map_err(|(_, error)| at(error))?;
    let (checkout, commit) = match found {
        Some(checkout) => (checkout, checkout::commit(files, &paths).map_err(at)?),
        None => (checkout::unversioned(rooted.top(), files), None),
    };
    let below = rooted.root().to_owned();
    let checkout = Arc::new(checkout);
    let world = World {
        files: rooted,
        checkout,
        foreign: Default::default(),
        commit,
        limits: Default::default(),
        partly: false,
        kube_version: None,
    };
    Ok(repository::render(&world, &Asked { below, plain: true, ..Asked::default() }))
}
