//! The repository, as renderers of Applications see it.
//!
//! In: the door to its files, what git knows of it. Out: [`World`]: what lies at a path, in the order of a walk; the text of
//! a file; whether a source is this repository; whether a kind's objects live in namespaces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::kustomize::files::{Files, Found};
use super::kustomize::rooted::Rooted;
use super::kustomize::{Limits, Partly};
use super::origin::Origin;
use super::value::Value;
use crate::gitops::argocd::normalized_address;
use crate::schema::Bundle;
use crate::source::{Source, SourceId, SourceMap};
use crate::version::KubeVersion;
use crate::workspace::{Checkout, Presence};

/// The repository.
#[derive(Clone)]
pub struct World<'f> {
    /// Its files, by their paths from its top.
    pub files: Rooted<'f>,
    /// Its addresses, its branch and the names of its files.
    pub checkout: Arc<Checkout>,
    /// Addresses that cannot be its own, where it has no remote: another one fits what lies here better.
    pub foreign: BTreeSet<String>,
    /// The commit that is checked out.
    pub commit: Option<String>,
    /// What one root may take.
    pub limits: Limits,
    /// Whether roots are rendered without what is not here, as they are checked; else they are refused, as their tools do.
    pub partly: bool,
    /// The version of the clusters, where nothing else says it.
    pub kube_version: Option<String>,
}

impl<'f> World<'f> {
    /// The same, in which one root makes no more than so many objects.
    pub fn with_most(&self, objects: usize) -> World<'f> {
        let limits = Limits { objects: self.limits.objects.min(objects), ..self.limits };
        World { limits, ..self.clone() }
    }

    /// How kustomizations are built of which a part is elsewhere; nothing where they are refused.
    pub fn partly(&self) -> Option<Partly> {
        self.partly.then(|| Partly { kube_version: self.kube_version.clone() })
    }

    /// Whether a source is this repository at what is checked out. Without any remote, every source may be, but for those that are
    /// known to be others.
    pub fn is_here(&self, url: &str, revision: Option<&str>) -> bool {
        match self.checkout.has_address() {
            true => self.checkout.is_source(url, revision),
            false => !self.foreign.contains(&normalized_address(url)),
        }
    }

    /// What lies at a path.
    pub fn presence(&self, path: &str) -> Presence {
        self.checkout.presence(path)
    }

    /// Whether a file or folder lies at a path.
    pub fn holds(&self, path: &str) -> bool {
        self.presence(path) != Presence::Nothing
    }

    /// The files in a folder, with those below it where `recurse` says so, as a walk finds them: by name at each level.
    pub fn files_in(&self, folder: &str, recurse: bool) -> Vec<&str> {
        let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let mut found: Vec<&str> = self.checkout.below(folder).filter(|path| !path.ends_with('/')).collect();
        if !recurse {
            found.retain(|path| !path[start..].contains('/'));
        }
        found.sort_by(|a, b| a[start..].split('/').cmp(b[start..].split('/')));
        found
    }

    /// All folders, as a walk finds them, without those whose name begins with a dot and what is in them.
    pub fn folders(&self) -> Vec<&str> {
        let of = |path: &'_ str| path.match_indices('/').map(|(at, _)| at).collect::<Vec<_>>();
        let all = self.checkout.below("").flat_map(|path| of(path).into_iter().map(move |at| &path[..at]));
        let mut found: Vec<&str> = all.filter(|folder| !folder.split('/').any(|part| part.starts_with('.'))).collect();
        found.sort_by(|a, b| a.split('/').cmp(b.split('/')));
        found.dedup();
        found
    }

    /// Reads a file; nothing where it is not there any more.
    ///
    /// # Errors
    /// Where it lies elsewhere or cannot be read.
    pub fn read(&self, path: &str, sources: &mut SourceMap) -> Result<Option<SourceId>, String> {
        let found = match self.files.find(path) {
            Ok(Found::File(found)) => found,
            Ok(Found::Folder(_)) => return Err(format!("`{path}` is a folder, not a file")),
            Err(_) if self.presence(path) == Presence::File => return Ok(None),
            Err(error) => return Err(format!("cannot read `{path}`: {error}")),
        };
        let bytes = self.files.read(&found).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        let id = sources.next_id();
        sources.push(Source::from_bytes(id, self.files.name(path), bytes));
        Ok(Some(id))
    }
}

/// Which kinds have objects without a namespace, beside those of Kubernetes itself.
#[derive(Debug, Default, Clone)]
pub struct Kinds {
    custom: BTreeMap<(String, String), bool>,
}

impl Kinds {
    /// Takes up the kind that a CustomResourceDefinition defines.
    pub fn add(&mut self, definition: &Value) {
        let Some(spec) = definition.get("spec") else { return };
        let names = (spec.str_at("group"), spec.at(&["names", "kind"]).and_then(Value::as_str));
        if let (Some(group), Some(kind)) = names {
            self.custom.insert((group.to_owned(), kind.to_owned()), spec.str_at("scope") != Some("Cluster"));
        }
    }

    /// Gives an object that lives in a namespace and names none the one that its release goes to.
    pub fn place(&self, object: &mut Value, namespace: &str, origin: &Origin) {
        let (group, kind) = group_and_kind(object);
        let namespaced = self.namespaced(group, kind).unwrap_or(true);
        if !namespaced || meta_text(object, "namespace").is_some() {
            return;
        }
        if let Some(meta) = object.map_at("metadata", origin) {
            meta.set("namespace", Value::string(namespace, origin.clone()));
        }
    }

    /// Whether objects of a kind live in namespaces; nothing where the kind is unknown.
    pub fn namespaced(&self, group: &str, kind: &str) -> Option<bool> {
        if let Some(&known) = self.custom.get(&(group.to_owned(), kind.to_owned())) {
            return Some(known);
        }
        let version = Bundle::get().version(KubeVersion::NEWEST)?;
        let known = version.kinds().iter().find(|known| known.group == group && known.kind == kind);
        known.map(|known| known.namespaced).or_else(|| WELL_KNOWN.contains(&(group, kind)).then_some(false))
    }
}

/// Kinds without a namespace that repositories use often and seldom define: Argo CD would ask the cluster.
const WELL_KNOWN: [(&str, &str); 6] = [
    ("cert-manager.io", "ClusterIssuer"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("external-secrets.io", "ClusterSecretStore"),
    ("kyverno.io", "ClusterPolicy"),
    ("project.openshift.io", "Project"),
    ("security.openshift.io", "SecurityContextConstraints"),
];

/// The group and the kind of an object.
pub fn group_and_kind(object: &Value) -> (&str, &str) {
    let api = object.str_at("apiVersion").unwrap_or_default();
    (api.split_once('/').map_or("", |(group, _)| group), object.str_at("kind").unwrap_or_default())
}

/// The value of a field of an object's metadata.
pub fn meta<'v>(object: &'v Value, field: &str) -> Option<&'v Value> {
    object.get("metadata").and_then(|meta| meta.filled(field))
}

/// The text of a field of an object's metadata.
pub fn meta_text<'v>(object: &'v Value, field: &str) -> Option<&'v str> {
    meta(object, field).and_then(Value::as_str)
}
