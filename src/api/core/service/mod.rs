//! Service.
//!
//! In: a decoded Service. Out: findings. Mirrors `validateService` of `pkg/apis/core/validation` after the defaults of
//! `SetDefaults_Service`, and before it what `pkg/registry/core/service/storage` does on creation: it allocates addresses
//! and node ports, and answers with what it could not make sense of alone, without any further validation.

mod allocate;
mod ips;
mod ports;
mod traffic;

use crate::api::check::{ip, labels, names};
use crate::api::core::endpoint_ip::endpoint_ip;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

use ips::ClusterIps;

/// A Service as it is after defaulting.
struct Service<'t> {
    object: Object<'t>,
    spec: Field<'t>,
    /// `spec.type`; `ClusterIP` where it is left out.
    kind: &'t str,
    ips: ClusterIps<'t>,
}

impl<'t> Service<'t> {
    fn new(object: Object<'t>) -> Self {
        let spec = Field::of(object.root).child("spec");
        let kind = match spec.child("type").text() {
            "" => "ClusterIP",
            kind => kind,
        };
        Self { object, spec, kind, ips: ClusterIps::new(spec) }
    }

    fn is_external_name(&self) -> bool {
        self.kind == "ExternalName"
    }

    fn is_load_balancer(&self) -> bool {
        self.kind == "LoadBalancer"
    }

    /// `ExternallyAccessible` of `pkg/api/service`.
    fn is_externally_accessible(&self) -> bool {
        match self.kind {
            "LoadBalancer" | "NodePort" => true,
            "ClusterIP" => !self.spec.child("externalIPs").is_empty(),
            _ => false,
        }
    }

    /// `NeedsHealthCheck` of `pkg/api/service`.
    fn needs_health_check(&self) -> bool {
        self.is_load_balancer() && self.spec.child("externalTrafficPolicy").text() == "Local"
    }

    /// The value of an annotation, as a field to point at.
    fn annotation(&self, key: &str) -> Option<Field<'t>> {
        self.object.metadata()?.get("annotations")?.get(key).map(Field::of)
    }
}

/// `beginCreate` of the Service registry, then `validateService`.
pub fn service<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let service = Service::new(object);
    let before = report.len();
    allocate::begin_create(&service, report);
    if report.len() > before {
        return;
    }
    by_type(&service, report);
    ports::ports(&service, report);
    if let Some(selector) = service.spec.child("selector").node() {
        labels::labels(selector, report);
    }
    traffic::session_affinity(&service, report);
    external_ips(&service, report);
    traffic::load_balancer(&service, report);
    traffic::policies(&service, report);
}

/// What depends on `spec.type` alone.
fn by_type<'t>(service: &Service<'t>, report: &mut Report<'t>) {
    let ports = service.spec.child("ports");
    if ports.is_empty() && !service.ips.is_headless() && !service.is_external_name() {
        ports.required(report, "only headless services and those of type ExternalName do without ports");
    }
    match service.kind {
        "LoadBalancer" | "NodePort" if service.ips.is_headless() => {
            let why = format!("must not be `None` for services of type {}", service.kind);
            service.ips.invalid(0, &why, report);
        }
        "ExternalName" => external_name(service, report),
        _ => {}
    }
}

fn external_name<'t>(service: &Service<'t>, report: &mut Report<'t>) {
    let why = "services of type ExternalName have no addresses";
    if !service.ips.is_empty() {
        service.ips.forbidden(why, report);
    }
    if !service.spec.child("ipFamilies").is_empty() {
        service.spec.child("ipFamilies").forbidden(report, why);
    }
    if service.spec.child("ipFamilyPolicy").is_present() {
        service.spec.child("ipFamilyPolicy").forbidden(report, why);
    }
    let name = service.spec.child("externalName");
    match name.text().strip_suffix('.').unwrap_or(name.text()) {
        "" => name.required(report, "a service of type ExternalName stands for another name"),
        text => {
            name.check(report, |_| names::dns_subdomain(text));
        }
    }
}

fn external_ips<'t>(service: &Service<'t>, report: &mut Report<'t>) {
    let strict = report.since(36);
    for address in service.spec.child("externalIPs").items() {
        match ip::legacy(address.text(), strict) {
            Ok(_) => endpoint_ip(address, report),
            Err(why) => address.invalid(report, why),
        }
    }
}
