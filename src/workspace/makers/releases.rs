//! Helm releases that other tools make.
//!
//! In: an object. Out: whether it makes a Helm release, whose objects nobody rendered, and the names that it gives to it.

use std::borrow::Cow;

use crate::object::Object;
use crate::yaml::Node;

use super::{Names, is_literal};

/// Custom resources that are a Helm release.
const RELEASES: &[(&str, &str)] = &[
    ("addons.cluster.x-k8s.io", "HelmChartProxy"),
    ("helm.cattle.io", "HelmChart"),
    ("helm.crossplane.io", "Release"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("platform.plural.sh", "ServiceDeployment"),
];

/// Whether a Helm release is made of it.
pub(super) fn is_release(object: Object<'_>) -> bool {
    RELEASES.iter().any(|(group, kind)| object.gvk.is(group, kind))
        || (object.gvk.is("argoproj.io", "Application") && object.spec().is_some_and(has_chart))
}

/// The name of the release of a HelmRelease: the one that it gives, or Flux makes of its namespace and its own name.
pub(super) fn release_name<'t>(object: Object<'t>) -> Option<Cow<'t, str>> {
    let spec = object.spec()?;
    let given = spec.str_at("releaseName").map(Cow::Borrowed);
    given.or_else(|| Some(format!("{}-{}", spec.str_at("targetNamespace")?, object.name()?).into()))
}

/// Charts, and what they make under names that are not the release's.
const FIXED: &[(&str, &[&str])] = &[
    ("cilium", &["cilium-ingress"]),
    ("istiod", &["istiod"]),
    ("kube-prometheus-stack", &["alertmanager-operated", "prometheus-operated", "thanos-ruler-operated"]),
    ("linkerd-control-plane", &["linkerd-destination", "linkerd-identity", "linkerd-policy"]),
    ("linkerd-viz", &["metrics-api", "prometheus", "tap", "web"]),
    ("longhorn", &["longhorn-backend", "longhorn-frontend"]),
    ("metallb", &["memberlist"]),
    ("rook-ceph-cluster", &["rook-ceph-mgr", "rook-ceph-mgr-dashboard", "rook-ceph-rgw-ceph-objectstore"]),
];

/// What the chart of cilium makes of its observer where that is switched on.
const HUBBLE: [(&str, &str); 2] = [("relay", "hubble-relay"), ("ui", "hubble-ui")];

/// The names that the release of a well-known chart makes beside those that begin with its own.
pub(super) fn fixed_names(object: Object<'_>) -> Vec<&'static str> {
    let spec = object.spec();
    let given = spec.and_then(|spec| {
        let of_release = || spec.at(&["chart", "spec", "chart"]).and_then(Node::as_str);
        let of_application = || spec.at(&["source", "chart"]).and_then(Node::as_str);
        of_release().or_else(of_application).or_else(|| spec.at(&["chartRef", "name"]).and_then(Node::as_str))
    });
    let chart = given.or_else(|| object.name()).map_or("", |chart| chart.rsplit('/').next().unwrap_or(chart));
    let fixed = FIXED.iter().filter(|(known, _)| *known == chart).flat_map(|(_, names)| names.iter().copied());
    let hubble = HUBBLE.iter().filter(|(part, _)| chart == "cilium" && is_on(spec, part)).map(|(_, name)| *name);
    fixed.chain(hubble).collect()
}

/// Whether the values of a release may switch a part of cilium's observer on: they do, or stand elsewhere.
fn is_on(spec: Option<Node<'_>>, part: &str) -> bool {
    let Some(spec) = spec else { return false };
    let inline = spec.get("values").or_else(|| spec.at(&["source", "helm", "valuesObject"]));
    let own = inline.and_then(|values| values.at(&["hubble", part, "enabled"])).and_then(Node::as_bool);
    own.unwrap_or_else(|| inline.is_none() || spec.get("valuesFrom").is_some())
}

/// Whether a source of an Application's spec is a chart.
fn has_chart(spec: Node<'_>) -> bool {
    let mut sources = spec.get("source").into_iter().chain(spec.get("sources").into_iter().flat_map(Node::items));
    sources.any(|source| source.get("chart").is_some() || source.get("helm").is_some())
}

impl<'t> Names<'t> {
    /// Names that an Application, or what an ApplicationSet makes, gives to its release: its own, and `fullnameOverride` among the
    /// values. An `ArgoCD` is the release of its operator.
    pub(super) fn releases(&mut self, object: Object<'t>) {
        let template = object.root.at(&["spec", "template"]);
        let releases = |template: &Node<'t>| template.get("spec").is_some_and(has_chart);
        let generated = template.filter(releases).and_then(|template| template.get("metadata")?.str_at("name"));
        let own = object.name().filter(|_| object.gvk.kind == "ArgoCD");
        let mut names: Vec<&'t str> = generated.into_iter().chain(own).collect();
        let mut open = vec![object.root];
        while let Some(node) = open.pop() {
            open.extend(node.items().chain(node.entries().map(|entry| entry.value)));
            names.extend(["fullnameOverride", "nameOverride"].iter().filter_map(|field| node.str_at(field)));
            let lines = node.as_str().filter(|text| text.contains("ameOverride:")).into_iter().flat_map(str::lines);
            let given = lines.filter_map(|line| line.trim().split_once("ameOverride:"));
            names.extend(given.map(|(_, name)| name.trim().trim_matches(['"', '\''])));
        }
        self.owners.extend(names.into_iter().filter(|name| is_literal(name)).map(Cow::Borrowed));
    }
}
