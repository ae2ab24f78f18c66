//! What an AppProject permits.
//!
//! In: patterns of an AppProject; the address of a source, a destination, a kind. Out: whether it is permitted, as
//! `AppProject.IsSourcePermitted`, `isDestinationMatched` and `IsGroupKindNamePermitted` have it.

use rustc_hash::FxHashMap;

use crate::go::glob::Glob;
use crate::go::path;

/// The server of the cluster that Argo CD runs in, and its name.
pub const LOCAL: (&str, &str) = ("https://kubernetes.default.svc", "in-cluster");

/// Where an Application deploys to. Of a cluster other than the local one, one of server and name is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination<'a> {
    /// The cluster's address.
    pub server: Option<&'a str>,
    /// The cluster's name.
    pub name: Option<&'a str>,
    /// The namespace.
    pub namespace: &'a str,
}

impl<'a> Destination<'a> {
    /// What an Application says, the local cluster known by both its names.
    pub fn new(server: Option<&'a str>, name: Option<&'a str>, namespace: &'a str) -> Self {
        let server = server.map(|server| server.trim_end_matches('/'));
        match (server, name) {
            (Some(server), None) if server == LOCAL.0 => Self { server: Some(server), name: Some(LOCAL.1), namespace },
            (None, Some(name)) if name == LOCAL.1 => Self { server: Some(LOCAL.0), name: Some(name), namespace },
            _ => Self { server, name, namespace },
        }
    }
}

/// An entry of `destinations`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Allowed<'a> {
    /// Pattern of servers.
    pub server: &'a str,
    /// Pattern of names.
    pub name: &'a str,
    /// Pattern of namespaces.
    pub namespace: &'a str,
}

/// An entry of a list of kinds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct KindPattern<'a> {
    /// Pattern of groups.
    pub group: &'a str,
    /// Pattern of kinds.
    pub kind: &'a str,
    /// Pattern of names; empty for all.
    pub name: &'a str,
}

/// An address as Argo CD compares it.
pub fn normalized(url: &str) -> String {
    let lower = url.trim().to_lowercase();
    let scp = !lower.contains("://") && lower.split_once('/').map_or(&*lower, |(host, _)| host).contains('@');
    let lower = if scp { lower.replacen(':', "/", 1) } else { lower };
    let lower = lower.strip_suffix(".git").unwrap_or(&lower);
    lower.strip_prefix("ssh://").unwrap_or(lower).to_owned()
}

/// Whether a pattern matches a value, or, with `!` in front, does not.
fn fits(pattern: &str, value: &str, separator: Option<char>) -> bool {
    let matches = |pattern: &str| Glob::parse(pattern, separator).is_some_and(|glob| glob.matches(value));
    match pattern.strip_prefix('!') {
        Some(denied) => !matches(denied),
        None => pattern == "*" || matches(pattern),
    }
}

/// Whether a source is permitted: one of `sourceRepos` fits, and none of those with `!` hits.
pub fn permits_source<'a>(patterns: impl IntoIterator<Item = &'a str>, url: &str) -> bool {
    let (url, mut permitted) = (normalized(url), false);
    for pattern in patterns {
        let pattern = match pattern.strip_prefix('!') {
            Some(denied) => format!("!{}", normalized(denied)),
            None => normalized(pattern),
        };
        if fits(&pattern, &url, Some('/')) {
            permitted = true;
        } else if pattern.starts_with('!') {
            return false;
        }
    }
    permitted
}

/// Whether a destination is permitted. Where an entry goes by what is not known of the cluster, it may be: then it is.
pub fn permits_destination<'a>(entries: impl IntoIterator<Item = Allowed<'a>>, destination: &Destination<'_>) -> bool {
    let mut permitted = false;
    for entry in entries {
        let matched = |pattern: &str, value: Option<&str>, other: Option<&str>| match value {
            Some(value) => Some(!value.is_empty() && fits(pattern, value, None)),
            None if pattern.is_empty() || pattern == "*" || other.is_none() => Some(pattern == "*"),
            None => None,
        };
        let name = matched(entry.name, destination.name, destination.server);
        let server = matched(entry.server, destination.server, destination.name);
        let namespace = fits(entry.namespace, destination.namespace, None);
        let denies = |pattern: &str| pattern.starts_with('!');
        let (Some(name), Some(server)) = (name, server) else {
            if namespace || denies(entry.namespace) || denies(entry.name) {
                return true;
            }
            continue; // for another namespace
        };
        if (server || name) && namespace {
            permitted = true;
        } else if !name && denies(entry.name)
            || !server && denies(entry.server) && namespace
            || !namespace && denies(entry.namespace) && server
        {
            return false;
        }
    }
    permitted
}

/// Which entries of `destinations` say something about a namespace: a project may have thousands, each for one.
#[derive(Debug, Default, Clone)]
pub struct Destinations {
    /// Those that permit one namespace by its name.
    of_namespace: FxHashMap<String, Vec<usize>>,
    others: Vec<usize>,
}

impl Destinations {
    /// Sorts the entries of a project.
    pub fn new<'a>(entries: impl Iterator<Item = Allowed<'a>>) -> Self {
        let mut sorted = Self::default();
        for (number, entry) in entries.enumerate() {
            let is_plain = !entry.namespace.contains(['*', '?', '[', ']', '{', '}', '!', '\\']);
            match is_plain && !entry.name.starts_with('!') {
                true => sorted.of_namespace.entry(entry.namespace.to_owned()).or_default().push(number),
                false => sorted.others.push(number),
            }
        }
        sorted
    }

    /// Whether a destination is permitted, as [`permits_destination`] has it; `entry` gives entries by their numbers.
    pub fn permit<'a>(&self, entry: impl Fn(usize) -> Option<Allowed<'a>>, destination: &Destination<'_>) -> bool {
        let own = self.of_namespace.get(destination.namespace).map_or(&[][..], Vec::as_slice);
        let mut numbers: Vec<_> = own.iter().chain(&self.others).copied().collect();
        numbers.sort_unstable();
        permits_destination(numbers.into_iter().filter_map(entry), destination)
    }
}

/// Whether a kind is in a list.
pub fn lists_kind<'a>(
    patterns: impl IntoIterator<Item = KindPattern<'a>>,
    group: &str,
    kind: &str,
    name: &str,
) -> bool {
    patterns.into_iter().any(|pattern| {
        path::is_match(pattern.kind, kind) == Some(true)
            && path::is_match(pattern.group, group) == Some(true)
            && (pattern.name.is_empty() || path::is_match(pattern.name, name) == Some(true))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_compared_by_their_normal_form() {
        for (patterns, url, want) in [
            (&["*"][..], "https://a.example/x/y.git", true),
            (&["https://A.example/x/*"], "https://a.example/x/Y.git", true),
            (&["https://a.example/*"], "https://a.example/x/y", false),
            (&["https://a.example/**"], "https://a.example/x/y", true),
            (&["git@a.example:x/y.git"], "ssh://git@a.example/x/y", true),
            (&["*", "!https://a.example/x/*"], "https://a.example/x/y", false),
            (&["!https://a.example/x/*"], "https://b.example/x/y", true),
            (&[], "https://a.example/x/y", false),
        ] {
            assert_eq!(permits_source(patterns.iter().copied(), url), want, "{patterns:?} {url}");
        }
    }

    #[test]
    fn destinations_have_no_separators_and_denials_win() {
        let local = Destination::new(Some(LOCAL.0), None, "team-a");
        let of = |server, name, namespace| Allowed { server, name, namespace };
        for (entries, want) in [
            (&[of(LOCAL.0, "", "team-*")][..], true),
            (&[of("", "in-cluster", "*")], true),
            (&[of("https://*", "", "*")], true),
            (&[of(LOCAL.0, "", "other")], false),
            (&[of("*", "", "*"), of(LOCAL.0, "", "!team-a")], false),
            (&[of("*", "", "*"), of("!https://kubernetes*", "", "team-a")], false),
            (&[of("*", "", "*"), of("!https://kubernetes*", "", "team-b")], true),
        ] {
            assert_eq!(permits_destination(entries.iter().copied(), &local), want, "{entries:?}");
            let sorted = Destinations::new(entries.iter().copied());
            assert_eq!(sorted.permit(|number| entries.get(number).copied(), &local), want, "{entries:?}");
        }
        let other = Destination::new(Some("https://b.example"), None, "team-a");
        assert!(permits_destination([of("", "prod", "*")], &other), "its name is not known");
        assert!(!permits_destination([of("", "prod", "team-b")], &other), "whatever its name is");
    }
}
