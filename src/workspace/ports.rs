//! The ports that pods open.
//!
//! In: workloads whose pods something selects. Out: the names, numbers and protocols that their containers declare, and
//! whether a patch may change that.

use rustc_hash::FxHashSet;

use crate::object::Workload;
use crate::yaml::Node;

use super::{Item, Surroundings};

/// What the pods of some workloads open.
#[derive(Debug, Default, Clone)]
pub struct Ports<'t> {
    /// The names of ports, in the order in which they first come.
    pub names: Vec<&'t str>,
    named: FxHashSet<&'t str>,
    /// Names and protocols.
    spoken: FxHashSet<(&'t str, &'t str)>,
    /// Numbers and protocols.
    numbers: FxHashSet<(Option<i64>, &'t str)>,
    bare_numbers: FxHashSet<Option<i64>>,
    /// What the repository makes of their workloads, with the kind of each.
    around: Vec<(&'t Surroundings, &'t str)>,
    /// There is a pod that declares none.
    pub undeclared: bool,
    /// There is a pod at all.
    pub any: bool,
}

impl<'t> Ports<'t> {
    pub(super) fn add(&mut self, item: &Item<'t>, workload: Workload<'t>) {
        self.add_around((item.surroundings, item.object.gvk.kind));
        let Some(pod) = workload.pod_spec() else { return };
        self.any = true;
        let mut none = true;
        for port in pod.long_running().flat_map(|container| container.ports()) {
            none = false;
            let protocol = port.str_at("protocol").unwrap_or("TCP");
            if let Some(name) = port.str_at("name") {
                self.spoken.insert((name, protocol));
                if self.named.insert(name) {
                    self.names.push(name);
                }
            }
            let number = port.get("containerPort").and_then(Node::as_i64);
            self.bare_numbers.insert(number);
            self.numbers.insert((number, protocol));
        }
        self.undeclared |= none;
    }

    pub(super) fn join(&mut self, other: &Ports<'t>) {
        for &name in &other.names {
            if self.named.insert(name) {
                self.names.push(name);
            }
        }
        self.spoken.extend(&other.spoken);
        self.numbers.extend(&other.numbers);
        self.bare_numbers.extend(&other.bare_numbers);
        other.around.iter().for_each(|around| self.add_around(*around));
        self.undeclared |= other.undeclared;
        self.any |= other.any;
    }

    /// Mostly all workloads have the same, or each its own.
    fn add_around(&mut self, (around, kind): (&'t Surroundings, &'t str)) {
        let same = |known: &(&Surroundings, &str)| std::ptr::eq(known.0, around) && known.1 == kind;
        if !self.around.iter().rev().take(8).any(same) {
            self.around.push((around, kind));
        }
    }

    /// Whether a patch may give one of the workloads a field of that name.
    pub fn are_patched(&self, field: &str) -> bool {
        self.around.iter().any(|(around, kind)| around.patched(kind, field))
    }

    /// Whether a container has a port of that name.
    pub fn has_name(&self, name: &str) -> bool {
        self.named.contains(name)
    }

    /// The protocol of a port of that name, where no container has one of that name with the protocol asked for.
    pub fn speaks_other(&self, name: &str, protocol: &str) -> Option<&'static str> {
        if !self.has_name(name) || self.spoken.contains(&(name, protocol)) {
            return None;
        }
        ["TCP", "UDP", "SCTP"].into_iter().find(|other| self.spoken.contains(&(name, *other)))
    }

    /// Whether a container has a port of that number, with a protocol or with any.
    pub fn has_number(&self, number: Option<i64>, protocol: Option<&str>) -> bool {
        match protocol {
            Some(protocol) => self.numbers.contains(&(number, protocol)),
            None => self.bare_numbers.contains(&number),
        }
    }
}
