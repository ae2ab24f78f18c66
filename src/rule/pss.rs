//! The Pod Security Standards, control by control.
//!
//! In: a pod spec and the version of the policy. Out: [`Violation`]s. Each function mirrors one check of
//! `k8s.io/pod-security-admission/policy` of Kubernetes 1.36; rules of category `security` report them one by one, and
//! [`violations`] gives all those of a level, as admission would refuse them.

use crate::object::{Container, PodSpec};
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

/// A field that the standard forbids, or asks for.
#[derive(Debug, Clone)]
pub struct Violation<'t> {
    /// Where.
    pub place: Place<'t>,
    /// One sentence without a final stop.
    pub message: String,
}

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
    owner: String,
    node: Node<'t>,
}

fn subject(container: Container<'_>) -> String {
    format!("container `{}`", container.name())
}

/// The pod's own security context and those of all its containers.
fn contexts<'t>(pod: PodSpec<'t>) -> Vec<Context<'t>> {
    let own = pod.node.get("securityContext").map(|node| Context { owner: "the pod".to_owned(), node });
    own.into_iter().chain(container_contexts(pod)).collect()
}

fn container_contexts<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = Context<'t>> {
    pod.containers().filter_map(|c| Some(Context { owner: subject(c), node: c.node.get("securityContext")? }))
}

fn found<'t>(place: impl Into<Place<'t>>, message: String) -> Violation<'t> {
    Violation { place: place.into(), message }
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
    let set = contexts(pod).into_iter().filter_map(|c| {
        let node = is_true(c.node.get("windowsOptions")?.get("hostProcess"))?;
        Some(found(node, format!("{} runs as a process of its Windows host", c.owner)))
    });
    set.collect()
}

fn host_flag<'t>(pod: PodSpec<'t>, field: &str, what: &str) -> Vec<Violation<'t>> {
    let node = is_true(pod.node.get(field));
    node.into_iter().map(|node| found(node, format!("the pod shares its host's {what}"))).collect()
}

/// `hostNetwork`.
pub fn host_network<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    host_flag(pod, "hostNetwork", "network")
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
        Some(found(node, format!("{} is privileged", c.owner)))
    });
    set.collect()
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
            Some(found(item, format!("{} adds the capability `{name}`", c.owner)))
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
    let keeps = |container: &Container<'t>| {
        let dropped = container.node.at(&["securityContext", "capabilities", "drop"]);
        !dropped.is_some_and(|list| list.items().any(|item| item.as_str() == Some("ALL")))
    };
    let place = |c: Container<'t>| Place::missing(c.node, "securityContext.capabilities.drop");
    pod.containers()
        .filter(keeps)
        .map(|c| found(place(c), format!("{} does not drop `ALL` capabilities", subject(c))))
        .collect()
}

/// Volumes of the host's file system.
pub fn host_path<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let volumes = pod.volumes().filter_map(|volume| Some((volume, volume.get("hostPath")?)));
    let message =
        |volume: Node<'_>| format!("volume `{}` is a directory of the host", volume.str_at("name").unwrap_or(""));
    volumes.map(|(volume, node)| found(Place::Key(node), message(volume))).collect()
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
        Some(found(Place::key(kind), format!("volume `{name}` is of the type `{}`", kind.name)))
    })
    .collect()
}

/// Ports of the host.
pub fn host_port<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let ports = pod.containers().flat_map(|c| c.ports().map(move |port| (c, port)));
    ports
        .filter_map(|(c, port)| {
            let node = port.get("hostPort").filter(|node| node.as_i64() != Some(0))?;
            Some(found(node, format!("{} takes port {} of its host", subject(c), node.raw())))
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
            all.extend(hosts.map(|host| found(host, format!("{} names a host in a probe or hook", subject(c)))));
        }
    }
    all
}

/// AppArmor profiles other than the runtime's and local ones.
pub fn apparmor<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let by_field = contexts(pod).into_iter().filter_map(|c| {
        let node = c.node.get("appArmorProfile")?;
        let kind = node.get("type").unwrap_or(node);
        let fine = matches!(kind.as_str(), Some("RuntimeDefault" | "Localhost"));
        (!fine).then(|| found(kind, format!("{} overrides the AppArmor profile", c.owner)))
    });
    let annotations = annotations(pod).filter(|(key, value)| {
        let fine = value.is_empty() || *value == "runtime/default" || value.starts_with("localhost/");
        key.name.starts_with("container.apparmor.security.beta.kubernetes.io/") && !fine
    });
    let by_annotation =
        annotations.map(|(entry, _)| found(entry.value, "an annotation overrides the AppArmor profile".to_owned()));
    by_field.chain(by_annotation).collect()
}

fn annotations<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = (crate::yaml::Entry<'t>, &'t str)> {
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
        all.extend(kind.into_iter().chain(who).map(|node| found(node, format!("{} sets SELinux options", c.owner))));
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
        Some(found(node, format!("{} sees `/proc` unmasked", c.owner)))
    });
    set.collect()
}

fn seccomp_types<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = (String, Node<'t>)> {
    contexts(pod).into_iter().filter_map(|c| {
        let node = c.node.get("seccompProfile")?;
        Some((c.owner, node.get("type").unwrap_or(node)))
    })
}

fn is_confined(kind: Node<'_>) -> bool {
    matches!(kind.as_str(), Some("RuntimeDefault" | "Localhost"))
}

/// Seccomp turned off.
pub fn seccomp_baseline<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    let set = seccomp_types(pod).filter(|(_, kind)| !is_confined(*kind));
    set.map(|(owner, kind)| found(kind, format!("{owner} turns seccomp off"))).collect()
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
    let place = |c: Container<'t>| Place::missing(c.node, "securityContext.seccompProfile");
    bare.map(|c| found(place(c), format!("{} asks for no seccomp profile", subject(c)))).collect()
}

/// Sysctls that are not known to be safe.
pub fn sysctls<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    let list = pod.security("sysctls").into_iter().flat_map(Node::items);
    let names = list.filter_map(|item| item.get("name"));
    let bad = names.filter(|node| !is_safe_sysctl(node.as_str().unwrap_or(""), version));
    bad.map(|node| found(node, format!("the pod sets the unsafe sysctl `{}`", node.as_str().unwrap_or("")))).collect()
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

/// Containers that do not forbid privilege escalation.
pub fn privilege_escalation<'t>(pod: PodSpec<'t>, _: KubeVersion) -> Vec<Violation<'t>> {
    if names_windows(pod) {
        return Vec::new();
    }
    let bad = pod.containers().filter_map(|c| match c.own_security("allowPrivilegeEscalation") {
        Some(node) if node.as_bool() == Some(false) => None,
        Some(node) => Some(found(node, format!("{} may gain privileges", subject(c)))),
        None => {
            let place = Place::missing(c.node, "securityContext.allowPrivilegeEscalation");
            Some(found(place, format!("{} may gain privileges: `allowPrivilegeEscalation` is not `false`", subject(c))))
        }
    });
    bad.collect()
}

/// Pods and containers that do not ask to run as another user than root.
pub fn non_root<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if has_user_namespace(pod, version) {
        return Vec::new();
    }
    let explicit = contexts(pod).into_iter().filter_map(|c| {
        let node = c.node.get("runAsNonRoot").filter(|node| node.as_bool() == Some(false))?;
        Some(found(node, format!("{} may run as root", c.owner)))
    });
    let mut all: Vec<_> = explicit.collect();
    if pod.security("runAsNonRoot").and_then(Node::as_bool) == Some(true) {
        return all;
    }
    let silent = pod.containers().filter(|c| c.own_security("runAsNonRoot").is_none());
    let place = |c: Container<'t>| Place::missing(c.node, "securityContext.runAsNonRoot");
    all.extend(silent.map(|c| found(place(c), format!("{} may run as root: `runAsNonRoot` is not set", subject(c)))));
    all
}

/// User 0.
pub fn root_user<'t>(pod: PodSpec<'t>, version: KubeVersion) -> Vec<Violation<'t>> {
    if has_user_namespace(pod, version) {
        return Vec::new();
    }
    let set = contexts(pod).into_iter().filter_map(|c| {
        let node = c.node.get("runAsUser").filter(|node| node.as_i64() == Some(0))?;
        Some(found(node, format!("{} runs as user 0", c.owner)))
    });
    set.collect()
}
