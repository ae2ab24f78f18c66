//! Suppression by the `ignore:` entries of `kubevet.yaml`.
//!
//! In: findings and the configuration. Out: the findings marked, and which entries did something.

use crate::config::{Config, Ignore};
use crate::finding::Finding;

use super::{Rules, mark};

/// Marks findings that an entry covers. Gives for each entry whether it covered any. `today` is `YYYY-MM-DD`: entries
/// that held until an earlier day cover nothing. `names` are the sources' names as seen from the configuration's directory.
pub fn apply(findings: &mut [Finding], config: &Config, names: &[String], today: &str) -> Vec<bool> {
    let mut used = vec![false; config.ignores.len()];
    for finding in findings {
        let name = &names[finding.source().0 as usize];
        for (entry, used) in config.ignores.iter().zip(&mut used) {
            if !is_expired(entry, today) && covers(entry, finding, name) {
                *used = true;
                mark(finding, "config", &entry.reason);
            }
        }
    }
    used
}

/// Whether an entry's last day has passed.
pub fn is_expired(entry: &Ignore, today: &str) -> bool {
    entry.until.as_deref().is_some_and(|until| until < today)
}

fn covers(entry: &Ignore, finding: &Finding, file: &str) -> bool {
    let object = finding.object.as_deref();
    let is = |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|w| found == Some(w));
    Rules(entry.rules.clone()).cover(finding)
        && entry.paths.as_ref().is_none_or(|paths| paths.is_match(file))
        && is(&entry.kind, object.map(|o| o.kind.as_str()))
        && is(&entry.namespace, object.and_then(|o| o.namespace.as_deref()))
        && entry
            .name
            .as_ref()
            .is_none_or(|names| object.and_then(|o| o.name.as_deref()).is_some_and(|name| names.is_match(name)))
}
