//! `--hook` and `--only-new`: what a commit brings, in repositories made for it.

use std::fs;
use std::process::Command;

use crate::common::shop::pod;
use crate::since::Repository;

/// What a hook reports of the files of a commit: `file:line: rule`, and the exit status.
fn hook(repository: &Repository, arguments: &[&str], from: Option<&str>) -> (Vec<String>, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["check", "-q", "-f", "concise", "--select", "latest-image-tag,dangling-configmap-reference"]);
    command.args(arguments).current_dir(repository.path()).env_remove("PRE_COMMIT_FROM_REF");
    let out = command.envs(from.map(|from| ("PRE_COMMIT_FROM_REF", from))).output().expect("the program runs");
    let line = |line: &str| {
        let mut parts = line.splitn(4, ':');
        let (file, number) = (parts.next()?, parts.next()?);
        Some(format!("{file}:{number}: {}", line.split_once('[')?.1.split_once(']')?.0))
    };
    (String::from_utf8_lossy(&out.stdout).lines().filter_map(line).collect(), out.status.code())
}

#[test]
fn what_a_commit_breaks_elsewhere_is_reported_and_what_was_there_is_not() {
    let repository = Repository::new();
    repository.write("k8s/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: shop}\n");
    let broken = ["k8s/pods.yaml:9: dangling-configmap-reference", "k8s/pods.yaml:19: dangling-configmap-reference"];
    assert_eq!(hook(&repository, &["--hook", "k8s/map.yaml"], None), (broken.map(String::from).to_vec(), Some(1)));
}

#[test]
fn of_a_changed_document_only_what_is_new_is_reported() {
    let repository = Repository::new();
    let extra = "    - {name: b, image: example.com/b}\n";
    repository.write("k8s/pods.yaml", &format!("{}---\n{}{extra}", pod("one"), pod("two")));
    let new = (vec!["k8s/pods.yaml:20: latest-image-tag".to_owned()], Some(1));
    assert_eq!(hook(&repository, &["--hook", "k8s/pods.yaml"], None), new);
    assert_eq!(hook(&repository, &["--since", "HEAD", "--only-new"], None), new);
    assert_eq!(hook(&repository, &["--since", "HEAD"], None).0.len(), 2, "the document in full");
    repository.commit();
    assert_eq!(hook(&repository, &["--hook", "k8s/pods.yaml"], Some("HEAD~1")), new, "pre-commit's --from-ref");
}

#[test]
fn files_that_nobody_changed_are_named_to_be_looked_at_in_full() {
    let repository = Repository::new();
    let all = ["k8s/pods.yaml:7: latest-image-tag", "k8s/pods.yaml:17: latest-image-tag"];
    let found = hook(&repository, &["--hook", "k8s/map.yaml", "k8s/pods.yaml"], None);
    assert_eq!(found, (all.map(String::from).to_vec(), Some(1)), "pre-commit's --all-files");
    assert_eq!(hook(&repository, &["--hook", "k8s/map.yaml"], None), (vec![], Some(0)));
}

#[test]
fn what_is_not_in_the_commit_is_not_reported() {
    let repository = Repository::new();
    repository.write("k8s/three.yaml", &pod("three"));
    assert_eq!(hook(&repository, &["--hook"], None), (vec![], Some(0)));
    let new = (vec!["k8s/three.yaml:7: latest-image-tag".to_owned()], Some(1));
    assert_eq!(hook(&repository, &["--hook", "k8s/three.yaml"], None), new);
}

#[test]
fn a_commit_that_only_removes_a_file_is_looked_at() {
    let repository = Repository::new();
    fs::remove_file(repository.path().join("k8s/map.yaml")).expect("the file goes");
    assert_eq!(hook(&repository, &["--hook"], None).0.len(), 2);
}

#[test]
fn in_the_first_commit_everything_is_new() {
    let repository = Repository::new();
    repository.git(&["update-ref", "-d", "HEAD"]);
    assert_eq!(hook(&repository, &["--hook", "k8s/pods.yaml", "k8s/map.yaml"], None).0.len(), 2);
}
