//! The Pod Security Standards, control by control.
//!
//! In: a pod spec and the version of the policy. Out: [`Violation`]s. Each function mirrors one check of
//! `k8s.io/pod-security-admission/policy` of Kubernetes 1.36; rules of category `security` report them one by one, and
//! [`violations`] gives all those of a level, as admission would refuse them.

mod profiles;
mod violation;

use crate::object::{Container, PodSpec};
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

pub use profiles::{apparmor, seccomp_baseline, seccomp_missing, seccomp_restricted, selinux, sysctls};
pub use violation::{Remedy, Violation};

/// A control of the standard.
pub type Control = for<'t> fn(PodSpec<'t>, KubeVersion) -> Vec<Violation<'t>>;

/// A level of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Prevents known privilege escalations.
    Baseline,
    /// Asks for hardening as well.
    Restricted,
}

const BASELINE: &[Control] = &[
    windows_host_process,
    host_network,
    host_pid,
    host_ipc,
    privileged,
    capabilities_baseline,
    host_path,
    host_port,
    probe_host,
    apparmor,
    selinux,
    proc_mount,
    seccomp_baseline,
    sysctls,
];

const RESTRICTED: &[Control] = &[
    windows_host_process,
    host_network,
    host_pid,
    host_ipc,
    privileged,
    capabilities_restricted,
    volumes,
    host_port,
    probe_host,
    apparmor,
    selinux,
    proc_mount_restricted,
    seccomp_restricted,
    sysctls,
    privilege_escalation,
    non_root,
    root_user,
];

impl Level {
    /// The level of that name; nothing for `privileged`, which forbids nothing.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "baseline" => Some(Level::Baseline),
            "restricted" => Some(Level::Restricted),
            _ => None,
        }
    }
}

/// Everything that a level forbids in a pod.
pub fn violations<'t>(pod: PodSpec<'t>, level: Level, version: KubeVersion) -> Vec<Violation<'t>> {
    let controls = if level == Level::Baseline { BASELINE } else { RESTRICTED };
    controls.iter().flat_map(|control| control(pod, version)).collect()
}

/// A security context and whose it is.
struct Context<'t> {
    owner: Owner<'t>,
    node: Node<'t>,
}

/// What a security context belongs to, as messages name it.
#[derive(Clone, Copy)]
enum Owner<'t> {
    Pod,
    Container(&'t str),
}

impl std::fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Owner::Pod => f.write_str("the pod"),
            Owner::Container(name) => write!(f, "container `{name}`"),
        }
    }
}

fn subject(container: Container<'_>) -> Owner<'_> {
    Owner::Container(container.name())
}

/// The pod's own security context and those of all its containers.
fn contexts<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = Context<'t>> {
    let own = pod.node.get("securityContext").map(|node| Context { owner: Owner::Pod, node });
    own.into_iter().chain(container_contexts(pod))
}

fn container_contexts<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = Context<'t>> {
    pod.containers().filter_map(|c| Some(Context { owner: subject(c), node: c.node.get("securityContext")? }))
}

/// Windows names the pod's system in `spec.os` alone.
fn names_windows(pod: PodSpec<'_>) -> bool {
    pod.node.get("os").and_then(|os| os.str_at("name")) == Some("windows")
}

/// A pod with a user namespace of its own; policies since 1.35 relax for it.
fn has_user_namespace(pod: PodSpec<'_>, version: KubeVersion) -> bool {
    version >= KubeVersion(35) && pod.node.get("hostUsers").and_then(Node::as_bool) == Some(false)
}

fn is_true(node: Option<Node<'_>>) -> Option<Node<'_>> {
    node.filter(|node| node.as_bool() == Some(true))
}

/// Host processes on Windows nodes.
pub fn windows_host_process<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let set = contexts(pod).filter_map(|c| {
        let node = is_true(c.node.get("windowsOptions")?.get("hostProcess"))?;
        Some(Violation::new(node, format!("{} runs as a Windows host process", c.owner)))
    });
    set.collect()
}

fn host_flag<'t>(pod: PodSpec<'t>, field: &str, what: &str) -> Vec<Violation<'t>> {
    let node = is_true(pod.node.get(field));
    node.into_iter().map(|node| Violation::droppable(node, format!("the pod shares its host's {what}"))).collect()
}

/// `hostNetwork`.
pub fn host_network<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    let found = host_flag(pod, "hostNetwork", "network").into_iter();
    // Processes of a Windows host are always on its network.
    let needed = !windows_host_process(pod, version).is_empty();
    found.map(|violation| if needed { violation.remedy(Remedy::Unknown) } else { violation }).collect()
}

/// `hostPID`.
pub fn host_pid<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    host_flag(pod, "hostPID", "process ids")
}

/// `hostIPC`.
pub fn host_ipc<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    host_flag(pod, "hostIPC", "inter-process communication")
}

/// `privileged`.
pub fn privileged<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let set = container_contexts(pod).filter_map(|c| {
        let node = is_true(c.node.get("privileged"))?;
        let violation = Violation::droppable(node, format!("{} is privileged", c.owner));
        Some(if propagates_mounts(node) { violation.remedy(Remedy::Unknown) } else { violation })
    });
    set.collect()
}

/// Whether the container that a field of its security context belongs to mounts volumes into its host, which the server lets
/// privileged containers alone do.
fn propagates_mounts(field: Node<'_>) -> bool {
    let container = field.parent().and_then(Node::parent);
    let mounts = container.and_then(|container| container.get("volumeMounts")).into_iter().flat_map(Node::items);
    mounts.into_iter().any(|mount| mount.str_at("mountPropagation") == Some("Bidirectional"))
}

const BASELINE_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Capabilities added beyond those of a container runtime's default.
pub fn capabilities_baseline<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    added(pod, BASELINE_CAPABILITIES)
}

fn added<'t>(pod: PodSpec<'t>, allowed: &[&str]) -> Vec<Violation<'t>> {
    let mut all = Vec::new();
    for c in container_contexts(pod) {
        let items = c.node.at(&["capabilities", "add"]).into_iter().flat_map(Node::items);
        all.extend(items.filter_map(|item| {
            let name = item.as_str().filter(|name| !allowed.contains(name))?;
            Some(Violation::droppable(item, format!("{} adds the capability `{name}`", c.owner)))
        }));
    }
    all
}

/// Capabilities that are not dropped, or added beyond `NET_BIND_SERVICE`.
pub fn capabilities_restricted<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    let mut all = capabilities_not_dropped(pod, version);
    if !names_windows(pod) {
        all.extend(added(pod, &["NET_BIND_SERVICE"]));
    }
    all
}

/// Containers that do not drop `ALL` capabilities.
pub fn capabilities_not_dropped<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    if names_windows(pod) {
        return Vec::new();
    }
    let dropped = |c: &Container<'t>| c.node.at(&["securityContext", "capabilities", "drop"]);
    let drops =
        |c: &Container<'t>| dropped(c).is_some_and(|list| list.items().any(|item| item.as_str() == Some("ALL")));
    let bad = pod.containers().filter(|container| !drops(container));
    bad.map(|c| {
        let place = Place::missing(c.node, "securityContext.capabilities.drop");
        let remedy = match dropped(&c).filter(|list| !list.is_empty()) {
            Some(list) => drop_all(list),
            None => Remedy::List(place.clone(), "ALL"),
        };
        Violation::new(place, format!("{} does not drop `ALL` capabilities", subject(c)))
            .remedy(unless_windows(pod, remedy))
    })
    .collect()
}

/// Adds `ALL` to a list of dropped capabilities, or spells it right.
fn drop_all<'t>(list: Node<'t>) -> Remedy<'t> {
    let near = list.items().find(|item| item.as_str().is_some_and(|name| name.eq_ignore_ascii_case("ALL")));
    near.map_or(Remedy::Add(list, "ALL"), |item| Remedy::Text(Place::Value(item), "ALL"))
}

/// Settings of Linux mean nothing on Windows, and some of them keep the pod from starting.
fn unless_windows<'t>(pod: PodSpec<'t>, remedy: Remedy<'t>) -> Remedy<'t> {
    if pod.is_windows() { Remedy::Unknown } else { remedy }
}

/// Volumes of the host's file system.
pub fn host_path<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let volumes = pod.volumes().filter_map(|volume| Some((volume, volume.get("hostPath")?)));
    let message =
        |volume: Node<'_>| format!("volume `{}` is a directory of the host", volume.str_at("name").unwrap_or(""));
    volumes.map(|(volume, node)| Violation::new(Place::Key(node), message(volume))).collect()
}

const RESTRICTED_VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Volumes of other types than those a restricted pod may have.
pub fn volumes<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let bad = pod.volumes().filter(|volume| RESTRICTED_VOLUMES.iter().all(|kind| volume.get(kind).is_none()));
    bad.filter_map(|volume| {
        // A volume that names no source at all is read as an empty directory.
        let kind = volume.entries().find(|entry| entry.name != "name" && !entry.value.is_null())?;
        let name = volume.str_at("name").unwrap_or("");
        Some(Violation::new(Place::key(kind), format!("volume `{name}` has type `{}`", kind.name)))
    })
    .collect()
}

/// Ports of the host.
pub fn host_port<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let ports = pod.containers().flat_map(|c| c.ports().map(move |port| (c, port)));
    ports
        .filter_map(|(c, port)| {
            let node = port.get("hostPort").filter(|node| node.as_i64() != Some(0))?;
            Some(Violation::droppable(node, format!("{} uses port {} of its host", subject(c), node.raw())))
        })
        .collect()
}

/// Probes and lifecycle handlers that the kubelet sends to another host; since 1.34.
pub fn probe_host<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if version < KubeVersion(34) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for c in pod.containers() {
        let probes =
            ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().filter_map(|field| c.node.get(field));
        let hooks = ["postStart", "preStop"].into_iter().filter_map(|field| c.node.at(&["lifecycle", field]));
        for handler in probes.chain(hooks) {
            let hosts = ["httpGet", "tcpSocket"].into_iter().filter_map(|kind| handler.get(kind)?.get("host"));
            let hosts = hosts.filter(|host| host.as_str() != Some(""));
            let message = || format!("{} sets a host in a probe or hook", subject(c));
            all.extend(hosts.map(|host| Violation::droppable(host, message())));
        }
    }
    all
}

/// `/proc` without its masks.
pub fn proc_mount<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if has_user_namespace(pod, version) { Vec::new() } else { unmasked(pod) }
}

/// `/proc` without its masks; since 1.35 a user namespace does not excuse it.
pub fn proc_mount_restricted<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    unmasked(pod)
}

fn unmasked<'t>(pod: PodSpec<'t>) -> Vec<Violation<'t>> {
    let set = container_contexts(pod).filter_map(|c| {
        let node = c.node.get("procMount").filter(|node| node.as_str() != Some("Default"))?;
        Some(Violation::droppable(node, format!("{} sees `/proc` unmasked", c.owner)))
    });
    set.collect()
}

/// Containers that do not forbid privilege escalation.
pub fn privilege_escalation<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    if names_windows(pod) {
        return Vec::new();
    }
    let bad = pod.containers().filter_map(|c| {
        let place = Place::missing(c.node, "securityContext.allowPrivilegeEscalation");
        let violation = match c.own_security("allowPrivilegeEscalation") {
            Some(node) if node.as_bool() == Some(false) => return None,
            Some(node) => Violation::new(node, format!("{} may gain privileges", subject(c))),
            None => {
                let message = format!("{} may gain privileges: `allowPrivilegeEscalation` is not `false`", subject(c));
                Violation::new(place.clone(), message)
            }
        };
        let remedy = if needs_escalation(c) { Remedy::Unknown } else { Remedy::Flag(place, false) };
        Some(violation.remedy(unless_windows(pod, remedy)))
    });
    bad.collect()
}

/// Whether the server refuses to forbid it: privileged containers and those with `SYS_ADMIN` gain privileges by definition.
fn needs_escalation(container: Container<'_>) -> bool {
    let added = container.node.at(&["securityContext", "capabilities", "add"]).into_iter().flat_map(Node::items);
    let mut names = added.filter_map(Node::as_str);
    is_true(container.own_security("privileged")).is_some() || names.any(|name| name.ends_with("SYS_ADMIN"))
}

/// Pods and containers that do not ask to run as another user than root.
pub fn non_root<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if has_user_namespace(pod, version) {
        return Vec::new();
    }
    let explicit = contexts(pod).filter_map(|c| {
        let node = c.node.get("runAsNonRoot").filter(|node| node.as_bool() == Some(false))?;
        Some(Violation::new(node, format!("{} may run as root", c.owner)).remedy(forbid_root(pod, Place::Value(node))))
    });
    let mut all: Vec<_> = explicit.collect();
    if pod.security("runAsNonRoot").and_then(Node::as_bool) == Some(true) {
        return all;
    }
    let silent = pod.containers().filter(|c| c.own_security("runAsNonRoot").is_none());
    all.extend(silent.map(|c| {
        let place = Place::missing(c.node, "securityContext.runAsNonRoot");
        let remedy = forbid_root(pod, Place::missing(pod.node, "securityContext.runAsNonRoot"));
        Violation::new(place, format!("{} may run as root: `runAsNonRoot` is not set", subject(c))).remedy(remedy)
    }));
    all
}

/// Sets `runAsNonRoot`, unless user 0 is asked for somewhere: such a container would not start.
fn forbid_root<'t>(pod: PodSpec<'t>, place: Place<'t>) -> Remedy<'t> {
    let root = contexts(pod).any(|c| c.node.get("runAsUser").and_then(Node::as_i64) == Some(0));
    if root { Remedy::Unknown } else { Remedy::Flag(place, true) }
}

/// User 0.
pub fn root_user<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if has_user_namespace(pod, version) {
        return Vec::new();
    }
    let set = contexts(pod).filter_map(|c| {
        let node = c.node.get("runAsUser").filter(|node| node.as_i64() == Some(0))?;
        Some(Violation::new(node, format!("{} runs as user 0", c.owner)))
    });
    set.collect()
}
