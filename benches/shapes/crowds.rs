//! Many objects, files or comments that mean the same thing, or something that is nowhere.

use super::{Folder, Shape, container, deployment, lines, object, pod};

pub const SHAPES: &[Shape] = &[
    Shape::new("autoscalers and targets of one name, unplaced", 8_000, unplaced_autoscalers),
    Shape::new("keys that ConfigMaps of one name lack", 8_000, lacking_keys),
    Shape::new("keys that a large ConfigMap lacks", 8_000, lacking_keys_of_one),
    Shape::new("LimitRanges that containers violate", 8_000, violated_limits),
    Shape::new("Applications of missing projects", 16_000, missing_projects),
    Shape::new("Flux Kustomizations of missing ones", 16_000, missing_dependencies),
    Shape::new("Flux Kustomizations of missing sources", 16_000, missing_sources),
    Shape::new("Flux Kustomizations in circles", 16_000, flux_circles),
    Shape::new("equal objects of kustomizations", 4_000, equal_objects),
    Shape::new("kustomizations of one file", 4_000, kustomizations_of_one_file),
    Shape::new("kustomizations that each bring a definition", 4_000, definitions_of_kustomizations),
    Shape::new("Applications of one folder", 4_000, applications_of_one_folder),
    Shape::new("Applications of one folder, each of a folder", 4_000, scattered_applications),
    Shape::new("ignore files within each other", 400, nested_ignore_files),
    Shape::new("entries of `ignore` that match", 16_000, ignore_entries).args(CONFIGURED),
    Shape::new("entries of `ignore` with patterns", 4_000, ignore_patterns).args(CONFIGURED),
    Shape::new("comments that suppress all of a document", 16_000, whole_document_comments),
    Shape::new("comments of others for all of a document", 16_000, foreign_comments).args(FOREIGN),
    Shape::new("anchors and fixes", 16_000, anchors_and_fixes),
    Shape::new("fixes that remove entries", 16_000, removals),
    Shape::new("fixes that remove items", 16_000, removed_items),
    Shape::new("fixes that quote, as a diff", 32_000, quotes).args(DIFF),
    Shape::new("fixes all over a file, as a diff", 8_000, scattered_fixes).args(UNSAFE_DIFF),
    Shape::new("objects of 5,000 namespaces", 200_000, thousands_of_namespaces),
];

const CONFIGURED: &[&str] = &["check", "--format", "json", "--config", "kubevet.yaml"];
const FOREIGN: &[&str] = &["check", "--format", "json", "--honor-foreign-ignores"];
const DIFF: &[&str] = &["check", "--diff"];
const UNSAFE_DIFF: &[&str] = &["check", "--diff", "--unsafe-fixes"];

fn put(folder: &mut Folder, api_version: &str, kind: &str, name: &str, rest: &str) {
    folder.object(&object(api_version, kind, name, rest));
}

fn unplaced_autoscalers(n: usize, folder: &mut Folder) {
    let deployment = deployment("a", "shop", "a").replacen(", namespace: shop", "", 1);
    for i in 0..n / 2 {
        folder.object(&deployment);
        folder.object(&format!(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: h{i}}}\nspec:\n  minReplicas: 2\n  \
             maxReplicas: 4\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a}}\n  metrics: [{{type: Resource, \
             resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 80}}}}}}]\n"
        ));
    }
}

/// A Pod of a namespace that asks for a key of a ConfigMap.
fn reader(folder: &mut Folder, i: usize, namespace: &str, key: &str) {
    let variable = format!("{{name: A, valueFrom: {{configMapKeyRef: {{name: settings, key: {key}}}}}}}");
    folder.object(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, namespace: {namespace}}}\nspec: {{containers: [{{name: a, image: \
         \"example.com/a:1\", env: [{variable}]}}]}}\n"
    ));
}

fn lacking_keys(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        folder
            .object(&format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{key-{i}: b}}\n"));
        reader(folder, i, &format!("n{i}"), "kye-1");
    }
}

fn lacking_keys_of_one(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: b"));
    put(folder, "v1", "ConfigMap", "settings", &format!("data:\n{keys}"));
    (0..n).for_each(|i| reader(folder, i, "shop", &format!("kye-{i}")));
}

fn violated_limits(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        let (name, limits) = (format!("a{i}"), "spec: {limits: [{type: Container, max: {memory: 1Mi}}]}\n");
        folder.object(&deployment(&name, "shop", &name));
        put(folder, "v1", "LimitRange", &name, limits);
    }
}

fn missing_projects(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        let spec = "spec:\n  sourceRepos: ['*']\n  destinations: [{server: '*', namespace: '*'}]\n";
        put(folder, "argoproj.io/v1alpha1", "AppProject", &format!("project-{i}"), spec);
        application(folder, i, &format!("porject-{i}"));
    }
}

fn application(folder: &mut Folder, i: usize, project: &str) {
    folder.object(&application_of(i, project));
}

fn application_of(i: usize, project: &str) -> String {
    let spec = format!(
        "spec:\n  project: {project}\n  source: {{repoURL: \"https://example.com/a.git\", path: apps, targetRevision: main}}\n  \
         destination: {{server: \"https://kubernetes.default.svc\", namespace: shop}}\n  syncPolicy: {{automated: {{}}}}\n"
    );
    object("argoproj.io/v1alpha1", "Application", &format!("a{i}"), &spec)
}

fn flux(folder: &mut Folder, i: usize, source: &str, rest: &str) {
    let spec = format!(
        "spec:\n  interval: 10m\n  prune: true\n  path: ./apps\n  sourceRef: {{kind: GitRepository, name: {source}}}\n{rest}"
    );
    put(folder, "kustomize.toolkit.fluxcd.io/v1", "Kustomization", &format!("kustomization-{i}"), &spec);
}

fn source(folder: &mut Folder, name: &str) {
    let spec = "spec: {interval: 1m, url: \"https://example.com/a.git\", ref: {branch: main}}\n";
    put(folder, "source.toolkit.fluxcd.io/v1", "GitRepository", name, spec);
}

fn missing_dependencies(n: usize, folder: &mut Folder) {
    source(folder, "source");
    (0..n).for_each(|i| flux(folder, i, "source", &format!("  dependsOn: [{{name: kutsomization-{i}}}]\n")));
}

fn missing_sources(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        source(folder, &format!("source-{i}"));
        flux(folder, i, &format!("suorce-{i}"), "");
    }
}

/// Each waits for the next one, and all for the first.
fn flux_circles(n: usize, folder: &mut Folder) {
    source(folder, "source");
    for i in 0..n {
        let next = format!("  dependsOn: [{{name: kustomization-{}}}, {{name: kustomization-0}}]\n", (i + 1) % n);
        flux(folder, i, "source", &next);
    }
}

fn kustomization(folder: &mut Folder, path: &str, resources: &str) {
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    folder.file(&format!("{path}/kustomization.yaml"), &format!("{head}resources: [{resources}]\n"));
}

fn equal_objects(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        kustomization(folder, &format!("f{i}"), "a.yaml, b.yaml");
        folder.file(&format!("f{i}/a.yaml"), &deployment("a", "shop", "a"));
        folder.file(
            &format!("f{i}/b.yaml"),
            &object("v1", "Service", "a", "spec: {selector: {app: a}, ports: [{port: 80}]}\n"),
        );
    }
}

fn kustomizations_of_one_file(n: usize, folder: &mut Folder) {
    (0..n).for_each(|i| kustomization(folder, &format!("f{i}"), "../base/a.yaml, ../base/b.yaml"));
    folder.file("base/a.yaml", &lines(20, |i| format!("---\n{}", deployment(&format!("a{i}"), "shop", "a"))));
    folder.file("base/b.yaml", &lines(20, |i| format!("---\n{}", deployment(&format!("a{i}"), "shop", "a"))));
}

fn definitions_of_kustomizations(n: usize, folder: &mut Folder) {
    for i in 0..n {
        kustomization(folder, &format!("f{i}"), "a.yaml");
        let definition = format!(
            "spec:\n  group: g{i}.example.com\n  scope: Namespaced\n  names: {{kind: Ship, plural: ships, singular: ship}}\n  versions: \
             [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}]\n"
        );
        let name = format!("ships.g{i}.example.com");
        folder.file(
            &format!("f{i}/a.yaml"),
            &object("apiextensions.k8s.io/v1", "CustomResourceDefinition", &name, &definition),
        );
    }
}

/// What makes a folder the checkout that the Applications deploy from, as little as there can be.
fn checkout(folder: &mut Folder) {
    folder.file(".git/HEAD", "ref: refs/heads/main\n");
    let remote =
        "[remote \"origin\"]\n\turl = https://example.com/a.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n";
    folder.file(".git/config", &format!("[core]\n\trepositoryformatversion = 0\n\tbare = false\n{remote}"));
    folder.file(".git/objects/info/.keep", "");
    folder.file(".git/refs/heads/.keep", "");
}

fn config_maps(folder: &mut Folder, n: usize) {
    for file in 0..n.div_ceil(100) {
        let maps = (file * 100..n.min(file * 100 + 100))
            .map(|i| format!("---\n{}", object("v1", "ConfigMap", &format!("a{i}"), "data: {a: b}\n")));
        folder.file(&format!("apps/maps-{file}.yaml"), &maps.collect::<String>());
    }
}

fn applications_of_one_folder(n: usize, folder: &mut Folder) {
    checkout(folder);
    config_maps(folder, n / 2);
    (0..n / 2).for_each(|i| application(folder, i, "default"));
}

fn scattered_applications(n: usize, folder: &mut Folder) {
    checkout(folder);
    config_maps(folder, n / 2);
    (0..n / 2).for_each(|i| folder.file(&format!("clusters/c{i}/a.yaml"), &application_of(i, "default")));
}

fn nested_ignore_files(n: usize, folder: &mut Folder) {
    checkout(folder);
    for chain in 0..10 {
        let mut path = format!("c{chain}");
        for i in 0..n {
            path.push_str("/a");
            folder.file(&format!("{path}/.gitignore"), "*.tmp\n/build/\n");
            let map = object("v1", "ConfigMap", &format!("a{chain}-{i}"), "data: {a: b}\n");
            folder.file(&format!("{path}/a.yaml"), &map);
        }
    }
}

fn ignore_entries(n: usize, folder: &mut Folder) {
    let ignore = lines(n, |i| format!("  - {{rules: [latest-image-tag], kind: Pod, name: a{i}, reason: known}}"));
    folder.file("kubevet.yaml", &format!("ignore:\n{ignore}"));
    for i in 0..n {
        let name = format!("a{i}");
        put(folder, "v1", "Pod", &name, "spec: {containers: [{name: a, image: a}]}\n");
    }
}

fn ignore_patterns(n: usize, folder: &mut Folder) {
    let ignore = lines(n, |i| format!("  - {{rules: [latest-image-tag], kind: Pod, name: \"a{i}-*\", reason: known}}"));
    folder.file("kubevet.yaml", &format!("ignore:\n{ignore}"));
    for i in 0..n {
        put(folder, "v1", "Pod", &format!("a{i}-b"), "spec: {containers: [{name: a, image: a}]}\n");
    }
}

fn whole_document_comments(n: usize, folder: &mut Folder) {
    let comments = lines(n, |_| "# kubevet: ignore[latest-image-tag] known".to_owned());
    let list = lines(n, |i| format!("    - name: c{i}\n      image: a"));
    folder.file("a.yaml", &format!("{comments}{}", pod(&format!("  containers:\n{list}"))));
}

fn foreign_comments(n: usize, folder: &mut Folder) {
    let comments = lines(n, |i| format!("# checkov:skip=CKV_K8S_{}:known", i % 150));
    let list = lines(n, |i| format!("    - name: c{i}\n      image: a"));
    folder.file("a.yaml", &format!("{comments}{}", pod(&format!("  containers:\n{list}"))));
}

fn anchors_and_fixes(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!("        - {{name: &v{i} VARIABLE, value: a}}\n        - {{name: VARIABLE, value: b{i}}}")
    });
    folder.file("a.yaml", &container(&format!("      env:\n{list}")));
}

/// Fields that count for nothing: each fix takes an entry out of the same map.
fn removals(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("    example.com/note-{i}: value"));
    for i in 0..n / 4 {
        folder.object(&format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: a{i}, namespace: shop}}\n"));
    }
    folder.file(
        "a.yaml",
        &format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  namespace: shop\n  annotations:\n{keys}"),
    );
}

fn removed_items(n: usize, folder: &mut Folder) {
    let ports = lines(n, |_| "        - containerPort: 80".to_owned());
    folder.file("a.yaml", &container(&format!("      ports:\n{ports}")));
}

fn quotes(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| if i % 2 == 0 { format!("  key-{i}: yes") } else { format!("  key-{i}: a") });
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn scattered_fixes(n: usize, folder: &mut Folder) {
    let list =
        lines(n, |i| format!("    - name: c{i}\n      image: example.com/a:1\n      ports: [{{containerPort: 80}}]"));
    folder.file("a.yaml", &pod(&format!("  containers:\n{list}")));
}

fn thousands_of_namespaces(n: usize, folder: &mut Folder) {
    for i in 0..n / 4 {
        let (name, namespace) = (format!("a{i}"), format!("team-{}", i % 5_000));
        folder.object(&deployment(&name, &namespace, &name));
        let metadata = format!("metadata: {{name: {name}, namespace: {namespace}}}\n");
        folder.object(&format!("apiVersion: v1\nkind: ConfigMap\n{metadata}data: {{a: b}}\n"));
        folder.object(&format!("apiVersion: v1\nkind: ServiceAccount\n{metadata}"));
        let spec = format!("spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: http}}]}}\n");
        folder.object(&format!("apiVersion: v1\nkind: Service\n{metadata}{spec}"));
    }
}
