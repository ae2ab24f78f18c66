//! Findings on validity in files that are not meant to be applied as they stand.
//!
//! In: all findings of a run, its objects. Out: the same; in a file that no set takes in, what is refused is a remark where the
//! file's name or text says that it is wrong or partial on purpose: a page's snippet, an exercise, a sample of what is refused, a
//! list of what is to be deleted. One warning an object is left of a part of an object that another file has whole, and one a file
//! of an operator's sample that is as its generator made it; a value that somebody left empty is a warning, too. How fields fit
//! together is a remark where ytt fills in some of them. Where the server's
//! word alone is asked for, all is told as it is.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::corners::{corner, is_sample};
use crate::discover::placeholder::is_template_by_header;
use crate::discover::{Survey, is_kustomization_file};
use crate::finding::{Category, Finding, Severity, Subject};
use crate::source::{Source, SourceId};
use crate::workspace::{ApplySet, Item};

use super::Run;
use super::texts::{Texts, short_line};

/// So many samples with nothing filled in are their generator's choice; of a few, one warning each is left.
const GENERATED: usize = 10;
/// A part of an object lacks at least so much.
const LACKS: usize = 2;

/// Softens what is said of such files.
pub(super) fn soften(findings: &mut [Finding], whole: &ApplySet<'_>, survey: &Survey, run: &Run<'_>) {
    if !run.job.request.policy {
        return;
    }
    let is_open = |finding: &Finding| {
        let claimed = run.built.claimed.contains(&finding.source()) || !finding.sets.names.is_empty();
        finding.severity > Severity::Info && !claimed && !survey.is_applied(&run.sources.get(finding.source()).name)
    };
    let mut texts = Texts::new(run);
    let (mut known, mut filled) = (FxHashMap::default(), FxHashMap::default());
    for finding in findings.iter_mut().filter(|finding| is_of_server(finding) && is_open(finding)) {
        let id = finding.source();
        let on_purpose = *known.entry(id).or_insert_with(|| {
            let source = texts.get(id);
            is_on_purpose(source) || (survey.is_in_chart(&source.name) && is_rendered(&source.text))
        });
        if on_purpose || is_for_old(finding, &run.sources.get(id).name) {
            finding.severity = Severity::Info;
        } else if finding.severity == Severity::Error
            && (is_left_empty(finding, texts.get(id)) || is_of_no_object(finding, texts.get(id)))
        {
            finding.severity = Severity::Warning;
        }
    }
    for finding in findings.iter_mut().filter(|finding| is_of_fields(finding) && is_open(finding)) {
        let id = finding.source();
        if *filled.entry(id).or_insert_with(|| is_of_ytt(&texts.get(id).text)) {
            finding.severity = Severity::Info;
            finding.explain(BY_YTT);
        }
    }
    let in_templates = |set: &str| set.split('/').any(is_of_templates) && !survey.is_applied(set);
    let of_templates = |finding: &&mut Finding| {
        let sets = &finding.sets.names;
        finding.category == Category::Render && !sets.is_empty() && sets.iter().all(|set| in_templates(set))
    };
    findings.iter_mut().filter(of_templates).for_each(|finding| finding.severity = Severity::Info);
    let parts = parts(findings, whole, &is_open);
    let of_part = |finding: &Finding| is_open(finding) && finding.subject.is_some_and(|own| parts.contains(&own));
    leave_one(findings, of_part, |finding| finding.subject.map(|own| (own.source, own.document)), WHOLE_ELSEWHERE);
    let stubs = stubs(findings, whole);
    let of_stub = |finding: &Finding| is_open(finding) && finding.subject.is_some_and(|own| stubs.contains(&own));
    leave_one(findings, of_stub, |finding| finding.subject.map(|own| (own.source, own.document)), NO_OBJECT);
    let samples = samples(findings, &mut texts, run);
    let of_sample = |finding: &Finding| is_of_server(finding) && samples.contains(&finding.source());
    leave_one(findings, of_sample, |finding| Some((finding.source(), 0)), AS_GENERATED);
    if samples.len() >= GENERATED {
        findings.iter_mut().filter(|finding| of_sample(finding)).for_each(|finding| finding.severity = Severity::Info);
    }
}

const BY_YTT: &str = "ytt fills in a part of this file, and that may be what counts here";
const WHOLE_ELSEWHERE: &str =
    "another file defines this object in full: apply this one as a patch, or complete or remove it";
const AS_GENERATED: &str = "this sample is as its generator made it: fill it in, or take it out of the bundle";

const NO_OBJECT: &str = "no server takes it: is it a stub, or the settings of a program?";
/// An object that lacks so much was never filled in.
const STUB: usize = 4;

/// Objects of others' kinds without metadata, and those of which hardly anything is there.
fn stubs(findings: &[Finding], whole: &ApplySet<'_>) -> FxHashSet<Subject> {
    let mut lacking: FxHashMap<Subject, usize> = FxHashMap::default();
    let lacks = findings.iter().filter(|finding| finding.rule == "required").filter_map(|finding| finding.subject);
    lacks.for_each(|subject| *lacking.entry(subject).or_default() += 1);
    let is_other = |group: &str| group.contains('.') && !group.ends_with(".k8s.io");
    let is_stub = |item: &&Item<'_>| is_other(item.object.gvk.group) && item.object.root.get("metadata").is_none();
    let nameless = whole.items().iter().filter(is_stub).map(|item| item.object.subject(item.document));
    lacking.into_iter().filter(|(_, count)| *count >= STUB).map(|(subject, _)| subject).chain(nameless).collect()
}

/// Whether a finding says what the server would say of the file's text.
fn is_of_server(finding: &Finding) -> bool {
    finding.category.is_validity() && finding.category != Category::Render
}

/// Whether a finding is about how fields of objects fit together, of which a template engine may give any.
fn is_of_fields(finding: &Finding) -> bool {
    use Category::{Autoscaling, Networking, Reliability, Resources, Wiring};
    matches!(finding.category, Autoscaling | Networking | Reliability | Resources | Wiring)
}

/// Leaves the first of these findings of each place as a warning that says why, and the others as remarks.
fn leave_one<K: std::hash::Hash + Eq>(
    findings: &mut [Finding],
    is_one: impl Fn(&Finding) -> bool,
    place: impl Fn(&Finding) -> Option<K>,
    why: &str,
) {
    let mut first: FxHashMap<K, (usize, u32)> = FxHashMap::default();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| is_one(finding) && is_of_server(finding)) {
        let Some(place) = place(finding) else { continue };
        let own = (at, finding.primary.span.start);
        let least = first.entry(place).or_insert(own);
        if own.1 < least.1 {
            *least = own;
        }
    }
    let first: FxHashSet<usize> = first.into_values().map(|(at, _)| at).collect();
    for (at, finding) in findings.iter_mut().enumerate().filter(|(_, finding)| is_one(finding)) {
        if first.contains(&at) {
            finding.severity = finding.severity.min(Severity::Warning);
            finding.explain(why);
        } else if finding.category != Category::Secrets {
            finding.severity = Severity::Info;
        }
    }
}

/// Objects that lack much of what their kind needs, while another file defines them in full.
fn parts(findings: &[Finding], whole: &ApplySet<'_>, is_open: &dyn Fn(&Finding) -> bool) -> FxHashSet<Subject> {
    let mut lacking: FxHashMap<Subject, FxHashSet<&str>> = FxHashMap::default();
    for finding in findings.iter().filter(|finding| finding.rule == "required" && is_open(finding)) {
        if let Some(subject) = finding.subject {
            lacking.entry(subject).or_default().insert(&finding.path);
        }
    }
    lacking.retain(|_, paths| paths.len() >= LACKS);
    if lacking.is_empty() {
        return FxHashSet::default();
    }
    let is_part = |item: &Item<'_>| lacking.contains_key(&item.object.subject(item.document));
    let has_twin = |item: &Item<'_>| {
        let mut twins = item.name().into_iter().flat_map(|name| {
            let namespace = item.written_namespace();
            whole
                .own_named(item.object.gvk.kind, name, namespace)
                .filter(move |other| other.written_namespace() == namespace)
        });
        twins.any(|other| !is_part(other))
    };
    let parts = whole.items().iter().filter(|item| is_part(item) && has_twin(item));
    parts.map(|item| item.object.subject(item.document)).collect()
}

/// The samples of operators in which nothing is filled in yet.
fn samples(findings: &[Finding], texts: &mut Texts<'_>, run: &Run<'_>) -> FxHashSet<SourceId> {
    let samples = findings.iter().filter(|finding| finding.severity > Severity::Info && is_of_server(finding));
    let samples = samples.filter(|finding| {
        is_sample(&run.sources.get(finding.source()).name, finding.sets.names.iter().map(|set| &**set))
    });
    let samples: FxHashSet<SourceId> = samples.map(Finding::source).collect();
    samples.into_iter().filter(|&id| is_bare(&texts.get(id).text)).collect()
}

/// Whether there is nothing in the `spec` of an object, a note that something is to be put there, or the field that the generator
/// puts there to be replaced.
fn is_bare(text: &str) -> bool {
    let mut spec = text.lines().skip_while(|line| !line.starts_with("spec:"));
    let head = spec.next().map(|line| line["spec:".len()..].trim());
    let is_note = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let nothing_below = spec.take_while(|line| line.starts_with([' ', '#']) || line.is_empty()).all(is_note);
    text.contains("TODO")
        || text.lines().any(|line| line.trim() == "foo: bar")
        || head.is_none_or(|head| head == "{}" || ((head.is_empty() || is_note(head)) && nothing_below))
}

/// Whether a file is wrong or partial on purpose, by its name or by what stands in it.
fn is_on_purpose(source: &Source) -> bool {
    let folders = || source.name.split('/').rev().skip(1);
    let is_snippet = || folders().any(|folder| SNIPPETS.contains(&folder));
    is_called_wrong(&source.name)
        || is_snippet()
        || is_exercise(&source.name)
        || folders().any(is_of_templates)
        || is_no_manifest(&source.name)
        || is_of_ytt(&source.text)
        || is_for_deletion(&source.text)
        || is_template_by_header(&source.text)
        || (corner(&source.name, false).is_some() && is_rendered(&source.text))
}

/// Folders of what pages are put together from.
const SNIPPETS: [&str; 3] = ["asciidoc", "adoc", "snippets"];
/// What is shown to be refused is called so.
const WRONG: [&str; 7] = ["bad", "broken", "error", "incorrect", "invalid", "malformed", "wrong"];
/// Folders and files of exercises in looking for what is wrong.
const EXERCISES: [&str; 2] = ["troubleshoot", "troubleshooting"];

/// Whether a folder says that what lies in it is copied and filled in; `templates` may be applied by its name.
fn is_of_templates(folder: &str) -> bool {
    folder == "template"
        || ["-template", "_template", "-templates", "_templates"].iter().any(|end| folder.ends_with(end))
}

/// Whether a file's name begins or ends with a word that says that what stands in it is refused: `error-bad-spec.yaml`.
fn is_called_wrong(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut words = stem.split(['-', '_', '.']);
    let (first, last) = (words.next(), words.next_back());
    last.is_some() && [first, last].into_iter().flatten().any(|word| WRONG.contains(&word))
}

/// Whether a folder, or the beginning of the file's name, says that something is to be found and mended there.
fn is_exercise(name: &str) -> bool {
    let words =
        |part: &str| part.to_ascii_lowercase().split(['-', '_', '.', ' ']).any(|word| EXERCISES.contains(&word));
    name.split('/').any(words)
}

/// Whether a file's name says that it is a template, a schema, or a file of another tool.
fn is_no_manifest(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    [".tmpl.", ".tpl.", ".template.", "-schema.json", ".schema.json"].iter().any(|part| file.contains(part))
        || matches!(file, "pnpm-lock.yaml" | "FUNDING.yml")
}

/// Whether ytt makes something else of a file: it takes lines in and out, and repeats keys.
fn is_of_ytt(text: &str) -> bool {
    text.lines().any(|line| YTT.iter().any(|start| line.trim_start().starts_with(start)))
}

/// How lines begin that steer ytt.
const YTT: [&str; 6] = ["#@ load(", "#@ def ", "#@ if ", "#@ if/end ", "#@ for ", "#@overlay/"];

/// Whether the comments of a file say that what stands in it is to be deleted, and not that it is to be applied.
fn is_for_deletion(text: &str) -> bool {
    let comments = || text.lines().map(str::trim_start).filter(|line| line.starts_with('#'));
    comments().any(|line| line.contains("kubectl delete -f"))
        && !comments().any(|line| ["kubectl apply", "kubectl create"].iter().any(|word| line.contains(word)))
}

/// Whether a file's name says that it is for clusters that serve an API which is gone: `install-v1beta1.yaml`, `k8s-1.21.yaml`.
fn is_for_old(finding: &Finding, name: &str) -> bool {
    let version = finding.object.as_ref().and_then(|object| object.api_version.rsplit('/').next());
    let file = name.rsplit('/').next().unwrap_or_default();
    let mut words = file.split(['-', '_', '.']);
    let is_gone =
        || finding.message.rsplit_once("is not served since Kubernetes 1.").and_then(|(_, minor)| minor.parse().ok());
    finding.rule == "unknown-kind"
        && (version.is_some_and(|version| version != "v1" && words.any(|word| word == version))
            || is_gone().zip(cluster(file)).is_some_and(|(gone, made): (u32, u32)| made < gone))
}

/// The minor version of Kubernetes that a file is for, by its name: `deploy_k8s_1.22.yaml`, `k8s_before_v1_18.yaml`.
fn cluster(file: &str) -> Option<u32> {
    if !["k8s", "kube", "before"].iter().any(|word| file.contains(word)) {
        return None;
    }
    let parts: Vec<&str> = file.split(['-', '_', '.']).collect();
    let pair = parts.windows(2).find(|pair| matches!(pair[0], "1" | "v1") && pair[1].len() == 2)?;
    pair[1].parse().ok()
}

/// Whether Helm has written a file: a record of what a chart once made.
fn is_rendered(text: &str) -> bool {
    text.lines().any(|line| line.strip_prefix("# Source: ").is_some_and(|path| path.contains("/templates/")))
}

/// A file of another program has so many keys at its top, and none that an object has.
const KEYS: usize = 3;

/// Whether a text that is no YAML has keys at its top and speaks of no kind: whatever it is, it is hardly for a cluster.
fn is_of_no_object(finding: &Finding, source: &Source) -> bool {
    let speaks = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start_matches('"');
        ["apiVersion", "kind", "metadata", "spec"].iter().any(|key| line.starts_with(key))
    };
    let is_key = |line: &str| {
        let key = line.split_once(':').map_or("", |(key, _)| key);
        key.len() >= KEYS && key.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'))
    };
    let in_chart = || ["Chart.yaml", "values.yaml"].iter().any(|name| source.name.ends_with(name));
    finding.category == Category::Syntax
        && finding.object.as_ref().is_none_or(|object| object.kind.is_empty())
        && !is_kustomization_file(&source.name)
        && !in_chart()
        && !source.text.lines().any(speaks)
        && source.text.lines().filter(|line| is_key(line)).take(KEYS).count() == KEYS
}

/// Whether a value that is refused was left empty in quotes: `image: ""` is there for a program to put something in.
fn is_left_empty(finding: &Finding, source: &Source) -> bool {
    let line = short_line(source, source.line_of(finding.primary.span.start));
    let value = line.split_once(": ").map_or("", |(_, value)| value.split(" #").next().unwrap_or_default().trim());
    let field = finding.path.rsplit('.').next().unwrap_or_default();
    let own = line.trim_start_matches([' ', '-']).starts_with(&format!("{field}:"));
    matches!(finding.rule.as_str(), "required" | "invalid" | "not-supported") && own && matches!(value, "\"\"" | "''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_say_what_is_wrong_on_purpose() {
        for name in ["samples/error-bad-spec.yaml", "tests/pod_invalid.yaml", "bad-pod.yaml", "a/pod.broken.yml"] {
            assert!(is_called_wrong(name), "{name}");
        }
        for name in
            ["apps/error.yaml", "web-errors.yaml", "apps/bad/web.yaml", "error-pages.d/web.yaml", "badge-web.yaml"]
        {
            assert!(!is_called_wrong(name), "{name}");
        }
        assert!(is_exercise("labs/troubleshoot-1/pod.yaml") && is_exercise("labs/Troubleshooting/pod.yaml"));
        assert!(!is_exercise("apps/shooter/pod.yaml"));
        assert_eq!([cluster("deploy_k8s_1.22.yaml"), cluster("k8s_before_v1_18.yaml")], [Some(22), Some(18)]);
        assert_eq!([cluster("web-1.22.yaml"), cluster("k8s-1.2.3.yaml")], [None; 2]);
        assert!(is_for_deletion("# kubectl delete -f cleanup.yaml\nkind: Service\n"));
        assert!(!is_for_deletion("# kubectl apply -f a.yaml, later kubectl delete -f a.yaml\nkind: Service\n"));
        assert!(is_no_manifest(".taskfiles/a.tmpl.yaml") && is_no_manifest("b/web-schema.json"));
        assert!(is_of_ytt("a:\n  #@ if True:\n  b: c\n") && !is_of_ytt("#@ a: b\n# ytt\n"));
        assert!(is_rendered("---\n# Source: web/templates/a.yaml\n") && !is_rendered("# Source: https://a.b\n"));
    }

    #[test]
    fn a_sample_is_bare_where_its_generator_left_it() {
        for spec in ["spec: {}\n", "spec:\n  # TODO(user): Add fields here\n", "spec:\n  # Add\n  foo: bar\n", ""] {
            assert!(is_bare(&format!("kind: Web\n{spec}")), "{spec}");
        }
        assert!(!is_bare("kind: Web\nspec:\n  size: 3\n"));
    }
}
