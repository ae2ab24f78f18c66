use crate::rule::prelude::*;

rule! {
    /// A reference to another namespace that no ReferenceGrant allows.
    ///
    /// A route that names a Service of another namespace, and a Gateway that takes its certificate from one, need a
    /// ReferenceGrant *there*. Without it the route is answered with 500, the listener is not programmed. Info where the
    /// repository contains nothing of that namespace: the grant would be there.
    ///
    /// **How to fix**: add a ReferenceGrant to the namespace that is referred to.
    id: "missing-reference-grant",
    severity: Warning,
    references: &["https://gateway-api.sigs.k8s.io/api-types/referencegrant/"],
    check: Check::KindInSet(
        &["gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/TCPRoute",
          "gateway.networking.k8s.io/TLSRoute", "gateway.networking.k8s.io/UDPRoute", "gateway.networking.k8s.io/Gateway"],
        check,
    ),
}

const GROUP: &str = "gateway.networking.k8s.io";

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let items = |field: &str| spec.get(field).into_iter().flat_map(Node::items);
    let of = |node: Node<'t>, path: &[&str]| node.at(path).into_iter().flat_map(Node::items).collect::<Vec<_>>();
    if object.gvk.kind == "Gateway" {
        let references = items("listeners").flat_map(|listener| of(listener, &["tls", "certificateRefs"]));
        references.for_each(|reference| check_one(object, reference, "Secret", context));
    } else {
        let references = items("rules").flat_map(|rule| of(rule, &["backendRefs"]));
        references.for_each(|reference| check_one(object, reference, "Service", context));
    }
}

fn check_one<'t>(object: Object<'t>, reference: Node<'t>, default: &str, context: &mut SetContext<'_, 't>) {
    let Some(own) = context.item().namespace() else { return };
    let (Some(node), Some(name)) = (reference.get("namespace"), reference.str_at("name")) else { return };
    let Some(namespace) = node.as_str().filter(|namespace| !namespace.is_empty() && *namespace != own) else { return };
    let (group, kind) = (reference.str_at("group").unwrap_or(""), reference.str_at("kind").unwrap_or(default));
    let set = context.set;
    let grants = set.of_kind_near(GROUP, "ReferenceGrant", Some(namespace));
    let granted = grants.filter_map(|item| item.object.spec()).any(|spec| {
        allows(spec.get("from"), |from| {
            (from.str_at("group"), from.str_at("kind"), from.str_at("namespace"))
                == (Some(GROUP), Some(object.gvk.kind), Some(own))
        }) && allows(spec.get("to"), |to| {
            to.str_at("group").unwrap_or("") == group
                && to.str_at("kind") == Some(kind)
                && to.str_at("name").is_none_or(|only| only.is_empty() || only == name)
        })
    });
    if granted {
        return;
    }
    let message = format!(
        "{} refers to {kind} `{name}` of namespace `{namespace}`, but no ReferenceGrant there allows it",
        object.title()
    );
    let most = if set.has_services_or_workloads_in(namespace) { Severity::Warning } else { Severity::Info };
    context
        .report(node, message)
        .help(format!("add a ReferenceGrant to `{namespace}`: from {} of `{own}`, to {kind}", object.gvk.kind))
        .at_most(most);
}

fn allows<'t>(list: Option<Node<'t>>, test: impl Fn(Node<'t>) -> bool) -> bool {
    list.is_some_and(|list| list.items().any(test))
}
