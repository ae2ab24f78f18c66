use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A ConfigMap that is needed but not defined in the repository.
    ///
    /// A pod that refers to a ConfigMap that does not exist stays in `CreateContainerConfigError` or `ContainerCreating`.
    /// ConfigMaps created by a kustomize generator, an operator's resource or a Helm release are taken into account, as are those that every
    /// cluster has (`kube-root-ca.crt`). References with `optional: true` are fine.
    ///
    /// **How to fix**: correct the name, add the ConfigMap, or list ConfigMaps that are created by hand under `allowed`.
    id: "dangling-configmap-reference",
    severity: Warning,
    options: &[OptionSpec { name: "allowed", default: OptionValue::Strings(&[]), help: "Names of ConfigMaps that are created by hand." }],
    peers: &["kube-linter:env-value-from", "popeye:304"],
    references: &["https://kubernetes.io/docs/concepts/configuration/configmap/"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let allowed = context.strings("allowed");
    let mut seen = HashSet::new();
    for reference in context.references(pod).iter().filter(|r| r.kind == "ConfigMap" && !r.optional) {
        let name = reference.name;
        if seen.contains(&name) || allowed.contains(&name) || !context.is_missing("ConfigMap", name) {
            continue;
        }
        seen.insert(name);
        let message = format!("ConfigMap `{name}` is not defined in this repository");
        let finding = context.report(reference.node, message).help("correct the name, or add the ConfigMap");
        finding.missing("ConfigMap", name);
    }
}
