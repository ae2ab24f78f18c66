//! Kubernetes versions.
//!
//! In: what a user writes (`1.34`, `v1.34.2`). Out: [`KubeVersion`], a minor version of Kubernetes 1, comparable.

use std::fmt;

/// A minor version of Kubernetes 1: patch levels do not change what is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubeVersion(pub u8);

impl KubeVersion {
    /// The oldest version that can be judged.
    pub const OLDEST: KubeVersion = KubeVersion(25);
    /// The newest version that can be judged, and the default.
    pub const NEWEST: KubeVersion = KubeVersion(37);

    /// All versions that can be judged, the oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = KubeVersion> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(KubeVersion)
    }

    /// Reads `1.34`, `v1.34`, `1.34.2`. Gives nothing for any other text; whether the version is supported is
    /// [`KubeVersion::is_supported`].
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts = text.splitn(3, '.');
        if parts.next()? != "1" {
            return None;
        }
        let minor = parts.next()?.parse().ok()?;
        let patch_ok = parts.next().is_none_or(|patch| patch.starts_with(|c: char| c.is_ascii_digit()));
        patch_ok.then_some(KubeVersion(minor))
    }

    /// Whether schemas of this version are bundled.
    pub fn is_supported(self) -> bool {
        (Self::OLDEST..=Self::NEWEST).contains(&self)
    }
}

impl Default for KubeVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::KubeVersion;

    #[test]
    fn versions_are_read_in_every_usual_spelling() {
        for text in ["1.34", "v1.34", "1.34.2", "v1.34.2-gke.1"] {
            assert_eq!(KubeVersion::parse(text), Some(KubeVersion(34)), "{text}");
        }
        for text in ["2.1", "1", "1.x", "", "1.34.x"] {
            assert_eq!(KubeVersion::parse(text), None, "{text}");
        }
    }
}
