use crate::rule::prelude::*;

rule! {
    /// A secret in an annotation.
    ///
    /// Annotations are shown by every tool, and can be read by whoever may list the object. Found by the form of a value (an
    /// AWS key, a private key), in URLs that carry a password, and where `kubectl apply` has left a Secret with all its data
    /// in `kubectl.kubernetes.io/last-applied-configuration`.
    ///
    /// **How to fix**: keep the value in a Secret, and rotate it; remove `last-applied-configuration` from what is committed.
    id: "plaintext-secret-in-annotation",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
    check: Check::ObjectInSet(check),
}

const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let mut known = Memo::new();
    let of_pods = Workload::of(object).filter(|w| w.kind != WorkloadKind::Pod).and_then(Workload::template);
    let metadata = object.metadata().into_iter().chain(of_pods.and_then(|template| template.get("metadata")));
    for entry in metadata.filter_map(|metadata| metadata.get("annotations")).flat_map(Node::entries) {
        let Some(text) = entry.value.as_str() else { continue };
        let applied = entry.name == APPLIED && object.gvk.is("", "Secret") && text.contains("\"data\"");
        let url = || secrecy::url_password(text).map(|_| "a URL with a password");
        let what = known.of(text, (), || secrecy::token(text).or_else(url));
        let Some(what) = what.or(applied.then_some("the data of the Secret")) else { continue };
        let message = format!("the annotation `{}` of {} holds {what} in clear text", entry.name, object.title());
        context
            .report(Place::key(entry), message)
            .help("keep it in a Secret that is not in the repository, and rotate it");
    }
}
