//! Findings that commands of the repository answer.
//!
//! In: all findings of a run, the door to files. Out: the same, without those on images that a command or a build puts others in
//! the place of; what refers to objects that a command makes is a remark. Scripts and documents are read only where such a
//! finding asks.

use crate::discover::commands::Commands;
use crate::files::name::path_of;
use crate::finding::{Finding, Severity};
use crate::object::Image;
use crate::source::SourceMap;

use super::Place;

/// Rules on references, and the kind of what they miss.
const REFERENCES: [(&str, &str); 12] = [
    ("dangling-binding-subject", "ServiceAccount"),
    ("dangling-claim", "PersistentVolumeClaim"),
    ("dangling-configmap-reference", "ConfigMap"),
    ("dangling-ingress-backend", "Service"),
    ("dangling-role-reference", "Role"),
    ("dangling-route-backend", "Service"),
    ("dangling-secret-reference", "Secret"),
    ("dangling-service-account", "ServiceAccount"),
    ("dangling-service-host", "Service"),
    ("dangling-service-name", "Service"),
    ("dangling-webhook-service", "Service"),
    ("uncreated-namespace", "Namespace"),
];

/// Rules on images that are replaced before they run.
const IMAGES: [&str; 2] = ["latest-image-tag", "stale-latest-image"];

/// Takes the findings on images out, and softens those on references.
pub(super) fn soften(findings: &mut Vec<Finding>, sources: &SourceMap, place: &Place<'_>) {
    if place.found.is_empty() {
        return;
    }
    let mut commands = Commands::new(place.files);
    findings.retain_mut(|finding| {
        if finding.severity == Severity::Info {
            return true;
        }
        let source = sources.get(finding.source());
        let file = path_of(&source.name);
        if IMAGES.contains(&finding.rule.as_str()) {
            let text = source.slice(finding.primary.span).trim_matches(['"', '\'']);
            return without_tag(text).is_none_or(|image| !commands.set_image(&file, image));
        }
        let reference = REFERENCES.iter().find(|(rule, _)| finding.rule == *rule);
        if let Some((kind, name)) = reference.and_then(|(_, kind)| Some((kind, named(&finding.message, kind)?)))
            && commands.make(&file, kind, name)
        {
            finding.severity = Severity::Info;
        }
        true
    });
}

/// An image without its tag.
fn without_tag(text: &str) -> Option<&str> {
    let image = Image::parse(text);
    let tag = image.tag.map_or(0, |tag| tag.len() + 1);
    (!image.repository.is_empty() && image.digest.is_none()).then(|| &text[..text.len() - tag])
}

/// The name of the object of a kind that a message speaks of.
fn named<'m>(message: &'m str, kind: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(&format!("{kind} `"))?;
    rest.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_images_are_taken_apart() {
        assert_eq!(named("`A` names Service `web`, which is not there", "Service"), Some("web"));
        assert_eq!(named("no Service `web` governs StatefulSet `db`", "Service"), Some("web"));
        assert_eq!([without_tag("a/b:latest"), without_tag("x:5000/b")], [Some("a/b"), Some("x:5000/b")]);
    }
}
