use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A Secret that is needed but not defined in the repository.
    ///
    /// A pod that refers to a Secret that does not exist stays in `CreateContainerConfigError` or `ContainerCreating`; an
    /// Ingress serves the controller's own certificate. Secrets created by a SealedSecret, an ExternalSecret, a Certificate, a
    /// kustomize generator, an operator's resource or a Helm release are taken into account. Many are created by hand, so this is only info
    /// where the repository creates no Secret for the namespace. References with `optional: true` are fine.
    ///
    /// **How to fix**: correct the name, add what makes the Secret (SealedSecret, ExternalSecret ...), or tell kubevet about
    /// Secrets made by hand with `allowed`.
    id: "dangling-secret-reference",
    severity: Warning,
    options: &[OptionSpec { name: "allowed", default: OptionValue::Strings(&[]), help: "Names of Secrets that are created by hand." }],
    peers: &["kube-linter:env-value-from", "popeye:304", "popeye:305"],
    references: &["https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret"],
    check: Check::ObjectInSet(check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let mut wanted: Vec<(&str, Node<'_>)> = Vec::new();
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        let references = context.references(pod);
        let secrets = references.iter().filter(|r| r.kind == "Secret" && !r.optional);
        wanted.extend(secrets.map(|r| (r.name, r.node)));
    }
    if object.gvk.is("", "ServiceAccount") {
        let list = object.root.get("imagePullSecrets").into_iter().flat_map(Node::items);
        wanted.extend(list.filter_map(|secret| secret.get("name")).filter_map(|node| Some((node.as_str()?, node))));
    }
    if object.gvk.kind == "Ingress" {
        let tls = object.spec().and_then(|spec| spec.get("tls")).into_iter().flat_map(Node::items);
        wanted.extend(tls.filter_map(|tls| tls.get("secretName")).filter_map(|node| Some((node.as_str()?, node))));
    }
    if object.gvk.is("keda.sh", "TriggerAuthentication") {
        let read = object.spec().and_then(|spec| spec.get("secretTargetRef")).into_iter().flat_map(Node::items);
        wanted.extend(read.filter_map(|secret| secret.get("name")).filter_map(|node| Some((node.as_str()?, node))));
    }
    let allowed = context.strings("allowed");
    let (mut seen, mut at_most) = (HashSet::new(), None);
    for (name, node) in wanted {
        if seen.contains(&name) || allowed.contains(&name) || !context.is_missing("Secret", name) {
            continue;
        }
        seen.insert(name);
        let here = || if are_secrets_here(context) { Severity::Warning } else { Severity::Info };
        let at_most = *at_most.get_or_insert_with(here);
        let message = format!("Secret `{name}` is not defined in this repository");
        context
            .report(node, message)
            .help("correct the name, or add what creates it: a SealedSecret, an ExternalSecret or a secretGenerator")
            .missing("Secret", name)
            .at_most(at_most);
    }
}

/// What makes Secrets.
const MAKERS: &[(&str, &str)] = &[
    ("", "Secret"),
    ("bitnami.com", "SealedSecret"),
    ("external-secrets.io", "ExternalSecret"),
    ("secrets.hashicorp.com", "VaultStaticSecret"),
    ("isindir.github.com", "SopsSecret"),
    ("onepassword.com", "OnePasswordItem"),
];

/// Whether the repository makes Secrets for the item's namespace, or together with the item.
fn are_secrets_here<'t>(context: &SetContext<'_, 't>) -> bool {
    let (set, item) = (context.set, context.item());
    MAKERS.iter().any(|(group, kind)| match item.namespace() {
        Some(_) => set.known_of_kind_in(group, kind, item.namespace()).next().is_some(),
        None => set.is_applied_with(Sort::Unplaced(group, kind), &item),
    })
}
