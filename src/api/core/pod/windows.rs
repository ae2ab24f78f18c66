//! What is only for Windows, and what a pod of either system must not have.
//!
//! In: a pod, or Windows options. Out: findings. Mirrors `validateWindowsSecurityContextOptions`,
//! `validateWindowsHostProcessPod`, `validateOS`, `validateLinux` and `validateWindows`.

use super::Pod;
use super::fields::{filled, forbidden, invalid_at, path, path_of};
use crate::api::check::{Check, names, text_at};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

/// Bytes of a credential spec, at most.
const LONGEST_SPEC: usize = 64 * 1024;

/// `WindowsSecurityContextOptions`.
pub fn options<'t>(options: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(name) = options.get("gmsaCredentialSpecName") {
        crate::api::check::valid(name, names::dns_subdomain, errors);
    }
    if let Some(spec) = options.get("gmsaCredentialSpec") {
        crate::api::check::valid(spec, credential_spec, errors);
    }
    if let Some(name) = options.get("runAsUserName") {
        crate::api::check::valid(name, user_name, errors);
    }
}

fn credential_spec(spec: &str) -> Check {
    match spec.len() {
        0 => Err("must not be empty"),
        length if length > LONGEST_SPEC => Err("must be at most 64 KiB"),
        _ => Ok(()),
    }
}

/// `DOMAIN\USER` or `USER`.
fn user_name(name: &str) -> Check {
    if name.is_empty() {
        return Err("must not be empty");
    }
    if name.bytes().any(|b| b.is_ascii_control()) {
        return Err("must not contain control characters");
    }
    let (domain, user) = match name.split_once('\\') {
        Some((_, user)) if user.contains('\\') => return Err("must not contain more than one backslash"),
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    if let Some(domain) = domain {
        domain_name(domain)?;
    }
    user_part(user)
}

fn domain_name(domain: &str) -> Check {
    if domain.len() >= 256 {
        return Err("the domain must be under 256 characters");
    }
    let netbios = |c: char| !r#"\/:*?"<>|"#.contains(c);
    let is_netbios =
        (1..=15).contains(&domain.chars().count()) && domain.chars().all(netbios) && !domain.starts_with('.');
    let is_label = |label: &str| {
        let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = label.as_bytes();
        bytes.len() <= 63
            && edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    let fits = is_netbios || domain.split('.').all(is_label);
    if fits { Ok(()) } else { Err("the domain is neither a NetBIOS nor a DNS name") }
}

fn user_part(user: &str) -> Check {
    if user.is_empty() {
        return Err("the user must not be empty");
    }
    if user.len() > 104 {
        return Err("the user must be at most 104 characters");
    }
    if user.bytes().all(|b| b == b'.' || b == b' ') {
        return Err("the user must not be only periods or blanks");
    }
    if user.contains(|c| r#""/\:;|=,+*?<>@[]"#.contains(c)) {
        return Err(r#"the user must not contain any of "/\:;|=,+*?<>@[]"#);
    }
    Ok(())
}

fn host_process(holder: Node<'_>) -> Option<bool> {
    holder.at(&["securityContext", "windowsOptions", "hostProcess"])?.as_bool()
}

/// Host process containers: all or none, and on the host's network.
pub fn host_process_pod<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let own = host_process(pod.spec);
    let (mut all, mut count) = (0, 0);
    for container in pod.all_containers() {
        let theirs = host_process(container);
        all += 1;
        count += usize::from(theirs.or(own) == Some(true));
        if let (Some(own), Some(theirs)) = (own, theirs)
            && let Some(options) = container.at(&["securityContext", "windowsOptions"]).filter(|_| own != theirs)
        {
            let why = format!("must be the same as the pod's `hostProcess`, which is {own}");
            super::fields::invalid(options, "hostProcess", &why, errors);
        }
    }
    if count == 0 {
        return;
    }
    if count != all {
        let at = path_of(pod.spec, errors);
        invalid_at(pod.spec, at, "either all containers are host process containers or none", errors);
    }
    if !pod.host_network {
        let message = "host process containers need `hostNetwork: true`";
        errors.error(ErrorType::Invalid, Place::field(pod.spec, "hostNetwork"), message);
    }
}

/// `PodSpec.os` and what it rules out.
pub fn os<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(os) = pod.spec.get("os") else { return };
    match text_at(os, "name") {
        "" => drop(errors.required(os, "name")),
        "linux" => linux(pod, errors),
        "windows" => windows(pod, errors),
        other => {
            // The server reports on `os`, not on its name.
            let message = format!("{} is not supported: use `linux` or `windows`", quote(other));
            let at = path_of(os, errors);
            errors.error_at_path(ErrorType::NotSupported, Place::field(os, "name"), at, message);
        }
    }
}

fn contexts<'t>(pod: &Pod<'t>) -> impl Iterator<Item = Node<'t>> + use<'t> {
    pod.all_containers().filter_map(|container| container.get("securityContext"))
}

fn linux<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    for context in pod.spec.get("securityContext").into_iter().chain(contexts(pod)) {
        if let Some(options) = context.get("windowsOptions") {
            errors.forbidden(options, "the pod's `os` is linux");
        }
    }
}

const NOT_WINDOWS: &str = "the pod's `os` is windows";

/// Fields of the pod's security context that are not for Windows.
const POD_FIELDS: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
];

/// Fields of a container's security context that are not for Windows.
const CONTAINER_FIELDS: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

fn windows<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    if let Some(context) = pod.spec.get("securityContext") {
        none_of(context, &POD_FIELDS, errors);
        if filled(context, "sysctls") {
            forbidden(context, "sysctls", NOT_WINDOWS, errors);
        }
    }
    let spec_fields: &[&str] =
        if errors.since(33) { &["hostUsers", "shareProcessNamespace"] } else { &["shareProcessNamespace"] };
    none_of(pod.spec, spec_fields, errors);
    for (set, field) in [(pod.host_pid, "hostPID"), (pod.host_ipc, "hostIPC")] {
        if set {
            forbidden(pod.spec, field, NOT_WINDOWS, errors);
        }
    }
    for context in contexts(pod) {
        none_of(context, &CONTAINER_FIELDS, errors);
    }
}

fn none_of<'t>(holder: Node<'t>, fields: &[&str], errors: &mut Errors<'t>) {
    for field in fields {
        if holder.get(field).is_some() {
            forbidden(holder, field, NOT_WINDOWS, errors);
        }
    }
}

/// User namespaces go with no namespace of the host (`validateHostUsers`); the server misspells two of the fields.
pub fn host_users<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    if pod.host_users {
        return;
    }
    let why = "`hostUsers` is false";
    for (set, field, spelt) in [
        (pod.host_network, "hostNetwork", "hostNetwork"),
        (pod.host_pid, "hostPID", "HostPID"),
        (pod.host_ipc, "hostIPC", "HostIPC"),
    ] {
        if let Some(node) = pod.spec.get(field).filter(|_| set) {
            let at = path(pod.spec, spelt, errors);
            super::fields::forbidden_at(node, at, field, why, errors);
        }
    }
    if !errors.since(34) {
        return;
    }
    for container in pod.all_containers().filter(|container| filled(*container, "volumeDevices")) {
        forbidden(container, "volumeDevices", why, errors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_of_windows() {
        for good in ["ContainerAdministrator", r"NT AUTHORITY\SYSTEM", r"example.com\me", "a b"] {
            assert!(user_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a\nb", r"a\b\c", r"\user", r"dom\", "..", "a:b", r"-x.y_z.aaaaaaaaaaaaa\u"] {
            assert!(user_name(bad).is_err(), "{bad}");
        }
    }
}
