use crate::rule::prelude::*;

rule! {
    /// A sync wave, or a hook weight, that is not an integer.
    ///
    /// Argo CD silently takes such an object into the wave that `helm.sh/hook-weight` names, else into wave 0; Helm takes a
    /// weight that it cannot read for 0. The order that was meant does not hold.
    ///
    /// **How to fix**: write an integer in quotes, without blanks: `"5"`.
    id: "invalid-sync-wave",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
        "https://github.com/argoproj/argo-cd/blob/master/gitops-engine/pkg/sync/syncwaves/waves.go",
    ],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(annotations) = object.annotations() else { return };
    for (key, what) in [(sync::WAVE, "sync wave"), (sync::HELM_WEIGHT, "weight of a hook")] {
        let Some(node) = annotations.get(key) else { continue };
        if let Some(text) = node.as_str().filter(|text| text.parse::<i64>().is_err()) {
            let patch = meant(text).map_or_else(Patch::none, |wave| Patch::new().set(node, wave.to_string()));
            context
                .report(node, format!("`{text}` is not a valid {what}"))
                .help("write an integer in quotes")
                .fix(patch);
        }
    }
}

/// The number that was probably meant: blanks and quotes around it, or a fraction of zero behind it, are mistakes.
fn meant(text: &str) -> Option<i64> {
    let bare = text.trim_matches([' ', '\t', '"', '\'']);
    bare.split_once('.')
        .filter(|(_, rest)| rest.bytes().all(|b| b == b'0'))
        .map_or(bare, |(whole, _)| whole)
        .parse()
        .ok()
}
