//! Objects that two Applications of one cluster own.
//!
//! In: all that was rendered. Out: a problem at the object of the later Application.

use std::collections::HashMap;

use super::graph::Made;
use crate::render::argocd::key;
use crate::render::world::{group_and_kind, meta};
use crate::render::{Application, Detail, Problem};

/// Notes objects that are owned twice.
pub fn note(made: &mut [Made]) {
    let mut owners: HashMap<_, Application> = HashMap::new();
    for made in made {
        let (Some(cluster), Some(own)) = (&made.cluster, made.rendered.application.clone()) else { continue };
        let mut problems = Vec::new();
        for object in &made.rendered.objects {
            let Some(key) = key(object) else { continue };
            let owner = owners.entry((cluster.clone(), key)).or_insert_with(|| own.clone());
            if *owner == own {
                continue;
            }
            let node = meta(object, "name").unwrap_or(object);
            let (_, kind) = group_and_kind(object);
            let name = node.as_str().unwrap_or_default();
            let (object, application) = (format!("{kind} `{name}`"), owner.name.clone());
            let message = format!("{object} also belongs to the Application `{application}`");
            let detail = Some(Detail::Shared { object, application });
            problems.push(Problem { detail, ..Problem::new("shared-resource", Some(node.span()), message) });
        }
        made.rendered.problems.extend(problems);
    }
}
