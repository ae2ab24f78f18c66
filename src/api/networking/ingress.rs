//! Ingress.
//!
//! In: a decoded Ingress. Out: findings. Mirrors `ValidateIngressCreate` of `pkg/apis/networking/validation`.

use crate::api::check::{Check, ip, names, number};
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

const CLASS: &str = "kubernetes.io/ingress.class";

/// `ValidateIngressCreate`.
pub fn ingress<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    let (default, rules) = (spec.child("defaultBackend"), spec.child("rules"));
    if rules.is_empty() && !default.is_present() {
        errors.error(ErrorType::Invalid, spec, "give `rules` or a `defaultBackend`");
    }
    if default.is_present() {
        backend(default, errors);
    }
    for rule in rules.items() {
        ingress_rule(rule, errors);
    }
    for entry in spec.child("tls").items() {
        tls(entry, errors);
    }
    let class = spec.child("ingressClassName");
    if class.is_present() {
        old_class(object, class, errors);
    }
}

/// The annotation from before there were classes must say the same, under a path that the server shortens.
fn old_class<'t>(object: Object<'t>, class: Field<'t>, errors: &mut Errors<'t>) {
    let annotations = Field::of(object.root).at(&["metadata", "annotations"]);
    if let Some(old) = annotations.key(CLASS).filter(|old| old.text() != class.text()) {
        let message = format!("`{}`: must match `ingressClassName`, which is `{}`", old.text(), class.text());
        errors.error_at_path(ErrorType::Invalid, old, format!("annotations.{CLASS}"), message);
    }
}

/// A host name, or one with `*` for its first part.
fn host_name(host: &str) -> Check {
    if host.contains('*') { names::wildcard_subdomain(host) } else { names::dns_subdomain(host) }
}

/// `validateIngressTLS`.
fn tls<'t>(entry: Field<'t>, errors: &mut Errors<'t>) {
    for host in entry.child("hosts").items() {
        host.check(errors, host_name);
    }
}

/// `validateIngressRules`.
fn ingress_rule<'t>(rule: Field<'t>, errors: &mut Errors<'t>) {
    let host = rule.child("host");
    if ip::parse(host.text()).is_some() {
        host.invalid(errors, "must be a DNS name, not an IP address");
    }
    host.check_if_set(errors, host_name);
    let http = rule.child("http");
    if !http.is_present() {
        return;
    }
    for path in http.child("paths").items() {
        http_path(path, errors);
    }
}

/// `validateHTTPIngressPath`.
fn http_path<'t>(entry: Field<'t>, errors: &mut Errors<'t>) {
    let (kind, path) = (entry.child("pathType"), entry.child("path"));
    if !kind.is_present() {
        return kind.required(errors, "`Prefix`, `Exact` or `ImplementationSpecific`");
    }
    match kind.text() {
        "Exact" | "Prefix" => absolute_path(path, errors),
        "ImplementationSpecific" if !path.text().is_empty() && !path.text().starts_with('/') => {
            path.invalid(errors, "must be an absolute path");
        }
        _ => {}
    }
    backend(entry.child("backend"), errors);
}

fn absolute_path<'t>(path: Field<'t>, errors: &mut Errors<'t>) {
    if !path.text().starts_with('/') {
        path.invalid(errors, "must be an absolute path");
    }
    for part in ["//", "/./", "/../", "%2f", "%2F"].into_iter().filter(|part| path.text().contains(part)) {
        path.invalid(errors, &format!("must not contain `{part}`"));
    }
    for end in ["/..", "/."].into_iter().filter(|end| path.text().ends_with(end)) {
        path.invalid(errors, &format!("must not end with `{end}`"));
    }
}

/// `validateIngressBackend`.
fn backend<'t>(backend: Field<'t>, errors: &mut Errors<'t>) {
    let (service, resource) = (backend.child("service"), backend.child("resource"));
    match (service.is_present(), resource.is_present()) {
        (true, true) => backend.invalid(errors, "must have a `service` or a `resource`, not both"),
        (false, true) => group_kind_name(resource, errors),
        (true, false) => service_backend(backend, service, errors),
        (false, false) => backend.invalid(errors, "must have a `service` or a `resource`"),
    }
}

fn service_backend<'t>(backend: Field<'t>, service: Field<'t>, errors: &mut Errors<'t>) {
    let relaxed = errors.since(36);
    let rule = if relaxed { names::dns_label } else { names::dns_1035_label };
    service.child("name").check_required(errors, rule);
    let (name, port) = (service.at(&["port", "name"]), service.at(&["port", "number"]));
    match (name.text().is_empty(), port.int().unwrap_or(0) == 0) {
        (false, false) => backend.invalid(errors, "must have a port name or a port number, not both"),
        (false, true) => {
            name.check(errors, names::port_name);
        }
        (true, false) => port.in_range(errors, number::PORT),
        (true, true) => {
            let message = "the port's name or number is required, under `service.port`";
            errors.error(ErrorType::Required, backend, message);
        }
    }
}

/// `validateIngressTypedLocalObjectReference`: an object elsewhere: its group may be left out, its kind and name not.
fn group_kind_name<'t>(reference: Field<'t>, errors: &mut Errors<'t>) {
    if reference.child("apiGroup").is_present() {
        reference.child("apiGroup").check(errors, names::dns_subdomain);
    }
    reference.child("kind").check_required(errors, names::path_segment);
    reference.child("name").check_required(errors, names::path_segment);
}
