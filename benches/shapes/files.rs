//! Many files and folders: small manifests, ignore files, kustomizations, charts, and a realistic mix.

use super::{Folder, Shape, lines, object};

#[path = "../corpus/application.rs"]
mod application;

use application::application;

pub const SHAPES: &[Shape] = &[
    Shape::new("small files", 16_000, small_files),
    Shape::new("small files of a folder each", 16_000, folders),
    Shape::new("folders within folders", 400, deep_folders),
    Shape::new("files that hold no object", 16_000, no_objects),
    Shape::new("ignore files", 8_000, ignore_files),
    Shape::new("patterns of an ignore file", 4_000, ignore_patterns),
    Shape::new("kustomizations", 8_000, kustomizations),
    Shape::new("kustomizations with generators", 8_000, generators),
    Shape::new("generators of a kustomization", 16_000, generators_of_one),
    Shape::new("resources of a kustomization", 8_000, resources),
    Shape::new("patches of a kustomization", 8_000, patches),
    Shape::new("overlays of one base", 8_000, overlays),
    Shape::new("kustomizations in a chain", 400, chain),
    Shape::new("diamonds of kustomizations", 48, diamonds),
    Shape::new("kustomizations that name a folder twice", 48, twice),
    Shape::new("charts", 4_000, charts),
    Shape::new("values files of a chart", 8_000, values_files),
    Shape::new("rules for paths in the configuration", 1_000, configuration).args(CONFIGURED),
    Shape::new("a realistic mix", 200_000, mix),
];

const CONFIGURED: &[&str] = &["check", "--format", "json", "--config", "kubevet.yaml"];

fn config_map(name: &str) -> String {
    object("v1", "ConfigMap", name, "data: {a: b}\n")
}

fn small_files(n: usize, folder: &mut Folder) {
    (0..n).for_each(|i| folder.file(&format!("f{:03}/a{i}.yaml", i / 100), &config_map(&format!("a{i}"))));
}

fn folders(n: usize, folder: &mut Folder) {
    (0..n).for_each(|i| folder.file(&format!("f{i}/a.yaml"), &config_map(&format!("a{i}"))));
}

fn deep_folders(n: usize, folder: &mut Folder) {
    for chain in 0..10 {
        let mut path = format!("c{chain}");
        for i in 0..n {
            path.push_str("/a");
            folder.file(&format!("{path}/a.yaml"), &config_map(&format!("a{chain}-{i}")));
        }
    }
}

fn no_objects(n: usize, folder: &mut Folder) {
    let text = lines(20, |i| format!("key{i}: {{a: b}}"));
    (0..n).for_each(|i| folder.file(&format!("f{:03}/a{i}.yaml", i / 100), &text));
}

/// What makes a folder a git repository, as little as there can be.
fn repository(folder: &mut Folder) {
    folder.file(".git/HEAD", "ref: refs/heads/main\n");
    folder.file(".git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n");
    folder.file(".git/objects/info/.keep", "");
    folder.file(".git/refs/heads/.keep", "");
}

fn ignore_files(n: usize, folder: &mut Folder) {
    repository(folder);
    for i in 0..n {
        folder.file(&format!("f{i}/.gitignore"), "*.tmp\n/build/\n");
        folder.file(&format!("f{i}/a.yaml"), &config_map(&format!("a{i}")));
    }
}

fn ignore_patterns(n: usize, folder: &mut Folder) {
    repository(folder);
    folder.file(".gitignore", &lines(n, |i| format!("/build-{i}/**/*.yaml")));
    (0..n).for_each(|i| folder.file(&format!("f{:03}/a{i}.yaml", i / 100), &config_map(&format!("a{i}"))));
}

fn kustomization(folder: &mut Folder, path: &str, text: &str) {
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    folder.file(&format!("{path}/kustomization.yaml"), &format!("{head}{text}"));
}

fn kustomizations(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        kustomization(folder, &format!("f{i}"), "resources: [a.yaml]\n");
        folder.file(&format!("f{i}/a.yaml"), &config_map("a"));
    }
}

fn generators(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        let text = format!(
            "namespace: n{i}\nresources: [a.yaml]\nconfigMapGenerator: [{{name: settings, literals: [a=b]}}]\n\
             secretGenerator: [{{name: secrets, literals: [a=b]}}]\n"
        );
        kustomization(folder, &format!("f{i}"), &text);
        let from = "{name: a, image: \"example.com/a:1\", envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: secrets}}]}";
        folder.file(
            &format!("f{i}/a.yaml"),
            &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{from}]}}\n"),
        );
    }
}

fn generators_of_one(n: usize, folder: &mut Folder) {
    let list = lines(n / 2, |i| format!("  - {{name: settings-{i}, literals: [a=b]}}"));
    let paths = lines(n / 2, |i| format!("  - pods-{}.yaml", i / 100));
    let mut names: Vec<_> = paths.lines().collect();
    names.dedup();
    kustomization(folder, "f", &format!("configMapGenerator:\n{list}resources:\n{}\n", names.join("\n")));
    for file in 0..(n / 2).div_ceil(100) {
        let pods = (file * 100..((file + 1) * 100).min(n / 2)).map(|i| {
            let from =
                format!("{{name: a, image: \"example.com/a:1\", envFrom: [{{configMapRef: {{name: settings-{i}}}}}]}}");
            format!("---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a{i}}}\nspec: {{containers: [{from}]}}\n")
        });
        folder.file(&format!("f/pods-{file}.yaml"), &pods.collect::<String>());
    }
}

fn resources(n: usize, folder: &mut Folder) {
    kustomization(folder, "f", &format!("resources:\n{}", lines(n, |i| format!("  - a{i}.yaml"))));
    (0..n).for_each(|i| folder.file(&format!("f/a{i}.yaml"), &config_map(&format!("a{i}"))));
}

fn patches(n: usize, folder: &mut Folder) {
    let list = lines(n / 2, |i| format!("  - path: p{i}.yaml"));
    let resources = lines(n / 2, |i| format!("  - a{i}.yaml"));
    kustomization(folder, "f", &format!("resources:\n{resources}patches:\n{list}"));
    for i in 0..n / 2 {
        folder.file(&format!("f/a{i}.yaml"), &config_map(&format!("a{i}")));
        folder.file(&format!("f/p{i}.yaml"), &config_map(&format!("a{i}")));
    }
}

fn overlays(n: usize, folder: &mut Folder) {
    kustomization(folder, "base", "resources: [a.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n");
    folder.file("base/a.yaml", &super::deployment("a", "shop", "a"));
    (0..n).for_each(|i| {
        kustomization(folder, &format!("overlays/o{i}"), &format!("resources: [../../base]\nnamespace: n{i}\n"))
    });
}

/// Twenty chains, each `n` long.
fn chain(n: usize, folder: &mut Folder) {
    for chain in 0..20 {
        for i in 0..n {
            kustomization(folder, &format!("c{chain}/k{i}"), &format!("resources: [../k{}]\n", i + 1));
        }
        kustomization(
            folder,
            &format!("c{chain}/k{n}"),
            "resources: [a.yaml]\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n",
        );
        folder.file(&format!("c{chain}/k{n}/a.yaml"), &super::deployment("a", "shop", "a"));
    }
}

/// Fifty times layers of two, each of which takes in both of the next: as many ways as two to the power of the layers.
fn diamonds(n: usize, folder: &mut Folder) {
    for copy in 0..50 {
        for i in 0..n {
            let next = format!(
                "resources: [../l{0}a, ../l{0}b]\nconfigMapGenerator: [{{name: g{i}, literals: [a=b]}}]\n",
                i + 1
            );
            kustomization(folder, &format!("d{copy}/l{i}a"), &next);
            kustomization(folder, &format!("d{copy}/l{i}b"), &next);
        }
        for side in ["a", "b"] {
            kustomization(folder, &format!("d{copy}/l{n}{side}"), "resources: [a.yaml]\n");
            folder.file(&format!("d{copy}/l{n}{side}/a.yaml"), &super::deployment(side, "shop", side));
        }
    }
}

/// Fifty chains in which each kustomization names the next one twice.
fn twice(n: usize, folder: &mut Folder) {
    for copy in 0..50 {
        for i in 0..n {
            kustomization(
                folder,
                &format!("d{copy}/k{i}"),
                &format!("resources: [../k{0}, ../k{0}/]\nbases: [../k{0}]\n", i + 1),
            );
        }
        kustomization(folder, &format!("d{copy}/k{n}"), "resources: [a.yaml]\n");
        folder.file(&format!("d{copy}/k{n}/a.yaml"), &super::deployment("a", "shop", "a"));
    }
}

fn charts(n: usize, folder: &mut Folder) {
    for i in 0..n / 4 {
        let path = format!("charts/c{i}");
        folder.file(&format!("{path}/Chart.yaml"), &format!("apiVersion: v2\nname: c{i}\nversion: 1.0.0\n"));
        folder.file(&format!("{path}/values.yaml"), "image: {repository: example.com/a, tag: latest}\n");
        folder.file(
            &format!("{path}/templates/a.yaml"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n",
        );
        folder.file(&format!("{path}/templates/b.yaml"), &config_map("a"));
    }
}

fn values_files(n: usize, folder: &mut Folder) {
    folder.file("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
    (0..n)
        .for_each(|i| folder.file(&format!("c/values-{i}.yaml"), "image: {repository: example.com/a, tag: latest}\n"));
}

fn configuration(n: usize, folder: &mut Folder) {
    let ignore = lines(n, |i| format!("  - {{rules: [default-namespace], paths: [\"f{i}/**\"], reason: known}}"));
    folder.file("kubevet.yaml", &format!("ignore:\n{ignore}"));
    (0..n).for_each(|i| folder.file(&format!("f{i}/a.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"));
}

/// Applications of seven objects, as teams write them.
fn mix(n: usize, folder: &mut Folder) {
    for number in 0..n / 7 {
        let path = format!("team-{:02}/app-{number:05}", number % 40);
        for (name, text) in application(number) {
            folder.file(&format!("{path}/{name}"), &text);
        }
    }
}
