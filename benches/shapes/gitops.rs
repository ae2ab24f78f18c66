//! What Argo CD and Flux apply: Applications, projects, ApplicationSets, sources and what depends on what.

use super::{Folder, Shape, lines, object};

pub const SHAPES: &[Shape] = &[
    Shape::new("Applications", 16_000, applications),
    Shape::new("Applications of folders", 8_000, applications_of_folders),
    Shape::new("AppProjects", 16_000, projects),
    Shape::new("destinations of an AppProject", 16_000, destinations),
    Shape::new("ApplicationSets", 16_000, application_sets),
    Shape::new("elements of an ApplicationSet", 16_000, elements),
    Shape::new("a matrix of ApplicationSet generators", 4_000, matrix),
    Shape::new("Flux Kustomizations of one source", 16_000, flux_of_one_source),
    Shape::new("Flux Kustomizations in a chain", 16_000, flux_chain),
    Shape::new("Flux Kustomizations that need all before", 256, flux_diamonds),
    Shape::new("HelmReleases and repositories", 16_000, helm_releases),
];

fn application(folder: &mut Folder, i: usize, project: &str, path: &str) {
    let spec = format!(
        "spec:\n  project: {project}\n  source: {{repoURL: \"https://example.com/a.git\", path: {path}, targetRevision: main}}\n  \
         destination: {{server: \"https://kubernetes.default.svc\", namespace: n{i}}}\n  syncPolicy: {{automated: {{}}}}\n"
    );
    folder.object(&object("argoproj.io/v1alpha1", "Application", &format!("a{i}"), &spec));
}

fn applications(n: usize, folder: &mut Folder) {
    project(folder, "p", "    - {server: '*', namespace: '*'}\n");
    (0..n).for_each(|i| application(folder, i, "p", "apps"));
}

fn applications_of_folders(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        application(folder, i, "default", &format!("apps/a{i}"));
        folder.file(&format!("apps/a{i}/a.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    }
}

fn project(folder: &mut Folder, name: &str, destinations: &str) {
    let spec = format!("spec:\n  sourceRepos: ['*']\n  destinations:\n{destinations}");
    folder.object(&object("argoproj.io/v1alpha1", "AppProject", name, &spec));
}

fn projects(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        project(folder, &format!("p{i}"), &format!("    - {{server: '*', namespace: n{i}}}\n"));
        application(folder, i, &format!("p{i}"), "apps");
    }
}

fn destinations(n: usize, folder: &mut Folder) {
    project(folder, "p", &lines(n, |i| format!("    - {{server: '*', namespace: m{i}}}")));
    (0..n / 100).for_each(|i| application(folder, i, "p", "apps"));
}

fn application_set(folder: &mut Folder, name: &str, generators: &str) {
    let spec = format!(
        "spec:\n  goTemplate: true\n  generators:\n{generators}  template:\n    metadata: {{name: '{{{{.name}}}}'}}\n    spec:\n      \
         project: default\n      source: {{repoURL: \"https://example.com/a.git\", path: 'apps/{{{{.name}}}}'}}\n      destination: \
         {{server: \"https://kubernetes.default.svc\", namespace: '{{{{.name}}}}'}}\n"
    );
    folder.object(&object("argoproj.io/v1alpha1", "ApplicationSet", name, &spec));
}

fn application_sets(n: usize, folder: &mut Folder) {
    for i in 0..n {
        application_set(folder, &format!("a{i}"), &format!("    - list: {{elements: [{{name: e{i}}}]}}\n"));
    }
}

fn elements(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("          - {{name: e{i}}}"));
    application_set(folder, "a", &format!("    - list:\n        elements:\n{list}"));
}

fn matrix(n: usize, folder: &mut Folder) {
    let list = |key: &str| lines(n, |i| format!("                - {{{key}: e{i}}}"));
    let (names, others) = (list("name"), list("other"));
    let generators = format!(
        "    - matrix:\n        generators:\n          - list:\n              elements:\n{names}          - list:\n              elements:\n{others}"
    );
    application_set(folder, "a", &generators);
}

fn flux(folder: &mut Folder, i: usize, rest: &str) {
    let spec = format!(
        "spec:\n  interval: 10m\n  prune: true\n  path: ./apps\n  sourceRef: {{kind: GitRepository, name: source}}\n{rest}"
    );
    folder.object(&object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", &format!("k{i}"), &spec));
}

fn source(folder: &mut Folder) {
    let spec = "spec: {interval: 1m, url: \"https://example.com/a.git\", ref: {branch: main}}\n";
    folder.object(&object("source.toolkit.fluxcd.io/v1", "GitRepository", "source", spec));
}

fn flux_of_one_source(n: usize, folder: &mut Folder) {
    source(folder);
    (0..n).for_each(|i| flux(folder, i, ""));
}

fn flux_chain(n: usize, folder: &mut Folder) {
    source(folder);
    flux(folder, 0, "");
    (1..n).for_each(|i| flux(folder, i, &format!("  dependsOn: [{{name: k{}}}]\n", i - 1)));
}

/// Each layer of two needs both of the layer before: as many ways as two to the power of the layers.
fn flux_diamonds(n: usize, folder: &mut Folder) {
    source(folder);
    for i in 0..n {
        let before = i / 2 * 2;
        let needs =
            format!("  dependsOn: [{{name: k{}}}, {{name: k{}}}]\n", before.wrapping_sub(2), before.wrapping_sub(1));
        flux(folder, i, if before < 2 { "" } else { &needs });
    }
}

fn helm_releases(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        let spec = format!("spec: {{interval: 1m, url: \"https://example.com/{i}\"}}\n");
        folder.object(&object("source.toolkit.fluxcd.io/v1", "HelmRepository", &format!("r{i}"), &spec));
        let chart = format!("{{spec: {{chart: a, version: 1.0.0, sourceRef: {{kind: HelmRepository, name: r{i}}}}}}}");
        let spec = format!("spec: {{interval: 1m, chart: {chart}}}\n");
        folder.object(&object("helm.toolkit.fluxcd.io/v2", "HelmRelease", &format!("h{i}"), &spec));
    }
}
