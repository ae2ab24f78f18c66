//! Findings on what is missing, where something else may bring it.
//!
//! In: all findings of a run, its objects, and how they divide. Out: the same; a reference to a name that begins with that of a custom
//! resource of which nothing is known, that the resource of an operator mentions, or where one installs a whole program, is a remark, and says why. So is one of a
//! file that a kustomization beside it does not list, although it has the object.

use crate::finding::{Finding, Missing, Severity, folder_of};
use crate::source::SourceMap;
use crate::workspace::{ApplySet, Sets};

/// Takes references to what an operator, or a kustomization beside the file, may bring for remarks.
pub(super) fn soften(findings: &mut [Finding], whole: &ApplySet<'_>, sets: &Sets, sources: &SourceMap) {
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        let Some(Missing::Object { kind, name }) = &finding.missing else { continue };
        let namespace = finding.object.as_ref().and_then(|object| object.namespace.as_deref());
        let installed = namespace.is_some_and(|namespace| whole.operator_installs_into(namespace));
        if installed || whole.may_be_operated(name) || whole.is_hinted(name) {
            finding.severity = Severity::Info;
            finding.help.get_or_insert_default().push_str(MAYBE);
        } else if let Some(root) = sets.of_root(folder_of(&sources.get(finding.source()).name)) {
            let mut named = whole.named(kind, name, None);
            if named.any(|item| sets.holds(root, item.source.0 as usize)) {
                finding.severity = Severity::Info;
            }
        }
    }
}

/// Put behind what a finding recommends.
const MAYBE: &str = "; an operator may create it for a custom resource that is here";
