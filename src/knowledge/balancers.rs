//! Load balancers of clouds.
//!
//! In: a Service. Out: whether its annotations or class keep its load balancer inside the network, as the controller of each
//! cloud reads them.

use crate::object::Object;

/// What an annotation must say.
enum Says {
    /// A value, whatever its case.
    Value(&'static str),
    /// Something that is true: `true`, or an address range as the first AWS controller took it.
    Yes,
    /// Anything.
    Anything,
}

const INTERNAL: &[(&str, Says)] = &[
    ("networking.gke.io/load-balancer-type", Says::Value("internal")),
    ("cloud.google.com/load-balancer-type", Says::Value("internal")),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", Says::Value("internal")),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", Says::Yes),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", Says::Yes),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", Says::Yes),
    ("service.beta.kubernetes.io/oci-load-balancer-internal", Says::Yes),
    ("oci-network-load-balancer.oraclecloud.com/internal", Says::Yes),
    ("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", Says::Value("intranet")),
    ("service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type", Says::Value("private")),
    ("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid", Says::Anything),
    ("service.beta.kubernetes.io/do-loadbalancer-network", Says::Value("internal")),
    ("load-balancer.hetzner.cloud/disable-public-network", Says::Yes),
    ("yandex.cloud/load-balancer-type", Says::Value("internal")),
    ("service.beta.kubernetes.io/cce-load-balancer-internal-vpc", Says::Yes),
    ("service.beta.kubernetes.io/scw-loadbalancer-private", Says::Yes),
];

/// Whether the load balancer of a Service has an address of the network alone.
pub fn is_internal(service: Object<'_>) -> bool {
    let annotation = |key: &str| service.annotations().and_then(|annotations| annotations.str_at(key)).map(str::trim);
    let class = service.spec().and_then(|spec| spec.str_at("loadBalancerClass"));
    class == Some("tailscale")
        || INTERNAL.iter().any(|(key, says)| {
            annotation(key).is_some_and(|value| match says {
                Says::Value(wanted) => value.eq_ignore_ascii_case(wanted),
                Says::Yes => value.eq_ignore_ascii_case("true") || value.contains('/'),
                Says::Anything => !value.is_empty(),
            })
        })
}
