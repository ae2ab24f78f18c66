//! Findings on what is missing in one place and defined in another.
//!
//! In: all findings of a run, its objects. Out: the same; where an object is missing among what is applied together, and the
//! repository defines one of its kind and name for another namespace or another environment, the finding says where.

use crate::finding::{Finding, Label, Missing, Severity};
use crate::workspace::ApplySet;

/// How it is said that an object is missing.
pub(super) const NOWHERE: &str = "is not defined in this repository";

/// Says where what is missing is defined.
pub(super) fn tell(findings: &mut [Finding], whole: &ApplySet<'_>) {
    for finding in findings {
        let Some(Missing::Object { kind, name }) = &finding.missing else { continue };
        if !finding.message.contains(NOWHERE) {
            continue;
        }
        let Some(other) = whole.own_named(kind, name, None).next() else { continue };
        let own = finding.object.as_ref().and_then(|object| object.namespace.as_deref());
        let (message, label) = match other.namespace().filter(|namespace| own.is_some_and(|own| own != *namespace)) {
            Some(namespace) => {
                ("is not defined in its namespace".to_owned(), format!("this one is in namespace `{namespace}`"))
            }
            None => (
                "is not applied together with this".to_owned(),
                "defined here, for another environment or folder".to_owned(),
            ),
        };
        // What lives in no namespace serves all of a cluster, whoever brings it there.
        if kind.starts_with("Cluster") {
            finding.severity = Severity::Info;
        }
        finding.message = finding.message.replace(NOWHERE, &message);
        finding.related.push(Label { span: other.object.place().span(), message: label });
    }
}
