//! Findings on what a chart leaves to whoever installs it.
//!
//! In: all findings of a run. Out: the same; of a chart that is looked at by its own values alone, what a value of it decides
//! that its author leaves empty is a remark: the installer gives it ([`emptied`](super::emptied) finds what is put together with an
//! empty value). What the templates have no value for stays as it is. What is
//! wrong with a chart by itself is a remark where another chart of the repository takes it in, and with its values it is not; and a
//! finding that takes the values of the chart's tests says so.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Category, Finding, Severity};
use crate::source::SourceId;

use super::Run;
use super::actions::actions;
use super::built::shown;
use super::emptied::{Emptied, LINES};
use super::texts::{Texts, short_line};

/// Rules on what is missing, and what the values are called that give it.
const LEFT: [(&str, &[&str]); 18] = [
    ("missing-memory-limit", &["resources", "limits"]),
    ("missing-memory-request", &["resources", "requests"]),
    ("missing-cpu-request", &["resources", "requests"]),
    ("missing-cpu-limit", &["resources", "limits"]),
    ("missing-ephemeral-storage-limit", &["resources", "limits"]),
    ("missing-readiness-probe", &["readiness"]),
    ("missing-liveness-probe", &["liveness"]),
    ("missing-startup-probe", &["startup"]),
    ("single-replica", &["replica"]),
    ("hpa-single-replica-floor", &["minreplicas", "min"]),
    ("missing-pod-disruption-budget", &["replica"]),
    ("may-run-as-root", &["securitycontext"]),
    ("writable-root-filesystem", &["securitycontext"]),
    ("privilege-escalation-allowed", &["securitycontext"]),
    ("missing-seccomp-profile", &["securitycontext"]),
    ("capabilities-not-dropped", &["securitycontext"]),
    ("ingress-without-tls", &["tls"]),
    ("latest-image-tag", &["tag"]),
];

/// Softens findings on charts that nobody installs here.
pub(super) fn soften(findings: &mut [Finding], run: &Run<'_>) {
    let own = run.built.own_charts();
    if own.is_empty() {
        return;
    }
    let parts = run.built.roots.iter().filter(|root| root.is_part).map(|root| shown(&root.name));
    let parts: FxHashSet<&str> = parts.collect();
    let given = run.built.roots.iter().filter_map(|root| Some((shown(&root.name), root.given.as_deref()?)));
    let given: FxHashMap<&str, &str> = given.collect();
    let takers = if parts.is_empty() { FxHashMap::default() } else { run.built.takers() };
    let (mut texts, mut knobs, mut emptied) = (Texts::new(run), Knobs::default(), Emptied::default());
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        let names = &finding.sets.names;
        let all_in = |roots: &FxHashSet<&str>| !names.is_empty() && names.iter().all(|name| roots.contains(&**name));
        let is_part = finding.category != Category::Syntax && all_in(&parts) && is_taken(finding, &takers);
        let by_tests =
            names.iter().map(|name| given.get(&**name).copied()).reduce(|one, other| one.filter(|_| one == other));
        let alone = all_in(&own);
        let mut is_open = || {
            is_left(finding, &mut texts, &mut knobs, run)
                || is_unset(finding, &mut texts)
                || emptied.decide(finding, &mut texts, run)
        };
        if is_part || (alone && (names_another(finding, run) || is_open())) || is_put_in(finding, run, &mut texts) {
            finding.severity = Severity::Info;
        }
        if alone && finding.severity == Severity::Error && stands_for_another(finding, &mut texts) {
            finding.severity = Severity::Warning;
        }
        if let Some(file) = by_tests.flatten() {
            by_values_of_tests(finding, file);
        }
    }
}

/// Whether a value of a chart that is refused stands for the one that each installation has: an example's host, or words on what is to
/// be put there.
fn stands_for_another(finding: &Finding, texts: &mut Texts<'_>) -> bool {
    const EXAMPLES: [&str; 5] = ["example.com", "example.org", "example.net", ".example", "your-"];
    // `example.com.` is a dot too many.
    let has = |value: &str, word| value.split_once(word).is_some_and(|(_, rest)| !rest.starts_with('.'));
    let spans = std::iter::once(finding.primary.span).chain(finding.related.iter().map(|label| label.span));
    finding.category.is_validity()
        && spans.into_iter().any(|span| {
            let source = texts.get(span.source);
            let in_values = source.name.rsplit('/').next().is_some_and(|base| base.starts_with("values"));
            let value = source.slice(span);
            in_values && value.lines().count() == 1 && EXAMPLES.iter().any(|word| has(value, word))
        })
}

/// Whether another root makes something of the file that a finding is in, and it does not hold there.
fn is_taken(finding: &Finding, takers: &FxHashMap<SourceId, usize>) -> bool {
    takers.get(&finding.source()).is_some_and(|takers| *takers > finding.sets.names.len())
}

/// What is said of how many pods there are, which values for tests keep low.
const OF_NUMBERS: [&str; 3] = ["budget-blocks-eviction", "rolling-update-stops-all", "single-replica"];

/// Says by which values file a finding holds; what is secret in one for tests is none, and how many pods it has says nothing.
fn by_values_of_tests(finding: &mut Finding, file: &str) {
    if !is_of_tests(file) {
        return;
    }
    finding.message.push_str(&format!(", with the values of `{file}`"));
    let of_tests = finding.category == Category::Secrets || OF_NUMBERS.contains(&finding.rule.as_str());
    let most = if of_tests { Severity::Info } else { Severity::Warning };
    finding.severity = finding.severity.min(most);
}

/// Whether a values file is one of a chart's tests.
fn is_of_tests(file: &str) -> bool {
    let mut parts = file.rsplit('/');
    let name = parts.next().unwrap_or_default();
    parts.next() == Some("ci") || ["test", "lint", "ci-"].iter().any(|word| name.starts_with(word))
}

/// Which charts have an empty `resources: {}` among their values, or those of a chart that they take in, to be filled in by whoever
/// installs them; by their sources.
#[derive(Default)]
struct Knobs(FxHashMap<SourceId, bool>);

impl Knobs {
    fn has(&mut self, finding: &Finding, texts: &mut Texts<'_>, run: &Run<'_>) -> bool {
        let Some(root) = run.built.root_for(finding) else { return false };
        *self.0.entry(root.file.source).or_insert_with(|| {
            let is_values = |id: &&SourceId| run.sources.get(**id).name.rsplit('/').next() == Some("values.yaml");
            let is_knob = |line: &str| line.trim() == "resources: {}";
            root.reads.iter().filter(is_values).any(|id| texts.get(*id).text.lines().any(is_knob))
        })
    }
}

/// Whether the template that makes an object has a value for what is missing in it.
fn is_left(finding: &Finding, texts: &mut Texts<'_>, knobs: &mut Knobs, run: &Run<'_>) -> bool {
    let words = LEFT.iter().find(|(rule, _)| finding.rule == *rule).map(|(_, words)| *words);
    let (Some(words), Some((home, _))) = (words, finding.home) else { return false };
    // A tag that somebody wrote is the author's choice.
    if finding.rule == "latest-image-tag" && !finding.message.contains("without a tag") {
        return false;
    }
    let primary = finding.primary.span;
    let text = &texts.get(home).text;
    let text = if primary.source == home { document(text, primary.start as usize) } else { text };
    if actions(text).any(|action| action.contains('.') && words.iter().any(|word| has_word(action, word))) {
        return true;
    }
    // A container that a template of the chart makes gets what the chart has a value for.
    let includes = |action: &str| action.contains("include ") || action.contains("template ");
    words[0] == "resources" && !text.contains("resources:") && actions(text).any(includes) && {
        knobs.has(finding, texts, run)
    }
}

/// The document of a template that a byte is in.
fn document(text: &str, at: usize) -> &str {
    let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return text };
    let start = before.rfind("\n---").map_or(0, |start| start + 1);
    &text[start..at + behind.find("\n---").unwrap_or(behind.len())]
}

/// Whether a name in an action begins with a word, or one of the words that it is made of does: `webReplicas`, not `admin`.
fn has_word(action: &str, word: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    lower.match_indices(word).any(|(at, _)| {
        let before = action[..at].chars().next_back();
        before.is_none_or(|before| !before.is_ascii_alphabetic()) || action[at..].starts_with(char::is_uppercase)
    })
}

/// Whether an object is missing that a default in the chart's values names: it is in the installer's cluster.
fn names_another(finding: &Finding, run: &Run<'_>) -> bool {
    let file = || run.sources.get(finding.source()).name.rsplit('/').next().unwrap_or_default();
    finding.rule.as_str().starts_with("dangling-") && file().starts_with("values")
}

/// Whether a field is refused as it is empty, where a template puts in all of it.
fn is_unset(finding: &Finding, texts: &mut Texts<'_>) -> bool {
    let refused = matches!(finding.category, Category::Schema | Category::Api) && finding.rule == "required";
    let (span, field) = (finding.primary.span, finding.path.rsplit('.').next().unwrap_or_default());
    let is_action = |value: &str| {
        let value = value.trim().trim_matches(['"', '\'']);
        value.starts_with("{{") && value.ends_with("}}")
    };
    let gives = |line: &str| {
        let value = line.trim().trim_start_matches("- ").strip_prefix(field).and_then(|rest| rest.strip_prefix(':'));
        value.is_some_and(is_action)
    };
    if !refused {
        return false;
    }
    let below = texts.get(span.source).text.get(span.start as usize..).unwrap_or_default();
    below.lines().next().is_some_and(is_action) || below.lines().take(LINES).any(gives)
}

/// Whether a template puts in the value that is refused or missing, or begins the map that it is missing from.
fn is_put_in(finding: &Finding, run: &Run<'_>, texts: &mut Texts<'_>) -> bool {
    let below = match finding.rule.as_str() {
        "required" => 1,
        "invalid" => 0,
        // What is empty by the chart's own values is null once it is rendered.
        "type-invalid" if finding.message.ends_with(", not null") => 0,
        _ => return false,
    };
    if !finding.category.is_validity() || run.built.root_for(finding).is_none_or(|root| !root.by_own_values) {
        return false;
    }
    let source = texts.get(finding.source());
    let at = source.line_of(finding.primary.span.start);
    (at..=at + below).any(|line| short_line(source, line).contains("{{"))
}

#[cfg(test)]
mod tests {
    use super::{document, has_word};

    #[test]
    fn a_word_is_looked_for_at_the_beginning_of_names() {
        for action in [".Values.minReplicas", ".Values.web.autoscaling.min", "include \"a.minimum\" ."] {
            assert!(has_word(action, "min"), "{action}");
        }
        assert!(has_word(".Values.webReplicas", "replica"));
        for action in [".Values.admin.count", ".Values.terminates"] {
            assert!(!has_word(action, "min"), "{action}");
        }
        assert!(!has_word(".Values.stage", "tag"));
    }

    #[test]
    fn a_document_ends_where_the_next_begins() {
        let text = "a: 1\n---\nb: 2\n---\nc: 3\n";
        assert_eq!(document(text, 10), "---\nb: 2");
        assert_eq!(document(text, 0), "a: 1");
        assert_eq!(document(text, 20), "---\nc: 3\n");
    }
}
