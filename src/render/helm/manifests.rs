//! From rendered files to manifests in the order of installation.
//!
//! In: texts by path. Out: one [`Manifest`] a document, hooks apart; or why Helm cannot read one of them.

use super::chart::metadata::scalar_text;
use super::template::Text;
use crate::source::{Source, SourceId, Span};
use crate::yaml::{Limits, Node, Note, NoteKind, Tree, read_part_noted};

/// One document.
#[derive(Debug)]
pub struct Manifest {
    /// The path of its template, the chart's name first.
    pub path: String,
    /// Its text, as Helm prints it.
    pub text: Text,
    /// Its kind, where it has one.
    pub kind: String,
    /// Its tree, in the text.
    pub tree: Tree,
    /// Where in the text keys stand that overrule earlier ones of their map.
    pub again: Vec<Span>,
}

impl Manifest {
    /// Whether it is a hook for `helm test`.
    pub fn is_test(&self) -> bool {
        let events = self.tree.root().get("metadata").and_then(|meta| meta.get("annotations"));
        let events = events.and_then(|annotations| annotations.str_at("helm.sh/hook")).unwrap_or_default();
        events.split(',').any(|event| matches!(event.trim().to_lowercase().as_str(), "test" | "test-success"))
    }
}

/// The kinds that are installed before others, in order.
const ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The events of hooks that Helm knows.
const EVENTS: [&str; 10] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// What could not be read, and the text around it.
#[derive(Debug)]
pub struct Unreadable {
    /// In Helm's words.
    pub message: String,
    /// The document.
    pub text: Text,
    /// Where in it.
    pub at: usize,
}

/// Cuts files into manifests and hooks, each in its order.
///
/// # Errors
/// The first that Helm cannot read.
pub fn sort(files: &[(String, Text)]) -> Result<(Vec<Manifest>, Vec<Manifest>), Unreadable> {
    let (mut manifests, mut hooks) = (Vec::new(), Vec::new());
    for (path, text) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.starts_with('_') || text.str().trim().is_empty() {
            continue;
        }
        for part in split(text) {
            let (manifest, hook) = read(path, part)?;
            match hook {
                None => manifests.push(manifest),
                Some(true) => hooks.push(manifest),
                Some(false) => {}
            }
        }
    }
    manifests.sort_by(by_kind);
    hooks.sort_by(by_kind);
    Ok((manifests, hooks))
}

fn by_kind(a: &Manifest, b: &Manifest) -> std::cmp::Ordering {
    let place = |kind: &str| ORDER.iter().position(|known| *known == kind);
    match (place(&a.kind), place(&b.kind)) {
        (None, None) => a.kind.cmp(&b.kind),
        (None, _) => std::cmp::Ordering::Greater,
        (_, None) => std::cmp::Ordering::Less,
        (Some(a), Some(b)) => a.cmp(&b),
    }
}

/// The documents of a text: what stands between lines that begin with `---`.
pub fn split(text: &Text) -> Vec<Text> {
    let shown = text.str();
    if shown.len() != text.len() {
        // Not UTF-8: as one text of unknown places.
        return split(&Text::plain(shown.as_bytes()));
    }
    let start = shown.len() - shown.trim_start().len();
    let (mut parts, mut from, mut at) = (Vec::new(), start, start);
    for line in shown[start..].split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("---") {
            parts.push((from, at));
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            from = at + 3 + blanks;
        }
        at += line.len();
    }
    parts.push((from, shown.len()));
    parts
        .into_iter()
        .filter(|(from, to)| !shown[*from..*to].trim().is_empty())
        .map(|(from, to)| {
            let lead = shown[from..to].len() - shown[from..to].trim_start().len();
            text.slice(from + lead, to)
        })
        .collect()
}

/// A document's tree. Its places are in a source of its own.
///
/// # Errors
/// What is wrong with it, and where.
pub fn tree(text: &Text) -> Result<Tree, (String, usize)> {
    noted(text).map(|(tree, _)| tree)
}

/// The same, with what there is to note of it.
fn noted(text: &Text) -> Result<(Tree, Vec<Note>), (String, usize)> {
    let source = Source::from_text(SourceId(0), "", &*text.str());
    let span = Span::new(SourceId(0), 0, source.text.len());
    read_part_noted(&source, span, &Limits::default()).map_err(|error| {
        let said = super::functions::yaml_in::said(&source, &error, 0);
        let message = format!("error converting YAML to JSON: {said}");
        (message, error.span.start as usize)
    })
}

fn read(path: &str, text: Text) -> Result<(Manifest, Option<bool>), Unreadable> {
    let fail = |message: String, at: usize| Unreadable {
        message: format!("YAML parse error on {path}: {message}"),
        text: text.clone(),
        at,
    };
    let (tree, notes) = noted(&text).map_err(|(message, at)| fail(message, at))?;
    let again = notes.iter().filter(|note| note.kind == NoteKind::DuplicateKey).map(|note| note.span).collect();
    let head = head(tree.root()).map_err(|(message, node)| fail(message, node.span().start as usize))?;
    let hook =
        head.hook.map(|events| events.split(',').all(|event| EVENTS.contains(&event.trim().to_lowercase().as_str())));
    Ok((Manifest { path: path.to_owned(), kind: head.kind, text, tree, again }, hook))
}

struct Head {
    kind: String,
    hook: Option<String>,
}

/// What Helm reads of a document: texts where scalars stand, maps where maps must.
fn head(root: Node<'_>) -> Result<Head, (String, Node<'_>)> {
    let mut head = Head { kind: String::new(), hook: None };
    if root.is_null() {
        return Ok(head);
    }
    let wrong = |node: Node<'_>, of: &str| {
        let what = match node.describe() {
            "a list" => "array",
            "a map" => "object",
            "a string" => "string",
            "a boolean" => "bool",
            _ => "number",
        };
        format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {what} into Go {of}")
    };
    if !root.is_mapping() {
        return Err((wrong(root, "value of type util.SimpleHead"), root));
    }
    if let Some(node) = finite(root) {
        return Err(("error converting YAML to JSON: json: unsupported value".to_owned(), node));
    }
    let field = |node: Node<'_>, key: &str| {
        let of = format!("struct field SimpleHead.{key} of type string");
        scalar_text(node).ok_or_else(|| wrong(node, &of))
    };
    for entry in root.entries() {
        let key = entry.name.to_ascii_lowercase();
        match key.as_str() {
            "apiversion" | "kind" => {
                let text = field(entry.value, entry.name).map_err(|message| (message, entry.value))?;
                if key == "kind" {
                    head.kind = text;
                }
            }
            "metadata" if entry.value.is_null() => {}
            "metadata" if entry.value.is_mapping() => metadata(entry.value, &mut head, &wrong)?,
            "metadata" => {
                return Err((wrong(entry.value, "struct field SimpleHead.metadata of type struct"), entry.value));
            }
            _ => {}
        }
    }
    Ok(head)
}

fn metadata<'t>(
    node: Node<'t>,
    head: &mut Head,
    wrong: &dyn Fn(Node<'_>, &str) -> String,
) -> Result<(), (String, Node<'t>)> {
    for entry in node.entries() {
        match entry.name.to_ascii_lowercase().as_str() {
            "name" if scalar_text(entry.value).is_none() => {
                return Err((wrong(entry.value, "struct field .metadata.name of type string"), entry.value));
            }
            "annotations" if entry.value.is_null() => {}
            "annotations" if entry.value.is_mapping() => {
                for annotation in entry.value.entries() {
                    let Some(text) = scalar_text(annotation.value) else {
                        let of = "struct field .metadata.annotations of type string";
                        return Err((wrong(annotation.value, of), annotation.value));
                    };
                    if annotation.name == "helm.sh/hook" {
                        head.hook = Some(text);
                    }
                }
            }
            "annotations" => {
                let of = "struct field .metadata.annotations of type map[string]string";
                return Err((wrong(entry.value, of), entry.value));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A number that JSON does not have.
fn finite(node: Node<'_>) -> Option<Node<'_>> {
    let mut work = vec![node];
    while let Some(node) = work.pop() {
        if let crate::yaml::Kind::Float(float) = node.kind()
            && !float.is_finite()
        {
            return Some(node);
        }
        work.extend(node.items());
        work.extend(node.entries().map(|entry| entry.value));
    }
    None
}
