//! Controls on what confines a container's system calls and access: AppArmor, SELinux, seccomp, sysctls.
//!
//! In: a pod spec and the version of the policy. Out: violations.

use crate::object::PodSpec;
use crate::version::KubeVersion;
use crate::yaml::{Entry, Node, Place};

use super::violation::{Remedy, Violation};
use super::{Owner, contexts, names_windows, subject};

const RUNTIME_DEFAULT: &str = "RuntimeDefault";

/// AppArmor profiles other than the runtime's and local ones.
pub fn apparmor<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let by_field = contexts(pod).filter_map(|c| {
        let node = c.node.get("appArmorProfile")?;
        let kind = node.get("type").unwrap_or(node);
        let fine = matches!(kind.as_str(), Some("RuntimeDefault" | "Localhost"));
        let violation = || Violation::new(kind, format!("{} overrides the AppArmor profile", c.owner));
        (!fine).then(|| violation().remedy(type_of(node)))
    });
    let annotations = annotations(pod).filter(|(key, value)| {
        let fine = value.is_empty() || *value == "runtime/default" || value.starts_with("localhost/");
        key.name.starts_with("container.apparmor.security.beta.kubernetes.io/") && !fine
    });
    let by_annotation = annotations.map(|(entry, _)| {
        let place = Place::Value(entry.value);
        Violation::new(place.clone(), "an annotation overrides the AppArmor profile".to_owned())
            .remedy(Remedy::Text(place, "runtime/default"))
    });
    by_field.chain(by_annotation).collect()
}

/// Lets a profile be the runtime's own.
fn type_of<'t>(profile: Node<'t>) -> Remedy<'t> {
    let local = profile.get("localhostProfile").is_some();
    if local { Remedy::Unknown } else { Remedy::Text(Place::field(profile, "type"), RUNTIME_DEFAULT) }
}

fn annotations<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = (Entry<'t>, &'t str)> {
    let map = pod.workload.template().and_then(|template| template.at(&["metadata", "annotations"]));
    map.into_iter().flat_map(Node::entries).filter_map(|entry| Some((entry, entry.value.as_str()?)))
}

/// SELinux types that are not a container's, and any user or role.
pub fn selinux<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    let mut all = Vec::new();
    for c in contexts(pod) {
        let Some(options) = c.node.get("seLinuxOptions") else { continue };
        let kind = options.get("type").filter(|node| {
            let name = node.as_str().unwrap_or("");
            let known = matches!(name, "" | "container_t" | "container_init_t" | "container_kvm_t");
            !(known || name == "container_engine_t" && version >= KubeVersion(31))
        });
        let who =
            ["user", "role"].into_iter().filter_map(|field| options.get(field)).filter(|n| n.as_str() != Some(""));
        let message = || format!("{} sets SELinux options", c.owner);
        all.extend(kind.into_iter().chain(who).map(|node| Violation::droppable(node, message())));
    }
    all
}

fn seccomp_profiles<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = (Owner<'t>, Node<'t>)> {
    contexts(pod).filter_map(|c| Some((c.owner, c.node.get("seccompProfile")?)))
}

fn is_confined(kind: Node<'_>) -> bool {
    matches!(kind.as_str(), Some("RuntimeDefault" | "Localhost"))
}

/// Seccomp turned off.
pub fn seccomp_baseline<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let set = seccomp_profiles(pod).filter_map(|(owner, profile)| {
        let kind = profile.get("type").unwrap_or(profile);
        let violation = || Violation::new(kind, format!("{owner} turns off seccomp"));
        (!is_confined(kind)).then(|| violation().remedy(type_of(profile)))
    });
    set.collect()
}

/// Seccomp turned off or not asked for.
pub fn seccomp_restricted<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if names_windows(pod) {
        return Vec::new();
    }
    let mut all = seccomp_baseline(pod, version);
    all.extend(seccomp_missing(pod, version));
    all
}

/// Containers that run without a seccomp profile being asked for.
pub fn seccomp_missing<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let by_pod = pod.security("seccompProfile").is_some();
    if names_windows(pod) || by_pod {
        return Vec::new();
    }
    let bare = pod.containers().filter(|c| c.own_security("seccompProfile").is_none());
    let remedy = || match pod.is_windows() {
        true => Remedy::Unknown,
        false => Remedy::Text(Place::missing(pod.node, "securityContext.seccompProfile.type"), RUNTIME_DEFAULT),
    };
    bare.map(|c| {
        let place = Place::missing(c.node, "securityContext.seccompProfile");
        Violation::new(place, format!("{} sets no seccomp profile", subject(c))).remedy(remedy())
    })
    .collect()
}

/// Sysctls that are not known to be safe.
pub fn sysctls<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    let list = pod.security("sysctls").into_iter().flat_map(Node::items);
    let names = list.filter_map(|item| Some((item, item.get("name")?)));
    let bad = names.filter(|(_, name)| !is_safe_sysctl(name.as_str().unwrap_or(""), version));
    bad.map(|(item, name)| {
        let message = format!("the pod sets the unsafe sysctl `{}`", name.as_str().unwrap_or(""));
        Violation::new(name, message).remedy(Remedy::Drop(item))
    })
    .collect()
}

fn is_safe_sysctl(name: &str, version: KubeVersion) -> bool {
    const SAFE: &[(&str, u8)] = &[
        ("kernel.shm_rmid_forced", 0),
        ("net.ipv4.ip_local_port_range", 0),
        ("net.ipv4.tcp_syncookies", 0),
        ("net.ipv4.ping_group_range", 0),
        ("net.ipv4.ip_unprivileged_port_start", 0),
        ("net.ipv4.ip_local_reserved_ports", 27),
        ("net.ipv4.tcp_keepalive_time", 29),
        ("net.ipv4.tcp_fin_timeout", 29),
        ("net.ipv4.tcp_keepalive_intvl", 29),
        ("net.ipv4.tcp_keepalive_probes", 29),
        ("net.ipv4.tcp_rmem", 32),
        ("net.ipv4.tcp_wmem", 32),
    ];
    SAFE.iter().any(|(safe, since)| *safe == name && version >= KubeVersion(*since))
}
