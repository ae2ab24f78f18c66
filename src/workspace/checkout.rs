//! The git repository that a set lies in.
//!
//! In: its addresses, its branch and the names of its files. Out: whether a source that someone deploys from is this
//! repository, and what lies at a path of it. Nothing is known of other branches, nor behind submodules and links.

use std::collections::BTreeSet;

use crate::gitops::argocd::normalized_address;
use crate::object::glob;

/// What is known of the repository.
#[derive(Debug, Default, Clone)]
pub struct Checkout {
    /// Addresses of its remotes, normalized.
    addresses: BTreeSet<String>,
    /// The branch that is checked out, where there is one.
    branch: Option<String>,
    /// The default branch of its remote, where git knows it.
    default: Option<String>,
    /// Its files, from its root, with `/`.
    files: BTreeSet<String>,
    /// Where names of sources begin: the root as an absolute path, and the working directory seen from it.
    root: String,
    prefix: String,
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A directory.
    Directory,
    /// A file, a link or a submodule.
    File,
    /// It leads through a link or a submodule.
    Unknown,
    /// Nothing.
    Nothing,
}

impl Checkout {
    /// From addresses as git's configuration has them, and names of files.
    pub fn new<'u>(
        urls: impl IntoIterator<Item = &'u str>,
        branch: Option<String>,
        files: impl IntoIterator<Item = String>,
    ) -> Self {
        let addresses = urls.into_iter().map(normalized_address).collect();
        Self { addresses, branch, files: files.into_iter().collect(), ..Self::default() }
    }

    /// Tells it further addresses.
    pub fn known_as(mut self, urls: &[String]) -> Self {
        self.addresses.extend(urls.iter().map(|url| normalized_address(url)));
        self
    }

    /// Tells it the default branch of its remote.
    pub fn defaulting_to(self, default: Option<String>) -> Self {
        Self { default, ..self }
    }

    /// Tells it where names of sources begin: its root, and the working directory seen from there.
    pub fn placed(self, root: String, prefix: String) -> Self {
        Self { root, prefix, ..self }
    }

    /// The path of a source from the root, by its name; nothing for one outside.
    pub fn path_of(&self, name: &str) -> Option<String> {
        match name.strip_prefix('/') {
            Some(_) => clean(name.strip_prefix(self.root.as_str())?.strip_prefix('/')?),
            None => clean(&format!("{}/{name}", self.prefix)),
        }
    }

    /// Whether it has any remote.
    pub fn has_address(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Its files at or below a folder, sorted.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = self.files.range(prefix.clone()..).map(String::as_str);
        from.take_while(move |file| file.starts_with(&prefix))
    }

    /// Whether an address is one of this repository's.
    pub fn is_at(&self, url: &str) -> bool {
        self.addresses.contains(&normalized_address(url))
    }

    /// Whether a source is this repository, at a revision that can be taken for what is checked out: the default branch
    /// (`main` or `master`, where git does not know it), or the branch at hand.
    pub fn is_source(&self, url: &str, revision: Option<&str>) -> bool {
        let current = match revision {
            None | Some("HEAD") => true,
            Some(revision) => {
                let branch = revision.trim_start_matches("refs/heads/");
                let default =
                    self.default.as_deref().map_or(matches!(branch, "main" | "master"), |name| name == branch);
                default || self.branch.as_deref() == Some(branch)
            }
        };
        current && self.is_at(url)
    }

    /// What lies at a path, which is taken from the root of the repository whether it begins with `/` or not. A path that
    /// is outside the repository leads to nothing.
    pub fn presence(&self, path: &str) -> Presence {
        let Some(path) = clean(path) else { return Presence::Nothing };
        if path.is_empty() || self.has_below(&path) {
            return Presence::Directory;
        }
        if self.files.contains(&path) {
            return Presence::File;
        }
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        if above.any(|directory| self.files.contains(directory)) { Presence::Unknown } else { Presence::Nothing }
    }

    /// A path of the repository without `.` and `..`, as far as it does not lead out.
    pub fn cleaned(&self, path: &str) -> String {
        clean(path).unwrap_or_else(|| path.to_owned())
    }

    fn has_below(&self, directory: &str) -> bool {
        let prefix = format!("{directory}/");
        self.files.range(prefix.clone()..).next().is_some_and(|file| file.starts_with(&prefix))
    }

    /// Whether a pattern matches a file; nothing where that cannot be said.
    pub fn has_file_like(&self, pattern: &str) -> Option<bool> {
        let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
        glob::matches(pattern, "")?;
        Some(self.files.iter().any(|file| glob::matches(pattern, file) == Some(true)))
    }

    /// Whether a pattern matches a directory; nothing where that cannot be said.
    pub fn has_directory_like(&self, pattern: &str) -> Option<bool> {
        glob::matches(pattern, "")?;
        let mut directories = self.files.iter().flat_map(|file| file.match_indices('/').map(|(at, _)| &file[..at]));
        // A submodule is a directory to those who check it out, and listed as a file.
        let listed = self.files.iter().any(|file| glob::matches(pattern, file) == Some(true));
        Some(listed || directories.any(|directory| glob::matches(pattern, directory) == Some(true)))
    }
}

/// A path without `.` and `..`; nothing where it leads out.
fn clean(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> Checkout {
        let files = ["web/values.yaml", "apps/a/x.yaml", "apps/b/y.yaml", "vendor/sub"];
        Checkout::new(["git@github.com:shop/web.git"], Some("next".to_owned()), files.map(str::to_owned))
    }

    #[test]
    fn only_this_repository_at_this_branch_is_checked() {
        let checkout = checkout();
        for (url, revision, expected) in [
            ("https://github.com/Shop/web", None, true),
            ("https://github.com/Shop/web", Some("HEAD"), true),
            ("https://github.com/shop/web", Some("next"), true),
            ("https://github.com/shop/web", Some("v1.2"), false),
            ("https://github.com/shop/other", None, false),
        ] {
            assert_eq!(checkout.is_source(url, revision), expected, "{url} {revision:?}");
        }
    }

    #[test]
    fn the_default_branch_is_the_remotes() {
        let checkout = checkout().defaulting_to(Some("develop".to_owned()));
        for (revision, expected) in [("develop", true), ("refs/heads/develop", true), ("next", true), ("main", false)] {
            assert_eq!(checkout.is_source("https://github.com/shop/web", Some(revision)), expected, "{revision}");
        }
    }

    #[test]
    fn paths_are_found() {
        let checkout = checkout();
        for (path, expected) in [
            ("web", Presence::Directory),
            (".", Presence::Directory),
            ("./web/", Presence::Directory),
            ("/web/values.yaml", Presence::File),
            ("apps/../web", Presence::Directory),
            ("..", Presence::Nothing),
            ("we", Presence::Nothing),
            ("vendor/sub/chart", Presence::Unknown),
        ] {
            assert_eq!(checkout.presence(path), expected, "{path}");
        }
        let placed = checkout.clone().placed("/r".to_owned(), "apps".to_owned());
        assert_eq!(placed.path_of("a/x.yaml").as_deref(), Some("apps/a/x.yaml"));
        assert_eq!(placed.path_of("../web/values.yaml").as_deref(), Some("web/values.yaml"));
        assert_eq!(placed.path_of("/r/web/values.yaml").as_deref(), Some("web/values.yaml"));
        assert_eq!(placed.path_of("/elsewhere/values.yaml"), None);
        assert_eq!(checkout.has_directory_like("apps/*"), Some(true));
        assert_eq!(checkout.has_directory_like("apps/c*"), Some(false));
        assert_eq!(checkout.has_file_like("apps/**/x.yaml"), Some(true));
        assert_eq!(checkout.has_file_like("apps/[ab]/x.yaml"), None);
    }
}
