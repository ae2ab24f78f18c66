//! Texts to read, made here: many small manifests, few large custom resource definitions, one large JSON list.

/// The kinds of text.
pub const KINDS: [&str; 3] = ["small", "crd", "json"];

/// The texts of a kind.
pub fn texts(kind: &str) -> Vec<String> {
    match kind {
        "small" => (0..400).map(small).collect(),
        "crd" => (0..4).map(crd).collect(),
        _ => vec![json()],
    }
}

fn small(number: usize) -> String {
    format!(
        "# Licensed to the example under one or more agreements.\n# See the file for details.\n---\napiVersion: apps/v1\n\
         kind: Deployment\nmetadata:\n  name: service-{number}\n  namespace: shop\n  labels:\n    app.kubernetes.io/name: \
         service-{number}\n    app.kubernetes.io/part-of: shop\nspec:\n  replicas: {replicas}\n  selector:\n    \
         matchLabels:\n      app.kubernetes.io/name: service-{number}\n  template:\n    metadata:\n      labels:\n        \
         app.kubernetes.io/name: service-{number}\n      annotations:\n        prometheus.io/scrape: \"true\"\n        \
         prometheus.io/port: '9090'\n    spec:\n      serviceAccountName: service-{number}\n      containers:\n      - \
         name: server\n        image: registry.example.com/shop/service-{number}:1.{number}.0 # pinned\n        args: \
         [--port=8080, --log-level, info]\n        env:\n        - name: LISTEN_ADDRESS\n          value: \
         0.0.0.0:8080\n        - name: PASSWORD\n          valueFrom:\n            secretKeyRef:\n              name: \
         service-{number}\n              key: password\n        ports:\n        - containerPort: 8080\n          name: \
         http\n        resources:\n          requests:\n            cpu: 100m\n            memory: 128Mi\n          \
         limits:\n            memory: 256Mi\n        readinessProbe:\n          httpGet:\n            path: /healthz\n            \
         port: http\n          periodSeconds: 10\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \
         service-{number}\ndata:\n  server.conf: |\n    listen = 8080\n    workers = 4\n\n    [log]\n    level = info\n  \
         note: >-\n    This text is folded\n    over two lines.\n",
        replicas = number % 7,
    )
}

fn crd(number: usize) -> String {
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things{number}.example.com\n\
         spec:\n  group: example.com\n  names:\n    kind: Thing{number}\n    plural: things{number}\n  scope: Namespaced\n  \
         versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: \
         object\n        properties:\n"
    );
    for field in 0..1500 {
        text.push_str(&format!(
            "          field{field}:\n            description: |-\n              Field {field} says how the thing behaves \
             when it is under load.\n              More info: https://example.com/docs/field{field}\n            type: \
             object\n            required: [name]\n            properties:\n              name:\n                type: \
             string\n                maxLength: 253\n              items:\n                type: array\n                \
             items:\n                  description: Items are what the thing holds.\n                  type: string\n              \
             mode:\n                type: string\n                enum:\n                - Always\n                - \
             IfNotPresent\n                - Never\n"
        ));
    }
    text
}

fn json() -> String {
    let item = |number: usize| {
        format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"config-{number}\",\"namespace\":\
             \"shop\",\"labels\":{{\"app\":\"shop\",\"tier\":\"web\"}}}},\"data\":{{\"count\":\"{number}\",\"text\":\
             \"line one\\nline two\",\"ratio\":\"0.5\"}}}}"
        )
    };
    let items: Vec<_> = (0..3000).map(item).collect();
    format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n{}\n]}}\n", items.join(",\n"))
}
