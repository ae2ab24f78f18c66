//! What the repository around an object makes of it.
//!
//! In: what the kustomizations above a file set, and the patches they apply. Out: whether a field that the file leaves out
//! (or writes) is what the cluster gets.

use std::sync::Arc;

use crate::object::Object;

/// A patch that some kustomization applies.
#[derive(Debug, PartialEq, Eq)]
pub struct Patch {
    /// The kinds it is for; empty for any.
    pub kinds: Vec<String>,
    /// Its text: a partial object, or JSON operations.
    pub text: String,
    /// Its target is a kind, whatever the names of its objects.
    pub for_all: bool,
}

impl Patch {
    /// Whether it may give all objects of a kind the field at a path.
    pub fn completes(&self, kind: &str, path: &str) -> bool {
        self.for_all && self.sets(kind, path.rsplit(['.', '[']).next().unwrap_or(path))
    }

    /// Whether it may give objects of a kind a field of that name.
    pub(super) fn sets(&self, kind: &str, field: &str) -> bool {
        let words = || self.text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        (self.kinds.is_empty() || self.kinds.iter().any(|own| own == kind)) && words().any(|word| word == field)
    }
}

/// What the repository around an object makes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The namespace that kustomizations above it set.
    pub namespace: Option<String>,
    /// Overlays set different namespaces: it will live in several.
    pub varies: bool,
    /// A renderer stands between the file and the cluster: images, replicas and more may be set there.
    pub rendered: bool,
    /// A kustomization puts something before or behind its name.
    pub renames: bool,
    /// A kustomization adds labels to selectors and pod templates.
    pub selects: bool,
    /// The labels that kustomizations put on pod templates.
    pub labels: Vec<(String, String)>,
    /// Images whose tag or digest every kustomization above sets, by name without tag.
    pub images: Vec<String>,
    /// The directories of the kustomizations that take the file in, directly or through others.
    pub taken_in_by: Vec<Arc<str>>,
    /// A kustomization above patches or replaces fields of some objects: any field may be another one in the cluster.
    pub altered: bool,
    /// It was built without something that may set any of its fields.
    pub unknown: bool,
    /// Patches that may be for it.
    pub patches: Vec<Arc<Patch>>,
    /// It is applied on the server's side: by Flux, or with Argo CD's option.
    pub server_side: bool,
    /// Argo CD replaces it, and keeps no copy of it in an annotation.
    pub replaced: bool,
    /// Helm installs it as it stands, and keeps no copy of it in an annotation.
    pub by_helm: bool,
}

impl Surroundings {
    /// Whether the kustomizations above set the field at a path, so that what stands (or, where it is `missing`, does not
    /// stand) there in the file is not what the cluster gets.
    pub fn fills(&self, object: Object<'_>, path: &str, missing: bool) -> bool {
        self.places(object.gvk.kind, path)
            || (self.selects && is_selection(object, path))
            || (missing && (self.unknown || self.patched(object.gvk.kind, path)))
    }

    /// A namespace also names the Namespace object, the service accounts that bindings list and the Services of webhooks.
    fn places(&self, kind: &str, path: &str) -> bool {
        let namespaced = self.varies || self.namespace.is_some();
        namespaced
            && (path == "metadata.namespace"
                || (kind == "Namespace" && path == "metadata.name")
                || (path.starts_with("subjects[") && path.ends_with("].namespace"))
                || path.ends_with(".clientConfig.service.namespace"))
    }

    /// Whether some patch may set the field at a path.
    pub fn patched(&self, kind: &str, path: &str) -> bool {
        let field = path.rsplit(['.', '[']).next().unwrap_or(path).trim_end_matches(']');
        self.patches.iter().any(|patch| patch.sets(kind, field))
    }
}

/// Whether a path is that of a workload's selector, or of the labels it has to match, where the file has no selector.
fn is_selection(object: Object<'_>, path: &str) -> bool {
    let selector = object.root.get("spec").and_then(|spec| spec.get("selector"));
    let given = |field| selector.and_then(|selector| selector.get(field)).is_some_and(|node| !node.is_empty());
    !given("matchLabels")
        && !given("matchExpressions")
        && (path.starts_with("spec.selector") || path == "spec.template.metadata.labels")
}
