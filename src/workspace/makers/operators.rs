//! What the operators of databases, brokers, dashboards and the like make of their resources.
//!
//! In: nothing. Out: a part of the table of makers: groups whose resources stand for whole programs. Kinds of them that are not
//! listed make nothing: topics, queues, dashboards.

use super::table::Name::{Beginning, Ending, Field, FieldBeginning, FieldOrOwn, Labels, Pattern};
use super::table::{Made, OWN};

/// Whether a group is one of these.
pub(super) fn is_listed(group: &str) -> bool {
    TABLE.iter().any(|(known, _)| *known == group)
}

/// Groups whose resources stand for a whole program with many objects of names of its own.
const INSTALLERS: &[&str] = &[
    "install.istio.io",
    "kiali.io",
    "operator.knative.dev",
    "operator.tekton.dev",
    "operator.tigera.io",
    "sailoperator.io",
];

/// Whether an operator installs a whole program of a resource of that group.
pub(super) fn installs(group: &str) -> bool {
    INSTALLERS.contains(&group)
}

/// Services, Secrets, ConfigMaps, accounts and pods that begin with the resource's own name, as most operators call them.
const BEGUN: &[Made] = &[
    ("*", "Service", Beginning("{}")),
    ("*", "Secret", Beginning("{}")),
    ("*", "ConfigMap", Beginning("{}")),
    ("*", "ServiceAccount", Beginning("{}")),
    ("*", "PersistentVolumeClaim", Beginning("{}")),
    ("*", "Pod", Beginning("{}")),
    ("*", "Pod", Labels),
];

pub(super) const TABLE: &[(&str, &[Made])] = &[
    (
        "acid.zalan.do",
        &[
            ("postgresql", "Service", Beginning("{}")),
            ("postgresql", "Secret", Ending(".{}.credentials.postgresql.acid.zalan.do")),
            ("postgresql", "Secret", Ending(".{}.credentials")),
            ("postgresql", "ServiceAccount", Pattern("postgres-pod")),
            ("postgresql", "Pod", Pattern("spilo")),
            ("postgresql", "Pod", Beginning("{}")),
            ("postgresql", "Pod", Labels),
        ],
    ),
    ("agent.k8s.elastic.co", ELASTIC),
    ("apm.k8s.elastic.co", ELASTIC),
    ("apps.kruise.io", &[("*", "Pod", Labels)]),
    (
        "argoproj.io",
        &[("EventBus", "Service", Beginning("eventbus-{}")), ("EventSource", "Service", Beginning("{}-eventsource"))],
    ),
    (
        "batch.volcano.sh",
        &[
            ("Job", "Service", OWN),
            ("Job", "ConfigMap", Pattern("{}-svc")),
            ("Job", "Secret", Pattern("{}-ssh")),
            ("Job", "Pod", Beginning("{}")),
            ("Job", "Pod", Labels),
        ],
    ),
    ("beat.k8s.elastic.co", ELASTIC),
    ("cdi.kubevirt.io", &[("DataVolume", "PersistentVolumeClaim", OWN)]),
    (
        "ceph.rook.io",
        &[
            ("*", "Secret", Beginning("rook-ceph")),
            ("*", "Secret", Beginning("rook-csi")),
            ("*", "ConfigMap", Beginning("rook-ceph")),
            ("*", "Service", Beginning("rook-ceph")),
            ("*", "ServiceAccount", Beginning("rook")),
            ("*", "Pod", Beginning("rook-ceph")),
            ("*", "Pod", Labels),
        ],
    ),
    ("clickhouse.altinity.com", CLICKHOUSE),
    ("clickhouse-keeper.altinity.com", CLICKHOUSE),
    ("crdb.cockroachlabs.com", BEGUN),
    (
        "databases.spotahome.com",
        &[
            ("RedisFailover", "Service", Pattern("rfs-{}")),
            ("RedisFailover", "Service", Beginning("rfr-{}")),
            ("RedisFailover", "Service", Beginning("rfrm-{}")),
            ("RedisFailover", "ConfigMap", Beginning("rfs-{}")),
            ("RedisFailover", "ConfigMap", Beginning("rfr-{}")),
            ("RedisFailover", "Pod", Labels),
            ("RedisFailover", "Pod", Pattern("redis-failover")),
        ],
    ),
    ("dragonflydb.io", BEGUN),
    ("elasticsearch.k8s.elastic.co", ELASTIC),
    ("enterprisesearch.k8s.elastic.co", ELASTIC),
    (
        "flagger.app",
        &[
            ("Canary", "Service", Field("spec service name")),
            ("Canary", "Service", FieldBeginning("spec service name")),
            ("Canary", "Service", FieldBeginning("spec targetRef name")),
            ("Canary", "Pod", FieldBeginning("spec targetRef name")),
            ("Canary", "Deployment", FieldBeginning("spec targetRef name")),
        ],
    ),
    (
        "flink.apache.org",
        &[
            ("FlinkDeployment", "Service", Pattern("{}")),
            ("FlinkDeployment", "Service", Pattern("{}-rest")),
            ("FlinkDeployment", "ConfigMap", Beginning("{}")),
            ("FlinkDeployment", "ConfigMap", Pattern("flink-config-{}")),
            ("FlinkDeployment", "ConfigMap", Pattern("pod-template-{}")),
            ("FlinkDeployment", "Pod", Labels),
        ],
    ),
    ("getambassador.io", &[("Host", "Secret", Field("spec tlsSecret name"))]),
    (
        "grafana.integreatly.org",
        &[
            ("Grafana", "Service", Pattern("{}-service")),
            ("Grafana", "Service", Pattern("{}-alerting")),
            ("Grafana", "Secret", Pattern("{}-admin-credentials")),
            ("Grafana", "ConfigMap", Pattern("{}-ini")),
            ("Grafana", "ConfigMap", Pattern("{}-plugins")),
            ("Grafana", "ServiceAccount", Pattern("{}-sa")),
            ("Grafana", "PersistentVolumeClaim", Pattern("{}-pvc")),
            ("Grafana", "Deployment", Pattern("{}-deployment")),
            ("Grafana", "Pod", Labels),
            ("GrafanaServiceAccount", "Secret", Beginning("{}")),
            ("GrafanaServiceAccount", "Secret", Field("spec tokens [] secretName")),
        ],
    ),
    (
        "integreatly.org",
        &[
            ("Grafana", "Service", Beginning("grafana")),
            ("Grafana", "Secret", Beginning("grafana")),
            ("Grafana", "ConfigMap", Beginning("grafana")),
            ("Grafana", "ServiceAccount", Pattern("grafana-serviceaccount")),
            ("Grafana", "Deployment", Pattern("grafana-deployment")),
            ("Grafana", "Pod", Pattern("grafana")),
            ("Grafana", "Pod", Labels),
        ],
    ),
    (
        "jaegertracing.io",
        &[
            ("Jaeger", "Service", Beginning("{}")),
            ("Jaeger", "ConfigMap", Beginning("{}")),
            ("Jaeger", "Secret", Beginning("{}")),
            ("Jaeger", "ServiceAccount", Beginning("{}")),
            ("Jaeger", "Pod", Beginning("{}")),
            ("Jaeger", "Pod", Pattern("jaeger")),
            ("Jaeger", "Pod", Labels),
        ],
    ),
    (
        "jobset.x-k8s.io",
        &[
            ("JobSet", "Service", FieldOrOwn("spec network subdomain")),
            ("JobSet", "Service", OWN),
            ("JobSet", "Pod", Labels),
        ],
    ),
    (
        "k8s.keycloak.org",
        &[
            ("Keycloak", "Service", Pattern("{}-service")),
            ("Keycloak", "Service", Pattern("{}-discovery")),
            ("Keycloak", "Secret", Pattern("{}-initial-admin")),
            ("Keycloak", "Pod", Pattern("keycloak")),
            ("Keycloak", "Pod", Labels),
        ],
    ),
    ("k8s.mariadb.com", MARIADB),
    ("k8s.mariadb.mmontes.io", MARIADB),
    (
        "kafka.strimzi.io",
        &[
            ("Kafka", "Service", Pattern("{}")),
            ("Kafka", "Service", Beginning("{}-kafka")),
            ("Kafka", "Service", Beginning("{}-zookeeper")),
            ("Kafka", "Service", Beginning("{}-cruise-control")),
            ("Kafka", "Secret", Beginning("{}-clients-ca")),
            ("Kafka", "Secret", Beginning("{}-cluster")),
            ("Kafka", "Secret", Beginning("{}-cruise-control")),
            ("Kafka", "Secret", Beginning("{}-entity")),
            ("Kafka", "Secret", Beginning("{}-kafka")),
            ("Kafka", "Secret", Beginning("{}-zookeeper")),
            ("Kafka", "ConfigMap", Beginning("{}-cruise-control")),
            ("Kafka", "ConfigMap", Beginning("{}-entity")),
            ("Kafka", "ConfigMap", Beginning("{}-kafka")),
            ("Kafka", "ConfigMap", Beginning("{}-zookeeper")),
            ("Kafka", "ServiceAccount", Beginning("{}")),
            ("Kafka", "PersistentVolumeClaim", Beginning("data")),
            ("Kafka", "Pod", Beginning("{}")),
            ("Kafka", "Pod", Labels),
            ("KafkaBridge", "Service", Beginning("{}-bridge")),
            ("KafkaBridge", "ConfigMap", Beginning("{}-bridge")),
            ("KafkaBridge", "ServiceAccount", Beginning("{}-bridge")),
            ("KafkaBridge", "Pod", Beginning("{}-bridge")),
            ("KafkaBridge", "Pod", Labels),
            ("KafkaConnect", "Service", Beginning("{}-connect")),
            ("KafkaConnect", "ConfigMap", Beginning("{}-connect")),
            ("KafkaConnect", "ServiceAccount", Beginning("{}-connect")),
            ("KafkaConnect", "Pod", Beginning("{}-connect")),
            ("KafkaConnect", "Pod", Labels),
            ("KafkaMirrorMaker", "ConfigMap", Beginning("{}-mirror-maker")),
            ("KafkaMirrorMaker", "ServiceAccount", Beginning("{}-mirror-maker")),
            ("KafkaMirrorMaker", "Pod", Labels),
            ("KafkaMirrorMaker2", "Service", Beginning("{}-mirrormaker2")),
            ("KafkaMirrorMaker2", "ConfigMap", Beginning("{}-mirrormaker2")),
            ("KafkaMirrorMaker2", "ServiceAccount", Beginning("{}-mirrormaker2")),
            ("KafkaMirrorMaker2", "Pod", Labels),
            ("KafkaNodePool", "Pod", Labels),
            ("KafkaUser", "Secret", OWN),
        ],
    ),
    ("kibana.k8s.elastic.co", ELASTIC),
    (
        "kubeflow.org",
        &[
            ("Notebook", "Service", OWN),
            ("Notebook", "Pod", Labels),
            ("Profile", "Namespace", OWN),
            ("Profile", "ServiceAccount", Pattern("default-editor")),
            ("Profile", "ServiceAccount", Pattern("default-viewer")),
            ("*", "Service", Beginning("{}")),
            ("*", "ConfigMap", Beginning("{}")),
            ("*", "Pod", Labels),
        ],
    ),
    (
        "kubevirt.io",
        &[
            ("VirtualMachine", "PersistentVolumeClaim", Field("spec dataVolumeTemplates [] metadata name")),
            ("*", "Pod", Labels),
        ],
    ),
    (
        "leaderworkerset.x-k8s.io",
        &[("LeaderWorkerSet", "Service", Beginning("{}")), ("LeaderWorkerSet", "Pod", Labels)],
    ),
    ("logstash.k8s.elastic.co", ELASTIC),
    ("maps.k8s.elastic.co", ELASTIC),
    ("messaging.knative.dev", &[("*", "Service", Beginning("{}"))]),
    (
        "minio.min.io",
        &[
            ("Tenant", "Service", Pattern("minio")),
            ("Tenant", "Service", Beginning("{}")),
            ("Tenant", "Secret", Beginning("{}")),
            ("Tenant", "Secret", Field("spec users [] name")),
            ("Tenant", "ServiceAccount", Beginning("{}")),
            ("Tenant", "Pod", Beginning("{}")),
            ("Tenant", "Pod", Labels),
        ],
    ),
    (
        "mongodbcommunity.mongodb.com",
        &[
            ("MongoDBCommunity", "Service", Beginning("{}")),
            ("MongoDBCommunity", "Secret", Beginning("{}")),
            ("MongoDBCommunity", "Secret", Field("spec users [] connectionStringSecretName")),
            ("MongoDBCommunity", "Secret", FieldBeginning("spec users [] scramCredentialsSecretName")),
            ("MongoDBCommunity", "ServiceAccount", Pattern("mongodb-database")),
            ("MongoDBCommunity", "Pod", Beginning("{}")),
            ("MongoDBCommunity", "Pod", Labels),
        ],
    ),
    ("mysql.oracle.com", BEGUN),
    ("objectbucket.io", &[("ObjectBucketClaim", "Secret", OWN), ("ObjectBucketClaim", "ConfigMap", OWN)]),
    (
        "opentelemetry.io",
        &[
            ("OpenTelemetryCollector", "Service", Beginning("{}-collector")),
            ("OpenTelemetryCollector", "Service", Pattern("{}-targetallocator")),
            ("OpenTelemetryCollector", "Service", Pattern("{}-extension")),
            ("OpenTelemetryCollector", "ConfigMap", Beginning("{}-collector")),
            ("OpenTelemetryCollector", "ConfigMap", Beginning("{}-targetallocator")),
            ("OpenTelemetryCollector", "ServiceAccount", Pattern("{}-collector")),
            ("OpenTelemetryCollector", "ServiceAccount", Pattern("{}-targetallocator")),
            ("OpenTelemetryCollector", "Pod", Beginning("{}")),
            ("OpenTelemetryCollector", "Pod", Pattern("opentelemetry-collector")),
            ("OpenTelemetryCollector", "Pod", Labels),
            ("OpAMPBridge", "Service", Pattern("{}-opamp-bridge")),
            ("OpAMPBridge", "ConfigMap", Pattern("{}-opamp-bridge")),
            ("OpAMPBridge", "ServiceAccount", Pattern("{}-opamp-bridge")),
            ("TargetAllocator", "Service", Pattern("{}-targetallocator")),
            ("TargetAllocator", "ConfigMap", Pattern("{}-targetallocator")),
            ("TargetAllocator", "ServiceAccount", Pattern("{}-targetallocator")),
        ],
    ),
    ("pgv2.percona.com", BEGUN),
    ("postgres-operator.crunchydata.com", BEGUN),
    ("ps.percona.com", PERCONA),
    ("psmdb.percona.com", PERCONA),
    ("pxc.percona.com", PERCONA),
    (
        "rabbitmq.com",
        &[
            ("RabbitmqCluster", "Service", OWN),
            ("RabbitmqCluster", "Service", Pattern("{}-nodes")),
            ("RabbitmqCluster", "Secret", Pattern("{}-default-user")),
            ("RabbitmqCluster", "Secret", Pattern("{}-erlang-cookie")),
            ("RabbitmqCluster", "ConfigMap", Pattern("{}-plugins-conf")),
            ("RabbitmqCluster", "ConfigMap", Pattern("{}-server-conf")),
            ("RabbitmqCluster", "ServiceAccount", Pattern("{}-server")),
            ("RabbitmqCluster", "StatefulSet", Pattern("{}-server")),
            ("RabbitmqCluster", "Pod", Beginning("{}-server")),
            ("RabbitmqCluster", "Pod", Labels),
            ("User", "Secret", Pattern("{}-user-credentials")),
        ],
    ),
    ("redis.opstreelabs.in", BEGUN),
    ("redis.redis.opstreelabs.in", BEGUN),
    ("scylla.scylladb.com", BEGUN),
    (
        "serving.knative.dev",
        &[
            ("Service", "Service", Beginning("{}")),
            ("Service", "Pod", Beginning("{}")),
            ("Service", "Pod", Labels),
            ("Configuration", "Service", Beginning("{}")),
            ("Configuration", "Pod", Beginning("{}")),
            ("Route", "Service", Beginning("{}")),
            ("DomainMapping", "Service", OWN),
        ],
    ),
    (
        "serving.kserve.io",
        &[
            ("*", "Service", Beginning("{}")),
            ("*", "Pod", Beginning("isvc")),
            ("*", "Pod", Beginning("{}")),
            ("*", "Pod", Labels),
        ],
    ),
    ("solr.apache.org", BEGUN),
    (
        "sparkoperator.k8s.io",
        &[
            ("*", "Service", Beginning("{}")),
            ("*", "ConfigMap", Beginning("{}")),
            ("*", "Pod", Beginning("{}")),
            ("*", "Pod", Labels),
        ],
    ),
    (
        "tekton.dev",
        &[
            ("PipelineRun", "Pod", Beginning("{}")),
            ("PipelineRun", "Pod", Labels),
            ("TaskRun", "Pod", Beginning("{}")),
            ("TaskRun", "Pod", Labels),
        ],
    ),
    (
        "triggers.tekton.dev",
        &[
            ("EventListener", "Service", Pattern("el-{}")),
            ("EventListener", "Deployment", Pattern("el-{}")),
            ("EventListener", "Pod", Labels),
        ],
    ),
    ("zookeeper.pravega.io", BEGUN),
];

/// Elastic's operator: `el-es-http`, `el-kb-config`, pods by labels of its own domain.
const ELASTIC: &[Made] = &[
    ("Agent", "Service", Beginning("{}-agent")),
    ("Agent", "Secret", Beginning("{}-agent")),
    ("ApmServer", "Service", Beginning("{}-apm")),
    ("ApmServer", "Secret", Beginning("{}-apm")),
    ("Beat", "Secret", Beginning("{}-beat")),
    ("Elasticsearch", "Service", Beginning("{}-es")),
    ("Elasticsearch", "Secret", Beginning("{}-es")),
    ("Elasticsearch", "ConfigMap", Beginning("{}-es")),
    ("Elasticsearch", "StatefulSet", Beginning("{}-es")),
    ("ElasticMapsServer", "Service", Beginning("{}-ems")),
    ("EnterpriseSearch", "Service", Beginning("{}-ent")),
    ("EnterpriseSearch", "Secret", Beginning("{}-ent")),
    ("Kibana", "Service", Beginning("{}-kb")),
    ("Kibana", "Secret", Beginning("{}-kb")),
    ("Kibana", "Deployment", Beginning("{}-kb")),
    ("Logstash", "Service", Beginning("{}-ls")),
    ("Logstash", "Secret", Beginning("{}-ls")),
    ("*", "Pod", Beginning("{}")),
    ("*", "Pod", Labels),
];

/// Altinity's: the kind's short form stands before the name.
const CLICKHOUSE: &[Made] = &[
    ("*", "Service", Beginning("chi-{}")),
    ("*", "Service", Beginning("chk-{}")),
    ("*", "Service", Beginning("clickhouse-{}")),
    ("*", "Service", Beginning("keeper-{}")),
    ("*", "Service", FieldBeginning("spec templates serviceTemplates [] generateName")),
    ("*", "ConfigMap", Beginning("chi-{}")),
    ("*", "ConfigMap", Beginning("chk-{}")),
    ("*", "Secret", Beginning("{}")),
    ("*", "Pod", Beginning("chi-{}")),
    ("*", "Pod", Labels),
];

const MARIADB: &[Made] = &[
    ("MariaDB", "Service", Beginning("{}")),
    ("MariaDB", "Secret", Beginning("{}")),
    ("MariaDB", "Secret", Field("spec rootPasswordSecretKeyRef name")),
    ("MariaDB", "Secret", Field("spec passwordSecretKeyRef name")),
    ("MariaDB", "ConfigMap", Beginning("{}")),
    ("MariaDB", "ServiceAccount", Beginning("{}")),
    ("MariaDB", "PersistentVolumeClaim", Beginning("storage-{}")),
    ("MariaDB", "Pod", Beginning("{}")),
    ("MariaDB", "Pod", Labels),
    ("Connection", "Secret", FieldOrOwn("spec secretName")),
    ("MaxScale", "Service", Beginning("{}")),
    ("MaxScale", "Secret", Beginning("{}")),
    ("MaxScale", "Pod", Beginning("{}")),
];

const PERCONA: &[Made] = &[
    ("*", "Service", Beginning("{}")),
    ("*", "Secret", Beginning("{}")),
    ("*", "Secret", Beginning("internal-{}")),
    ("*", "Secret", Field("spec secretsName")),
    ("*", "Secret", Field("spec sslSecretName")),
    ("*", "Secret", Field("spec sslInternalSecretName")),
    ("*", "Secret", Field("spec secrets users")),
    ("*", "ConfigMap", Beginning("{}")),
    ("*", "ServiceAccount", Beginning("{}")),
    ("*", "Pod", Beginning("{}")),
    ("*", "Pod", Labels),
];
