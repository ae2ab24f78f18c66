//! Names of other objects that a pod spec needs.
//!
//! In: a pod spec. Out: each [`Reference`] to a Secret, ConfigMap, PersistentVolumeClaim and the like, with the node that
//! names it, the key asked for, and whether the pod starts without it.

use crate::yaml::Node;

use super::PodSpec;

/// A reference to an object in the pod's namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'t> {
    /// The kind referred to: `Secret`, `ConfigMap` or `PersistentVolumeClaim`.
    pub kind: &'static str,
    /// The name.
    pub name: &'t str,
    /// Where the name stands.
    pub node: Node<'t>,
    /// The key asked for, and where it stands.
    pub key: Option<(&'t str, Node<'t>)>,
    /// `optional: true`: the pod starts without it.
    pub optional: bool,
    /// What refers.
    pub by: ReferenceKind,
}

/// Which field refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// `env[].valueFrom`.
    Variable,
    /// `envFrom[]`.
    Variables,
    /// A volume, or a source of a projected one.
    Volume,
    /// `imagePullSecrets[]`.
    PullSecret,
}

impl<'t> PodSpec<'t> {
    /// All references to Secrets, ConfigMaps and claims, in the order of containers, volumes, pull secrets.
    pub fn references(self) -> Vec<Reference<'t>> {
        let mut found = Vec::new();
        for container in self.containers() {
            container.env().filter_map(|env| env.get("valueFrom")).for_each(|from| variable(from, &mut found));
            container.env_from().for_each(|from| variables(from, &mut found));
        }
        self.volumes().for_each(|node| volume(node, &mut found));
        for secret in self.node.get("imagePullSecrets").into_iter().flat_map(Node::items) {
            push(&mut found, "Secret", secret, "name", ReferenceKind::PullSecret, &[]);
        }
        found
    }
}

fn variable<'t>(from: Node<'t>, found: &mut Vec<Reference<'t>>) {
    for (field, kind) in [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")] {
        if let Some(reference) = from.get(field) {
            let key = reference.get("key").into_iter().collect::<Vec<_>>();
            push(found, kind, reference, "name", ReferenceKind::Variable, &key);
        }
    }
}

fn variables<'t>(from: Node<'t>, found: &mut Vec<Reference<'t>>) {
    for (field, kind) in [("secretRef", "Secret"), ("configMapRef", "ConfigMap")] {
        if let Some(reference) = from.get(field) {
            push(found, kind, reference, "name", ReferenceKind::Variables, &[]);
        }
    }
}

fn volume<'t>(volume: Node<'t>, found: &mut Vec<Reference<'t>>) {
    if let Some(secret) = volume.get("secret") {
        push(found, "Secret", secret, "secretName", ReferenceKind::Volume, &item_keys(secret));
    }
    if let Some(map) = volume.get("configMap") {
        push(found, "ConfigMap", map, "name", ReferenceKind::Volume, &item_keys(map));
    }
    if let Some(claim) = volume.get("persistentVolumeClaim") {
        push(found, "PersistentVolumeClaim", claim, "claimName", ReferenceKind::Volume, &[]);
    }
    for source in volume.at(&["projected", "sources"]).into_iter().flat_map(Node::items) {
        for (field, kind) in [("secret", "Secret"), ("configMap", "ConfigMap")] {
            if let Some(reference) = source.get(field) {
                push(found, kind, reference, "name", ReferenceKind::Volume, &item_keys(reference));
            }
        }
    }
}

fn item_keys(source: Node<'_>) -> Vec<Node<'_>> {
    source.get("items").into_iter().flat_map(Node::items).filter_map(|item| item.get("key")).collect()
}

/// One reference for each key, or one without a key.
fn push<'t>(
    found: &mut Vec<Reference<'t>>,
    kind: &'static str,
    parent: Node<'t>,
    field: &str,
    by: ReferenceKind,
    keys: &[Node<'t>],
) {
    let Some(node) = parent.get(field) else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    let optional = parent.get("optional").and_then(Node::as_bool) == Some(true);
    let mut add = |key| found.push(Reference { kind, name, node, key, optional, by });
    if keys.is_empty() {
        add(None);
    }
    keys.iter().filter_map(|&key| Some((key.as_str()?, key))).for_each(|key| add(Some(key)));
}
