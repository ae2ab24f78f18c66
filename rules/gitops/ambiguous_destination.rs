use crate::rule::prelude::*;

rule! {
    /// An Application that sets its cluster twice.
    ///
    /// `destination` takes the `name` of a cluster or its `server`. Argo CD refuses an Application with both, and does
    /// nothing for it: `can't have both name and server defined`.
    ///
    /// **How to fix**: keep one of them.
    id: "ambiguous-destination",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications"],
    check: Check::Kind(&["argoproj.io/Application", "argoproj.io/ApplicationSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let spec = if object.gvk.kind == "ApplicationSet" { spec.at(&["template", "spec"]) } else { Some(spec) };
    let Some(destination) = spec.and_then(|spec| spec.get("destination")) else { return };
    let written =
        |field: &str| destination.get(field).filter(|node| node.as_str().is_some_and(|text| !text.is_empty()));
    if let (Some(name), Some(server)) = (written("name"), written("server")) {
        let message =
            format!("the destination of {} has both `name` and `server`, which Argo CD refuses", object.title());
        context.report(Place::Key(name), message).help("keep one of them").related(Place::Key(server), "and here");
    }
}
