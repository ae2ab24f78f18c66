//! Findings on versions of custom resources that the operator of the repository does not serve yet.
//!
//! In: all findings of a run. Out: the same; where the repository pins a version of an operator's chart that does not know the version
//! to be used instead, that an older one is used is a remark, and the help names the operator first. Texts are read only where
//! such a finding asks.

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Severity};

use super::Run;

/// The groups of an operator, its chart, and the first version of that which serves what takes the place of older versions.
const SERVED_FROM: &[(&str, &str, [u64; 2])] = &[
    ("external-secrets.io", "external-secrets", [0, 16]),
    ("cert-manager.io", "cert-manager", [1, 0]),
    ("acme.cert-manager.io", "cert-manager", [1, 0]),
    ("traefik.containo.us", "traefik", [23, 0]),
    ("keda.k8s.io", "keda", [2, 0]),
    ("source.toolkit.fluxcd.io", "flux2", [2, 0]),
    ("kustomize.toolkit.fluxcd.io", "flux2", [2, 0]),
    ("helm.toolkit.fluxcd.io", "flux2", [2, 13]),
];
/// A version stands within so many lines of the chart's name.
const NEAR: usize = 8;
/// Keys that pin a version, in small letters.
const VERSIONS: [&str; 5] = ["addonchartversion", "chartversion", "defaultversion", "targetrevision", "version"];
/// Keys that name a chart, in small letters; in a chart's own dependencies `name` does.
const CHARTS: [&str; 3] = ["addonchart", "chart", "chartname"];

/// Softens findings on versions that nothing newer can take the place of here.
pub(super) fn soften(findings: &mut [Finding], run: &Run<'_>) {
    let mut known: FxHashMap<&'static str, Option<String>> = FxHashMap::default();
    for finding in findings.iter_mut() {
        if finding.rule != "deprecated-custom-api" || finding.severity == Severity::Info {
            continue;
        }
        let api = finding.object.as_ref().map_or("", |object| &object.api_version);
        let group = api.split_once('/').map_or("", |(group, _)| group);
        let Some((_, chart, first)) = SERVED_FROM.iter().find(|(known, ..)| *known == group) else { continue };
        let pinned = known.entry(chart).or_insert_with(|| pinned(chart, *first, run));
        if let Some(version) = pinned {
            finding.severity = Severity::Info;
            let help = finding.help.take().unwrap_or_default();
            finding.help =
                Some(format!("first update the chart `{chart}`, of which {version} is installed here; then {help}"));
        }
    }
}

/// The version of a chart that the repository pins, where all that it pins are older than one.
fn pinned(chart: &str, first: [u64; 2], run: &Run<'_>) -> Option<String> {
    let texts = run.sources.iter().map(|source| &*source.text).filter(|text| text.contains(chart));
    let found = texts.flat_map(|text| versions(text, chart));
    let (mut oldest, mut newer): (Option<([u64; 2], String)>, bool) = (None, false);
    for (numbers, written) in found {
        newer |= numbers >= first;
        if oldest.as_ref().is_none_or(|(known, _)| numbers < *known) {
            oldest = Some((numbers, written));
        }
    }
    oldest.filter(|_| !newer).map(|(_, written)| written)
}

/// The versions that stand near the name of a chart, where something is called by it.
fn versions(text: &str, chart: &str) -> Vec<([u64; 2], String)> {
    let lines: Vec<&str> = text.lines().collect();
    let value =
        |line: &str| line.split_once(':').map(|(_, value)| value.trim().trim_matches(['"', '\'', ',']).to_owned());
    let key = |line: &str| line.split_once(':').map(|(key, _)| key.trim_start_matches([' ', '-']).to_ascii_lowercase());
    let depends = lines.iter().any(|line| line.starts_with("dependencies:"));
    let names_chart = |key: String| CHARTS.contains(&key.as_str()) || (depends && key == "name");
    let is_chart = |line: &&str| value(line).as_deref() == Some(chart) && key(line).is_some_and(names_chart);
    let mut found = Vec::new();
    for at in lines.iter().enumerate().filter(|(_, line)| is_chart(line)).map(|(at, _)| at) {
        let around = &lines[at.saturating_sub(NEAR)..(at + NEAR + 1).min(lines.len())];
        let pins = |line: &&&str| key(line).is_some_and(|key| VERSIONS.contains(&key.as_str()));
        let pinned = around.iter().filter(pins);
        found.extend(pinned.filter_map(|line| value(line)).filter_map(|version| Some((numbers(&version)?, version))));
    }
    found
}

/// The first two numbers of a version: `0.8.1`, `v1.14.x`.
fn numbers(version: &str) -> Option<[u64; 2]> {
    let mut parts = version.trim_start_matches('v').split('.');
    let major = parts.next()?.parse().ok()?;
    Some([major, parts.next()?.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn versions_stand_near_the_name_of_a_chart() {
        let text = "source:\n  repoURL: https://example.com\n  chart: external-secrets\n  targetRevision: 0.8.1\n";
        assert_eq!(versions(text, "external-secrets"), [([0, 8], "0.8.1".to_owned())]);
        let text = "apiVersion: v2\ndependencies:\n- name: external-secrets\n  version: \"0.17.0\"\n";
        assert_eq!(versions(text, "external-secrets"), [([0, 17], "0.17.0".to_owned())]);
        assert!(versions("chart: external-secrets-ui\nversion: 0.1.0\n", "external-secrets").is_empty());
    }
}
