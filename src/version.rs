//! Kubernetes versions.
//!
//! In: what a user writes (`1.34`, `v1.34.2`). Out: [`KubeVersion`], a minor version of Kubernetes 1, comparable.

use std::fmt;

/// A minor version of Kubernetes 1: patch levels do not change what is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubeVersion(pub u8);

impl KubeVersion {
    /// The oldest version that can be checked.
    pub const OLDEST: KubeVersion = KubeVersion(25);
    /// The newest version that can be checked, and the default.
    pub const NEWEST: KubeVersion = KubeVersion(37);

    /// All versions that can be checked, the oldest first.
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

/// The versions to check for: one, or every one from the oldest to the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VersionRange {
    /// The oldest.
    pub from: KubeVersion,
    /// The newest, for which policy is checked.
    pub to: KubeVersion,
}

impl VersionRange {
    /// One version alone.
    pub fn one(version: KubeVersion) -> Self {
        Self { from: version, to: version }
    }

    /// Reads `1.34`, `1.32..1.37`, `1.32..` or `..1.34`.
    ///
    /// # Errors
    /// A message, where a text is no version, one is not bundled, or the range is empty.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some((from, to)) = text.split_once("..") else { return Self::bound(text).map(Self::one) };
        let open = |text: &str, default| if text.is_empty() { Ok(default) } else { Self::bound(text) };
        let range = Self { from: open(from, KubeVersion::OLDEST)?, to: open(to, KubeVersion::NEWEST)? };
        if range.from > range.to {
            return Err(format!("`{text}` is an empty range: the older version comes first"));
        }
        Ok(range)
    }

    fn bound(text: &str) -> Result<KubeVersion, String> {
        let version = KubeVersion::parse(text).ok_or_else(|| format!("`{text}` is not a Kubernetes version"))?;
        if version.is_supported() {
            return Ok(version);
        }
        let (oldest, newest) = (KubeVersion::OLDEST, KubeVersion::NEWEST);
        Err(format!("Kubernetes {version} is not supported: use {oldest} to {newest}"))
    }

    /// The versions, the oldest first.
    pub fn versions(self) -> impl Iterator<Item = KubeVersion> {
        (self.from.0..=self.to.0).map(KubeVersion)
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.to) } else { write!(f, "{}..{}", self.from, self.to) }
    }
}

#[cfg(test)]
mod tests {
    use super::{KubeVersion, VersionRange};

    #[test]
    fn versions_are_read_in_every_usual_spelling() {
        for text in ["1.34", "v1.34", "1.34.2", "v1.34.2-gke.1"] {
            assert_eq!(KubeVersion::parse(text), Some(KubeVersion(34)), "{text}");
        }
        for text in ["2.1", "1", "1.x", "", "1.34.x"] {
            assert_eq!(KubeVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_are_read_and_checked() {
        let range = |from, to| VersionRange { from: KubeVersion(from), to: KubeVersion(to) };
        assert_eq!(VersionRange::parse("1.32..1.36"), Ok(range(32, 36)));
        assert_eq!(VersionRange::parse("1.30"), Ok(range(30, 30)));
        assert_eq!(VersionRange::parse("..1.26"), Ok(range(25, 26)));
        for text in ["1.36..1.32", "1.9", "x", "1.32..y", "1.99"] {
            assert!(VersionRange::parse(text).is_err(), "{text}");
        }
    }
}
