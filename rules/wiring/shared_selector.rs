use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// Two workloads with the same selector.
    ///
    /// Deployments, ReplicaSets, StatefulSets and DaemonSets of a namespace must not select each other's pods: autoscalers
    /// and budgets count the pods of both, Services mix them, and a controller may take over what the other one made.
    ///
    /// **How to fix**: give each a label of its own, in both the selector and the pod template.
    id: "shared-selector",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector"],
    check: Check::Set(check),
}

/// Where it is applied, in which namespace, and the labels of the selector.
type Key<'t> = (Unit<'t>, Option<&'t str>, Vec<(&'t str, &'t str)>);

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut known: HashMap<Key<'_>, (&Item<'t>, Node<'t>)> = HashMap::new();
    let kinds = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];
    for (item, _) in set.workloads().filter(|(item, _)| kinds.contains(&item.object.gvk.kind)) {
        let Some(selector) = item.object.spec().and_then(|spec| spec.get("selector")) else { continue };
        let Some(wanted) = labels(item, selector) else { continue };
        let who = |item: &Item<'t>| (item.object.gvk.kind, item.name());
        let mut found = None;
        for unit in set.all_units(item) {
            let first = known.entry((unit, item.namespace(), wanted.clone())).or_insert((item, selector));
            found = found.or(Some(*first).filter(|(first, _)| who(first) != who(item)));
        }
        let Some((first, place)) = found else { continue };
        let message = format!(
            "{} and {} have the same selector: autoscalers, budgets and Services count the pods of both",
            item.object.title(),
            first.object.title()
        );
        context
            .report_on(item, Place::Key(selector), message)
            .help("give each a label of its own, in both the selector and the pod template")
            .related(Place::Key(place), "the other one");
    }
}

/// The labels that a selector wants, those included that kustomizations add; nothing where it wants more than that.
fn labels<'t>(item: &Item<'t>, selector: Node<'t>) -> Option<Vec<(&'t str, &'t str)>> {
    let plain = selector.get("matchExpressions").is_none_or(Node::is_empty);
    let labels = selector.get("matchLabels").filter(|labels| plain && !labels.is_empty())?;
    let added = item.surroundings.labels.iter().map(|(key, value)| (&**key, &**value));
    let mut wanted: Vec<(&str, &str)> = Labels(Some(labels)).iter().chain(added).collect();
    wanted.sort_unstable();
    wanted.dedup();
    Some(wanted)
}
