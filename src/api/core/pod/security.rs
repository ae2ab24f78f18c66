//! Security contexts.
//!
//! In: a container's or a pod's `securityContext`. Out: findings. Mirrors `ValidateSecurityContext`,
//! `validatePodSpecSecurityContext` and `validateSysctls`. Seccomp and AppArmor profiles are in `profiles`, what is for
//! Windows in `windows`.

use rustc_hash::FxHashSet;

use super::Pod;
use super::fields::{duplicate, flag, invalid, items, need};
use super::{profiles, windows};
use crate::api::check::{Check, number, one_of, text_at};
use crate::api::errors::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// `SecurityContext` of a container.
pub fn container<'t>(pod: &Pod<'t>, context: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["runAsUser", "runAsGroup"] {
        number::in_range(context, field, number::UNIX_ID, errors);
    }
    proc_mount(pod, context, errors);
    escalation(context, errors);
    both(context, errors);
}

/// What both kinds of security context have.
fn both<'t>(context: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(profile) = context.get("seccompProfile") {
        profiles::seccomp(profile, errors);
    }
    if let Some(options) = context.get("windowsOptions") {
        windows::options(options, errors);
    }
    if let Some(profile) = context.get("appArmorProfile").filter(|_| errors.since(30)) {
        profiles::app_armor(profile, errors);
    }
}

/// Before 1.33 any value was read as the default (ProcMountType).
fn proc_mount<'t>(pod: &Pod<'t>, context: Node<'t>, errors: &mut Errors<'t>) {
    if !errors.since(33) {
        return;
    }
    one_of(context, "procMount", &["Default", "Unmasked"], errors);
    if pod.host_users && text_at(context, "procMount") == "Unmasked" {
        invalid(context, "procMount", "needs `hostUsers: false`", errors);
    }
}

/// A container that may do everything cannot be forbidden to gain more; reported at the context.
fn escalation<'t>(context: Node<'t>, errors: &mut Errors<'t>) {
    let allowed = context.get("allowPrivilegeEscalation").filter(|node| node.as_bool() == Some(false));
    let Some(refused) = allowed else { return };
    let mut complain = |what: &str| {
        let message = format!("`allowPrivilegeEscalation: false` contradicts {what}");
        let at = super::fields::path_of(context, errors);
        errors.error_at_path(ErrorType::Invalid, Place::Key(refused), at, message);
    };
    if flag(context, "privileged") {
        complain("`privileged: true`");
    }
    let added = context.at(&["capabilities", "add"]).into_iter().flat_map(Node::items);
    if added.filter_map(Node::as_str).any(|capability| capability == "CAP_SYS_ADMIN") {
        complain("the capability CAP_SYS_ADMIN");
    }
}

/// `PodSecurityContext`.
pub fn pod<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    if let Some(shared) = pod.spec.get("shareProcessNamespace")
        && pod.host_pid
        && shared.as_bool() == Some(true)
    {
        // The server still counts it among the fields of the security context.
        let holder = super::fields::path(pod.spec, "securityContext", errors);
        let message = "`shareProcessNamespace` and `hostPID` are mutually exclusive";
        errors.error_at_path(ErrorType::Invalid, shared, format!("{holder}.shareProcessNamespace"), message);
    }
    let Some(context) = pod.spec.get("securityContext") else { return };
    for field in ["fsGroup", "runAsUser", "runAsGroup"] {
        number::in_range(context, field, number::UNIX_ID, errors);
    }
    for group in items(context, "supplementalGroups") {
        number::node_in_range(group, number::UNIX_ID, errors);
    }
    sysctls(pod, context, errors);
    one_of(context, "fsGroupChangePolicy", &["Always", "OnRootMismatch"], errors);
    both(context, errors);
    if errors.since(33) {
        one_of(context, "supplementalGroupsPolicy", &["Merge", "Strict"], errors);
        // `MountOption` came with SELinuxMount in 1.37.
        let policies: &[&str] = if errors.since(37) { &["MountOption", "Recursive"] } else { &["Recursive"] };
        one_of(context, "seLinuxChangePolicy", policies, errors);
    }
}

fn sysctls<'t>(pod: &Pod<'t>, context: Node<'t>, errors: &mut Errors<'t>) {
    let mut seen = FxHashSet::default();
    for sysctl in items(context, "sysctls") {
        let name = text_at(sysctl, "name");
        if need(sysctl, "name", errors) {
            match sysctl_name(name) {
                Err(why) => invalid(sysctl, "name", why, errors),
                Ok(()) if seen.contains(name) => duplicate(sysctl, "name", errors),
                Ok(()) => {}
            }
        }
        match namespace(name).filter(|_| errors.since(29)) {
            Some("net") if pod.host_network => {
                invalid(sysctl, "name", "is the host's with `hostNetwork: true`", errors)
            }
            Some("ipc") if pod.host_ipc => invalid(sysctl, "name", "is the host's with `hostIPC: true`", errors),
            _ => {}
        }
        seen.insert(name);
    }
}

/// `IsValidSysctlName`: segments with dots or slashes between.
fn sysctl_name(name: &str) -> Check {
    let edge = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let segment = |segment: &str| {
        let bytes = segment.as_bytes();
        matches!((bytes.first(), bytes.last()), (Some(&first), Some(&last)) if edge(first) && edge(last))
            && bytes.iter().all(|&b| edge(b) || b == b'-' || b == b'_')
    };
    if name.len() <= 253 && name.split(['.', '/']).all(segment) {
        return Ok(());
    }
    Err("must be lower case letters, digits, `-` and `_` between dots or slashes, at most 253 characters")
}

/// The kernel namespace of a sysctl, after slashes have become dots where a slash came first (`NormalizeName`).
fn namespace(name: &str) -> Option<&'static str> {
    let name = normalized(name);
    let name = name.split('*').next().unwrap_or("");
    let ipc = ["sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced", "shm", "msgmax", "msgmnb", "msgmni", "msg"];
    if name.strip_prefix("kernel.").is_some_and(|rest| ipc.contains(&rest)) || name.starts_with("fs.mqueue.") {
        return Some("ipc");
    }
    name.starts_with("net.").then_some("net")
}

fn normalized(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(at) if name.as_bytes()[at] == b'/' => name.chars().map(swap).collect(),
        _ => name.to_owned(),
    }
}

fn swap(c: char) -> char {
    match c {
        '/' => '.',
        '.' => '/',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sysctl_names_and_their_namespaces() {
        assert!(sysctl_name("net.ipv4/conf.a_b").is_ok());
        for bad in ["", "a..b", "a.", "A.b", "_a"] {
            assert!(sysctl_name(bad).is_err(), "{bad}");
        }
        assert_eq!(namespace("net/ipv4/tcp_syncookies"), Some("net"));
        assert_eq!(namespace("kernel.shmmax"), Some("ipc"));
        assert_eq!(namespace("kernel.pid_max"), None);
    }
}
