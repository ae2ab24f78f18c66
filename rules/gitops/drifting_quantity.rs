use crate::rule::prelude::*;

rule! {
    /// A quantity that Argo CD shows as out of sync.
    ///
    /// The server keeps quantities in their canonical form: `1000m` becomes `1`, `0.5` becomes `500m`, `1024Mi` becomes
    /// `1Gi`. Where an Application deploys the object, the difference may never go away for custom resources.
    ///
    /// **How to fix**: write the canonical form.
    id: "drifting-quantity",
    severity: Info,
    fix: Some(Applicability::Safe),
    repository: true,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    if context.set.of_kind("argoproj.io", "Application").next().is_none() {
        return;
    }
    for list in ["requests", "limits"] {
        for entry in container.node.at(&["resources", list]).into_iter().flat_map(Node::entries) {
            let text = entry.value.as_str().unwrap_or("");
            let millis = text.strip_suffix('m').and_then(|n| n.parse::<i64>().ok()).filter(|n| *n >= 1000 && n % 1000 == 0);
            let mebis = text.strip_suffix("Mi").and_then(|n| n.parse::<i64>().ok()).filter(|n| *n >= 1024 && n % 1024 == 0);
            let canonical = millis.map(|n| (n / 1000).to_string()).or_else(|| mebis.map(|n| format!("{}Gi", n / 1024)));
            if let Some(canonical) = canonical {
                let message = format!("`{text}` is kept as `{canonical}`");
                let patch = Patch::new().set(entry.value, canonical);
                context.report(entry.value, message).help("write the canonical form").fix(patch);
            }
        }
    }
}
