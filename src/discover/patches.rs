//! Patches: what kustomizations apply to objects, and what is one by its looks.
//!
//! In: a kustomization, or a Flux Kustomization; a document that none of them takes in. Out: [`Patch`]es with the kinds they are
//! for, and whether a document is a piece of an object.

use crate::source::{Source, SourceId};
use crate::workspace::Patch;
use crate::yaml::{Limits, Node, read};

use super::kustomize::{items, resolve, strings};

/// A patch as a kustomization writes it.
#[derive(Debug)]
pub(super) struct Written {
    /// The kind its target names.
    kind: Option<String>,
    /// Its text, or the name of its file.
    what: Result<String, String>,
    /// Its target is a kind, whatever the names of its objects.
    for_all: bool,
}

impl Written {
    /// The patch with its text; nothing where its file was not read.
    pub(super) fn read<'s>(&self, text: impl Fn(&str) -> Option<&'s str>) -> Option<Patch> {
        let text = match &self.what {
            Ok(text) => text.clone(),
            Err(file) => text(file)?.to_owned(),
        };
        let kinds = match &self.kind {
            Some(kind) => vec![kind.clone()],
            None => text.lines().filter_map(|line| Some(line.strip_prefix("kind:")?.trim().to_owned())).collect(),
        };
        Some(Patch { kinds, text, for_all: self.for_all })
    }

    fn new(directory: &str, kind: Option<&str>, text: Option<&str>, path: Option<&str>) -> Option<Self> {
        let what = match (text, path) {
            (Some(text), _) => Ok(text.to_owned()),
            (None, Some(path)) => Err(resolve(directory, path)),
            (None, None) => return None,
        };
        Some(Self { kind: kind.map(str::to_owned), what, for_all: false })
    }
}

/// The patches of a kustomization in a directory.
pub(super) fn written(directory: &str, root: Node<'_>) -> Vec<Written> {
    let entries = ["patches", "patchesJson6902"].into_iter().flat_map(|field| items(root, field));
    let with_target = entries.filter_map(|entry| {
        let target = entry.get("target");
        let kind = target.and_then(|target| target.str_at("kind"));
        let name = target.and_then(|target| target.str_at("name"));
        let for_all = kind.is_some() && name.is_none_or(|name| matches!(name, ".*" | "*"));
        let written = Written::new(directory, kind, entry.str_at("patch"), entry.str_at("path"))?;
        Some(Written { for_all, ..written })
    });
    let plain = ["patchesStrategicMerge", "patches"].into_iter().flat_map(|field| strings(root, field));
    let plain = plain.filter_map(|text| match text.contains('\n') {
        true => Written::new(directory, None, Some(text), None),
        false => Written::new(directory, None, None, Some(text)),
    });
    with_target.chain(plain).collect()
}

/// The patches of a Flux Kustomization, which apply to whatever lies under its path; and those that they give to the Kustomizations
/// that lie there.
pub(super) fn of_flux(root: Node<'_>) -> Vec<Patch> {
    let own = of_flux_itself(root);
    let given: Vec<Patch> = own.iter().flat_map(given).collect();
    own.into_iter().chain(given).collect()
}

/// The patches that a patch gives to a Flux Kustomization.
fn given(patch: &Patch) -> Vec<Patch> {
    if !patch.text.contains("kustomize.toolkit.fluxcd.io") {
        return Vec::new();
    }
    let documents = read(&Source::from_text(SourceId(0), "patch", patch.text.as_str()), &Limits::default());
    documents.iter().flat_map(|document| &document.tree).flat_map(|tree| of_flux_itself(tree.root())).collect()
}

fn of_flux_itself(root: Node<'_>) -> Vec<Patch> {
    let flux = root.str_at("kind") == Some("Kustomization")
        && root.str_at("apiVersion").is_some_and(|api| api.starts_with("kustomize.toolkit.fluxcd.io/"));
    let spec = flux.then(|| root.get("spec")).flatten();
    spec.map(|spec| written("", spec)).unwrap_or_default().iter().filter_map(|patch| patch.read(|_| None)).collect()
}

/// Whether a file that no kustomization takes in is named as a patch: itself, or the folder it lies in.
pub(super) fn is_named_so(file: &str) -> bool {
    file.rsplit('/').take(2).any(|part| part.contains("patch"))
}

/// Whether a file is called a patch, or the folder it lies in: `web-patch.yaml`, `patches/web.yaml`; not `dispatcher.yaml`.
pub fn is_called_patch(file: &str) -> bool {
    let words =
        |part: &str| part.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "patch" | "patches"));
    file.rsplit('/').take(2).any(words)
}

/// What directives of a strategic merge patch begin with.
pub const DIRECTIVES: [&str; 3] = ["$patch", "$retainKeys", "$setElementOrder/"];

/// Whether some map below a node has a directive of a strategic merge patch.
pub(super) fn has_directives(root: Node<'_>) -> bool {
    let is_one = |name: &str| name.starts_with('$') && DIRECTIVES.iter().any(|directive| name.starts_with(directive));
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.entries().any(|entry| is_one(entry.name)) {
            return true;
        }
        open.extend(node.items().chain(node.entries().map(|entry| entry.value)));
    }
    false
}

/// Whether an object has so little of what its kind needs that it can only be a piece to be merged into another.
pub(super) fn is_piece(root: Node<'_>) -> bool {
    let (Some(api), Some(kind)) = (root.str_at("apiVersion"), root.str_at("kind")) else { return false };
    let Some(spec) = root.get("spec") else { return kind == "CustomResourceDefinition" };
    match (api.rsplit_once('/').map_or("", |(group, _)| group), kind) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
            spec.get("selector").is_none() && !has_images(spec)
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => spec.get("group").is_none(),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => spec.get("chart").or_else(|| spec.get("chartRef")).is_none(),
        _ => false,
    }
}

/// Whether an object of a kind that is taken in elsewhere lacks something that it needs, so that it may be a part of that one.
pub(super) fn is_part(root: Node<'_>) -> bool {
    let (Some(kind), Some(spec)) = (root.str_at("kind"), root.get("spec")) else { return false };
    let lacks = |fields: &[&str]| fields.iter().any(|field| spec.get(field).is_none());
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => {
            lacks(&["selector", "template"]) || !has_images(spec)
        }
        "Service" => lacks(&["ports"]),
        "Ingress" => lacks(&["rules"]) && spec.get("defaultBackend").is_none(),
        "PersistentVolumeClaim" => lacks(&["accessModes", "resources"]),
        "CronJob" => lacks(&["schedule", "jobTemplate"]),
        _ => is_piece(root),
    }
}

/// Whether a Kustomization of Flux has nothing of what one needs: a program merges it into another, or a person does.
pub(super) fn is_flux_fragment(root: Node<'_>) -> bool {
    let group = root.str_at("apiVersion").and_then(|api| api.split_once('/')).map(|(group, _)| group);
    let needed = ["sourceRef", "path", "interval", "prune"];
    root.str_at("kind") == Some("Kustomization")
        && group == Some("kustomize.toolkit.fluxcd.io")
        && root.get("spec").is_some_and(|spec| !spec.is_empty() && needed.iter().all(|field| spec.get(field).is_none()))
}

/// Whether some container of a workload names its image.
fn has_images(spec: Node<'_>) -> bool {
    let pod = spec.get("template").and_then(|template| template.get("spec"));
    pod.is_some_and(|pod| items(pod, "containers").any(|container| container.get("image").is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kustomization_without_all_that_one_needs_is_a_fragment() {
        let of = |spec: &str| {
            let text = format!("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {spec}\n");
            let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
            is_flux_fragment(documents[0].tree.as_ref().expect("it parses").root())
        };
        assert!(of("{patches: [{patch: x}]}") && of("{suspend: true}"));
        assert!(!of("{path: ./a}") && !of("{interval: 1m}") && !of("{}"));
    }

    #[test]
    fn patches_are_given_to_the_kustomizations_below() {
        let text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  patches:\n    - target: {kind: Kustomization}\n      patch: |\n        apiVersion: kustomize.toolkit.fluxcd.io/v1\n        kind: Kustomization\n        metadata: {name: all}\n        spec:\n          patches:\n            - target: {kind: HelmRelease}\n              patch: |\n                spec: {interval: 1h}\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let patches = of_flux(documents[0].tree.as_ref().expect("it parses").root());
        let kinds: Vec<_> = patches.iter().map(|patch| patch.kinds.join(",")).collect();
        assert_eq!(kinds, ["Kustomization", "HelmRelease"]);
    }
}
