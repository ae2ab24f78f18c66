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
use crate::api::errors::Errors;
use crate::api::field::Field;
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
        self.object.annotations()?.get(key).map(Field::of)
    }
}

/// `beginCreate` of the Service registry, then `validateService`.
pub fn service<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let service = Service::new(object);
    let before = errors.len();
    allocate::begin_create(&service, errors);
    // Of families that there are not, the rest of the Service does not depend.
    let families: Vec<_> = service.spec.child("ipFamilies").items().map(|family| family.text()).collect();
    let known = families.iter().all(|family| matches!(*family, "IPv4" | "IPv6"));
    if errors.len() > before && known {
        return;
    }
    by_type(&service, errors);
    ports::ports(&service, errors);
    if let Some(selector) = service.spec.child("selector").node() {
        labels::labels(selector, errors);
    }
    traffic::session_affinity(&service, errors);
    external_ips(&service, errors);
    traffic::load_balancer(&service, errors);
    traffic::policies(&service, errors);
}

/// What depends on `spec.type` alone.
fn by_type<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let ports = service.spec.child("ports");
    if ports.is_empty() && !service.ips.is_headless() && !service.is_external_name() {
        ports.required(errors, "only headless services and those of type ExternalName do without ports");
    }
    match service.kind {
        "LoadBalancer" | "NodePort" if service.ips.is_headless() => {
            let why = format!("must not be `None` for services of type {}", service.kind);
            service.ips.invalid(0, &why, errors);
        }
        "ExternalName" => external_name(service, errors),
        _ => {}
    }
}

fn external_name<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let why = "services of type ExternalName have no addresses";
    if !service.ips.is_empty() {
        service.ips.forbidden(why, errors);
    }
    if !service.spec.child("ipFamilies").is_empty() {
        service.spec.child("ipFamilies").forbidden(errors, why);
    }
    if service.spec.child("ipFamilyPolicy").is_present() {
        service.spec.child("ipFamilyPolicy").forbidden(errors, why);
    }
    let name = service.spec.child("externalName");
    match name.text().strip_suffix('.').unwrap_or(name.text()) {
        "" => name.required(errors, "a service of type ExternalName stands for another name"),
        text => {
            name.check(errors, |_| names::dns_subdomain(text));
        }
    }
}

fn external_ips<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let strict = errors.since(36);
    for address in service.spec.child("externalIPs").items() {
        match ip::legacy(address.text(), strict) {
            Ok(_) => endpoint_ip(address, errors),
            Err(why) => address.invalid(errors, why),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    fn service(spec: &str) -> Vec<String> {
        violations_in(&format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{{spec}}}"), 36)
    }

    #[test]
    fn addresses_fit_together() {
        let ports = "ports: [{port: 80}]";
        for good in [
            "clusterIP: 10.0.0.1",
            "clusterIP: None, type: ClusterIP",
            "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1'], ipFamilyPolicy: PreferDualStack",
            "ipFamilies: [IPv6], clusterIP: 'fd00::1'",
        ] {
            assert!(service(&format!("{good}, {ports}")).is_empty(), "{good}");
        }
        for (bad, want) in [
            ("clusterIPs: [10.0.0.1]", "invalid spec.clusterIPs"),
            ("clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]", "invalid spec.clusterIPs"),
            ("clusterIP: 010.0.0.1", "invalid spec.clusterIPs[0]"),
            ("clusterIP: 10.0.0.1, ipFamilies: [IPv6]", "invalid spec.clusterIPs[0]"),
            ("ipFamilies: [IPv4, IPv6]", "invalid spec.ipFamilyPolicy"),
            ("ipFamilies: [IPv4, IPv4]", "duplicate spec.ipFamilies[1]"),
            ("clusterIP: None, type: NodePort", "invalid spec.clusterIPs[0]"),
            ("type: ExternalName, externalName: a.b, clusterIP: None", "forbidden spec.clusterIPs"),
        ] {
            assert_eq!(service(&format!("{bad}, {ports}")), [want], "{bad}");
        }
    }

    #[test]
    fn a_headless_service_without_selector_has_both_families() {
        assert!(service("clusterIP: None, ipFamilies: [IPv4, IPv6]").is_empty());
        let selecting = "clusterIP: None, ipFamilies: [IPv4, IPv6], selector: {a: b}";
        assert_eq!(service(selecting), ["invalid spec.ipFamilyPolicy"]);
    }

    #[test]
    fn node_ports_are_shared_by_ports_of_one_number_only() {
        let spec = |second: &str| format!("type: NodePort, ports: [{{name: a, port: 53, nodePort: 30053}}, {second}]");
        assert!(service(&spec("{name: b, port: 53, protocol: UDP, nodePort: 30053}")).is_empty());
        assert!(service(&spec("{name: b, port: 53, protocol: UDP}")).is_empty());
        let other = service(&spec("{name: b, port: 54, protocol: UDP, nodePort: 30053}"));
        assert_eq!(other, ["invalid spec.ports[1].nodePort"]);
    }

    #[test]
    fn what_allocation_refuses_hides_the_rest() {
        assert_eq!(service("clusterIP: x, externalTrafficPolicy: Local"), ["invalid spec.clusterIPs[0]"]);
        let family = service("ipFamilies: [IPv5], ports: [{port: 0}]");
        assert_eq!(family, ["not-supported spec.ipFamilies[0]", "invalid spec.ports[0].port"]);
        let both = service("externalTrafficPolicy: Local");
        assert_eq!(both, ["required spec.ports", "invalid spec.externalTrafficPolicy"]);
    }

    #[test]
    fn load_balancers_have_fields_of_their_own() {
        let ports = "ports: [{port: 80}]";
        let spec = format!("loadBalancerSourceRanges: ['10.0.0.0/8 ', 10.0.0.1/8], type: LoadBalancer, {ports}");
        assert_eq!(service(&spec), ["invalid spec.LoadBalancerSourceRanges[1]"]);
        let spec = format!("allocateLoadBalancerNodePorts: false, loadBalancerClass: a, {ports}");
        assert_eq!(
            service(&spec),
            ["forbidden spec.allocateLoadBalancerNodePorts", "forbidden spec.loadBalancerClass"]
        );
        let health = "externalTrafficPolicy: Local, type: LoadBalancer, healthCheckNodePort: 30080";
        let ports = "ports: [{port: 80, nodePort: 30080}]";
        assert_eq!(service(&format!("{health}, {ports}")), ["internal spec.healthCheckNodePort"]);
    }
}
