//! The order in which Argo CD applies the objects of an Application.
//!
//! In: an object's annotations. Out: the phases it is applied in, its wave, and the [`Slot`] that the two make: all
//! objects of one slot are applied, and have to become healthy, before those of the next. Mirrors `gitops-engine/pkg/sync`
//! of Argo CD (`hook.Types`, `syncwaves.Wave`, `syncTasks.Less`). Not here, because Argo CD sees to it by itself since 2.0:
//! Namespaces and CustomResourceDefinitions are moved before the first object that needs them.

use crate::object::Object;
use crate::yaml::Node;
use crate::yaml::edit::Patch;

/// The annotation that makes an object a hook.
pub const HOOK: &str = "argocd.argoproj.io/hook";
/// The annotation that says when a hook is deleted.
pub const HOOK_DELETE_POLICY: &str = "argocd.argoproj.io/hook-delete-policy";
/// The annotation that says which wave an object belongs to.
pub const WAVE: &str = "argocd.argoproj.io/sync-wave";
/// The annotation that makes an object a hook of Helm, and of Argo CD where `HOOK` says nothing.
pub const HELM_HOOK: &str = "helm.sh/hook";
/// The order of Helm's hooks, which Argo CD takes for a wave where `WAVE` says nothing.
pub const HELM_WEIGHT: &str = "helm.sh/hook-weight";

/// The annotations that put an object anywhere but into wave 0 of the Sync phase.
pub const ORDERING: [&str; 4] = [HOOK, WAVE, HELM_HOOK, HELM_WEIGHT];

/// A phase of a synchronisation. `SyncFail` is none: it is not reached on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before everything else.
    PreSync,
    /// Where objects without a hook are applied.
    Sync,
    /// When everything is healthy.
    PostSync,
}

/// When an object is applied: first by phase, then by wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The phase.
    pub phase: Phase,
    /// The wave, 0 by default.
    pub wave: i64,
}

impl Slot {
    /// `wave 1`, or `wave 1 of PreSync`.
    pub fn describe(self) -> String {
        match self.phase {
            Phase::Sync => format!("wave {}", self.wave),
            phase => format!("wave {} of {phase:?}", self.wave),
        }
    }

    /// The same beside another: with its phase where theirs differ.
    pub fn describe_beside(self, other: Slot) -> String {
        if self.phase == other.phase { self.describe() } else { format!("wave {} of {:?}", self.wave, self.phase) }
    }
}

/// The values of a list in an annotation, as Argo CD takes it apart.
pub fn values(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|value| !value.is_empty())
}

/// Puts another value in the place of one in such a list.
pub fn respell(node: Node<'_>, value: &str, better: &str) -> Patch {
    let list = values(node.as_str().unwrap_or_default()).map(|other| if other == value { better } else { other });
    Patch::new().set(node, list.collect::<Vec<_>>().join(","))
}

/// When an object is applied for the first time; nothing for one that no synchronisation applies.
pub fn slot(object: Object<'_>) -> Option<Slot> {
    slot_by(|key| object.annotation(key))
}

/// The same, by what gives an object's annotations.
pub fn slot_by<'a>(annotation: impl Fn(&str) -> Option<&'a str>) -> Option<Slot> {
    let wave = wave_by(&annotation);
    phases(annotation(HOOK), annotation(HELM_HOOK)).into_iter().min().map(|phase| Slot { phase, wave })
}

/// The wave of an object: its annotation, else the weight of its Helm hook, else 0.
pub fn wave(object: Object<'_>) -> i64 {
    wave_by(&|key: &str| object.annotation(key))
}

fn wave_by<'a>(annotation: &impl Fn(&str) -> Option<&'a str>) -> i64 {
    let number = |key: &str| annotation(key).and_then(|text| text.parse().ok());
    number(WAVE).or_else(|| number(HELM_WEIGHT)).unwrap_or(0)
}

/// Whether an annotation puts the object anywhere but into wave 0 of the Sync phase.
pub fn is_ordered(object: Object<'_>) -> bool {
    ORDERING.iter().any(|key| object.annotation(key).is_some())
}

fn phases(own: Option<&str>, helm: Option<&str>) -> Vec<Phase> {
    let helm = helm.filter(|hook| *hook != "crd-install");
    if own.is_none() && helm.is_none() {
        return vec![Phase::Sync];
    }
    let known = ["PreSync", "Sync", "PostSync", "SyncFail", "Skip"];
    if own.into_iter().flat_map(values).any(|hook| known.contains(&hook)) {
        return own.into_iter().flat_map(values).filter_map(by_hook).collect();
    }
    helm.into_iter().flat_map(values).filter_map(by_helm_hook).collect()
}

fn by_hook(hook: &str) -> Option<Phase> {
    Some(match hook {
        "PreSync" => Phase::PreSync,
        "Sync" => Phase::Sync,
        "PostSync" => Phase::PostSync,
        _ => return None,
    })
}

fn by_helm_hook(hook: &str) -> Option<Phase> {
    Some(match hook {
        "pre-install" | "pre-upgrade" => Phase::PreSync,
        "post-install" | "post-upgrade" => Phase::PostSync,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml;

    fn slot_of(annotations: &str) -> Option<(Phase, i64)> {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, annotations: {{{annotations}}}}}\n");
        let source = Source::from_text(SourceId(0), "a.yaml".to_owned(), text);
        let documents = yaml::read(&source, &yaml::Limits::default());
        let tree = documents[0].tree.as_ref().expect("a tree");
        slot(Object::from_node(tree.root()).expect("an object")).map(|slot| (slot.phase, slot.wave))
    }

    #[test]
    fn the_order_is_argo_cds() {
        for (annotations, expected) in [
            ("", Some((Phase::Sync, 0))),
            ("argocd.argoproj.io/sync-wave: '-5'", Some((Phase::Sync, -5))),
            ("argocd.argoproj.io/sync-wave: five, helm.sh/hook-weight: '3'", Some((Phase::Sync, 3))),
            ("argocd.argoproj.io/hook: 'PostSync, PreSync'", Some((Phase::PreSync, 0))),
            ("argocd.argoproj.io/hook: PreSynk", None),
            ("argocd.argoproj.io/hook: Skip", None),
            ("argocd.argoproj.io/hook: SyncFail", None),
            ("argocd.argoproj.io/hook: Sync, helm.sh/hook: pre-install", Some((Phase::Sync, 0))),
            ("argocd.argoproj.io/hook: PostDelete, helm.sh/hook: pre-install", Some((Phase::PreSync, 0))),
            ("helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-weight: '-1'", Some((Phase::PreSync, -1))),
            ("helm.sh/hook: test", None),
            ("helm.sh/hook: crd-install", Some((Phase::Sync, 0))),
        ] {
            assert_eq!(slot_of(annotations), expected, "{annotations}");
        }
    }
}
