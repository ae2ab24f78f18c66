use crate::rule::prelude::*;

rule! {
    /// A Service port without a name.
    ///
    /// A service mesh tells protocols by the names of ports (`http-web`, `grpc`): without one it falls back to plain
    /// TCP, without retries, routing or metrics. With a mesh in the namespace, or beside the Service in the
    /// repository, it is worth fixing; elsewhere it is a matter of taste.
    ///
    /// **How to fix**: name the port after its protocol, or set `appProtocol`.
    id: "unnamed-service-port",
    severity: Info,
    peers: &["popeye:108", "popeye:1102"],
    references: &["https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/"],
    check: Check::KindInSet(&["Service"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if !context.set.is_meshed(&context.item()) {
        return;
    }
    for port in
        (Service { object }).ports().filter(|port| port.get("name").is_none() && port.get("appProtocol").is_none())
    {
        let message = format!("a port of {} has no name, so a service mesh cannot tell its protocol", object.title());
        context.report(Place::missing(port, "name"), message).help("name the port after its protocol");
    }
}
