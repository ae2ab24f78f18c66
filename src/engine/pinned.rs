//! Findings on versions of custom resources that the operator of the repository does not serve yet.
//!
//! In: all findings of a run, its objects. Out: the same; where the repository pins a version of an operator's chart, or holds its
//! definitions, and these do not know the version to be used instead, that an older one is used is a remark, and the help names the
//! operator first. Manifests, Terraform and scripts are read only where such a finding asks. What the project and the definition say
//! of one object is said once.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::discover::commands::joined;
use crate::discover::repository::root_of;
use crate::files::Kind;
use crate::finding::{Finding, Severity};
use crate::knowledge::custom_apis;
use crate::object::Gvk;
use crate::workspace::ApplySet;
use crate::yaml::Node;

use super::Run;
use super::texts::Texts;

/// An operator, and from when on it serves what takes the place of older versions.
struct Operator {
    group: &'static str,
    /// The kinds that it says this of; empty for all others.
    kinds: &'static [&'static str],
    chart: &'static str,
    /// The first version of the chart.
    first: [u64; 2],
    /// The first of Flux itself, which can be installed without its chart, and has other numbers then.
    flux: Option<[u64; 2]>,
}

const fn of_flux_since(
    group: &'static str,
    kinds: &'static [&'static str],
    first: [u64; 2],
    flux: [u64; 2],
) -> Operator {
    Operator { group, kinds, chart: "flux2", first, flux: Some(flux) }
}

const fn since(group: &'static str, chart: &'static str, first: [u64; 2]) -> Operator {
    Operator { group, kinds: &[], chart, first, flux: None }
}

const OPERATORS: &[Operator] = &[
    since("external-secrets.io", "external-secrets", [0, 16]),
    since("cert-manager.io", "cert-manager", [1, 0]),
    since("acme.cert-manager.io", "cert-manager", [1, 0]),
    since("traefik.containo.us", "traefik", [23, 0]),
    since("keda.k8s.io", "keda", [2, 0]),
    of_flux_since("source.toolkit.fluxcd.io", &["OCIRepository"], [2, 16], [2, 6]),
    of_flux_since("source.toolkit.fluxcd.io", &["Bucket"], [2, 14], [2, 4]),
    of_flux_since("source.toolkit.fluxcd.io", &["HelmChart", "HelmRepository"], [2, 13], [2, 3]),
    of_flux_since("source.toolkit.fluxcd.io", &[], [2, 0], [2, 0]),
    of_flux_since("kustomize.toolkit.fluxcd.io", &[], [2, 0], [2, 0]),
    of_flux_since("helm.toolkit.fluxcd.io", &[], [2, 13], [2, 3]),
];
/// A version stands within so many lines of the chart's name.
const NEAR: usize = 8;
/// Keys that pin a version, in small letters.
const VERSIONS: [&str; 5] = ["addonchartversion", "chartversion", "defaultversion", "targetrevision", "version"];
/// Keys that name a chart, in small letters; in the lists of `NAMED` the key `name` does.
const CHARTS: [&str; 3] = ["addonchart", "chart", "chartname"];
/// Lists of charts: a chart's own dependencies, and those of a kustomization.
const NAMED: [&str; 2] = ["dependencies:", "helmCharts:"];
/// How files end that install charts, beside manifests.
const ENDINGS: [&str; 11] =
    [".bash", ".gotmpl", ".groovy", ".hcl", ".mk", ".ps1", ".py", ".sh", ".tf", ".tofu", ".zsh"];
const NAMES: [&str; 4] = ["Jenkinsfile", "Justfile", "Makefile", "justfile"];
/// Folders that others write.
const OF_OTHERS: [&str; 3] = ["node_modules", "target", "vendor"];
/// Larger files are not written by hand.
const LARGEST: u64 = 512 * 1024;
/// Most folders that are looked into, and most files that are read.
const MOST_FOLDERS: usize = 4_096;
const MOST_FILES: usize = 1_024;

/// Two numbers of a version, and how it is written.
type Version = ([u64; 2], String);

/// The rule on versions that their project has given up, and the one on those that their definition calls deprecated.
const GIVEN_UP: &str = "deprecated-custom-api";
const BY_DEFINITION: &str = "deprecated-crd-version";

/// Softens findings on versions that nothing newer can take the place of here.
pub(super) fn soften(findings: &mut [Finding], whole: &ApplySet<'_>, run: &Run<'_>) {
    let mut known: FxHashMap<usize, Option<String>> = FxHashMap::default();
    for finding in findings.iter_mut() {
        if finding.rule != GIVEN_UP || finding.severity == Severity::Info {
            continue;
        }
        let Some(object) = finding.object.clone() else { continue };
        let gvk = Gvk::new(&object.api_version, &object.kind);
        if let Some(version) = custom_apis::successor(gvk).and_then(|new| unserved(gvk.kind, new, whole)) {
            later(finding, &format!("first update the operator, of whose definitions here none serves `{version}`"));
            continue;
        }
        let is_for = |one: &Operator| one.group == gvk.group && (one.kinds.is_empty() || one.kinds.contains(&gvk.kind));
        let Some(at) = OPERATORS.iter().position(is_for) else { continue };
        let pinned = known.entry(at).or_insert_with(|| {
            let scripts = run.place.beside.installers.get_or_init(|| scripts(run));
            installed(&OPERATORS[at], scripts, run)
        });
        if let Some(installed) = pinned {
            later(finding, &format!("first update {installed} is installed here"));
        }
    }
}

/// What is installed of an operator, where all that the repository pins is too old.
fn installed(operator: &Operator, scripts: &[String], run: &Run<'_>) -> Option<String> {
    let Operator { chart, first, flux, .. } = operator;
    let by_chart = oldest(of_chart(chart, scripts, run), *first);
    let version = by_chart.map(|version| format!("the chart `{chart}`, of which {version}"));
    let by_itself = || flux.and_then(|first| oldest(of_flux(scripts, run), first));
    version.or_else(|| by_itself().map(|version| format!("Flux, of which {version}")))
}

/// Takes a finding for a remark on what is to be done once something else is.
fn later(finding: &mut Finding, first: &str) {
    finding.severity = Severity::Info;
    let help = finding.help.take().unwrap_or_default();
    finding.help = Some(format!("{first}; then {help}"));
}

/// The newer version, where the repository defines the kind and no definition of it serves that.
fn unserved<'v>(kind: &str, new: &'v str, whole: &ApplySet<'_>) -> Option<&'v str> {
    let (group, version) = new.split_once('/')?;
    let specs = whole.of_kind("apiextensions.k8s.io", "CustomResourceDefinition").filter_map(|item| item.object.spec());
    let of_kind = |spec: &Node<'_>| {
        spec.str_at("group") == Some(group) && spec.at(&["names", "kind"]).and_then(Node::as_str) == Some(kind)
    };
    let mut definitions = specs.filter(of_kind).peekable();
    definitions.peek()?;
    (!definitions.any(|spec| serves(spec, version))).then_some(version)
}

fn serves(spec: Node<'_>, version: &str) -> bool {
    let mut versions = spec.get("versions").into_iter().flat_map(Node::items);
    let is_it = |one: Node<'_>| one.get("served").and_then(Node::as_bool) != Some(false);
    versions.any(|one| one.str_at("name") == Some(version) && is_it(one)) || spec.str_at("version") == Some(version)
}

/// Leaves one of two findings on the version of an object, of which one rule knows the project and the other the definition: the
/// louder one.
pub(super) fn join(findings: &mut Vec<Finding>) {
    let place = |finding: &Finding| (finding.source(), finding.primary.span, finding.document);
    let of = |rule: &str| -> FxHashMap<_, Severity> {
        findings.iter().filter(|one| one.rule == rule).map(|one| (place(one), one.severity)).collect()
    };
    let (given_up, by_definition) = (of(GIVEN_UP), of(BY_DEFINITION));
    findings.retain(|finding| {
        let (at, own) = (place(finding), finding.severity);
        match finding.rule.as_str() {
            GIVEN_UP => by_definition.get(&at).is_none_or(|other| own >= *other),
            BY_DEFINITION => given_up.get(&at).is_none_or(|other| own > *other),
            _ => true,
        }
    });
}

/// The oldest of the versions that the repository pins, where all are older than one.
fn oldest(found: Vec<Version>, first: [u64; 2]) -> Option<String> {
    if found.iter().any(|(numbers, _)| *numbers >= first) {
        return None;
    }
    found.into_iter().min_by_key(|(numbers, _)| *numbers).map(|(_, written)| written)
}

/// The versions of a chart that the repository pins.
fn of_chart(chart: &str, scripts: &[String], run: &Run<'_>) -> Vec<Version> {
    let mut found = Vec::new();
    in_manifests(run, &mut |text| {
        if text.contains(chart) {
            found.extend(versions(text, chart));
        }
    });
    for text in scripts.iter().filter(|text| text.contains(chart)) {
        found.extend(versions(text, chart));
        found.extend(joined(text).iter().filter_map(|line| in_command(line, chart)));
    }
    found
}

/// The versions of Flux that the repository installs.
fn of_flux(scripts: &[String], run: &Run<'_>) -> Vec<Version> {
    let mut found = Vec::new();
    in_manifests(run, &mut |text| found.extend(flux_versions(text)));
    scripts.iter().for_each(|text| found.extend(flux_versions(text)));
    found
}

/// Goes through the texts of all manifests, those that were let go as well.
fn in_manifests(run: &Run<'_>, look: &mut dyn FnMut(&str)) {
    let mut texts = Texts::new(run);
    run.sources.iter().for_each(|source| look(&texts.get(source.id).text));
}

/// The versions of Flux's own objects, as `flux bootstrap` writes them, and of what is fetched from its releases.
fn flux_versions(text: &str) -> Vec<Version> {
    let mut found = Vec::new();
    if text.contains("app.kubernetes.io/part-of: flux") {
        let versions = text.split("app.kubernetes.io/version:").skip(1).filter_map(|rest| rest.lines().next());
        found.extend(versions.take(1).filter_map(version));
    }
    // Its manifests as an OCI artifact.
    for rest in text.split("fluxcd/flux-manifests").skip(1) {
        let tag = rest.lines().take(NEAR).find_map(|line| line.trim_start().strip_prefix("tag:"));
        found.extend(tag.and_then(version));
    }
    for rest in text.split("fluxcd/flux2/").skip(1).filter_map(|rest| rest.split_whitespace().next()) {
        let from = ["ref=", "releases/download/"].iter().find_map(|before| rest.split_once(before));
        found.extend(from.and_then(|(_, rest)| version(rest.split(['/', '&']).next().unwrap_or(rest))));
    }
    found
}

/// The texts of scripts, of Terraform, and of what else installs charts.
fn scripts(run: &Run<'_>) -> Vec<String> {
    let files = run.place.files;
    let resolved = run.job.snapshot.paths.iter().filter_map(|path| files.resolve(path).ok());
    let mut folders: Vec<PathBuf> =
        resolved.map(|path| root_of(&path, files).map(Path::to_owned).unwrap_or(path)).collect();
    folders.sort_unstable();
    folders.dedup();
    let (mut texts, mut at) = (Vec::new(), 0);
    while at < folders.len().min(MOST_FOLDERS) && texts.len() < MOST_FILES {
        let folder = folders[at].clone();
        at += 1;
        let mut entries: Vec<_> = files.list(&folder).into_iter().flatten().flatten().collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        for entry in entries {
            let name = entry.name.to_string_lossy();
            let is_script = || ENDINGS.iter().any(|ending| name.ends_with(ending)) || NAMES.contains(&&*name);
            match entry.kind {
                Kind::Directory if !name.starts_with('.') && !OF_OTHERS.contains(&&*name) => {
                    folders.push(folder.join(&entry.name));
                }
                Kind::File if is_script() && texts.len() < MOST_FILES => {
                    let read = files.read(&folder.join(&entry.name), LARGEST).ok();
                    texts.extend(read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
                }
                _ => {}
            }
        }
    }
    texts
}

/// The version that a command installs of a chart: `helm install eso external-secrets/external-secrets --version 0.9.13`.
fn in_command(line: &str, chart: &str) -> Option<Version> {
    let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'', '`']));
    let installs = words.clone().any(|word| word == "helm") && words.clone().any(|word| is_called(word, chart));
    let at = words.find(|word| word.starts_with("--version")).filter(|_| installs)?;
    version(at.strip_prefix("--version=").or_else(|| words.next())?)
}

/// The versions that stand beside the name of a chart, where something is called by it.
fn versions(text: &str, chart: &str) -> Vec<Version> {
    let lines: Vec<&str> = text.lines().collect();
    let is_named = lines.iter().any(|line| NAMED.iter().any(|list| line.starts_with(list)));
    let names_chart = |(key, value): (String, &str)| {
        let by_key = CHARTS.contains(&key.as_str()) || (is_named && key == "name");
        (by_key && is_called(value, chart)) || (key == "url" && value.starts_with("oci://") && is_called(value, chart))
    };
    let mut found = Vec::new();
    for at in (0..lines.len()).filter(|at| lines[*at].contains(chart) && pairs(lines[*at]).any(names_chart)) {
        let by_url = pairs(lines[at]).any(|(key, _)| key == "url");
        let pins = |key: &str| VERSIONS.contains(&key) || (by_url && key == "tag");
        let pinned = block(&lines, at).iter().flat_map(|line| pairs(line)).filter(|(key, _)| pins(key));
        found.extend(pinned.filter_map(|(_, value)| version(value)));
    }
    found
}

/// Whether a value names a chart, in a repository of charts or by itself.
fn is_called(value: &str, chart: &str) -> bool {
    value.rsplit('/').next() == Some(chart)
}

/// The lines near one that belong to the same map.
fn block<'l>(lines: &'l [&'l str], at: usize) -> &'l [&'l str] {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let column = |line: &str| line.len() - line.trim_start_matches([' ', '\t', '-']).len();
    let own = column(lines[at]);
    let ends = |line: &str| line.starts_with("---") || (!line.trim().is_empty() && indent(line) < own);
    let mut from = at;
    while from > at.saturating_sub(NEAR) && indent(lines[from]) >= own && !ends(lines[from - 1]) {
        from -= 1;
    }
    // The item of a list begins on the line of its dash.
    if from > 0 && indent(lines[from]) >= own && indent(lines[from - 1]) < own && column(lines[from - 1]) == own {
        from -= 1;
    }
    let below = lines[at + 1..].iter().take(NEAR).take_while(|line| !ends(line)).count();
    &lines[from..=at + below]
}

/// The keys of a line, in small letters, and what stands behind them: `chart: "a"`, `chart = "a"`.
fn pairs(line: &str) -> impl Iterator<Item = (String, &str)> {
    let is_key = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices([':', '=']).filter_map(move |(at, _)| {
        let before = line[..at].trim_end().trim_end_matches(['"', '\'']);
        let key = before.rsplit(|c| !is_key(c)).next().unwrap_or_default();
        let value = line[at + 1..].trim_start();
        let value = value.split([',', ')', '}', ' ', '#']).next().unwrap_or_default().trim_matches(['"', '\'']);
        (!key.is_empty()).then(|| (key.to_ascii_lowercase(), value))
    })
}

/// A version with its first two numbers: `0.8.1`, `v1.14.x`, `~0.9`.
fn version(written: &str) -> Option<Version> {
    let written = written.trim().trim_matches(['"', '\'', ',']);
    let mut parts = written.trim_start_matches(['v', '~', '^', '=']).split('.');
    let major = parts.next()?.parse().ok()?;
    Some(([major, parts.next()?.parse().ok()?], written.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{flux_versions, in_command, versions};

    #[test]
    fn versions_stand_near_the_name_of_a_chart() {
        let text = "source:\n  repoURL: https://example.com\n  chart: external-secrets\n  targetRevision: 0.8.1\n";
        assert_eq!(versions(text, "external-secrets"), [([0, 8], "0.8.1".to_owned())]);
        let text = "apiVersion: v2\ndependencies:\n- name: external-secrets\n  version: \"0.17.0\"\n";
        assert_eq!(versions(text, "external-secrets"), [([0, 17], "0.17.0".to_owned())]);
        assert!(versions("chart: external-secrets-ui\nversion: 0.1.0\n", "external-secrets").is_empty());
        let known = |text: &str| versions(text, "eso").into_iter().map(|(_, written)| written).collect::<Vec<_>>();
        let helmfile = "releases:\n- name: a\n  chart: x/a\n  version: v1.14.0\n- name: eso\n  version: 0.9.13\n  chart: x/eso\n- name: b\n  version: 2.0.0\n  chart: x/b\n";
        assert_eq!(known(helmfile), ["0.9.13"]);
        let terraform = "resource \"helm_release\" \"a\" {\n  version = \"4.0.1\"\n}\nresource \"helm_release\" \"eso\" {\n  chart   = \"eso\"\n  version = \"0.9.13\"\n}\nresource \"a\" \"b\" {\n  version = \"3.0.0\"\n}\n";
        assert_eq!(known(terraform), ["0.9.13"]);
        let sources = "sources:\n  - repoURL: https://charts.example.com\n    chart: eso\n    targetRevision: 0.10.4\n  - repoURL: https://git.example.com\n    targetRevision: 3.1.0\n";
        assert_eq!(known(sources), ["0.10.4"]);
        assert_eq!(
            known("helmCharts:\n  - name: eso\n    repo: https://a.example\n    version: \"0.10.5\"\n"),
            ["0.10.5"]
        );
        assert_eq!(known("Schema helm = new Schema(chart: 'eso',\n\turl: 'x',\n\tversion: '0.9.16')\n"), ["0.9.16"]);
        assert_eq!(known("  url: oci://r.example.com/charts/eso\n  ref:\n    tag: 0.14.3\n"), ["0.14.3"]);
    }

    /// What stands before a key may be a byte-order mark, or any other character of several bytes.
    #[test]
    fn keys_stand_behind_any_character() {
        let text = "\u{feff}chart: eso\n# \u{201c}version: 0.9.13\u{201d}\n# \u{3001}version: 0.9.14\n";
        assert_eq!(versions(text, "eso").first().map(|(numbers, _)| *numbers), Some([0, 9]));
    }

    #[test]
    fn commands_and_releases_have_versions() {
        let of = |line: &str| in_command(line, "eso").map(|(_, written)| written);
        assert_eq!(of("helm upgrade --install e x/eso --version 0.9.13 -n e").as_deref(), Some("0.9.13"));
        assert_eq!(of("helm install --version=0.9.13 e eso").as_deref(), Some("0.9.13"));
        assert_eq!(of("helm install e x/other --version 0.9.13"), None);
        let components = "labels:\n  app.kubernetes.io/part-of: flux\n  app.kubernetes.io/version: v0.41.2\n";
        assert_eq!(flux_versions(components)[0].0, [0, 41]);
        assert_eq!(flux_versions("- https://github.com/fluxcd/flux2/manifests/install?ref=v0.38.3\n")[0].0, [0, 38]);
        assert!(flux_versions("labels:\n  app.kubernetes.io/version: v0.41.2\n").is_empty());
        let artifact = "  url: oci://ghcr.io/fluxcd/flux-manifests\n  ref:\n    tag: v2.2.3\n";
        assert_eq!(flux_versions(artifact)[0].0, [2, 2]);
    }
}
