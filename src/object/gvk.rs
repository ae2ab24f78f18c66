//! Group, version and kind.

/// What an object says it is, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gvk<'t> {
    /// API group; empty for the core group.
    pub group: &'t str,
    /// Version within the group: `v1`, `v2beta1`.
    pub version: &'t str,
    /// Kind.
    pub kind: &'t str,
}

impl<'t> Gvk<'t> {
    /// Takes `apiVersion` and `kind` apart.
    pub fn new(api_version: &'t str, kind: &'t str) -> Self {
        let slash = memchr::memchr(b'/', api_version.as_bytes());
        let (group, version) = slash.map_or(("", api_version), |at| (&api_version[..at], &api_version[at + 1..]));
        Self { group, version, kind }
    }

    /// Whether it is the kind of that group, in any version.
    pub fn is(self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// `apiVersion` as it is written in a manifest.
    pub fn api_version(self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }
}
