//! What templates ask of the cluster.
//!
//! In: the templates of a chart, its `kubeVersion`. Out: a note for each API that is asked for and that Kubernetes never had
//! by that name; one for a condition on the version which no version that the chart allows meets.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::super::capabilities;
use super::super::functions::semver::is_in_range;
use super::super::roots::allows;
use super::super::template::error::span;
use super::super::template::node::{Branch, Command, Node, Pipe, Template, Word, WordKind};
use super::{About, Note};
use crate::schema::Bundle;
use crate::suggest::{closest, is_one_off};

/// Minor versions of Kubernetes that a `kubeVersion` is tried with.
const MINORS: std::ops::Range<u32> = 0..80;

/// Notes what the templates ask in vain.
pub(super) fn note(templates: &[Template], kube_version: &str, notes: &mut Vec<Note>) {
    let allowed = MINORS.filter(|minor| !kube_version.is_empty() && allows(kube_version, *minor));
    let mut never = Vec::new();
    let allowed: Vec<u32> = allowed.collect();
    for template in templates {
        Walk { template, allowed: &allowed, notes, never: &mut never }.nodes(&template.body);
    }
    never.sort_by_key(|note: &Note| note.span);
    let more = never.len().saturating_sub(1);
    let Some(mut first) = never.into_iter().next() else { return };
    first.message.push_str(&format!(": `kubeVersion` of this chart is `{kube_version}`"));
    match more {
        0 => {}
        1 => first.message.push_str("; the same goes for 1 more condition"),
        _ => first.message.push_str(&format!("; the same goes for {more} more conditions")),
    }
    notes.push(first);
}

struct Walk<'w> {
    template: &'w Template,
    allowed: &'w [u32],
    notes: &'w mut Vec<Note>,
    never: &'w mut Vec<Note>,
}

impl Walk<'_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Action(pipe) => self.pipe(pipe),
                Node::If(branch) => {
                    self.version(&branch.pipe);
                    self.branch(branch);
                }
                Node::With(branch) | Node::Range(branch) => self.branch(branch),
                Node::Template(_, _, pipe) => pipe.iter().for_each(|pipe| self.pipe(pipe)),
                Node::Text(_) | Node::Break | Node::Continue => {}
            }
        }
    }

    fn branch(&mut self, branch: &Branch) {
        self.pipe(&branch.pipe);
        self.nodes(&branch.body);
        branch.otherwise.iter().for_each(|nodes| self.nodes(nodes));
    }

    fn pipe(&mut self, pipe: &Pipe) {
        for command in &pipe.commands {
            self.command(command);
            for word in &command.words {
                self.word(word);
            }
        }
    }

    fn word(&mut self, word: &Word) {
        match &word.kind {
            WordKind::Pipe(pipe) => self.pipe(pipe),
            WordKind::Chain(inner, _) => self.word(inner),
            _ => {}
        }
    }

    /// `.Capabilities.APIVersions.Has "apps/v1"`
    fn command(&mut self, command: &Command) {
        let [asks, asked] = &command.words[..] else { return };
        let WordKind::String(name) = &asked.kind else { return };
        if !ends_with(asks, &["Capabilities", "APIVersions", "Has"]) {
            return;
        }
        let name = String::from_utf8_lossy(name).into_owned();
        let Some(meant) = unknown(&name) else { return };
        let message = format!("Kubernetes never had an API `{name}`, so this is always false");
        let span = span(self.template, asked.place);
        self.notes.extend(span.map(|span| Note { span, about: About::UnknownApi, message, meant }));
    }

    /// `semverCompare "<1.19-0" .Capabilities.KubeVersion.Version`, as a condition by itself.
    fn version(&mut self, pipe: &Pipe) {
        let [Command { words, .. }] = &pipe.commands[..] else { return };
        let [function, range, version] = &words[..] else { return };
        let (WordKind::Function(name), WordKind::String(range)) = (&function.kind, &range.kind) else { return };
        let fields = ["Version", "GitVersion"];
        let of_cluster = |field: &&str| ends_with(version, &["Capabilities", "KubeVersion", field]);
        if &**name != "semverCompare" || self.allowed.is_empty() || !fields.iter().any(of_cluster) {
            return;
        }
        let range = String::from_utf8_lossy(range);
        let holds = |minor: &u32| ["0", "99"].iter().any(|patch| is_in_range(&range, &format!("v1.{minor}.{patch}")));
        // One that cannot be read fails when it is rendered.
        if self.allowed.iter().any(holds) || !MINORS.clone().any(|minor| holds(&minor)) {
            return;
        }
        let message = format!("no version of Kubernetes that this chart allows is `{range}`");
        let span = span(self.template, pipe.place);
        self.never.extend(span.map(|span| Note { span, about: About::Unreachable, message, meant: None }));
    }
}

fn ends_with(word: &Word, wanted: &[&str]) -> bool {
    let (WordKind::Field(fields) | WordKind::Variable(_, fields)) = &word.kind else { return false };
    let start = fields.len().checked_sub(wanted.len());
    start.is_some_and(|start| fields[start..].iter().zip(wanted).all(|(field, wanted)| **field == **wanted))
}

/// The APIs that Kubernetes has or had, with and without kinds.
struct Apis {
    groups: BTreeSet<&'static str>,
    /// `apps/v1`
    versions: BTreeSet<String>,
    /// Those of which all kinds are known.
    whole: BTreeSet<String>,
    /// `apps/v1/Deployment`
    kinds: BTreeSet<String>,
}

fn apis() -> &'static Apis {
    static ALL: OnceLock<Apis> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Apis {
            groups: BTreeSet::new(),
            versions: capabilities::known().map(str::to_owned).collect(),
            whole: BTreeSet::new(),
            kinds: BTreeSet::new(),
        };
        let bundle = Bundle::get();
        for kind in bundle.versions().flat_map(|version| version.kinds()) {
            let api = if kind.group.is_empty() {
                kind.version.to_owned()
            } else {
                format!("{}/{}", kind.group, kind.version)
            };
            all.groups.insert(kind.group);
            all.kinds.insert(format!("{api}/{}", kind.kind));
            all.whole.insert(api);
        }
        for gone in bundle.lifetimes() {
            all.kinds.insert(format!("{}/{}", gone.api_version, gone.kind));
            all.versions.insert(gone.api_version.to_owned());
        }
        all.groups.extend(capabilities::known().filter_map(|api| Some(api.split_once('/')?.0)));
        all.versions.extend(all.whole.iter().cloned());
        all
    })
}

/// Where Kubernetes never had an API of that name though it looks like one of its own: what was probably meant, if any.
fn unknown(name: &str) -> Option<Option<String>> {
    let all = apis();
    if all.versions.contains(name) || all.kinds.contains(name) {
        return None;
    }
    let (group, rest) = name.split_once('/')?;
    if !all.groups.contains(group) {
        let near = all.groups.iter().find(|other| other.len() > 4 && is_one_off(group, other))?;
        return Some(Some(format!("{near}/{rest}")));
    }
    let api = rest.split('/').next().map_or(group.to_owned(), |version| format!("{group}/{version}"));
    let of_group = |names: &'static BTreeSet<String>, start: String| {
        let names = names.iter().map(String::as_str).filter(move |other| other.starts_with(&start));
        closest(name, names).map(str::to_owned)
    };
    if all.whole.contains(&api) && rest.contains('/') {
        return Some(of_group(&all.kinds, format!("{api}/")));
    }
    // Alpha versions of long ago are not all known.
    let is_new = !all.versions.contains(&api) && !rest.contains("alpha") && !rest.contains("beta");
    is_new.then(|| of_group(&all.versions, format!("{group}/")))
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn apis_that_kubernetes_never_had_are_told_from_those_of_others() {
        for name in [
            "v1",
            "v1/Pod",
            "apps/v1",
            "apps/v1/Deployment",
            "policy/v1beta1",
            "policy/v1beta1/PodSecurityPolicy",
            "extensions/v1beta1",
            "extensions/v1beta1/Ingress",
            "batch/v2alpha1",
            "monitoring.coreos.com/v1",
            "gateway.networking.k8s.io/v1",
            "autoscaling/v2beta1",
            "autoscaling.k8s.io/v1",
            "apiregistration.k8s.io/v1",
            "storage.k8s.io/v1/StorageClass",
            "metrics.k8s.io/v1beta1",
            "security.openshift.io/v1",
        ] {
            assert_eq!(unknown(name), None, "{name}");
        }
        for (name, meant) in [
            ("networking.k8s.io/v1/ingresses", Some("networking.k8s.io/v1/Ingress")),
            ("network.k8s.io/v1", None),
            ("networkin.k8s.io/v1", Some("networking.k8s.io/v1")),
            ("apps/v1/Deploymnet", Some("apps/v1/Deployment")),
            ("policy/v2", Some("policy/v1")),
        ] {
            match meant {
                Some(meant) => assert_eq!(unknown(name).flatten().as_deref(), Some(meant), "{name}"),
                None => assert_eq!(unknown(name), None, "{name}"),
            }
        }
    }
}
