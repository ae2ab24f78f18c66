//! One object against its schema.
//!
//! In: an object, the target version and the schemas of custom resources. Out: [`SchemaResult`]: findings, and whether there
//! was a schema at all. The first door of this module for everybody else.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::object::{Gvk, Object};
use crate::version::KubeVersion;

use super::bundle::{Bundle, KindSchema, Version};
use super::custom::{CustomKinds, Embedded};
use super::decode::{Ignore, Visit, decode_metadata, decode_with};
use super::library::Library;
use super::lists;
use super::resolve::{Resolved, resolve};
use super::templates;

/// Whether an object could be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaStatus {
    /// Against its schema.
    Validated,
    /// The server serves no such kind; there is a finding that says so.
    Refused,
    /// Nothing is known about its group.
    NoSchema,
}

/// What there is to say about one object.
#[derive(Debug)]
pub struct SchemaResult<'t> {
    /// Whether it could be checked.
    pub outcome: SchemaStatus,
    /// What the server would refuse.
    pub findings: Vec<Finding>,
    /// The built-in kind it is.
    pub kind: Option<&'static KindSchema>,
    /// What else is to be validated of a custom resource.
    pub custom: Option<CustomParts<'t>>,
}

/// A custom resource as its CRD sees it.
#[derive(Debug)]
pub struct CustomParts<'t> {
    /// Whether its kind lives in namespaces.
    pub namespaced: bool,
    /// The objects inside it whose metadata is validated too.
    pub embedded: Vec<Embedded<'t>>,
}

impl SchemaResult<'_> {
    fn new(outcome: SchemaStatus, findings: Vec<Finding>) -> Self {
        Self { outcome, findings, kind: None, custom: None }
    }
}

/// Everything that objects are checked against in one run.
#[derive(Debug)]
pub struct Schemas<'t> {
    version: &'static Version,
    custom: CustomKinds<'t>,
    library: Option<&'t Library>,
}

impl<'t> Schemas<'t> {
    /// The built-in kinds of a version, or of the bundled one next to it.
    pub fn new(version: KubeVersion) -> Self {
        let version = version.clamp(KubeVersion::OLDEST, KubeVersion::NEWEST);
        let version = Bundle::get().version(version).expect("a test proves that the bundle has every version");
        Self { version, custom: CustomKinds::new(version), library: None }
    }

    /// Adds the kinds that CRDs define; objects that are none are passed over.
    pub fn with_crds(mut self, objects: impl IntoIterator<Item = Object<'t>>) -> Self {
        objects.into_iter().for_each(|object| self.custom.add(object, "", false));
        self
    }

    /// The same, with the folders that the CRDs lie in, and whether each counts only for what lies there.
    pub fn with_crds_of<'f>(mut self, objects: impl IntoIterator<Item = (Object<'t>, &'f str, bool)>) -> Self {
        objects.into_iter().for_each(|(object, folder, spare)| self.custom.add(object, folder, spare));
        self
    }

    /// Those of `objects` that have no schema yet, neither a built-in kind nor one that the CRDs so far serve; and those that have one
    /// of these CRDs.
    pub fn lacking<'o>(&self, objects: impl IntoIterator<Item = Object<'o>>) -> (BTreeSet<Gvk<'o>>, BTreeSet<Gvk<'o>>) {
        let gvks = objects.into_iter().map(|object| object.gvk);
        gvks.filter(|gvk| !Bundle::get().knows_group(gvk.group)).partition(|gvk| !self.custom.serves(gvk))
    }

    /// Adds schemas from outside the repository.
    pub fn with_library(mut self, library: &'t Library) -> Self {
        self.library = Some(library);
        library.bundled().for_each(|(crd, compiled, source)| self.custom.add_bundled(crd, compiled, source));
        library.imported().for_each(|(crd, compiled)| self.custom.add_imported(crd, compiled));
        self
    }

    /// The version's kinds and definitions.
    pub fn version(&self) -> &'static Version {
        self.version
    }

    /// Validates an object.
    pub fn check(&self, object: Object<'t>) -> SchemaResult<'t> {
        self.check_with(object, &mut Ignore)
    }

    /// The same; `visit` is shown every typed object of a built-in kind on the way.
    pub fn check_with(&self, object: Object<'t>, visit: &mut impl Visit<'t>) -> SchemaResult<'t> {
        self.check_in(object, "", visit)
    }

    /// The same for an object that lies in a folder.
    pub fn check_in(&self, object: Object<'t>, folder: &str, visit: &mut impl Visit<'t>) -> SchemaResult<'t> {
        match resolve(object, self.version) {
            Resolved::BuiltIn(kind, off) => {
                let mut findings: Vec<_> = off.into_iter().collect();
                if let Some(definition) = self.version.definition(kind.definition) {
                    findings.extend(decode_with(object.root, definition, self.version, visit));
                }
                SchemaResult { kind: Some(kind), ..SchemaResult::new(SchemaStatus::Validated, findings) }
            }
            Resolved::List => SchemaResult::new(SchemaStatus::Validated, Vec::new()),
            Resolved::Unknown(finding) => SchemaResult::new(SchemaStatus::Refused, vec![finding]),
            Resolved::Custom => self.check_custom(object, folder),
        }
    }

    fn check_custom(&self, object: Object<'t>, folder: &str) -> SchemaResult<'t> {
        let schema = self.library.and_then(|library| library.schema(object.gvk));
        if let Some(mut findings) = schema.and_then(|schema| schema.check(object.root)) {
            let metadata = object.root.get("metadata");
            findings.extend(metadata.into_iter().flat_map(|node| decode_metadata(object.root, node, self.version)));
            // Nothing says whether the kind lives in namespaces.
            let custom = Some(CustomParts { namespaced: false, embedded: Vec::new() });
            return SchemaResult { custom, ..SchemaResult::new(SchemaStatus::Validated, findings) };
        }
        let parts = || templates::check(object, self.version);
        let Some(mut checked) = self.custom.check(object, folder) else {
            return SchemaResult::new(SchemaStatus::NoSchema, parts());
        };
        if checked.bundled {
            // The built-in type of a part is known better than the kind's own definition.
            let parts = parts();
            let again = |finding: &Finding| {
                parts.iter().any(|part| part.rule == finding.rule && part.primary.span == finding.primary.span)
            };
            checked.findings.retain(|finding| !again(finding));
            checked.findings.extend(parts);
            checked.findings.extend(lists::check(object));
        }
        let outcome = if checked.namespaced.is_some() { SchemaStatus::Validated } else { SchemaStatus::Refused };
        let custom = checked.namespaced.map(|namespaced| CustomParts { namespaced, embedded: checked.embedded });
        SchemaResult { custom, ..SchemaResult::new(outcome, checked.findings) }
    }
}
