//! What Argo CD makes of Applications and ApplicationSets.
//!
//! In: the repository, a definition, what lies around it. Out: [`Rendered`]: the objects that a synchronisation would apply,
//! each value with its origin; what Argo CD refuses, and what could not be had.
//!
//! `application` says what an Application asks for, `source` renders one source of it (`directory`, `kustomize`, `chart`),
//! `normalize` sees to namespaces, repeated objects and the project; `sets` expands ApplicationSets.

mod application;
mod chart;
mod directory;
mod kustomize;
mod normalize;
mod order;
mod overrides;
mod projects;
pub mod sets;
mod source;

use super::repository::{Around, Definition};
use super::world::World;
use super::{Problem, Rendered};
pub use application::App;
pub use normalize::key;
pub use projects::{Project, validate};

/// The namespace that Argo CD is installed in.
pub const NAMESPACE: &str = "argocd";

/// Renders an Application.
pub fn render(world: &World<'_>, around: &Around, definition: &Definition) -> Rendered {
    let app = App::of(&definition.value);
    let mut rendered = definition.nothing();
    rendered.application = Some(app.identity());
    rendered.problems = projects::refused(&app, around);
    if !rendered.problems.is_empty() {
        return rendered;
    }
    if let Err(problem) = app.refs() {
        rendered.problems.push(problem);
        return rendered;
    }
    let mut work = source::Work::new(world, &app, std::mem::take(&mut rendered.sources));
    let mut objects = Vec::new();
    for source in app.sources() {
        match work.source(source) {
            Ok(made) => objects.extend(made),
            Err(problem) => {
                rendered.problems.push(problem);
                objects.clear();
                break;
            }
        }
        if objects.len() > world.limits.objects {
            let message = format!("the Application renders more than {} objects", world.limits.objects);
            rendered.problems.push(Problem::new("render-failed", Some(source.span()), message));
            objects.clear();
            work.limited = true;
            break;
        }
    }
    rendered.limited = work.limited;
    rendered.absent = work.absent;
    rendered.sources = work.sources;
    if rendered.problems.is_empty() {
        normalize::normalize(objects, &app, around, &mut rendered);
    }
    rendered
}
