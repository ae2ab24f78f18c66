//! A pod with a tag that moves, and the ConfigMap it reads.

/// The ConfigMap.
pub const CONFIG_MAP: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: b}\n";

/// The pod, by its name.
pub fn pod(name: &str) -> String {
    POD.replace("NAME", name)
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  containers:
    - name: a
      image: example.com/a
      envFrom:
        - configMapRef: {name: settings}
";
