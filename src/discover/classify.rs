//! What a document is.
//!
//! In: a document that was read. Out: whether it is a manifest, a broken one, or something that is not checked, by the
//! contract's definition: a mapping with `apiVersion` and `kind` as strings is a manifest.

use crate::coverage::SkipReason;
use crate::yaml::{Document, Node};

/// What a document turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentClass {
    /// A Kubernetes object, or a List of them.
    Manifest,
    /// Meant to be one: has `metadata`, but a missing or unusable `kind` or `apiVersion`.
    Broken,
    /// Not checked.
    Skip(SkipReason),
}

/// Classifies a document that parsed.
pub fn classify(document: &Document) -> DocumentClass {
    let Ok(tree) = &document.tree else { return DocumentClass::Skip(SkipReason::Template) };
    if document.is_empty() {
        return DocumentClass::Skip(SkipReason::Empty);
    }
    let root = tree.root();
    if !root.is_mapping() {
        return DocumentClass::Skip(SkipReason::Other);
    }
    if root.get("sops").is_some_and(|sops| sops.get("mac").is_some()) {
        return DocumentClass::Skip(SkipReason::Encrypted);
    }
    match (root.str_at("apiVersion"), root.str_at("kind")) {
        (Some(api), Some("Kustomization" | "Component")) if api.starts_with("kustomize.config.k8s.io/") => {
            DocumentClass::Skip(SkipReason::Kustomization)
        }
        (Some("v1"), Some("Config")) if root.get("clusters").is_some() => DocumentClass::Skip(SkipReason::Other),
        (Some(api), Some(kind)) if !api.is_empty() && !kind.is_empty() => DocumentClass::Manifest,
        _ if has_metadata(root) && !is_of_another_tool(root) && !is_overlay(document) => DocumentClass::Broken,
        _ => DocumentClass::Skip(SkipReason::Other),
    }
}

/// Whether a file holds the settings of a program that has nothing to do with Kubernetes, by its name, which begins with a dot, and by
/// its text, which speaks of no kind: what is no YAML to the server may be some to that.
pub fn is_settings(name: &str, text: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let stem = base.strip_suffix(".yaml").or_else(|| base.strip_suffix(".yml")).unwrap_or(base);
    let speaks_of_a_kind = || text.lines().any(|line| line.starts_with("kind:"));
    stem == "mkdocs" || (base.starts_with('.') && !speaks_of_a_kind())
}

/// Whether a file's bytes are what an encryption tool wrote in place of its text: git-crypt, Ansible Vault, age.
pub fn is_encrypted(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 4] =
        [b"\0GITCRYPT\0", b"$ANSIBLE_VAULT;", b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"];
    MARKS.iter().any(|mark| bytes.starts_with(mark))
}

/// What objects of Kubernetes have at their top, beside what says what they are.
const FIELDS: [&str; 41] = [
    "addressType",
    "aggregationRule",
    "allowVolumeExpansion",
    "allowedTopologies",
    "automountServiceAccountToken",
    "binaryData",
    "data",
    "description",
    "driver",
    "endpoints",
    "eventTime",
    "globalDefault",
    "handler",
    "imagePullSecrets",
    "immutable",
    "involvedObject",
    "items",
    "message",
    "metadata",
    "mountOptions",
    "objects",
    "overhead",
    "parameters",
    "ports",
    "preemptionPolicy",
    "provisioner",
    "reason",
    "reclaimPolicy",
    "roleRef",
    "rules",
    "scheduling",
    "secrets",
    "spec",
    "status",
    "stringData",
    "subjects",
    "subsets",
    "template",
    "type",
    "volumeBindingMode",
    "webhooks",
];

/// What is meant to be an object has no more fields than that which no object has.
const MOST_FOREIGN: usize = 12;

/// Whether a mapping with metadata is the file of another tool: it says nothing of what it is, and has what no object has
/// (`entries` of an authentik blueprint, `schemaVersion` of a devfile); or it is of a format without kinds.
fn is_of_another_tool(root: Node<'_>) -> bool {
    let is_type = |name: &str| ["apiVersion", "kind"].iter().any(|field| name.eq_ignore_ascii_case(field));
    let typed = root.entries().any(|entry| is_type(entry.name));
    let foreign = |name: &str| !FIELDS.contains(&name);
    // The index of a text has all words for keys.
    if root.entries().filter(|entry| foreign(entry.name)).take(MOST_FOREIGN + 1).count() > MOST_FOREIGN {
        return true;
    }
    let score = root.str_at("apiVersion").is_some_and(|api| api.starts_with("score.dev/"));
    // A resource of COSI (Talos, Omni) says its type in its metadata.
    let cosi = !typed && root.at(&["metadata", "type"]).and_then(Node::as_str).is_some_and(|name| name.contains('.'));
    // A file of a program that numbers its format, and calls its kinds otherwise than an API server does: no kind of Kubernetes has a
    // hyphen or begins with a small letter.
    let numbered = root.get("apiVersion").is_some_and(|api| api.as_str().is_none() && !api.is_null());
    let named = root.str_at("kind").is_some_and(|kind| kind.starts_with(|c: char| c.is_ascii_lowercase()));
    // A format with a number of its own and no kinds, such as the first one of devfiles: a version of Kubernetes begins with `v`.
    let plain = root.str_at("apiVersion").is_some_and(|api| api.starts_with(|c: char| c.is_ascii_digit()));
    let numbered_alone = plain && root.get("kind").is_none() && !root.str_at("apiVersion").unwrap_or("").contains('/');
    // UI5, devfiles and functions say the version of their format otherwise.
    let versioned = root.get("apiVersion").is_none()
        && ["specVersion", "schemaVersion"].iter().any(|field| root.str_at(field).is_some());
    let odd = root.str_at("apiVersion").is_none() && root.str_at("kind").is_some_and(|kind| kind.contains('-'));
    score
        || cosi
        || odd
        || versioned
        || numbered_alone
        || (numbered && named)
        || (!typed && root.entries().any(|entry| foreign(entry.name)))
}

/// Whether comments of ytt's (`#@overlay/match`), in a document or right above it, say that it is laid over others. Where
/// nothing is left of a document but its outline, nobody can tell any more.
pub fn is_overlay(document: &Document) -> bool {
    let Ok(tree) = &document.tree else { return false };
    if !has_metadata(tree.root()) || tree.root().str_at("apiVersion").is_some() {
        return false;
    }
    let is_mark = |comment: &str| comment.starts_with("#@");
    let above = tree.text_before(document.span.start as usize).lines().rev();
    let mut above = above.take_while(|line| line.is_empty() || line.starts_with('#') || line.starts_with("---"));
    tree.comments().iter().any(|comment| is_mark(comment.text(tree))) || above.any(is_mark)
}

/// Metadata as objects have it, or any beside one half of the type.
fn has_metadata(root: Node<'_>) -> bool {
    let Some(entry) = root.get_entry("metadata") else { return false };
    let typed = root.get("apiVersion").or_else(|| root.get("kind")).is_some();
    typed
        || ["name", "generateName", "namespace", "labels", "annotations"]
            .iter()
            .any(|key| entry.value.get(key).is_some())
}
