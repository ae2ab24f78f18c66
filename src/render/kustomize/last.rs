//! The last steps of a build.
//!
//! In: all objects of a root. Out: those that are applied, rid of kustomize's own notes.

use std::sync::Arc;

use super::config::FieldSpec;
use super::decode::Text;
use super::failure::BuildResult;
use super::finish::value;
use super::labels;
use super::node::Data;
use super::notes::{Notes, ORIGIN, TRANSFORMATIONS};
use super::resource::{Resource, validate};

const LOCAL: &str = "config.kubernetes.io/local-config";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// What the library says of itself, which is no valid label.
const VERSION: &str = "kustomize-(devel)";
/// What the released program says: the version that is mirrored here.
const RELEASE: &str = "kustomize-v5.5.0";

/// Annotations that kustomize keeps for itself, whoever wrote them.
const OWN: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/helm-generated",
];

/// Leaves out objects that are for local use only.
///
/// # Errors
/// At an object that lost its kind or name.
pub fn without_local(resources: Vec<Resource>) -> BuildResult<Vec<Resource>> {
    let mut kept = Vec::with_capacity(resources.len());
    for resource in resources {
        if resource.node.is_empty() {
            continue;
        }
        validate(&resource.node)?;
        let mark = resource.strings("annotations").into_iter().find(|(key, _)| &**key == LOCAL);
        if mark.is_none_or(|(_, text)| &*text == "false") {
            kept.push(resource);
        }
    }
    Ok(kept)
}

/// Takes kustomize's notes out, and adds those that the root asks for.
///
/// # Errors
/// Where labels are no map.
pub fn finish(resources: &mut [Resource], notes: &Notes, released: bool) -> BuildResult<()> {
    if let Some(span) = notes.managed {
        let version = if released { RELEASE } else { VERSION };
        let pair = (Arc::from(MANAGED_BY), Text { text: version.into(), span });
        labels::set(resources, &vec![pair], &[FieldSpec::any("metadata/labels", true)])?;
    }
    for resource in resources {
        if resource.node.at(&["metadata", "annotations"]).is_some()
            && let Some(map) = resource.node.get_mut("metadata").and_then(|meta| meta.get_mut("annotations"))
            && let Data::Mapping(entries) = &mut map.data
        {
            entries.retain(|entry| match &*entry.key.text {
                ORIGIN => notes.origins,
                TRANSFORMATIONS => notes.transformations,
                key => !OWN.contains(&key),
            });
        }
        resource.restring("annotations");
    }
    Ok(())
}

/// All objects as plain JSON, without the label that validators may set.
///
/// # Errors
/// Where one cannot be written.
pub fn plain(resources: &[Resource]) -> BuildResult<Vec<serde_json::Value>> {
    let one = |resource: &Resource| {
        let mut object = value(&resource.node)?.to_json();
        let labels = object.pointer_mut("/metadata/labels").and_then(serde_json::Value::as_object_mut);
        if let Some(labels) = labels {
            labels.shift_remove("validated-by");
            if labels.is_empty()
                && let Some(meta) = object.pointer_mut("/metadata").and_then(serde_json::Value::as_object_mut)
            {
                meta.shift_remove("labels");
            }
        }
        Ok(object)
    };
    resources.iter().map(one).collect()
}
