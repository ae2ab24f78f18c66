//! Findings that commands of the repository answer.
//!
//! In: all findings of a run, the door to files, what was skipped. Out: the same, without those on images that a command or a
//! build puts others in the place of. What refers to objects that a command makes is a remark, as is a root that lacks a file that
//! one makes, and an API that the repository switches on. Scripts and documents are read only where such a finding asks.

use std::path::Path;

use rustc_hash::FxHashSet;

use crate::discover::commands::Commands;
use crate::discover::{is_called_patch, is_kustomization_file};
use crate::files::MAX_FILE;
use crate::files::name::path_of;
use crate::finding::{Category, Finding, Missing, Severity, folder_of};
use crate::object::Image;
use crate::source::{Source, SourceId, SourceMap};

use super::comments::Comments;
use super::switches::Switches;
use super::texts::short_line;
use super::{Place, Run};

/// Rules on images that are replaced before they run.
const IMAGES: [&str; 2] = ["latest-image-tag", "stale-latest-image"];

/// What is said of a kustomization that takes in a file from elsewhere.
const RESTRICTED: &str = "is not in or below the kustomization's folder";

/// What is said of a folder that a kustomization takes in.
const NO_KUSTOMIZATION: &str = "there is no kustomization file in the folder";

/// What is said of a file that is there for a while.
const WRITTEN: &str = "a command of this repository makes the file before the kustomization is built";

/// What is said of an API that is off by default.
const SWITCHED_ON: &str = "`runtime-config` in this repository switches it on";

/// Takes the findings on images out, and softens those on references.
pub(super) fn soften(findings: &mut Vec<Finding>, run: &Run<'_>) {
    let (sources, place) = (run.sources, run.place);
    if place.walk.files.is_empty() {
        return;
    }
    let mut commands = Commands::new(place.files, &run.job.snapshot.paths, &place.beside.scripts);
    let mut comments = Comments::new(run);
    let mut switches = Switches::default();
    let patched = patched(findings, place, sources, &mut commands);
    findings.retain_mut(|finding| {
        if finding.severity == Severity::Info {
            return true;
        }
        let source = sources.get(finding.source());
        if patched.contains(&source.id) && finding.category != Category::Secrets {
            finding.severity = Severity::Info;
            return true;
        }
        let file = || path_of(&source.name);
        if IMAGES.contains(&finding.rule.as_str()) {
            let text = source.slice(finding.primary.span).trim_matches(['"', '\'']);
            let named = named_around(source, finding.primary.span.start);
            let is_set = without_tag(text).is_some_and(|image| commands.set_image(&file(), image))
                || named.iter().any(|name| commands.set_image(&file(), name));
            if is_image_of_here(text, &file(), &mut commands) || is_set_by_build(&source.name, &mut commands) {
                finding.severity = Severity::Info;
            }
            return !is_set;
        }
        let is_made = match &finding.missing {
            Some(Missing::Object { kind, name }) => {
                commands.make(&file(), kind, name) || comments.make(source, kind, name)
            }
            // `flux bootstrap` writes the folder that it is told to look at.
            Some(Missing::File(path)) => {
                let written = commands.write(&file(), path) || commands.remove(&file(), path);
                if written {
                    finding.help = Some(WRITTEN.to_owned());
                }
                is_of_flux(path) || is_of_controllers(&source.name, path) || written
            }
            Some(Missing::Api) => {
                let api = finding.object.as_ref().map_or("", |object| &object.api_version);
                let is_on = switches.turn_on(api, &file(), run, &mut commands);
                if is_on {
                    finding.help = Some(SWITCHED_ON.to_owned());
                }
                is_on
            }
            None => match finding.rule.as_str() {
                "unknown-kind" => {
                    if let Some(group) = of_openshift(finding).filter(|_| run.job.request.policy) {
                        finding.severity = Severity::Warning;
                        finding.help = Some(format!("OpenShift has it in `{group}/v1` since version 4"));
                    }
                    false
                }
                "oversized-object" => commands.apply_on_the_server(&file()),
                "kustomize-build-failed" => {
                    let named = source.slice(finding.primary.span).trim_matches(['"', '\'']);
                    (finding.message.contains(RESTRICTED) && commands.lift_restrictions(&file()))
                        || (finding.message.ends_with(NO_KUSTOMIZATION) && commands.write_kustomization(&file(), named))
                }
                // `argo submit --generate-name` gives it one.
                "required" => {
                    let kind = finding.object.as_ref().map_or("", |object| &object.kind);
                    kind == "Workflow" && finding.path.starts_with("metadata") && finding.sets.names.is_empty()
                }
                _ => false,
            },
        };
        if is_made {
            finding.severity = Severity::Info;
        }
        true
    });
}

/// Whether a build puts another image into a file: a command does that, or the file is the patch that Kubebuilder makes for it.
fn is_set_by_build(name: &str, commands: &mut Commands<'_>) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    matches!(base, "manager_config_patch.yaml" | "manager_image_patch.yaml") || commands.set_any_image(&path_of(name))
}

/// Whether an image is built on the machine that it runs on: a command builds it, none pushes it, and nobody's name stands before its own.
fn is_image_of_here(text: &str, file: &Path, commands: &mut Commands<'_>) -> bool {
    let image = Image::parse(text);
    let repository = without_tag(text).unwrap_or_default();
    image.registry.is_none()
        && !repository.is_empty()
        && !repository.contains('/')
        && commands.build_here(file, repository)
}

/// The group of a kind that OpenShift had in `v1` once, as what is written for it has it still: `oc process` takes it so.
fn of_openshift(finding: &Finding) -> Option<&'static str> {
    let object = finding.object.as_ref().filter(|object| object.api_version == "v1")?;
    OPENSHIFT.iter().find(|(_, kinds)| kinds.contains(&object.kind.as_str())).map(|(group, _)| *group)
}

/// Groups of OpenShift, and their kinds that were in `v1`.
const OPENSHIFT: [(&str, &[&str]); 10] = [
    ("apps.openshift.io", &["DeploymentConfig"]),
    ("authorization.openshift.io", &["ClusterPolicyBinding", "RoleBindingRestriction"]),
    ("build.openshift.io", &["Build", "BuildConfig"]),
    ("image.openshift.io", &["Image", "ImageStream", "ImageStreamImport", "ImageStreamTag"]),
    ("network.openshift.io", &["ClusterNetwork", "EgressNetworkPolicy", "HostSubnet", "NetNamespace"]),
    ("oauth.openshift.io", &["OAuthClient"]),
    ("project.openshift.io", &["Project", "ProjectRequest"]),
    ("route.openshift.io", &["Route"]),
    ("security.openshift.io", &["SecurityContextConstraints"]),
    ("user.openshift.io", &["Group", "Identity", "User"]),
];

/// The files with objects that lack something, by which a command or a kustomization to be copied changes others.
fn patched(
    findings: &[Finding],
    place: &Place<'_>,
    sources: &SourceMap,
    commands: &mut Commands<'_>,
) -> FxHashSet<SourceId> {
    let lacks = |finding: &&Finding| {
        let rule = finding.rule.as_str();
        finding.severity == Severity::Error
            && matches!(rule, "required" | "missing-api-version" | "missing-kind")
            && finding.sets.names.is_empty()
    };
    let files: FxHashSet<SourceId> = findings.iter().filter(lacks).map(Finding::source).collect();
    // In a folder of patches lie those of objects that have a name elsewhere.
    let is_nameless = |finding: &&Finding| matches!(finding.path.as_str(), "metadata.name" | "metadata");
    let nameless: FxHashSet<SourceId> =
        findings.iter().filter(lacks).filter(is_nameless).map(Finding::source).collect();
    let lies_with_patches = |id: SourceId| nameless.contains(&id) && is_called_patch(&sources.get(id).name);
    let mut by_command = |id: SourceId| commands.patch(&path_of(&sources.get(id).name));
    let by_sample = |id: SourceId| is_in_sample(&path_of(&sources.get(id).name), place);
    files.into_iter().filter(|&id| lies_with_patches(id) || by_command(id) || by_sample(id)).collect()
}

/// Whether a kustomization to be copied, `kustomization.yaml.sample`, has a file for a patch, be it in a comment.
fn is_in_sample(file: &Path, place: &Place<'_>) -> bool {
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else { return false };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = |sample: String| {
        let read = place.files.read(&folder.join(sample), MAX_FILE).ok();
        read.is_some_and(|bytes| has_for_patch(&String::from_utf8_lossy(&bytes), name))
    };
    SAMPLES
        .iter()
        .any(|ending| names(format!("kustomization.yaml.{ending}")) || names(format!("kustomization.yml.{ending}")))
}

/// How a kustomization ends that is there to be copied.
const SAMPLES: [&str; 5] = ["sample", "example", "template", "dist", "tmpl"];

/// Whether the text of a kustomization names a file under one of its lists of patches.
fn has_for_patch(text: &str, file: &str) -> bool {
    let mut in_patches = false;
    text.lines().any(|line| {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            in_patches = line.starts_with("patches");
        }
        in_patches && line.split([' ', '#', ':', '"', '\'']).any(|word| word.trim_start_matches("./") == file)
    })
}

/// Whether controller-gen writes a file that the `config/` of an operator names.
fn is_of_controllers(file: &str, path: &str) -> bool {
    let folder = folder_of(file);
    (path == "manifests.yaml" && folder.ends_with("config/webhook"))
        || (path == "role.yaml" && folder.ends_with("config/rbac"))
        || (path.starts_with("bases/") && folder.ends_with("config/crd"))
}

fn is_of_flux(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("flux-system" | "gotk-components.yaml"))
}

/// The names that the entry of a kustomization's `images` around a place has, where it is one.
fn named_around(source: &Source, at: u32) -> Vec<&str> {
    if !is_kustomization_file(&source.name) {
        return Vec::new();
    }
    let line = source.line_of(at);
    let around = line.saturating_sub(ENTRY)..=line + ENTRY;
    let named = around.filter_map(|line| short_line(source, line).trim_start_matches([' ', '-']).strip_prefix("name:"));
    named.map(str::trim).collect()
}

/// An entry of `images` has so many lines beside one.
const ENTRY: usize = 2;

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
