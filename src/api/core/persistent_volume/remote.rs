//! Sources of storage elsewhere, most of them long superseded by CSI drivers.
//!
//! In: a source. Out: findings. Each function names the one of `pkg/apis/core/validation` it mirrors.

use crate::api::check::names;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;

/// `validateGlusterfsPersistentVolumeSource`, and `validateGlusterfsVolumeSource`, whose type has no namespace.
pub fn glusterfs<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("endpoints").required_text(errors);
    source.child("path").required_text(errors);
    let namespace = source.child("endpointsNamespace");
    if namespace.is_present() {
        namespace.check(errors, names::dns_label);
    }
}

/// `validateFlockerVolumeSource`.
pub fn flocker<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (name, id) = (source.child("datasetName"), source.child("datasetUUID"));
    match (name.text().is_empty(), id.text().is_empty()) {
        (true, true) => source.required(errors, "set `datasetName` or `datasetUUID`"),
        (false, false) => source.invalid(errors, "must have `datasetName` or `datasetUUID`, not both"),
        _ => {}
    }
    if name.text().contains('/') {
        name.invalid(errors, "must not contain `/`");
    }
}

/// `validateQuobyteVolumeSource`.
pub fn quobyte<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (registry, tenant) = (source.child("registry"), source.child("tenant"));
    let why = "must be `host:port`, or several of these with commas between them";
    if registry.text().is_empty() {
        registry.required(errors, why);
    } else if tenant.text().len() > 64 {
        errors.error(ErrorType::Required, tenant, "`tenant` must be a UUID of at most 64 characters");
    } else {
        for _ in registry.text().split(',').filter(|pair| !is_host_port(pair)) {
            registry.invalid(errors, why);
        }
    }
    source.child("volume").required_text(errors);
}

/// Whether Go's `net.SplitHostPort` takes it: one colon outside of brackets, and brackets around what holds colons.
fn is_host_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let bare = if bracketed { &host[1..host.len() - 1] } else { host };
    let brackets = |part: &str| part.contains(['[', ']']);
    !brackets(port) && !brackets(bare) && (bracketed || !bare.contains(':'))
}

/// `validateISCSIPersistentVolumeSource`.
pub fn iscsi<'t>(source: Field<'t>, name: &str, errors: &mut Errors<'t>) {
    let portal = source.child("targetPortal");
    if source.child("initiatorName").is_present() && name.len() + 1 + portal.text().len() > 64 {
        let message =
            "the volume's name and the portal have more than 63 characters together, too many with `initiatorName`";
        respelled(source, "targetportal", portal, message, errors);
    }
    iscsi_target(source, errors);
    if source.child("secretRef").is_present() {
        source.at(&["secretRef", "name"]).required_text(errors);
    }
}

/// `validateISCSIVolumeSource`.
pub fn iscsi_target<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("targetPortal").required_text(errors);
    let (target, initiator) = (source.child("iqn"), source.child("initiatorName"));
    if !target.required_text(errors) && !is_iscsi_name(target.text()) {
        target.invalid(errors, ISCSI_NAME);
    }
    source.child("lun").in_range(errors, 0..=255);
    let authenticated =
        ["chapAuthDiscovery", "chapAuthSession"].iter().any(|name| source.child(name).bool() == Some(true));
    if authenticated && !source.child("secretRef").is_present() {
        source.child("secretRef").required(errors, "CHAP authentication needs a secret");
    }
    if initiator.is_present() && !is_iscsi_name(initiator.text()) {
        let message = format!("`{}`: {ISCSI_NAME}", initiator.text());
        respelled(source, "initiatorname", initiator, &message, errors);
    }
}

/// Some of these fields have another spelling in the server's paths.
fn respelled<'t>(source: Field<'t>, name: &str, field: Field<'t>, message: &str, errors: &mut Errors<'t>) {
    let path = format!("{}.{name}", source.place().path(errors.root));
    errors.error_at_path(ErrorType::Invalid, field, path, message);
}

const ISCSI_NAME: &str = "must be a name such as `iqn.2001-04.com.example:disk`, `eui.` or `naa.` and their digits";

/// `iscsiInitiatorIqnRegex`, `iscsiInitiatorEuiRegex`, `iscsiInitiatorNaaRegex`.
fn is_iscsi_name(name: &str) -> bool {
    let digits = |prefix: &str, length: usize| {
        let rest = name.strip_prefix(prefix).and_then(|rest| rest.get(1..));
        rest.is_some_and(|rest| rest.len() == length && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    // The server's patterns find the long form anywhere before the end, and take any character for the short forms' dot.
    let mut long = name.match_indices("iqn.").filter(|_| name.starts_with("iqn"));
    long.any(|(at, _)| is_iqn(&name[at + 4..])) || digits("eui", 16) || digits("naa", 32)
}

/// What stands behind `iqn.`: the year and month, the domain reversed, `:` and a name of the owner's choice.
fn is_iqn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((date, rest)) = bytes.split_at_checked(8) else { return false };
    let date_ok = date.iter().enumerate().all(|(at, b)| match at {
        4 => *b == b'-',
        7 => *b == b'.',
        _ => b.is_ascii_digit(),
    });
    let Some(colon) = rest.iter().position(|b| *b == b':') else { return false };
    let (domain, own) = (&rest[..colon], &rest[colon + 1..]);
    let domain_ok = !domain.is_empty() && domain.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let own_ok = !own.is_empty() && !own.iter().any(|b| b",;*&$|\t\n\x0c\r ".contains(b));
    date_ok && domain_ok && own_ok
}

/// `validateCinderPersistentVolumeSource`.
pub fn cinder<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    cinder_volume(source, errors);
    secret_namespace(source.child("secretRef"), errors);
}

/// `validateCinderVolumeSource`.
pub fn cinder_volume<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("volumeID").required_text(errors);
    secret_name(source.child("secretRef"), errors);
}

fn secret_name<'t>(secret: Field<'t>, errors: &mut Errors<'t>) {
    if secret.is_present() {
        secret.child("name").required_text(errors);
    }
}

fn secret_namespace<'t>(secret: Field<'t>, errors: &mut Errors<'t>) {
    if secret.is_present() {
        secret.child("namespace").required_text(errors);
    }
}

/// `validateFCVolumeSource`.
pub fn fibre_channel<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (targets, lun) = (source.child("targetWWNs"), source.child("lun"));
    match (targets.is_empty(), source.child("wwids").is_empty()) {
        (true, true) => targets.required(errors, "set `targetWWNs` or `wwids`"),
        (false, false) => targets.invalid(errors, "must have `targetWWNs` or `wwids`, not both"),
        _ => {}
    }
    if targets.is_empty() {
        return;
    }
    if lun.is_present() {
        lun.in_range(errors, 0..=255);
    } else {
        lun.required(errors, "`targetWWNs` need it");
    }
}

/// `validateAzureFilePV`, and `validateAzureFile`, whose type has no namespace.
pub fn azure_file<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("secretName").required_text(errors);
    source.child("shareName").required_text(errors);
    if source.child("secretNamespace").is_present() {
        source.child("secretNamespace").required_text(errors);
    }
}

/// `validateAzureDisk`, after `SetDefaults_AzureDiskVolumeSource` made the disk a shared one.
pub fn azure_disk<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("diskName").required_text(errors);
    let uri = source.child("diskURI");
    uri.required_text(errors);
    source.child("cachingMode").optional_one_of(errors, &["None", "ReadOnly", "ReadWrite"]);
    source.child("kind").optional_one_of(errors, &["Dedicated", "Managed", "Shared"]);
    let (prefix, form) = match source.child("kind").text() {
        "Managed" => (
            "/subscriptions/",
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
        ),
        _ => ("https://", "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"),
    };
    if !uri.text().starts_with(prefix) {
        uri.not_supported(errors, &[form]);
    }
}

/// `validateStorageOSPersistentVolumeSource`.
pub fn storage_os<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    storage_os_volume(source, errors);
    secret_namespace(source.child("secretRef"), errors);
}

/// `validateStorageOSVolumeSource`.
pub fn storage_os_volume<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("volumeName").check_required(errors, names::dns_label);
    source.child("volumeNamespace").check_if_set(errors, names::dns_label);
    secret_name(source.child("secretRef"), errors);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_iscsi_targets() {
        for name in
            ["iqn.2001-04.com.example:storage.disk1", "eui.02004567A425678D", "naa.52004567BA64678D52004567BA64678D"]
        {
            assert!(is_iscsi_name(name), "{name}");
        }
        for name in
            ["iqn.2001-04.com.example", "iqn.01-04.com:x", "eui.0200", "naa.52004567BA64678D", "iqn.2001-04.c:a b"]
        {
            assert!(!is_iscsi_name(name), "{name}");
        }
    }

    #[test]
    fn hosts_and_ports() {
        for pair in ["a:1", ":1", "[::1]:80", "a:"] {
            assert!(is_host_port(pair), "{pair}");
        }
        for pair in ["a", "a:b:1", "::1", "[::1]", "[a]b:1"] {
            assert!(!is_host_port(pair), "{pair}");
        }
    }
}
