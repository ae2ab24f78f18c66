//! Which object a finding is about, and how a finding is recognised from one run to the next.
//!
//! In: a finding, and the folder its file lies in. Out: [`Subject`], the identity of an object within one run, and
//! fingerprints, which hold over runs: of rule, group, kind, namespace and name as written, folder, and a path in which list
//! items are named by their keys.

use crate::source::SourceId;

use super::{Finding, ObjectRef};

/// The identity of an object within one run. Names are for showing: two objects of one name, or of none, are two subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The source its document stands in.
    pub source: SourceId,
    /// 0-based number of the document in its source.
    pub document: u32,
    /// Number of the object's root in the document's tree: an item of a List is not the document's root.
    pub root: u32,
}

impl Finding {
    /// The fingerprint of the second kind: it survives moves of lines, and of items in a list that have keys. `folder` is the
    /// folder of the finding's file, with `/` as separator; without it, the fingerprint also survives a move of the file.
    /// 16 hex digits.
    pub fn fingerprint(&self, folder: Option<&str>) -> String {
        let object = self.object.as_deref();
        let (namespace, name) = object.map_or((None, None), ObjectRef::as_written);
        let name = name.or(object.and_then(|object| object.generate_name.as_deref()));
        let parts = [
            "2",
            self.rule.as_str(),
            object.map_or("", |object| object.group()),
            object.map_or("", |object| &object.kind),
            namespace.unwrap_or(""),
            name.unwrap_or(""),
            self.keyed_path.as_deref().unwrap_or(&self.path),
            if folder.is_some() { "in" } else { "" },
            folder.unwrap_or(""),
        ];
        format!("{:016x}", fnv1a(&parts))
    }

    /// The fingerprint of the first kind, which older baselines and SARIF uploads hold: of rule, group and kind, namespace,
    /// name and path as the server prints it. 16 hex digits.
    pub fn first_fingerprint(&self) -> String {
        let object = self.object.as_deref();
        let (namespace, name) = object.map_or((None, None), ObjectRef::as_written);
        let parts = [
            self.rule.as_str(),
            object.map_or("", |object| object.group()),
            object.map_or("", |object| &object.kind),
            namespace.unwrap_or(""),
            name.unwrap_or(""),
            &self.path,
        ];
        format!("{:016x}", fnv1a(&parts))
    }
}

impl ObjectRef {
    /// Namespace and name as a file has them: a prefix or a hash does not make another object of it.
    fn as_written(&self) -> (Option<&str>, Option<&str>) {
        match &self.written {
            Some(written) => (written.namespace.as_deref(), written.name.as_deref()),
            None => (self.namespace.as_deref(), self.name.as_deref()),
        }
    }
}

/// The folder of a file's name; empty where it lies at the top.
pub fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// FNV-1a, 64 bits, over the parts with a zero byte after each: stable over versions and platforms.
fn fnv1a(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Category, Severity};
    use crate::source::Span;

    #[test]
    fn fingerprints_tell_folders_and_list_items_apart() {
        let mut finding = Finding::new("r", Category::Images, Severity::Error, "m", Span::default());
        finding.path = "spec.containers[0].image".to_owned();
        finding.keyed_path = Some("spec.containers[name=web].image".to_owned());
        let (dev, prod) = (finding.fingerprint(Some("dev")), finding.fingerprint(Some("prod")));
        assert_ne!(dev, prod);
        assert_ne!(finding.fingerprint(Some("")), finding.fingerprint(None), "the top folder is a folder");
        let mut moved = finding.clone();
        moved.path = "spec.containers[1].image".to_owned();
        assert_eq!(moved.fingerprint(Some("dev")), dev, "another container stands before it now");
        assert_ne!(moved.first_fingerprint(), finding.first_fingerprint());
    }
}
