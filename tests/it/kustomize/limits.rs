//! Hostile trees: they read nothing outside, and end.

use std::fs;

use kubevet::render::Rendered;
use kubevet::render::kustomize::{Limits, Shared, build};

use super::memory::Memory;

fn message(rendered: &Rendered) -> String {
    assert_eq!(rendered.objects.len(), 0);
    let [problem] = &rendered.problems[..] else { panic!("one problem: {:?}", rendered.problems) };
    let place = problem.span.map(|span| {
        let source = rendered.sources.get(span.source);
        format!("{}:{}: ", source.name, source.position(span.start).line)
    });
    format!("{}{}", place.unwrap_or_default(), problem.message)
}

#[test]
fn a_kustomization_that_includes_itself_is_refused_at_the_line() {
    let files = Memory::new(&[
        ("a/kustomization.yaml", "resources:\n- ../b\n"),
        ("b/kustomization.yaml", "namePrefix: x-\nresources:\n- ../a\n"),
    ]);
    let wanted = "b/kustomization.yaml:3: `../a` includes itself: it is, or holds, a folder that includes it";
    assert_eq!(message(&files.build("a")), wanted);
}

#[test]
fn kustomizations_that_multiply_end_at_the_limit() {
    let level = |number: usize| format!("resources:\n- ../a{}\n- ../b{}\n", number + 1, number + 1);
    let mut files = Memory::default();
    for number in 0..40 {
        for name in ["a", "b"] {
            let text = if number == 39 { "namePrefix: x-\n".to_owned() } else { level(number) };
            files.0.insert(format!("{name}{number}/kustomization.yaml"), text.into_bytes());
        }
    }
    let limits = Limits { files: 500, ..Limits::default() };
    let rendered = build(&files, "a0", "a0", &limits);
    assert!(message(&rendered).ends_with("the root includes more than 500 kustomizations"), "{}", message(&rendered));
}

#[test]
fn objects_bytes_and_depth_have_limits() {
    let config_maps: String =
        (0..9).map(|number| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{number}\n---\n")).collect();
    let files = Memory::new(&[
        ("a/kustomization.yaml", "resources:\n- ../b\n"),
        ("b/kustomization.yaml", "resources:\n- maps.yaml\n"),
        ("b/maps.yaml", &config_maps),
    ]);
    let of = |limits: Limits| message(&build(&files, "a", "a", &limits));
    let usual = Limits::default();
    assert!(of(Limits { objects: 8, ..usual }).ends_with("more than 8 objects"));
    assert!(of(Limits { bytes: 100, ..usual }).ends_with("reads more than 100 bytes"));
    assert!(of(Limits { depth: 1, ..usual }).ends_with("include each other more than 1 deep"));
    assert!(of(Limits { time: std::time::Duration::ZERO, ..usual }).ends_with("takes longer than 0 s"));
}

#[test]
fn a_link_that_leads_outside_is_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("root");
    fs::create_dir(&root).expect("a folder");
    fs::write(folder.path().join("secret.yaml"), "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n")
        .expect("a file");
    fs::write(root.join("kustomization.yaml"), "resources:\n- link.yaml\n").expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.yaml", root.join("link.yaml")).expect("a link");
    let disk = Shared::new(&kubevet::files::Disk, []);
    let disk = disk.view(&root.to_string_lossy()).expect("a root");
    let rendered = build(&disk, disk.root(), "root", &Limits::default());
    assert_eq!(rendered.objects.len(), 0);
    #[cfg(unix)]
    assert!(message(&rendered).contains("is not in or below the kustomization's folder"), "{}", message(&rendered));
}

#[test]
fn yaml_that_is_deeper_than_the_limit_is_an_error() {
    let deep =
        format!("apiVersion: v1\nkind: A\nmetadata: {{name: a}}\nspec: {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let files = Memory::new(&[("kustomization.yaml", "resources:\n- a.yaml\n"), ("a.yaml", &deep)]);
    assert!(message(&files.build("")).starts_with("a.yaml:4: "));
}
