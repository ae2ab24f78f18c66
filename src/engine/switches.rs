//! APIs that a repository switches on in its API servers.
//!
//! In: a run. Out: whether a setting `runtime-config` of the API server, in a machine configuration of Talos, a ClusterConfiguration of
//! kubeadm, a Cluster of kind, arguments of k3s or a command, switches a version of an API on. Lines decide; they are read at the first need.

use std::path::Path;

use rayon::prelude::*;

use crate::discover::commands::Commands;
use crate::files::MAX_FILE;

use super::Run;
use super::drafts::Drafts;

/// How the setting is written.
const SETTINGS: [&str; 2] = ["runtime-config", "runtimeConfig"];
/// A setting may go on for so many lines below its name.
const LINES: usize = 12;
/// Most templates of other tools that are read.
const MOST: usize = 512;

/// What the settings of a repository say.
#[derive(Default)]
pub(super) struct Switches(Option<Vec<String>>);

impl Switches {
    /// Whether a version of an API is switched on by a file of the repository, or by a command that stands near a file.
    pub(super) fn turn_on(&mut self, api: &str, file: &Path, run: &Run<'_>, commands: &mut Commands<'_>) -> bool {
        let pieces = self.0.get_or_insert_with(|| of_files(run));
        pieces.iter().any(|piece| says(piece, api))
            || commands.saying(file, SETTINGS[0]).iter().any(|line| says(line, api))
    }
}

fn of_files(run: &Run<'_>) -> Vec<String> {
    let place = run.place;
    let text = |path: &Path| {
        let bytes = place.files.read(path, MAX_FILE).ok()?;
        Some(pieces(&String::from_utf8_lossy(&bytes)))
    };
    let mut found: Vec<String> =
        place.walk.files.par_iter().filter_map(|file| text(&file.path)).flatten_iter().collect();
    found.extend(Drafts::new(run).templates().iter().flat_map(|text| pieces(text)));
    // Templates lie in folders without manifests as well.
    let drafts = place.walk.listed.iter().flat_map(|listed| listed.drafts.iter().map(|name| listed.path.join(name)));
    let mut drafts: Vec<_> = drafts.collect();
    drafts.sort_unstable();
    found.extend(drafts.iter().take(MOST).filter_map(|path| text(path)).flatten());
    found
}

/// The settings in a text, each with the lines that belong to it.
fn pieces(text: &str) -> Vec<String> {
    let is_one = |line: &&str| SETTINGS.iter().any(|setting| line.contains(setting));
    if !is_one(&text) {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for at in (0..lines.len()).filter(|&at| is_one(&lines[at]) && !lines[at].trim_start().starts_with('#')) {
        let own = indent(lines[at]);
        // The next lines of an entry of a list stand deeper than its dash.
        let below = lines[at + 1..].iter().take(LINES).take_while(|line| indent(line) > own);
        found.push(std::iter::once(&lines[at]).chain(below).copied().collect::<Vec<_>>().join("\n"));
    }
    found
}

/// Whether a setting switches a version of an API on: by itself, or with all of its sort.
fn says(piece: &str, api: &str) -> bool {
    let version = api.rsplit('/').next().unwrap_or(api);
    let sort = ["alpha", "beta"].into_iter().find(|sort| version.contains(sort));
    let of_sort = sort.map(|sort| format!("api/{sort}"));
    [Some(api), Some("api/all"), of_sort.as_deref()].into_iter().flatten().any(|word| {
        piece.match_indices(word).any(|(at, _)| {
            let rest = &piece[at + word.len()..];
            let value = rest.trim_start_matches(['"', '\'', ' ', ':', '=']);
            !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/') && !value.starts_with("false")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_switch_versions_on() {
        let api = "admissionregistration.k8s.io/v1beta1";
        let on = |text: &str| pieces(text).iter().any(|piece| says(piece, api));
        for text in [
            "apiServer:\n  extraArgs:\n    runtime-config: admissionregistration.k8s.io/v1beta1=true\n",
            "apiServer:\n  extraArgs:\n  - name: runtime-config\n    value: admissionregistration.k8s.io/v1beta1\n",
            "kind: Cluster\nruntimeConfig:\n  \"admissionregistration.k8s.io/v1beta1\": \"true\"\n",
            "kube-apiserver-arg:\n- runtime-config=api/beta=true\n",
            "runtimeConfig:\n  api/all: \"true\"\n",
        ] {
            assert!(on(text), "{text}");
        }
        for text in [
            "runtimeConfig:\n  \"admissionregistration.k8s.io/v1beta1\": \"false\"\n",
            "runtime-config: admissionregistration.k8s.io/v1beta11=true\n",
            "runtime-config: api/alpha=true\nother: admissionregistration.k8s.io/v1beta1\n",
            "# runtime-config: admissionregistration.k8s.io/v1beta1=true\n",
        ] {
            assert!(!on(text), "{text}");
        }
    }
}
