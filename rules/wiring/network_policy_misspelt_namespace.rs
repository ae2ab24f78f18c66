use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy with a misspelt namespace name.
    ///
    /// `kubernetes.io/metadata.name` is the label that every namespace has, with its name as value. A value that is
    /// almost, but not quite, the name of a namespace of the repository matches nothing.
    ///
    /// **How to fix**: write the name of the Namespace.
    id: "network-policy-misspelt-namespace",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name"],
    check: Check::KindInSet(&["networking.k8s.io/NetworkPolicy"], check),
}

const NAME: &str = "kubernetes.io/metadata.name";

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = spec.get(direction).into_iter().flat_map(Node::items);
        for selector in rules
            .filter_map(|rule| rule.get(peers))
            .flat_map(Node::items)
            .filter_map(|peer| peer.get("namespaceSelector"))
        {
            names(selector).into_iter().for_each(|node| check_one(object, node, context));
        }
    }
}

/// Where a selector names namespaces.
fn names(selector: Node<'_>) -> Vec<Node<'_>> {
    let label = selector.get("matchLabels").and_then(|labels| labels.get(NAME));
    let expressions = selector.get("matchExpressions").into_iter().flat_map(Node::items);
    let listed = expressions.filter(|e| e.str_at("key") == Some(NAME) && e.str_at("operator") == Some("In"));
    label.into_iter().chain(listed.filter_map(|e| e.get("values")).flat_map(Node::items)).collect()
}

fn check_one<'t>(object: Object<'t>, node: Node<'t>, context: &mut SetContext<'_, 't>) {
    let Some(name) = node.as_str().filter(|name| name.len() > 3 && is_literal(name)) else { return };
    let set = context.set;
    let lives = set.has_services_or_workloads_in(name) || set.named("Namespace", name, None).next().is_some();
    if lives || KNOWN.contains(&name) {
        return;
    }
    let mut defined = set.known_of_kind("", "Namespace").filter_map(Item::name).take(MAX_NAMESPACES);
    if let Some(meant) = defined.find(|other| is_one_off(name, other)) {
        let message = format!(
            "{} refers to namespace `{name}`, which is not defined in this repository; did you mean `{meant}`?",
            object.title()
        );
        context.report(node, message).help(format!("write `{meant}`"));
    }
}

/// Namespaces that come with a cluster or its usual parts.
const KNOWN: &[&str] = &["default", "kube-system", "kube-public", "monitoring", "ingress-nginx", "istio-system"];

/// Among more namespaces than these, the one that was meant is not looked for.
const MAX_NAMESPACES: usize = 500;
