//! One object that grows: a Pod, a ConfigMap, a custom resource definition.

use super::{Folder, Shape, container, lines, object, pod};

pub const SHAPES: &[Shape] = &[
    Shape::new("containers of a pod", 16_000, containers),
    Shape::new("init containers of a pod", 16_000, init_containers),
    Shape::new("variables of a container", 64_000, variables),
    Shape::new("variables that use others", 64_000, chained_variables),
    Shape::new("variables from a ConfigMap", 32_000, variables_from_config),
    Shape::new("variables of one name", 32_000, variables_of_one_name),
    Shape::new("sources of variables", 32_000, sources_of_variables),
    Shape::new("volumes with mounts", 32_000, volumes),
    Shape::new("mounts of one path", 32_000, mounts_of_one_path),
    Shape::new("volumes of ConfigMaps", 16_000, config_volumes),
    Shape::new("sources of a projected volume", 32_000, projected),
    Shape::new("items of a ConfigMap volume", 32_000, volume_items),
    Shape::new("claim templates", 16_000, claim_templates),
    Shape::new("ports of a container", 64_000, container_ports),
    Shape::new("arguments of a container", 200_000, arguments),
    Shape::new("keys of a ConfigMap", 200_000, config_keys),
    Shape::new("keys of a Secret", 200_000, secret_keys),
    Shape::new("one key again and again", 200_000, duplicate_keys),
    Shape::new("each key twice", 200_000, doubled_keys),
    Shape::new("fields of no schema", 64_000, unknown_fields),
    Shape::new("misspelt fields", 32_000, misspelt_fields),
    Shape::new("labels", 64_000, labels),
    Shape::new("annotations", 64_000, annotations),
    Shape::new("properties of a schema", 32_000, properties),
    Shape::new("properties of one name", 32_000, twin_properties),
    Shape::new("versions of a definition", 4_000, versions),
    Shape::new("schemas within schemas", 4_000, nested_schemas),
    Shape::new("rules of a schema", 8_000, schema_rules),
    Shape::new("fields of a custom resource", 64_000, custom_fields),
    Shape::new("required fields of a schema", 32_000, required_fields),
    Shape::new("validations of a policy", 8_000, policy_validations),
    Shape::new("variables of a policy", 8_000, policy_variables),
];

fn containers(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "    - name: c{i}\n      image: example.com/a:{i}\n      ports: [{{containerPort: {port}}}]\n      \
             resources: {{requests: {{cpu: 1m}}}}",
            port = i % 60_000 + 1
        )
    });
    folder.file("a.yaml", &pod(&format!("  containers:\n{list}")));
}

fn init_containers(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "    - name: c{i}\n      image: example.com/a:{i}\n      restartPolicy: Always\n      env: [{{name: A, value: b}}]"
        )
    });
    let main = "  containers: [{name: main, image: \"example.com/a:1\"}]\n";
    folder.file("a.yaml", &pod(&format!("{main}  initContainers:\n{list}")));
}

fn variables(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - name: VARIABLE_{i}\n          value: value-{i}"));
    folder.file("a.yaml", &container(&format!("      env:\n{list}")));
}

fn chained_variables(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - name: VARIABLE_{}\n          value: $(VARIABLE_{i})/x", i + 1));
    folder.file("a.yaml", &container(&format!("      env:\n{list}")));
}

fn variables_from_config(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!("        - name: V{i}\n          valueFrom: {{configMapKeyRef: {{name: settings, key: key-{i}}}}}")
    });
    folder.file("a.yaml", &container(&format!("      env:\n{list}")));
    let keys = lines(n, |i| format!("  key-{i}: value"));
    folder.file("b.yaml", &object("v1", "ConfigMap", "settings", &format!("data:\n{keys}")));
}

fn variables_of_one_name(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - name: VARIABLE\n          value: value-{i}"));
    folder.file("a.yaml", &container(&format!("      env:\n{list}")));
}

fn sources_of_variables(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - configMapRef: {{name: settings-{i}}}"));
    folder.file("a.yaml", &container(&format!("      envFrom:\n{list}")));
}

fn volumes(n: usize, folder: &mut Folder) {
    let mounts = lines(n, |i| format!("        - name: v{i}\n          mountPath: /mnt/v{i}"));
    let list = lines(n, |i| format!("    - name: v{i}\n      emptyDir: {{sizeLimit: 1Mi}}"));
    folder.file("a.yaml", &container(&format!("      volumeMounts:\n{mounts}  volumes:\n{list}")));
}

fn mounts_of_one_path(n: usize, folder: &mut Folder) {
    let mounts = lines(n, |i| format!("        - name: v\n          mountPath: /mnt\n          subPath: p{i}"));
    folder.file(
        "a.yaml",
        &container(&format!("      volumeMounts:\n{mounts}  volumes: [{{name: v, emptyDir: {{}}}}]\n")),
    );
}

fn config_volumes(n: usize, folder: &mut Folder) {
    let mounts = lines(n, |i| format!("        - name: v{i}\n          mountPath: /mnt/v{i}\n          subPath: a"));
    let list = lines(n, |i| format!("    - name: v{i}\n      configMap: {{name: settings-{i}}}"));
    folder.file("a.yaml", &container(&format!("      volumeMounts:\n{mounts}  volumes:\n{list}")));
    for i in 0..n {
        folder.object(&object("v1", "ConfigMap", &format!("settings-{i}"), "data: {a: b}\n"));
    }
}

fn projected(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("          - configMap: {{name: settings, items: [{{key: k{i}, path: p{i}}}]}}"));
    let volume = format!("  volumes:\n    - name: v\n      projected:\n        sources:\n{list}");
    folder.file("a.yaml", &container(&format!("      volumeMounts: [{{name: v, mountPath: /v}}]\n{volume}")));
}

fn volume_items(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("          - {{key: key-{i}, path: p{i}}}"));
    let volume = format!("  volumes:\n    - name: v\n      configMap:\n        name: settings\n        items:\n{list}");
    folder.file("a.yaml", &container(&format!("      volumeMounts: [{{name: v, mountPath: /v}}]\n{volume}")));
    let keys = lines(n, |i| format!("  key-{i}: value"));
    folder.file("b.yaml", &object("v1", "ConfigMap", "settings", &format!("data:\n{keys}")));
}

fn claim_templates(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "    - metadata: {{name: claim-{i}}}\n      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}"
        )
    });
    let mounts = lines(n, |i| format!("            - {{name: claim-{i}, mountPath: /mnt/{i}}}"));
    let spec = format!(
        "spec:\n  serviceName: a\n  selector: {{matchLabels: {{app: a}}}}\n  volumeClaimTemplates:\n{list}  template:\n    \
         metadata: {{labels: {{app: a}}}}\n    spec:\n      containers:\n        - name: a\n          image: example.com/a:1\n          \
         volumeMounts:\n{mounts}"
    );
    folder.file("a.yaml", &object("apps/v1", "StatefulSet", "a", &spec));
}

fn container_ports(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - {{name: p{i}, containerPort: {}}}", i % 65_000 + 1));
    folder.file("a.yaml", &container(&format!("      ports:\n{list}")));
    folder.file(
        "b.yaml",
        &object("v1", "Service", "a", "spec:\n  selector: {app: a}\n  ports: [{port: 80, targetPort: p1}]\n"),
    );
}

fn arguments(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - --option-{i}=value-{i}"));
    folder.file("a.yaml", &container(&format!("      args:\n{list}")));
}

fn config_keys(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: value-{i}"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn secret_keys(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: value-{i}"));
    folder.file("a.yaml", &object("v1", "Secret", "a", &format!("stringData:\n{keys}")));
}

fn duplicate_keys(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key: value-{i}"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn doubled_keys(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{}: value", i % (n / 2)));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn unknown_fields(n: usize, folder: &mut Folder) {
    let fields = lines(n, |i| format!("  unheardOf{i}: value"));
    folder.file("a.yaml", &container(&fields));
}

fn misspelt_fields(n: usize, folder: &mut Folder) {
    let fields = lines(n, |i| format!("    - name: c{i}\n      imgae: example.com/a:1\n      livenessProb: {{}}"));
    folder.file("a.yaml", &pod(&format!("  containers:\n{fields}")));
}

fn labels(n: usize, folder: &mut Folder) {
    let labels = lines(n, |i| format!("        label-{i}: value-{i}"));
    let spec = format!(
        "spec:\n  selector:\n    matchLabels: &labels\n{labels}  template:\n    metadata: {{labels: *labels}}\n    spec: \
         {{containers: [{{name: a, image: \"example.com/a:1\"}}]}}\n"
    );
    folder.file("a.yaml", &object("apps/v1", "Deployment", "a", &spec));
    folder.file(
        "b.yaml",
        &object("v1", "Service", "a", &format!("spec:\n  ports: [{{port: 80}}]\n  selector:\n{labels}")),
    );
}

fn annotations(n: usize, folder: &mut Folder) {
    let notes = lines(n, |i| format!("    example.com/note-{i}: value-{i}"));
    folder.file("a.yaml", &format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n{notes}"));
}

/// A definition whose `spec` has that schema, which is indented by 14.
fn definition(spec: &str) -> String {
    format!("{}{}", definition_head(""), definition_version("v1", true, spec))
}

fn definition_head(rest: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: things.example.com}}\nspec:\n  \
         group: example.com\n  names: {{kind: Thing, plural: things}}\n  scope: Namespaced\n{rest}  versions:\n"
    )
}

fn definition_version(name: &str, storage: bool, spec: &str) -> String {
    format!(
        "    - name: {name}\n      served: true\n      storage: {storage}\n      schema:\n        openAPIV3Schema:\n          type: object\n          \
         properties:\n            spec:\n              type: object\n{spec}"
    )
}

fn properties(n: usize, folder: &mut Folder) {
    let list =
        lines(n, |i| format!("                p{i}: {{type: string, description: The value {i}., maxLength: 10}}"));
    folder.file("a.yaml", &definition(&format!("              properties:\n{list}")));
    let fields = lines(n, |i| format!("  p{i}: value"));
    folder.file("b.yaml", &object("example.com/v1", "Thing", "a", &format!("spec:\n{fields}")));
}

fn twin_properties(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("                p{}: {{type: string}}", i % 2));
    folder.file("a.yaml", &definition(&format!("              properties:\n{list}")));
}

fn versions(n: usize, folder: &mut Folder) {
    let list: String = (0..n)
        .map(|i| definition_version(&format!("v{}", i + 1), i == 0, "              properties: {a: {type: string}}\n"))
        .collect();
    folder.file("a.yaml", &format!("{}{list}", definition_head("")));
}

fn nested_schemas(n: usize, folder: &mut Folder) {
    let open = "{type: object, properties: {a: ".repeat(n);
    let spec = format!("              properties: {{a: {open}{{type: string}}{}}}\n", "}}".repeat(n));
    folder.file("a.yaml", &definition(&spec));
}

fn schema_rules(n: usize, folder: &mut Folder) {
    let rules = lines(n, |i| format!("                - {{rule: 'self.a > {i} || self.b.size() < {i}', message: no}}"));
    let spec = "              properties: {a: {type: integer}, b: {type: string, maxLength: 10}}\n";
    folder.file("a.yaml", &definition(&format!("{spec}              x-kubernetes-validations:\n{rules}")));
    folder.file("b.yaml", &object("example.com/v1", "Thing", "a", "spec: {a: 1, b: c}\n"));
}

fn custom_fields(n: usize, folder: &mut Folder) {
    let spec = "              properties: {a: {type: integer}}\n";
    folder.file("a.yaml", &definition(spec));
    let fields = lines(n, |i| format!("  unheardOf{i}: value"));
    folder.file("b.yaml", &object("example.com/v1", "Thing", "a", &format!("spec:\n{fields}")));
}

fn required_fields(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("                p{i}: {{type: string}}"));
    let required = lines(n, |i| format!("                - p{i}"));
    folder
        .file("a.yaml", &definition(&format!("              required:\n{required}              properties:\n{list}")));
    folder.file("b.yaml", &object("example.com/v1", "Thing", "a", "spec: {}\n"));
}

fn policy(rest: &str) -> String {
    let head = "spec:\n  failurePolicy: Fail\n  matchConstraints:\n    resourceRules:\n      - {apiGroups: [apps], apiVersions: \
                [v1], operations: [CREATE], resources: [deployments]}\n";
    object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "a", &format!("{head}{rest}"))
}

fn policy_validations(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{expression: 'object.spec.replicas != {i}', message: no}}"));
    folder.file("a.yaml", &policy(&format!("  validations:\n{list}")));
}

fn policy_variables(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| match i {
        0 => "    - {name: v0, expression: '1'}".to_owned(),
        _ => format!("    - {{name: v{i}, expression: 'variables.v{} + 1'}}", i - 1),
    });
    let rest = format!("  variables:\n{list}  validations: [{{expression: 'variables.v0 > 0'}}]\n");
    folder.file("a.yaml", &policy(&rest));
}
