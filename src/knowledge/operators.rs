//! Labels of pods that operators and cloud providers make.
//!
//! In: the key of a label. Out: whether it is one that a known controller puts on pods of which no repository holds a
//! template.

/// Domains of labels: the part of a key before the slash, or an end of it.
const DOMAINS: &[&str] = &[
    "acid.zalan.do",
    "actions.github.com",
    "argoproj.io",
    "banzaicloud.io",
    "capsule.clastix.io",
    "cassandra.datastax.com",
    "chaos-mesh.org",
    "clickhouse.altinity.com",
    "cnpg.io",
    "confluent.io",
    "couchbase.com",
    "crunchydata.com",
    "crossplane.io",
    "dragonflydb.io",
    "eks.amazonaws.com",
    "elastic.co",
    "flink.apache.org",
    "fluxcd.io",
    "gateway.envoyproxy.io",
    "gateway.networking.k8s.io",
    "hazelcast.com",
    "humio.com",
    "infinispan.org",
    "istio.io",
    "jaegertracing.io",
    "jenkins.io",
    "karmada.io",
    "keda.sh",
    "keycloak.org",
    "knative.dev",
    "kserve.io",
    "kubeflow.org",
    "kubevirt.io",
    "linkerd.io",
    "longhorn.io",
    "mariadb.com",
    "min.io",
    "mongodb.com",
    "monitoring.coreos.com",
    "mysql.oracle.com",
    "mysql.presslabs.org",
    "nats.io",
    "openshift.io",
    "opentelemetry.io",
    "percona.com",
    "pingcap.com",
    "planetscale.com",
    "prometheus.io",
    "pulsar.apache.org",
    "rabbitmq.com",
    "ray.io",
    "redis.io",
    "redpanda.com",
    "rook.io",
    "scylladb.com",
    "solr.apache.org",
    "sparkoperator.k8s.io",
    "stackable.tech",
    "strimzi.io",
    "tekton.dev",
    "tigera.io",
    "traefik.io",
    "vitess.io",
    "vmoperator.victoriametrics.com",
    "volcano.sh",
    "yugabyte.com",
    "zalando.org",
];

/// Whether a known operator puts a label of that key on pods that it makes.
pub fn labels_pods(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let within = |known: &&str| domain.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    DOMAINS.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::labels_pods;

    #[test]
    fn labels_of_operators_are_known() {
        for key in ["cnpg.io/cluster", "kibana.k8s.elastic.co/name", "postgres-operator.crunchydata.com/cluster"] {
            assert!(labels_pods(key), "{key}");
        }
        for key in ["app", "harbor.example.com/part", "app.kubernetes.io/name", "notistio.io/x"] {
            assert!(!labels_pods(key), "{key}");
        }
    }
}
