use crate::rule::prelude::*;

rule! {
    /// A database without persistent storage.
    ///
    /// What a database writes to the container or to an `emptyDir` is gone with the pod. Recognised by the image's name
    /// (`postgres`, `mysql`, `mongo`, `rabbitmq` ...); caches (`redis`, `memcached`) are not reported, nor are Jobs.
    ///
    /// **How to fix**: use a StatefulSet with `volumeClaimTemplates`, or mount a claim.
    id: "database-without-persistent-storage",
    severity: Warning,
    references: &["https://kubernetes.io/docs/tutorials/stateful-application/mysql-wordpress-persistent-volume/"],
    check: Check::PodSpec(check),
}

const DATABASES: &[&str] = &[
    "cassandra",
    "clickhouse-server",
    "cockroach",
    "couchdb",
    "elasticsearch",
    "etcd",
    "influxdb",
    "mariadb",
    "mongo",
    "mongodb",
    "mysql",
    "neo4j",
    "postgis",
    "postgres",
    "postgresql",
    "rabbitmq",
    "timescaledb",
];

const PERSISTENT: &[&str] = &[
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "ephemeral",
    "fc",
    "flexVolume",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "nfs",
    "persistentVolumeClaim",
    "portworxVolume",
    "rbd",
    "vsphereVolume",
];

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let templates = pod.workload.object.root.at(&["spec", "volumeClaimTemplates"]).is_some_and(|list| !list.is_empty());
    let kept = templates
        || pod
            .volumes()
            .flat_map(Node::entries)
            .any(|entry| PERSISTENT.contains(&entry.name) && !entry.value.is_null());
    if kept || !pod.runs_for_ever() {
        return;
    }
    let main = pod.containers().filter(|container| container.role == Role::Main);
    for container in main {
        let is_database = container.image().is_some_and(|image| DATABASES.contains(&image.name()));
        if let Some(node) = container.image_node().filter(|_| is_database && !has_command(container)) {
            let message = format!("the database in container `{}` has no persistent storage", container.name());
            context.report(node, message).help("mount a PersistentVolumeClaim, or use `volumeClaimTemplates`");
        }
    }
}

/// A database's image is often only the carrier of its client.
fn has_command(container: Container<'_>) -> bool {
    container.node.get("command").is_some()
}
