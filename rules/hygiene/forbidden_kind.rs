use crate::rule::prelude::*;

rule! {
    /// An object of a kind that the team forbids.
    ///
    /// Reports nothing until `kinds` lists kinds, each as `Kind`, `group/Kind` or `group/version/Kind`: Secrets in the repository,
    /// say, or Ingresses where the Gateway API is in use.
    ///
    /// **How to fix**: use the alternative that the team has agreed on.
    id: "forbidden-kind",
    severity: Error,
    options: &[OptionSpec { name: "kinds", default: OptionValue::Strings(&[]), help: "Kinds that may not be used." }],
    peers: &["kube-linter:disallowed-api-obj", "kubeconform:-reject", "kyverno:restrict-jobs"],
    references: &["https://kubernetes.io/docs/reference/using-api/api-concepts/"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let kinds = context.strings("kinds");
    let gvk = object.gvk;
    let forbidden = kinds.iter().find(|kind| {
        let parts: Vec<_> = kind.split('/').collect();
        match parts.as_slice() {
            [kind] => *kind == gvk.kind,
            [group, kind] => *group == gvk.group && *kind == gvk.kind,
            [group, version, kind] => *group == gvk.group && *version == gvk.version && *kind == gvk.kind,
            _ => false,
        }
    });
    if let (Some(kind), Some(node)) = (forbidden, object.root.get("kind")) {
        context
            .report(node, format!("objects of kind `{kind}` are forbidden here"))
            .help("use the alternative that the team has agreed on");
    }
}
