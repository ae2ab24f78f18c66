//! The scale subresource of a custom resource.
//!
//! In: the paths a CRD names, and an object. Out: replica counts that are no counts. Mirrors `ValidateScaleSpec` and
//! `ValidateScaleStatus` of apiextensions-apiserver, whose paths keep the dot in front.

use crate::yaml::Node;

use crate::openapi::{ErrorType, Shape, View, Violation};

/// `subresources.scale`.
#[derive(Debug)]
pub(super) struct Scale<'t> {
    paths: [Option<&'t str>; 2],
}

impl<'t> Scale<'t> {
    /// Reads it.
    pub(super) fn of(node: Node<'t>) -> Self {
        Self { paths: [node.str_at("specReplicasPath"), node.str_at("statusReplicasPath")] }
    }

    /// Checks an object's replica counts.
    pub(super) fn check<'a>(&self, root: View<'a>, violations: &mut Vec<Violation<'a>>) {
        for path in self.paths.iter().flatten() {
            if let Some((at, message)) = wrong(root, path) {
                let (kind, path) = (ErrorType::Invalid, (*path).to_owned());
                violations.push(Violation { kind, path, of_the_whole: false, at, message });
            }
        }
    }
}

fn wrong<'a>(root: View<'a>, path: &str) -> Option<(Node<'a>, String)> {
    let mut view = root;
    for key in path.trim_start_matches('.').split('.') {
        if view.shape() != Shape::Map {
            return Some((view.at, format!("`{path}` cannot be reached: this is not a map")));
        }
        view = view.field(key)?;
    }
    match view.shape() {
        Shape::Int(count) if (0..=i64::from(i32::MAX)).contains(&count) => None,
        Shape::Int(_) => Some((view.at, "the number of replicas must be between 0 and 2147483647".to_owned())),
        _ => Some((view.at, "the number of replicas must be an integer".to_owned())),
    }
}
