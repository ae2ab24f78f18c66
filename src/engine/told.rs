//! Findings that commands of the repository answer.
//!
//! In: all findings of a run, the door to files, what was skipped. Out: the same, without those on images that a command or a
//! build puts others in the place of. What refers to objects that a command makes is a remark, as is a root that lacks a file that
//! one makes, and an API that the repository switches on. Scripts and documents are read only where such a finding asks.

use std::path::PathBuf;

use rayon::prelude::*;

use crate::discover::commands::Commands;
use crate::files::MAX_FILE;
use crate::files::name::path_of;
use crate::finding::{Finding, Missing, Severity};
use crate::object::Image;
use crate::source::SourceMap;

use super::Place;

/// Rules on images that are replaced before they run.
const IMAGES: [&str; 2] = ["latest-image-tag", "stale-latest-image"];

/// Takes the findings on images out, and softens those on references.
pub(super) fn soften(findings: &mut Vec<Finding>, sources: &SourceMap, place: &Place<'_>, paths: &[PathBuf]) {
    if place.found.is_empty() {
        return;
    }
    let mut commands = Commands::new(place.files, paths);
    let mut switches = None;
    findings.retain_mut(|finding| {
        if finding.severity == Severity::Info {
            return true;
        }
        let source = sources.get(finding.source());
        let file = || path_of(&source.name);
        if IMAGES.contains(&finding.rule.as_str()) {
            let text = source.slice(finding.primary.span).trim_matches(['"', '\'']);
            return without_tag(text).is_none_or(|image| !commands.set_image(&file(), image));
        }
        let is_made = match &finding.missing {
            Some(Missing::Object { kind, name }) => commands.make(&file(), kind, name),
            // `flux bootstrap` writes the folder that it is told to look at.
            Some(Missing::File(path)) => is_of_flux(path) || commands.write(&file(), path),
            Some(Missing::Api) => {
                let api = finding.object.as_ref().map_or("", |object| &object.api_version);
                let switches: &Vec<String> = switches.get_or_insert_with(|| switched_on(place));
                switches.iter().any(|line| line.contains(api))
            }
            None => finding.rule == "oversized-object" && commands.apply_on_the_server(&file()),
        };
        if is_made {
            finding.severity = Severity::Info;
        }
        true
    });
}

fn is_of_flux(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("flux-system" | "gotk-components.yaml"))
}

/// What a repository switches on in its API servers: lines with `--runtime-config`, or the setting of that name.
fn switched_on(place: &Place<'_>) -> Vec<String> {
    let texts = place.found.par_iter().filter_map(|file| place.files.read(&file.path, MAX_FILE).ok());
    let lines = texts.flat_map_iter(|bytes| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.lines().filter(|line| line.contains("runtime-config")).map(str::to_owned).collect::<Vec<_>>()
    });
    lines.collect()
}

/// An image without its tag.
fn without_tag(text: &str) -> Option<&str> {
    let image = Image::parse(text);
    let tag = image.tag.map_or(0, |tag| tag.len() + 1);
    (!image.repository.is_empty() && image.digest.is_none()).then(|| &text[..text.len() - tag])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_taken_apart() {
        assert_eq!([without_tag("a/b:latest"), without_tag("x:5000/b")], [Some("a/b"), Some("x:5000/b")]);
    }
}
