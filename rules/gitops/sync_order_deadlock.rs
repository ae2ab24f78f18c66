use crate::rule::prelude::*;

rule! {
    /// An object that waits for another in a later sync wave.
    ///
    /// Argo CD applies a wave, or a phase, when everything of the one before is healthy. A Deployment that needs a ConfigMap,
    /// Secret, claim or ServiceAccount of a later wave never becomes healthy, and a PreSync hook does not find what the Sync
    /// phase applies: on a new cluster the synchronisation never ends. The same holds for an autoscaler before its target, a
    /// Certificate before its issuer, and a claim in a wave before the pods of a class that binds at the first pod that uses it.
    /// Namespaces and CustomResourceDefinitions need no wave: Argo CD moves them to the front by itself.
    ///
    /// Checked where both objects are in the same directory or kustomization. Info where nothing tells that Argo CD applies them: hooks
    /// of Helm alone, in a repository without an Application, are right for Helm.
    ///
    /// **How to fix**: give what is needed the same or an earlier wave, and in a hook's case the same phase.
    id: "sync-order-deadlock",
    severity: Error,
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
        "https://github.com/argoproj/argo-cd/blob/master/gitops-engine/pkg/sync/sync_tasks.go",
    ],
    check: Check::ObjectInSet(check),
}

/// What an object cannot become healthy without.
struct Need<'t> {
    kind: &'t str,
    name: &'t str,
    node: Node<'t>,
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if !sync::ORDERING.iter().any(|key| context.set.has_annotation(key)) {
        return;
    }
    let Some(own) = sync::slot(object) else { return };
    for need in needs(object, context) {
        let Some((slot, provider)) = provider(&need, own, context) else { continue };
        let message = format!(
            "{} is applied in {} and waits for {}, which is applied in {}",
            object.title(),
            own.describe(),
            provider.object.title(),
            slot.describe_beside(own)
        );
        let help = format!("move {} to {} or earlier", provider.object.title(), own.describe());
        let most = if is_by_argo(object, &provider, context.set) { Severity::Error } else { Severity::Info };
        context
            .report(need.node, message)
            .help(help)
            .related(provider.object.place(), "the object that is needed")
            .at_most(most);
    }
    if object.gvk.is("", "PersistentVolumeClaim") {
        unbound_claim(object, own, context);
    }
}

/// Whether something tells that Argo CD applies one of two objects: an annotation of its own, or an Application of the repository.
fn is_by_argo<'t>(one: Object<'t>, other: &Item<'t>, set: &ApplySet<'t>) -> bool {
    let is_own = |object: Object<'t>| [sync::HOOK, sync::WAVE].iter().any(|key| object.annotation(key).is_some());
    let mut known = ["Application", "ApplicationSet"].into_iter();
    is_own(one) || is_own(other.object) || known.any(|kind| set.known_of_kind("argoproj.io", kind).next().is_some())
}

fn needs<'t>(object: Object<'t>, context: &SetContext<'_, 't>) -> Vec<Need<'t>> {
    if let Some(workload) = Workload::of(object) {
        return if waits_for_pods(workload) { of_pods(workload, context) } else { Vec::new() };
    }
    let named = |path: &[&str], kind| {
        let reference = object.root.at(path)?;
        let kind = reference.str_at("kind").unwrap_or(kind);
        reference.get("name").and_then(|node| Some(Need { kind, name: node.as_str()?, node }))
    };
    let need = match (object.gvk.group, object.gvk.kind) {
        ("cert-manager.io", "Certificate") => named(&["spec", "issuerRef"], "Issuer"),
        ("external-secrets.io", "ExternalSecret") => named(&["spec", "secretStoreRef"], "SecretStore"),
        ("autoscaling", "HorizontalPodAutoscaler") => named(&["spec", "scaleTargetRef"], ""),
        _ => None,
    };
    need.into_iter().collect()
}

/// Whether Argo CD takes it for healthy when its pods run or have ended well, and not before.
fn waits_for_pods(workload: Workload<'_>) -> bool {
    let paused = workload.object.root.at(&["spec", "paused"]).or_else(|| workload.object.root.at(&["spec", "suspend"]));
    !matches!(workload.kind, WorkloadKind::CronJob | WorkloadKind::ScaledJob)
        && workload.replica_count() != Some(0)
        && paused.and_then(Node::as_bool) != Some(true)
}

fn of_pods<'t>(workload: Workload<'t>, context: &SetContext<'_, 't>) -> Vec<Need<'t>> {
    let Some(pod) = workload.pod_spec() else { return Vec::new() };
    let mut needs: Vec<Need<'_>> = Vec::new();
    for reference in context.references(pod).iter().filter(|r| !r.optional && r.by != ReferenceKind::PullSecret) {
        if !needs.iter().any(|need| (need.kind, need.name) == (reference.kind, reference.name)) {
            needs.push(Need { kind: reference.kind, name: reference.name, node: reference.node });
        }
    }
    let account =
        pod.service_account().and_then(|node| Some(Need { kind: "ServiceAccount", name: node.as_str()?, node }));
    needs.extend(account.filter(|need| need.name != "default"));
    needs
}

/// The earliest of the objects that bring what is needed, where all of them come later than `own` and are applied with the
/// item at hand.
fn provider<'t>(need: &Need<'_>, own: sync::Slot, context: &SetContext<'_, 't>) -> Option<(sync::Slot, Item<'t>)> {
    let (set, item) = (context.set, context.item());
    if set.is_generated(need.kind, need.name) {
        return None;
    }
    let named = set.named(need.kind, need.name, item.namespace());
    let made = (need.kind == "Secret").then(|| set.makers_of_secret(need.name)).into_iter().flatten();
    let made = made.filter(|other| other.shares_namespace(&item));
    let mut earliest: Option<(sync::Slot, Item<'t>)> = None;
    for other in named.chain(made) {
        let slot = sync::slot(other.object).filter(|slot| *slot > own && set.are_applied_together(&item, other))?;
        if earliest.is_none_or(|(known, _)| slot < known) {
            earliest = Some((slot, *other));
        }
    }
    earliest
}

/// A claim that is bound when its first pod comes, in a wave that has to be healthy before that pod is applied.
fn unbound_claim<'t>(object: Object<'t>, own: sync::Slot, context: &mut SetContext<'_, 't>) {
    let (set, item) = (context.set, context.item());
    let Some(node) = object.spec().and_then(|spec| spec.get("storageClassName")) else { return };
    let Some((name, class)) = object.name().zip(node.as_str()) else { return };
    let mut classes =
        set.named("StorageClass", class, None).filter(|other| other.object.gvk.group == "storage.k8s.io").peekable();
    let late = classes.peek().is_some()
        && classes.all(|class| class.object.root.str_at("volumeBindingMode") == Some("WaitForFirstConsumer"));
    if !late || object.root.at(&["spec", "volumeName"]).is_some() {
        return;
    }
    let mut first: Option<(sync::Slot, Item<'t>)> = None;
    for consumer in set.users_of_claim(name).filter(|consumer| consumer.shares_namespace(&item)) {
        let Some(slot) = sync::slot(consumer.object).filter(|_| set.are_applied_together(&item, consumer)) else {
            return;
        };
        if first.is_none_or(|(known, _)| slot < known) {
            first = Some((slot, *consumer));
        }
    }
    if let Some((slot, consumer)) = first.filter(|(slot, _)| *slot > own) {
        let message = format!(
            "{} stays pending until its first pod is scheduled, but {} is only applied after it, in {}",
            object.title(),
            consumer.object.title(),
            slot.describe_beside(own)
        );
        let help = format!("put both into the same wave: the claim is in {}", own.describe());
        context
            .report(object.place(), message)
            .help(help)
            .related(consumer.object.place(), "the first pod that uses it");
    }
}
