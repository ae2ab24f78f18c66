//! One object against its schema.
//!
//! In: an object, the target version and the schemas of custom resources. Out: [`Judgement`]: findings, and whether there
//! was a schema at all. The first door of this module for everybody else.

use crate::finding::Finding;
use crate::object::Object;
use crate::version::KubeVersion;

use super::bundle::{Bundle, KindSchema, Version};
use super::decode::{Ignore, Visit, decode_with};
use super::resolve::{Resolved, resolve};

/// Whether an object could be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Against its schema.
    Validated,
    /// The server serves no such kind; there is a finding that says so.
    Refused,
    /// Nothing is known about its group.
    NoSchema,
}

/// What there is to say about one object.
#[derive(Debug)]
pub struct Judgement {
    /// Whether it could be judged.
    pub outcome: Outcome,
    /// What the server would refuse.
    pub findings: Vec<Finding>,
    /// The built-in kind it is.
    pub kind: Option<&'static KindSchema>,
}

/// Everything that objects are judged against in one run.
#[derive(Debug)]
pub struct Schemas {
    version: &'static Version,
}

impl Schemas {
    /// The built-in kinds of a version, or of the bundled one next to it.
    pub fn new(version: KubeVersion) -> Self {
        let version = version.clamp(KubeVersion::OLDEST, KubeVersion::NEWEST);
        Self { version: Bundle::get().version(version).expect("a test proves that the bundle has every version") }
    }

    /// The version's kinds and definitions.
    pub fn version(&self) -> &'static Version {
        self.version
    }

    /// Judges an object.
    pub fn judge(&self, object: Object<'_>) -> Judgement {
        self.judge_with(object, &mut Ignore)
    }

    /// The same; `visit` is shown every typed object of a built-in kind on the way.
    pub fn judge_with<'t>(&self, object: Object<'t>, visit: &mut impl Visit<'t>) -> Judgement {
        match resolve(object, self.version) {
            Resolved::BuiltIn(kind, off) => {
                let mut findings: Vec<_> = off.into_iter().collect();
                if let Some(definition) = self.version.definition(kind.definition) {
                    findings.extend(decode_with(object.root, definition, self.version, visit));
                }
                Judgement { outcome: Outcome::Validated, findings, kind: Some(kind) }
            }
            Resolved::List => Judgement { outcome: Outcome::Validated, findings: Vec::new(), kind: None },
            Resolved::Unknown(finding) => Judgement { outcome: Outcome::Refused, findings: vec![finding], kind: None },
            Resolved::Custom => Judgement { outcome: Outcome::NoSchema, findings: Vec::new(), kind: None },
        }
    }
}
