use crate::rule::prelude::*;

rule! {
    /// A database or cache that is exposed outside the cluster.
    ///
    /// A Service of the type NodePort or LoadBalancer on the well-known port of a database, cache or queue opens it to
    /// the network. A port that is called as those of the web are (`http`, `ui`), or whose number much else has, too, counts where the
    /// Service's name, its labels or the images behind it tell of the product. Load balancers that an annotation keeps inside (by its value, as each cloud reads it), or that are bounded by
    /// source ranges, are not reported.
    ///
    /// **How to fix**: use type ClusterIP, and let clients in the cluster use the Service's name.
    id: "internal-service-exposed",
    severity: Warning,
    peers: &["kube-linter:exposed-services"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types"],
    check: Check::Kind(&["Service"], check),
}

/// Ports that a product has to itself, and words by which images and names tell of it.
const OWN: &[(i64, &[&str])] = &[
    (1433, &["mssql", "sqlserver"]),
    (1521, &["oracle"]),
    (2379, &["etcd"]),
    (3306, &["mysql", "mariadb", "percona"]),
    (4222, &["nats"]),
    (5432, &["postgres", "pg", "timescale", "cockroach"]),
    (5672, &["rabbit", "amqp"]),
    (6379, &["redis", "valkey", "keydb"]),
    (9042, &["cassandra", "scylla", "cql"]),
    (9092, &["kafka", "redpanda"]),
    (9200, &["elastic", "opensearch"]),
    (11211, &["memcache"]),
    (27017, &["mongo"]),
];
/// Ports that much else has, too: the number alone says nothing.
const SHARED: &[(i64, &[&str])] = &[(7000, &["cassandra", "scylla"])];
/// What ports of the web are called.
const OF_WEB: [&str; 10] = ["http", "https", "web", "ui", "dashboard", "console", "api", "grpc", "metrics", "rest"];

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let service = Service { object };
    let exposed = matches!(service.kind(), "NodePort" | "LoadBalancer");
    let internal = service.kind() == "LoadBalancer" && balancers::is_internal(object);
    let bounded =
        object.spec().and_then(|spec| spec.get("loadBalancerSourceRanges")).is_some_and(|list| !list.is_empty());
    if !exposed || internal || bounded {
        return;
    }
    let port = service.ports().find(|port| is_internal(*port, service, context)).and_then(|port| port.get("port"));
    if let Some(port) = port {
        let message = format!("{} exposes port {} outside the cluster", object.title(), port.raw());
        context.report(port, message).help("use type ClusterIP");
    }
}

/// Whether a port is that of a database or the like: by its number, where nothing says that it serves the web or another product; or by
/// a number that others have, too, and by what is behind it.
fn is_internal(port: Node<'_>, service: Service<'_>, context: &Context<'_, '_>) -> bool {
    let Some(number) = port.get("port").and_then(Node::as_i64) else { return false };
    let words = |table: &[(i64, &'static [&'static str])]| {
        table.iter().find(|(known, _)| *known == number).map(|(_, words)| *words)
    };
    if let Some(words) = words(OWN) {
        return !serves_web(port) || is_one(words, port, service, context);
    }
    words(SHARED).is_some_and(|words| is_one(words, port, service, context))
}

/// Whether a port is called as ports of the web are, or said to be one.
fn serves_web(port: Node<'_>) -> bool {
    let named = |name: &str| name.split(['-', '_']).any(|word| OF_WEB.contains(&word));
    port.str_at("name").is_some_and(named)
        || port.str_at("appProtocol").is_some_and(|protocol| protocol.to_ascii_lowercase().starts_with("http"))
}

/// Whether the names of the Service and its port, the labels that it selects, or the images behind it tell of a product.
fn is_one(words: &[&str], port: Node<'_>, service: Service<'_>, context: &Context<'_, '_>) -> bool {
    let says = |text: &str| words.iter().any(|word| text.to_ascii_lowercase().contains(word));
    let labels = || Labels(service.selector()).iter().any(|(_, value)| says(value));
    let images = || service.selector().is_some_and(|map| context.images_behind(map).into_iter().any(says));
    let names = [service.object.name(), port.str_at("name")];
    names.into_iter().flatten().any(says) || labels() || images()
}
