//! Which schema an object has.
//!
//! In: what an object says it is, and the target version. Out: the built-in kind, or the finding that the server serves no
//! such kind (gone, misspelt, of another group or version), or nothing where the group is not one of Kubernetes' own.

use crate::finding::{Applicability, Category, Finding, Fix, Missing, Severity};
use crate::object::{Gvk, Object};
use crate::version::KubeVersion;
use crate::yaml::{Entry, Node, Place, edit};

use super::bundle::{Bundle, KindSchema, Lifetime, Version};
use super::decode::decode;
use crate::suggest::{closest, is_near};

/// What an object is.
#[derive(Debug)]
pub enum Resolved {
    /// A kind that the version serves. The finding says that it has to be switched on.
    BuiltIn(&'static KindSchema, Option<Finding>),
    /// A `List`: its items are the objects.
    List,
    /// A group that is none of Kubernetes' own.
    Custom,
    /// A group of Kubernetes' own, or nearly, but no kind of it.
    Unknown(Finding),
}

/// Finds the kind of an object.
pub fn resolve(object: Object<'_>, version: &'static Version) -> Resolved {
    let gvk = object.gvk;
    let rooted = object.root.str_at("apiVersion").is_some_and(|text| text.starts_with('/'));
    if let Some(kind) = version.kind(gvk.group, gvk.version, gvk.kind).filter(|_| !rooted) {
        let off = (!kind.served).then(|| not_served(object, version));
        return Resolved::BuiltIn(kind, off);
    }
    if is_list(object) {
        return Resolved::List;
    }
    if is_kubeconfig(object) || is_no_version(gvk) || is_old_template(object) {
        return Resolved::Custom;
    }
    if Bundle::get().knows_group(gvk.group) {
        return Resolved::Unknown(unknown_kind(object, version));
    }
    match respelt(object, gvk).or_else(|| meant_group(object, version)) {
        Some(finding) => Resolved::Unknown(finding),
        None => Resolved::Custom,
    }
}

/// Whether an object is a Template as OpenShift had them once: `oc process` reads it, and no server.
fn is_old_template(object: Object<'_>) -> bool {
    object.gvk.is("", "Template") && object.gvk.version == "v1" && object.root.get("objects").is_some()
}

/// The finding on a list among the items of a list: it is not taken apart a second time.
pub fn nested_list(node: Node<'_>) -> Option<Finding> {
    let object = Object::from_node(node).filter(|object| is_list(*object))?;
    let message = format!("a {} inside a list is not expanded", object.gvk.kind);
    Some(
        at_kind(object, message)
            .help("kubectl asks the server for that kind, which does not exist: move its items one level up"),
    )
}

/// The finding on a mapping that should be an object, but whose `kind` or `apiVersion` is missing, empty or no string.
pub fn broken(root: Node<'_>) -> Option<Finding> {
    ["apiVersion", "kind"].into_iter().find_map(|field| broken_field(root, field))
}

fn broken_field(root: Node<'_>, field: &'static str) -> Option<Finding> {
    let rule = if field == "kind" { "missing-kind" } else { "missing-api-version" };
    let entry = root.get_entry(field);
    if entry.is_some_and(|entry| entry.value.as_str().is_some_and(|text| !text.is_empty())) {
        return None;
    }
    let message = match entry {
        Some(entry) if !entry.value.is_null() && !entry.value.is_string() => {
            format!("`{field}` must be a string, not {}", entry.value.describe())
        }
        Some(_) => format!("`{field}` is empty"),
        None => format!("`{field}` is missing"),
    };
    let mut finding = error(rule, Place::field(root, field), field, message);
    let miscased = root.entries().find(|other| other.name != field && other.name.eq_ignore_ascii_case(field));
    if let (None, Some(other)) = (entry, miscased) {
        finding.primary.span = other.key.span();
        finding.help = Some(format!("`{}` must be spelt `{field}`", other.name));
        finding.fix = rename_key(other, field);
    }
    Some(finding)
}

fn rename_key(entry: Entry<'_>, name: &str) -> Option<Fix> {
    let edits = vec![edit::rename(entry.value, name)?];
    let description = format!("Rename `{}` to `{name}`", entry.name);
    Some(Fix { applicability: Applicability::Safe, description, edits })
}

fn error(rule: &'static str, place: Place<'_>, path: &str, message: String) -> Finding {
    let mut finding = Finding::new(rule, Category::Schema, Severity::Error, message, place.span());
    finding.path = path.to_owned();
    finding
}

fn at_kind(object: Object<'_>, message: String) -> Finding {
    error("unknown-kind", Place::field(object.root, "kind"), "kind", message)
}

fn at_api_version(object: Object<'_>, message: String) -> Finding {
    error("unknown-kind", Place::field(object.root, "apiVersion"), "apiVersion", message)
}

fn not_served(object: Object<'_>, version: &'static Version) -> Finding {
    let (api, kind) = (object.gvk.api_version(), object.gvk.kind);
    let message = format!("Kubernetes {} does not serve {kind} of `{api}` by default", version.version);
    let mut finding = at_api_version(object, message);
    finding.missing = Some(Missing::Api);
    match served_as(object.gvk, version) {
        Some(other) => moved(
            object,
            &api_version(other),
            version,
            finding.help(format!("it serves {kind} of `{}`", api_version(other))),
        ),
        None => finding.help(format!("the API server needs `--runtime-config={api}=true`, and often a feature gate")),
    }
}

/// Clients take a list apart wherever they meet `items`, whatever kind of list it says it is.
fn is_list(object: Object<'_>) -> bool {
    let kind = object.gvk.kind;
    let items = object.root.get_entry("items").map(|entry| entry.value);
    kind == "List" || kind.ends_with("List") && items.is_some_and(|items| items.is_sequence() || items.is_null())
}

/// An `apiVersion` without a group that does not look like a version either: configuration of some tool.
fn is_no_version(gvk: Gvk<'_>) -> bool {
    let text = gvk.version.trim().to_lowercase();
    let numbered = text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    gvk.group.is_empty() && !numbered && !Bundle::get().knows_group(&text)
}

fn is_kubeconfig(object: Object<'_>) -> bool {
    object.gvk.is("", "Config") && object.root.get("metadata").is_none()
}

fn unknown_kind(object: Object<'_>, version: &'static Version) -> Finding {
    let gvk = object.gvk;
    let api = gvk.api_version();
    if let Some(gone) = Bundle::get().lifetime(&api, gvk.kind).filter(|gone| gone.removed <= version.version) {
        return removed(object, gone, version);
    }
    if let Some(finding) = elsewhen(object, version) {
        return finding;
    }
    let served = version.kinds().iter().filter(|kind| kind.group == gvk.group && kind.version == gvk.version);
    let names: Vec<_> = served.map(|kind| kind.kind).collect();
    if names.is_empty() {
        return unknown_version(object, version);
    }
    let message = format!("Kubernetes {} has no kind {} in `{api}`", version.version, gvk.kind);
    let finding = at_kind(object, message);
    if let Some(name) = closest(gvk.kind, names) {
        let mut finding = finding.help(format!("did you mean `{name}`?"));
        finding.fix = replace_value(object.root, "kind", name);
        return finding;
    }
    match version.kinds().iter().find(|kind| kind.kind == gvk.kind && kind.served) {
        Some(other) => in_group(object, other, finding),
        None => finding,
    }
}

fn in_group(object: Object<'_>, other: &KindSchema, finding: Finding) -> Finding {
    let api = api_version(other);
    let mut finding = finding.help(format!("{} is a kind of `{api}`", other.kind));
    finding.fix = replace_value(object.root, "apiVersion", &api);
    finding
}

fn unknown_version(object: Object<'_>, version: &'static Version) -> Finding {
    let gvk = object.gvk;
    let message = format!("Kubernetes {} serves no API `{}`", version.version, gvk.api_version());
    let finding = at_api_version(object, message);
    let same_kind = served_as(gvk, version);
    match same_kind.or_else(|| version.kinds().iter().find(|kind| kind.kind == gvk.kind && kind.served)) {
        Some(other) => in_group(object, other, finding),
        None => finding,
    }
}

/// The newest served version of the same group and kind.
fn served_as(gvk: Gvk<'_>, version: &'static Version) -> Option<&'static KindSchema> {
    version.kinds().iter().rfind(|kind| kind.group == gvk.group && kind.kind == gvk.kind && kind.served)
}

fn removed(object: Object<'_>, gone: &Lifetime, version: &'static Version) -> Finding {
    let message = format!("{} of `{}` is not served since Kubernetes {}", gone.kind, gone.api_version, gone.removed);
    let finding = at_api_version(object, message);
    match gone.replacement {
        "-" => finding.help("it has no replacement"),
        replacement => moved(object, replacement, version, finding.help(format!("use {replacement} instead"))),
    }
}

/// The finding, with another `apiVersion` as its fix where the object can be read by that as it stands.
fn moved(object: Object<'_>, api: &str, version: &'static Version, mut finding: Finding) -> Finding {
    if reads_as(object, api, version) {
        finding.fix = replace_value(object.root, "apiVersion", api);
    }
    finding
}

/// Whether a version serves the object's kind under another `apiVersion`, and reads the object without a complaint.
pub fn reads_as(object: Object<'_>, api: &str, version: &'static Version) -> bool {
    let gvk = Gvk::new(api, object.gvk.kind);
    let kind = version.kind(gvk.group, gvk.version, gvk.kind).filter(|kind| kind.served);
    let definition = kind.and_then(|kind| version.definition(kind.definition));
    definition.is_some_and(|definition| decode(object.root, definition, version).is_empty())
}

/// The finding on a kind that another bundled version has.
fn elsewhen(object: Object<'_>, version: &'static Version) -> Option<Finding> {
    let (gvk, here) = (object.gvk, version.version);
    let has = |other: &&'static Version| other.kind(gvk.group, gvk.version, gvk.kind).is_some();
    let having: Vec<KubeVersion> = Bundle::get().versions().filter(has).map(|other| other.version).collect();
    let (first, last) = (*having.first()?, *having.last()?);
    let api = gvk.api_version();
    let message = match last < here {
        true => format!("{} of `{api}` is not served since Kubernetes {}", gvk.kind, KubeVersion(last.0 + 1)),
        false => format!("{} of `{api}` was added in Kubernetes {first}; the target version is {here}", gvk.kind),
    };
    let finding = at_api_version(object, message);
    Some(match served_as(gvk, version) {
        Some(other) => {
            let api = api_version(other);
            moved(object, &api, version, finding.help(format!("use {api} instead")))
        }
        None => finding,
    })
}

/// The finding on a group that is one of Kubernetes' own but for case, white space or `core/`, or that is none at all.
fn respelt(object: Object<'_>, gvk: Gvk<'_>) -> Option<Finding> {
    let written = gvk.api_version();
    if gvk.version.contains('/') {
        let message = format!("`{written}` is not an API version: it has more than one `/`");
        return Some(at_api_version(object, message));
    }
    let lower = written.trim().to_lowercase();
    let meant = lower.strip_prefix("core/").unwrap_or(&lower);
    let group = meant.split_once('/').map_or("", |(group, _)| group.trim());
    if meant == written || !Bundle::get().knows_group(group) {
        return None;
    }
    let mut finding = at_api_version(object, format!("`{written}` is not an API version"));
    finding.help = Some(format!("did you mean `{meant}`?"));
    finding.fix = replace_value(object.root, "apiVersion", meant);
    Some(finding)
}

/// The finding on a kind of Kubernetes in a group that nobody has: no group of a CustomResourceDefinition is without a dot,
/// those below `k8s.io` are Kubernetes' own, and one that is a letter or two from the kind's group is meant to be it.
fn meant_group(object: Object<'_>, version: &'static Version) -> Option<Finding> {
    let gvk = object.gvk;
    let reserved = gvk.group.ends_with(".k8s.io") && !gvk.group.ends_with(".sigs.k8s.io");
    let meant = |kind: &&KindSchema| {
        kind.kind == gvk.kind
            && kind.served
            && !kind.group.is_empty()
            && (!gvk.group.contains('.')
                || reserved
                || is_near(gvk.group, kind.group)
                || is_turned(gvk.group, kind.group))
    };
    let same = version.kinds().iter().rfind(|kind| meant(kind) && kind.version == gvk.version);
    let api = api_version(same.or_else(|| version.kinds().iter().rfind(meant))?);
    let message = format!("there is no API group `{}`", gvk.group);
    let mut finding = at_api_version(object, message).help(format!("did you mean `{api}`?"));
    finding.fix = replace_value(object.root, "apiVersion", &api);
    Some(finding)
}

/// Whether a group has the parts of another in another order: `k8s.networking.io`.
fn is_turned(group: &str, other: &str) -> bool {
    let parts = |group: &str| {
        let mut parts: Vec<String> = group.split('.').map(str::to_owned).collect();
        parts.sort_unstable();
        parts
    };
    group.len() == other.len() && parts(group) == parts(other)
}

fn replace_value(root: Node<'_>, field: &str, text: &str) -> Option<Fix> {
    let edits = vec![edit::replace(root.get(field)?, &text.into())?];
    let description = format!("Set `{field}` to `{text}`");
    Some(Fix { applicability: Applicability::Unsafe, description, edits })
}

fn api_version(kind: &KindSchema) -> String {
    Gvk { group: kind.group, version: kind.version, kind: kind.kind }.api_version()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    fn said(text: &str, minor: u8) -> Option<(String, Option<String>)> {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = read(&source, &Limits::default());
        let tree = documents[0].tree.as_ref().expect("it parses");
        let object = Object::from_node(tree.root()).expect("an object");
        match resolve(object, Bundle::get().version(KubeVersion(minor)).expect("bundled")) {
            Resolved::BuiltIn(_, None) | Resolved::List | Resolved::Custom => None,
            Resolved::BuiltIn(_, Some(finding)) | Resolved::Unknown(finding) => Some((finding.message, finding.help)),
        }
    }

    #[test]
    fn kinds_that_are_served_pass() {
        for text in [
            "apiVersion: v1\nkind: Pod",
            "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler",
            "apiVersion: v1\nkind: List",
            "apiVersion: v1\nkind: PodList\nitems: []",
            "apiVersion: example.org/v1\nkind: Anything",
            "apiVersion: serving.knative.dev/v1\nkind: Service",
            "apiVersion: apps.kruise.io/v1beta1\nkind: StatefulSet",
            "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job",
            "apiVersion: networking.gke.io/v1\nkind: NetworkPolicy",
            "apiVersion: skaffold/v4beta1\nkind: Config",
            "apiVersion: v1\nkind: Config\nclusters: []",
            "apiVersion: builtin\nkind: LabelTransformer",
        ] {
            assert_eq!(said(text, 36), None, "{text}");
        }
    }

    #[test]
    fn kinds_that_are_not_served_come_with_advice() {
        for (gvk, minor, message, help) in [
            ("extensions/v1beta1 Ingress", 36, "not served since Kubernetes 1.22", "use networking.k8s.io/v1"),
            ("policy/v1beta1 PodSecurityPolicy", 36, "since Kubernetes 1.25", "Pod Security admission"),
            ("flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema", 32, "since Kubernetes 1.32", "v1 instead"),
            ("resource.k8s.io/v1 DeviceClass", 33, "was added in Kubernetes 1.34", ""),
            ("apps/v1 deployment", 36, "has no kind deployment", "did you mean `Deployment`?"),
            ("v1 Deployment", 36, "has no kind Deployment in `v1`", "is a kind of `apps/v1`"),
            ("apps/v9 Deployment", 36, "serves no API `apps/v9`", "is a kind of `apps/v1`"),
            ("core/v1 Pod", 36, "not an API version", "did you mean `v1`?"),
            ("APPS/V1 Deployment", 36, "not an API version", "did you mean `apps/v1`?"),
            ("app/v1 Deployment", 36, "no API group `app`", "did you mean `apps/v1`?"),
            ("batchs/v1beta1 CronJob", 36, "no API group `batchs`", "did you mean `batch/v1`?"),
            ("network.k8s.io/v1 Ingress", 36, "no API group", "did you mean `networking.k8s.io/v1`?"),
            ("networking.k8.io/v1 NetworkPolicy", 36, "no API group", "did you mean `networking.k8s.io/v1`?"),
            ("a/b/c Deployment", 36, "more than one `/`", ""),
            ("certificates.k8s.io/v1beta1 ClusterTrustBundle", 36, "by default", "--runtime-config"),
        ] {
            let (api_version, kind) = gvk.split_once(' ').expect("two words");
            let text = format!("apiVersion: {api_version}\nkind: {kind}");
            let (said, hint) = said(&text, minor).unwrap_or_default();
            assert!(said.contains(message), "{gvk}: {said}");
            assert!(hint.unwrap_or_default().contains(help), "{gvk}: no {help}");
        }
    }

    #[test]
    fn what_should_be_an_object_is_told_what_it_lacks() {
        for (text, rule, help) in [
            ("kind: Pod", "missing-api-version", None),
            ("apiVersion: v1\nkind: [Pod]", "missing-kind", None),
            ("apiVersion: v1\nKind: Pod", "missing-kind", Some("`Kind` must be spelt `kind`")),
        ] {
            let source = Source::from_text(SourceId(0), "a.yaml", text);
            let documents = read(&source, &Limits::default());
            let finding = broken(documents[0].tree.as_ref().expect("it parses").root()).expect("a finding");
            assert_eq!((finding.rule.as_str(), finding.help.as_deref()), (rule, help));
        }
    }
}
