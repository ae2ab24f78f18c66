//! The namespace of all objects.
//!
//! In: a namespace. Out: the objects in it, with the fields that name it: Namespaces themselves, subjects named `default`.

use super::config::FieldSpec;
use super::decode::Text;
use super::failure::{BuildResult, at};
use super::fieldspec::{Make, apply_to};
use super::node::{Node, Tag};
use super::resource::{Id, Resource};
use crate::render::origin::{By, Origin};

/// Which subjects of role bindings are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Subjects {
    /// Those named `default`.
    #[default]
    Default,
    /// All service accounts.
    Accounts,
    /// None.
    Never,
}

/// What `namespace` (or a NamespaceTransformer) says.
#[derive(Debug, Clone)]
pub struct Namespace {
    /// The namespace.
    pub text: Text,
    /// Which subjects are moved.
    pub subjects: Subjects,
    /// Only where none is set.
    pub unset_only: bool,
    /// The fields that name it.
    pub specs: Vec<FieldSpec>,
}

impl Namespace {
    /// Moves all objects into it.
    ///
    /// # Errors
    /// Where two objects are one then.
    pub fn apply(&self, resources: &mut [Resource]) -> BuildResult<()> {
        let mut ids: Vec<Id> = resources.iter().map(|resource| resource.id().key()).collect();
        let mut counts = rustc_hash::FxHashMap::<Id, usize>::default();
        ids.iter().for_each(|id| *counts.entry(id.clone()).or_default() += 1);
        for (index, resource) in resources.iter_mut().enumerate() {
            resource.remember();
            self.set(resource)?;
            let now = resource.id().key();
            if let Some(count) = counts.get_mut(&ids[index]) {
                *count -= 1;
            }
            let count = counts.entry(now.clone()).or_default();
            *count += 1;
            if *count > 1 {
                return at(self.text.span, format!("two objects in this namespace would be {}", resource.id()));
            }
            ids[index] = now;
        }
        Ok(())
    }

    fn origin(&self) -> Origin {
        Origin::new(self.text.span, By::Transformer)
    }

    fn put(&self, field: &mut Node) -> BuildResult<()> {
        if field.scalar().is_none() {
            return at(field.origin.span, "a namespace is expected here");
        }
        if self.unset_only && !field.value().is_empty() {
            return Ok(());
        }
        field.set_scalar(self.text.text.clone(), Tag::Str, self.origin());
        Ok(())
    }

    /// Sets it in one object.
    ///
    /// # Errors
    /// Where a field is no scalar.
    pub fn set(&self, resource: &mut Resource) -> BuildResult<()> {
        let (id, make) = (resource.id(), Make::Scalar(Tag::Str, self.origin()));
        let put = &mut |field: &mut Node| self.put(field);
        let binding = matches!(&*id.kind, "RoleBinding" | "ClusterRoleBinding");
        if !id.is_cluster_scoped() {
            apply_to(&mut resource.node, &FieldSpec::any("metadata/namespace", true), &make, put)?;
        }
        if binding {
            self.move_subjects(&mut resource.node)?;
        }
        for spec in self.specs.iter().filter(|spec| id.is_selected(&spec.gvk)) {
            let subjects = matches!(&*spec.gvk.kind, "RoleBinding" | "ClusterRoleBinding");
            let skipped = match &*spec.path {
                "metadata/namespace" => true,
                "metadata/name" => &*id.api_version != "v1",
                "subjects/namespace" => binding && subjects,
                _ => false,
            };
            if !skipped {
                apply_to(&mut resource.node, spec, &make, put)?;
            }
        }
        resource.settle();
        Ok(())
    }

    fn move_subjects(&self, node: &mut Node) -> BuildResult<()> {
        let Some(list) = node.get_mut("subjects").filter(|list| !list.is_null()) else { return Ok(()) };
        let span = list.origin.span;
        let super::node::Data::Sequence(items) = &mut list.data else {
            return at(span, "a list of subjects is expected here");
        };
        for item in items {
            let moved = match self.subjects {
                Subjects::Default => item.get("name").is_some_and(|name| name.value() == "default"),
                Subjects::Accounts => item.get("kind").is_some_and(|kind| kind.value() == "ServiceAccount"),
                Subjects::Never => false,
            };
            let make = || Node::string("", self.origin());
            if moved && let Some(field) = item.get_or_insert("namespace", make) {
                self.put(field)?;
            }
        }
        Ok(())
    }
}
