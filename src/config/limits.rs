//! `limits:`: bounds on what is rendered.
//!
//! In: a map of numbers. Out: [`Limits`]; mistakes at what is no number, or no limit.

use std::time::Duration;

use crate::yaml::Node;

use super::parse::ConfigParser;

/// Bounds on what is rendered; what is not said is as usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Kustomizations that include each other, one in the other.
    pub depth: Option<usize>,
    /// Files that one root reads.
    pub files: Option<usize>,
    /// Their bytes.
    pub bytes: Option<usize>,
    /// Objects that one root makes.
    pub objects: Option<usize>,
    /// Time that one root takes.
    pub seconds: Option<Duration>,
    /// Time that all roots of one kind take together: kustomizations, and what definitions bring.
    pub all_seconds: Option<Duration>,
    /// Applications, ApplicationSets, Kustomizations and HelmReleases that are followed.
    pub definitions: Option<usize>,
}

const KEYS: &[&str] = &["depth", "files", "bytes", "objects", "seconds", "allSeconds", "definitions"];

impl Limits {
    /// What another one says, where this one says nothing.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            depth: self.depth.or(other.depth),
            files: self.files.or(other.files),
            bytes: self.bytes.or(other.bytes),
            objects: self.objects.or(other.objects),
            seconds: self.seconds.or(other.seconds),
            all_seconds: self.all_seconds.or(other.all_seconds),
            definitions: self.definitions.or(other.definitions),
        }
    }
}

impl ConfigParser<'_> {
    /// The map under `limits`.
    pub(super) fn limits(&mut self, node: Node<'_>) -> Limits {
        let mut limits = Limits::default();
        if !node.is_mapping() {
            self.mistake(node, format!("this is {}, not a map of {}", node.describe(), KEYS.join(", ")));
        }
        for entry in node.entries() {
            let field = match entry.name {
                "depth" => &mut limits.depth,
                "files" => &mut limits.files,
                "bytes" => &mut limits.bytes,
                "objects" => &mut limits.objects,
                "seconds" => {
                    limits.seconds = self.seconds(entry.value);
                    continue;
                }
                "allSeconds" => {
                    limits.all_seconds = self.seconds(entry.value);
                    continue;
                }
                "definitions" => &mut limits.definitions,
                _ => {
                    self.unknown(entry, "limit", KEYS);
                    continue;
                }
            };
            *field = entry.value.as_i64().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
            if field.is_none() {
                self.mistake(entry.value, "a limit is a whole number above 0");
            }
        }
        limits
    }

    fn seconds(&mut self, node: Node<'_>) -> Option<Duration> {
        let time = node.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if time.is_none() {
            self.mistake(node, "a limit of time is a number of seconds");
        }
        time
    }
}
