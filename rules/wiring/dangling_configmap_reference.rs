use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A ConfigMap that is needed and that nothing in the repository makes.
    ///
    /// A pod that refers to a ConfigMap which is not there stays in `CreateContainerConfigError` or `ContainerCreating`.
    /// ConfigMaps made by a kustomize generator, an operator's resource or a Helm release are known, as are those that every
    /// cluster has (`kube-root-ca.crt`). References with `optional: true` are fine.
    ///
    /// **How to fix**: correct the name, add the ConfigMap, or tell kubevet about ConfigMaps made by hand with `allowed`.
    id: "dangling-configmap-reference",
    severity: Warning,
    options: &[OptionSpec { name: "allowed", default: OptionValue::Strings(&[]), help: "Names of ConfigMaps made by hand." }],
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
