use crate::rule::prelude::*;

rule! {
    /// An image reference that cannot be parsed.
    ///
    /// The server accepts any text; the kubelet answers `InvalidImageName`, and the pod never starts. Capital letters,
    /// blanks, an empty tag or a protocol are the usual causes. Texts with placeholders are not checked,
    /// nor are `ko://` paths, which `ko` replaces.
    ///
    /// **How to fix**: write `registry/path:tag`, in lower case, without `https://`.
    id: "invalid-image-reference",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    let text = node.as_str().unwrap_or("");
    let built = text.starts_with("ko://");
    let template = built || ["$", "{", "<", "%", "@@"].iter().any(|mark| text.contains(mark)) || text.trim().is_empty();
    if !template && !image.is_valid() {
        let message = format!("`{text}` is not a valid image reference");
        let bare = text.trim().trim_start_matches("https://").trim_start_matches("http://").trim_end_matches(':');
        let patch = if Image::parse(bare).is_valid() { Patch::new().set(node, bare) } else { Patch::none() };
        context.report(node, message).help("use `registry/path:tag`, in lower case and without a protocol").fix(patch);
    }
}
