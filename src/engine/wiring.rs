//! What refers to what: the picture that a report for a browser draws.
//!
//! In: the objects of a set. Out: its links, bounded in number.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::finding::{Link, ObjectRef};
use crate::object::{Autoscaler, Service, Workload, ingress_backends};
use crate::workspace::{ApplySet, Item};
use crate::yaml::Node;

/// Most links of a set that are listed.
const MOST: usize = 5_000;

/// The links of a set, and how many more there are.
pub(super) fn links(set: &ApplySet<'_>) -> (Vec<Link>, usize) {
    let mut links = Links { set, known: FxHashSet::default(), found: Vec::new(), more: 0 };
    set.items().iter().for_each(|item| links.of(item));
    (links.found, links.more)
}

struct Links<'a, 't> {
    set: &'a ApplySet<'t>,
    known: FxHashSet<(u32, &'static str, String)>,
    found: Vec<Link>,
    more: usize,
}

impl<'t> Links<'_, 't> {
    fn of(&mut self, item: &Item<'t>) {
        if let Some(pod) = item.workload().and_then(Workload::pod_spec) {
            for reference in pod.references() {
                self.named(item, "uses", reference.kind, Some(reference.name), item.namespace());
            }
            let account = pod.service_account().and_then(Node::as_str).filter(|name| *name != "default");
            self.named(item, "runs as", "ServiceAccount", account, item.namespace());
        }
        if let Some(selector) = Service::of(item.object).and_then(Service::selector) {
            let selected = self.set.selected_by_map(selector, item.namespace());
            selected.iter().for_each(|(workload, _)| self.found_in_set(item, "selects", workload));
        }
        if let Some(autoscaler) = Autoscaler::of(item.object) {
            let kind = autoscaler.target_kind().unwrap_or_default();
            self.named(item, "scales", kind, autoscaler.target_name(), item.namespace());
        }
        match (item.object.gvk.group, item.object.gvk.kind) {
            ("networking.k8s.io" | "extensions", "Ingress") => {
                for backend in ingress_backends(item.object) {
                    self.named(item, "sends to", "Service", Some(backend.name), item.namespace());
                }
            }
            ("policy", "PodDisruptionBudget") => self.selected(item, "protects", "selector"),
            ("networking.k8s.io", "NetworkPolicy") => self.selected(item, "restricts", "podSelector"),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => self.binding(item),
            _ => {}
        }
    }

    fn selected(&mut self, item: &Item<'t>, how: &'static str, field: &str) {
        let Some(selector) = item.object.spec().and_then(|spec| spec.get(field)) else { return };
        let selected = self.set.selected_by(selector, item.namespace());
        selected.iter().for_each(|(workload, _)| self.found_in_set(item, how, workload));
    }

    fn binding(&mut self, item: &Item<'t>) {
        if let Some(role) = item.object.root.get("roleRef") {
            let kind = role.str_at("kind").unwrap_or_default();
            let namespace = item.namespace().filter(|_| kind == "Role");
            self.named(item, "grants", kind, role.str_at("name"), namespace);
        }
        for subject in item.object.root.get("subjects").into_iter().flat_map(Node::items) {
            if subject.str_at("kind") == Some("ServiceAccount") {
                self.named(item, "to", "ServiceAccount", subject.str_at("name"), subject.str_at("namespace"));
            }
        }
    }

    fn named(&mut self, item: &Item<'t>, how: &'static str, kind: &str, name: Option<&str>, namespace: Option<&str>) {
        let Some(name) = name.filter(|name| !name.is_empty() && !kind.is_empty()) else { return };
        let target = self.set.named(kind, name, namespace).next().map(shown);
        let defined = target.is_some();
        let named = || ObjectRef {
            kind: kind.to_owned(),
            name: Some(name.to_owned()),
            namespace: namespace.map(str::to_owned),
            ..ObjectRef::default()
        };
        self.push(item, how, target.unwrap_or_else(named), defined);
    }

    fn found_in_set(&mut self, item: &Item<'t>, how: &'static str, target: &Item<'t>) {
        self.push(item, how, shown(target), true);
    }

    fn push(&mut self, item: &Item<'t>, how: &'static str, to: ObjectRef, defined: bool) {
        let key = format!("{}/{}/{}", to.kind, to.namespace.as_deref().unwrap_or(""), to.name.as_deref().unwrap_or(""));
        if !self.known.insert((item.index, how, key)) {
            return;
        }
        if self.found.len() == MOST {
            self.more += 1;
            return;
        }
        self.found.push(Link { from: Arc::new(shown(item)), how, to: Arc::new(to), defined });
    }
}

/// An object by what it is called once it is applied.
fn shown(item: &Item<'_>) -> ObjectRef {
    ObjectRef {
        kind: item.object.gvk.kind.to_owned(),
        name: item.name().map(str::to_owned),
        namespace: item.namespace().map(str::to_owned),
        ..ObjectRef::default()
    }
}
