use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A configuration value that names a Service, or a Service port, that does not exist.
    ///
    /// A host such as `auth.shop.svc.cluster.local`, or a bare word under a key like `DB_HOST` or `AUTH_URL`, is the name
    /// of a Service: if there is none, the name does not resolve and the client fails at run time, long after the
    /// deployment went through. Namespaces about which the repository contains nothing (for a bare word: no Service) are
    /// somebody else's and are not checked.
    /// Values of variables and of ConfigMap keys are read, and the host of an Istio DestinationRule; ExternalName Services, `hostAliases`, `dnsConfig.searches`, and what an
    /// operator's resource or a Helm release may create are taken into account.
    ///
    /// **How to fix**: correct the name or the port, or add the Service.
    id: "dangling-service-host",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"],
    check: Check::ObjectInSet(check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if object.gvk.is("", "ConfigMap") {
        let data = object.root.get("data").into_iter().flat_map(Node::entries);
        data.for_each(|entry| value(entry.name, entry.value, &Lookup::default(), context));
    }
    if object.gvk.is("networking.istio.io", "DestinationRule") {
        return destination(object, context);
    }
    let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) else { return };
    let aliases: Vec<&str> = pod
        .node
        .get("hostAliases")
        .into_iter()
        .flat_map(Node::items)
        .flat_map(|alias| alias.get("hostnames").into_iter().flat_map(Node::items))
        .filter_map(Node::as_str)
        .collect();
    let domains = pod.node.at(&["dnsConfig", "searches"]).is_some_and(|list| !list.is_empty());
    let searches = domains || pod.node.str_at("dnsPolicy") == Some("None");
    for variable in pod.containers().flat_map(|container| container.env()) {
        if let (Some(name), Some(node)) = (variable.str_at("name"), variable.get("value")) {
            value(name, node, &Lookup { aliases: &aliases, searches }, context);
        }
    }
}

/// A rule for a host by its short name means a Service of its own namespace, or an entry for another host.
fn destination<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = object.spec().and_then(|spec| spec.get("host")) else { return };
    let Some(name) = node.as_str().filter(|host| !host.contains(['.', '*']) && is_literal(host)) else { return };
    let entries = context.set.known_of_kind("networking.istio.io", "ServiceEntry");
    let hosts = entries.filter_map(|entry| entry.object.spec()?.get("hosts")).flat_map(Node::items);
    let is_entry = hosts.filter_map(Node::as_str).any(|host| host == name);
    if !is_entry && context.are_services_here() && context.is_missing("Service", name) {
        let message = format!("the host `{name}` of {} is no Service of its namespace", object.title());
        context.report(node, message).help("correct the name, or add the Service").missing("Service", name);
    }
}

/// How a pod looks up names.
#[derive(Default)]
struct Lookup<'a> {
    /// The names that it knows itself.
    aliases: &'a [&'a str],
    /// It looks for a bare word in domains of its own.
    searches: bool,
}

fn value<'t>(key: &str, node: Node<'t>, lookup: &Lookup<'_>, context: &mut SetContext<'_, 't>) {
    let Some(text) = node.as_str() else { return };
    let mut seen = HashSet::new();
    let own = context.item().namespace();
    let full = hosts::qualified(text).into_iter().filter(|host| holds_namespace(context.set, host.namespace));
    let home = !lookup.searches && context.set.may_have_services_in(own);
    let bare = (home && hosts::names_host(key)).then(|| hosts::bare(text)).flatten();
    for host in full.chain(bare).collect::<Vec<_>>() {
        // `https://your-endpoint:443` says whose name belongs there.
        let stands_in = host.name.starts_with("your-");
        if stands_in || lookup.aliases.contains(&host.name) || !seen.insert(host) {
            continue;
        }
        if let Some(message) = wrong(host, own, context.set) {
            let message = format!("`{key}` names {message}");
            // What another root of the repository applies may well be there.
            let set = context.set;
            let here = set.named("Service", host.name, host.namespace.or(own)).next().is_some();
            let elsewhere =
                !here && (set.is_anywhere("Service", host.name) || set.is_made_anywhere("Service", host.name));
            let most = if elsewhere { Severity::Info } else { Severity::Error };
            let help = "correct the name or the port, or add the Service";
            context.report(node, message).help(help).missing("Service", host.name).at_most(most);
        }
    }
}

/// Whether the repository is where the namespace's objects come from.
fn holds_namespace(set: &ApplySet<'_>, namespace: Option<&str>) -> bool {
    let Some(name) = namespace.filter(|name| !matches!(*name, "kube-system" | "kube-public")) else { return false };
    set.has_services_or_workloads_in(name)
}

/// What is wrong with a host, in the words that follow `names`.
fn wrong(host: hosts::Host<'_>, own: Option<&str>, set: &ApplySet<'_>) -> Option<String> {
    let namespace = host.namespace.or(own);
    let mut services =
        set.named("Service", host.name, namespace).filter_map(|item| Service::of(item.object)).peekable();
    if services.peek().is_none() {
        let is_made = set.may_exist_in("Service", host.name, namespace);
        let where_ = host.namespace.map(|name| format!(" in namespace `{name}`")).unwrap_or_default();
        return (!is_made).then(|| format!("Service `{}`{where_}, which is not defined in this repository", host.name));
    }
    let port = host.port?;
    let open = |service: Service<'_>| {
        service.is_external_name()
            || service.is_headless()
            || service.ports().next().is_none()
            || service.has_port_number(port)
    };
    (!services.any(open)).then(|| format!("port {port} of Service `{}`, which has no such port", host.name))
}
