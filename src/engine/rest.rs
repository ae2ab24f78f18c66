//! What rules say of an object and cannot say of what is left of it.
//!
//! In: the rules, an object as it was read, and the same with its largest parts cut away. Out: the findings that depend on
//! nothing but these parts, so that they can be kept in their place.

use std::sync::OnceLock;

use crate::finding::Finding;
use crate::object::Object;
use crate::rule::plan::{Plan, Rules};
use crate::rule::run;
use crate::source::{Source, SourceId};
use crate::version::VersionRange;
use crate::workspace::{ApplySet, Item, Surroundings};
use crate::yaml::{self, Document, Limits};

/// Findings about parts of an object that were cut away.
#[derive(Debug, Clone, Default)]
pub(super) struct Rest {
    /// Those there are in any case.
    pub always: Vec<Finding>,
    /// Those there are besides where nothing is deployed by an Argo CD Application.
    pub alone: Vec<Finding>,
    /// Those there are besides where anything is deployed by an Argo CD Application.
    pub deployed: Vec<Finding>,
}

impl Rest {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.always.is_empty() && self.alone.is_empty() && self.deployed.is_empty()
    }

    /// Takes up what is said of another object.
    pub(super) fn append(&mut self, other: Self) {
        self.always.extend(other.always);
        self.alone.extend(other.alone);
        self.deployed.extend(other.deployed);
    }

    /// What is said in a set.
    pub(super) fn within(self, set: &ApplySet<'_>) -> Vec<Finding> {
        let mut findings = self.always;
        let deployed = set.of_kind("argoproj.io", "Application").next().is_some();
        findings.extend(if deployed { self.deployed } else { self.alone });
        findings
    }
}

/// The rules of a run, and its versions.
pub(super) struct Check<'r> {
    pub rules: &'r Rules,
    pub versions: VersionRange,
}

impl Check<'_> {
    /// What is said of an object of a document, and not of what is left of it. Nothing where something is said of what is left
    /// that is not said of the whole: then the object has to be kept.
    pub(super) fn rest(&self, whole: Object<'_>, left: Object<'_>, document: &Document) -> Option<Rest> {
        let mut always = self.lost(whole, left, document, None)?;
        let (mut alone, mut deployed) = (Vec::new(), Vec::new());
        if document.span.len() > self.least_oversized() {
            deployed = self.lost(whole, left, document, application())?;
            (always, alone) = always.into_iter().partition(|finding| deployed.contains(finding));
            deployed.retain(|finding| !always.contains(finding));
        }
        Some(Rest { always, alone, deployed })
    }

    /// The findings on the whole that there are not on what is left; both alone, or beside another object.
    fn lost(
        &self,
        whole: Object<'_>,
        left: Object<'_>,
        document: &Document,
        beside: Option<Object<'_>>,
    ) -> Option<Vec<Finding>> {
        let mut findings = self.findings(whole, document, beside);
        // What is nothing to speak of in the whole is none in what is left.
        if findings.is_empty() {
            return Some(findings);
        }
        for found in self.findings(left, document, beside) {
            let at = findings.iter().position(|finding| *finding == found)?;
            findings.remove(at);
        }
        Some(findings)
    }

    fn findings(&self, object: Object<'_>, document: &Document, beside: Option<Object<'_>>) -> Vec<Finding> {
        let surroundings = Surroundings::default();
        let item = Item::new(object, document.span.source, document.number, &surroundings);
        let other = beside.map(|other| Item::new(other, SourceId(u32::MAX), 0, &surroundings).checked(false));
        let set = ApplySet::new(std::iter::once(item).chain(other).collect());
        run::run(&Plan::new(&self.rules.all, &self.rules.by_kind, &set), &set, self.versions)
    }

    /// The size from which an object may be too large for Argo CD, whatever the file.
    fn least_oversized(&self) -> usize {
        let rule = self.rules.all.iter().find(|enabled| enabled.rule.id == "oversized-object");
        let bytes = rule.map(|enabled| enabled.int("bytes").and_then(|bytes| usize::try_from(bytes).ok()));
        bytes.map_or(usize::MAX, Option::unwrap_or_default)
    }
}

/// An Application.
fn application() -> Option<Object<'static>> {
    static DOCUMENTS: OnceLock<Vec<Document>> = OnceLock::new();
    let documents = DOCUMENTS.get_or_init(|| {
        let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n";
        yaml::read(&Source::from_text(SourceId(u32::MAX), "", text), &Limits::default())
    });
    Object::from_node(documents.first()?.tree.as_ref().ok()?.root())
}
