//! What objects of Argo CD and Flux put into a kustomization.
//!
//! In: values of such objects. Out: the same as a kustomization has it, each with its place in the object.

use super::kustomize::decode::Text;
use super::kustomize::node::Node;
use super::kustomize::settings::{Patch, Selector};
use super::origin::{By, Origin};
use super::value::Value;

/// A value's text with its place.
pub fn text(value: &Value) -> Text {
    Text { text: value.as_str().unwrap_or_default().into(), span: value.span() }
}

/// A text that is read as a patch.
fn string_node(value: &Value) -> Node {
    Node::string(value.as_str().unwrap_or_default(), Origin::new(value.span(), By::Patch))
}

/// An entry of `patches`.
pub fn patch(value: &Value) -> Patch {
    let option = |name: &str| value.get("options").is_some_and(|options| options.is_set(name));
    Patch {
        path: value.filled("path").map(text),
        patch: value.filled("patch").map(string_node),
        target: value.get("target").filter(|target| target.is_map()).map(selector),
        allow_name: option("allowNameChange"),
        allow_kind: option("allowKindChange"),
        span: value.span(),
    }
}

/// The target of a patch.
pub fn selector(value: &Value) -> Selector {
    let field = |name: &str| value.filled(name).map(text);
    Selector {
        group: field("group"),
        version: field("version"),
        kind: field("kind"),
        name: field("name"),
        namespace: field("namespace"),
        labels: field("labelSelector"),
        annotations: field("annotationSelector"),
        span: value.span(),
    }
}
