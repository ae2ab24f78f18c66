//! Structs that templates meet: what the cluster can do, versions, certificates.
//!
//! In: fields. Out: [`Object`] with its Go type, its fields by name, and how it prints. Methods are in `method`.

use super::value::Value;

/// Which struct it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// `*common.Capabilities`
    Capabilities,
    /// `common.KubeVersion`
    KubeVersion,
    /// `version.BuildInfo`
    HelmVersion,
    /// `*semver.Version`
    Version,
    /// `sprig.certificate`
    Certificate,
}

/// A struct.
#[derive(Debug, Clone)]
pub struct Object {
    /// Which.
    pub kind: ObjectKind,
    /// Its fields in order, those that a template may not read with a lower-case name.
    pub fields: Vec<(&'static str, Value)>,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.fields.len() == other.fields.len()
            && self.fields.iter().zip(&other.fields).all(|((_, a), (_, b))| a.deep_equal(b))
    }
}

impl Object {
    /// A field of it.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// The name of its Go type.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            ObjectKind::Capabilities => "*common.Capabilities",
            ObjectKind::KubeVersion => "common.KubeVersion",
            ObjectKind::HelmVersion => "version.BuildInfo",
            ObjectKind::Version => "*semver.Version",
            ObjectKind::Certificate => "sprig.certificate",
        }
    }

    /// Whether it is a pointer to a struct.
    pub fn is_pointer(&self) -> bool {
        matches!(self.kind, ObjectKind::Capabilities | ObjectKind::Version)
    }
}
