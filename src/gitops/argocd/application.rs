//! What Argo CD's Applications and ApplicationSets deploy from where.
//!
//! In: an [`Object`]. Out: its sources: repository, revision and path of each, and its destination. What a template fills in
//! is not known: such values hold `{{`.

use crate::yaml::Node;

use crate::object::Object;

/// The `spec` of an Application, or the one that an ApplicationSet makes Applications from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Application<'t> {
    /// The node.
    pub spec: Node<'t>,
}

/// One source of an Application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppSource<'t> {
    /// The node.
    pub node: Node<'t>,
}

impl<'t> Application<'t> {
    /// Of an object that is one.
    pub fn of(object: Object<'t>) -> Option<Self> {
        let spec = match (object.gvk.group, object.gvk.kind) {
            ("argoproj.io", "Application") => object.spec(),
            ("argoproj.io", "ApplicationSet") => object.root.at(&["spec", "template", "spec"]),
            _ => None,
        };
        spec.filter(|spec| spec.is_mapping()).map(|spec| Self { spec })
    }

    /// Its sources: `sources` where that is written, else `source`.
    pub fn sources(self) -> impl Iterator<Item = AppSource<'t>> + Clone {
        let several = self.spec.get("sources").filter(|list| !list.is_empty());
        let single = self.spec.get("source").filter(|_| several.is_none());
        several.into_iter().flat_map(Node::items).chain(single).map(|node| AppSource { node })
    }
}

impl<'t> AppSource<'t> {
    /// `repoURL`, where no template fills it in.
    pub fn url(self) -> Option<&'t str> {
        self.literal("repoURL").and_then(Node::as_str)
    }

    /// `targetRevision`; nothing stands for the default branch.
    pub fn revision(self) -> Option<&'t str> {
        self.node.str_at("targetRevision").filter(|revision| !revision.is_empty())
    }

    /// A text without placeholders.
    pub fn literal(self, field: &str) -> Option<Node<'t>> {
        self.node.get(field).filter(|node| node.as_str().is_some_and(is_literal))
    }

    /// Whether it is a chart of a Helm repository, or of an OCI registry, and no directory of a git repository.
    pub fn is_chart(self) -> bool {
        self.node.get("chart").is_some() || self.url().is_some_and(|url| url.starts_with("oci://"))
    }
}

/// The generators of an ApplicationSet itself.
pub fn generators(object: Object<'_>) -> impl Iterator<Item = Node<'_>> {
    object.root.at(&["spec", "generators"]).into_iter().flat_map(Node::items)
}

/// The generators within a matrix or merge generator.
pub fn inner_generators<'t>(generator: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let lists = ["matrix", "merge"].map(|kind| generator.at(&[kind, "generators"]));
    lists.into_iter().flatten().flat_map(Node::items)
}

/// Whether no template and no variable stands in a text.
pub fn is_literal(text: &str) -> bool {
    !text.contains("{{") && !text.contains('$')
}

/// The address of a git repository such that all ways to write it are one: lower case, without scheme, user and `.git`.
pub fn normalized_address(url: &str) -> String {
    let lower = url.trim().to_lowercase();
    let (scheme, rest) = match lower.split_once("://") {
        Some((scheme, rest)) => (scheme, rest.to_owned()),
        // The form of scp: the first colon stands before the path.
        None => ("", lower.replacen(':', "/", 1)),
    };
    let rest = match rest.split_once('@') {
        Some((user, host)) if !user.contains('/') => host,
        _ => &rest,
    };
    let rest = if scheme == "ssh" { rest.replacen(":22/", "/", 1) } else { rest.to_owned() };
    let rest = rest.trim_end_matches('/');
    rest.strip_suffix(".git").unwrap_or(rest).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::normalized_address;

    #[test]
    fn addresses_of_one_repository_are_one() {
        for url in [
            "https://github.com/Shop/Web.git",
            "https://github.com/shop/web/",
            "https://token@github.com/shop/web",
            "git@github.com:shop/web.git",
            "ssh://git@github.com/shop/web",
            "ssh://git@github.com:22/shop/web.git",
        ] {
            assert_eq!(normalized_address(url), "github.com/shop/web", "{url}");
        }
        assert_ne!(normalized_address("https://github.com/shop/web2"), "github.com/shop/web");
    }
}
