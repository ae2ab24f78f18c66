//! Suppressions of every form: what they cover, and that those which cover nothing any more are found.

use std::fs;
use std::path::Path;

use crate::common::files::write;
use crate::common::program::run;

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  containers:
    - name: a
      image: example.com/a
";

fn pod(name: &str) -> String {
    POD.replace("NAME", name)
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    dir
}

const SELECT: &str =
    "latest-image-tag,unused-suppression,invalid-suppression,expired-suppression,unknown-field,host-pid";

/// What `kubevet check` finds with a few rules: `file:line:column: severity[rule]: message`.
fn check(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["check", "-q", "-f", "concise", "--select", SELECT];
    all.extend(arguments);
    let out = run(folder, &all);
    assert!(out.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect()
}

/// Writes the baseline anew; what is said about it.
fn write_baseline(folder: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["check", "--select", SELECT, "--write-baseline"];
    all.extend(arguments);
    let out = run(folder, &all);
    assert_eq!((out.status.code(), out.stdout.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn a_suppression_of_each_form_covers_a_finding() {
    let comment = pod("a").replace("example.com/a", "example.com/a # kubevet: ignore[latest-image-tag] known");
    let annotation = pod("b").replace("shop}", "shop, annotations: {kubevet.io/ignore.latest-image-tag: known}}");
    let config = "ignore: [{rule: latest-image-tag, name: c, until: 2999-12-31, reason: known}]\n";
    let dir = folder(&[("a.yaml", &comment), ("b.yaml", &annotation), ("c.yaml", &pod("c")), ("kubevet.yaml", config)]);
    assert_eq!(check(dir.path(), &[]), [""; 0]);
    let out = run(dir.path(), &["check", "--select", SELECT, "-f", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let by: Vec<_> = report["findings"].as_array().expect("a list").iter().map(|f| f["suppressed"].clone()).collect();
    let expected = ["comment", "annotation", "config"].map(|by| serde_json::json!({"by": by, "reason": "known"}));
    assert_eq!(by, expected);
}

#[test]
fn what_looks_like_a_suppression_is_honoured_or_told() {
    let template = "apiVersion: apps/v1
kind: Deployment
metadata: {name: t, namespace: shop}
spec:
  selector: {matchLabels: {app: t}}
  template:
    metadata:
      labels: {app: t}
      annotations: {kubevet.io/ignore.latest-image-tag: known}
    spec:
      containers: [{name: a, image: example.com/a}]
";
    let noted = |note: &str| pod("a").replace("example.com/a", &format!("example.com/a {note}"));
    let separator =
        format!("{}--- # kubevet: ignore[latest-image-tag] known\n{}", noted("# kubevet: ignore[images]"), pod("b"));
    let dir = folder(&[
        ("a.yaml", template),
        ("b.yaml", &noted("# noqa # kubevet: ignore[latest-image-tag] known")),
        ("c.yaml", &noted("# Kubevet: Ignore[latest-image-tag] known")),
        ("d.yaml", &separator),
        ("e.yaml", &noted("# kubevet-ignore latest-image-tag")),
    ]);
    let told = check(dir.path(), &[]);
    assert!(told.iter().all(|line| line.starts_with("e.yaml:7:")), "{told:#?}");
    assert!(told.iter().any(|line| line.contains("warning[invalid-suppression]")), "{told:#?}");
}

#[test]
fn a_suppression_of_each_form_that_covers_nothing_is_found() {
    let fine = |name: &str| pod(name).replace("example.com/a", "example.com/a:1.2.3");
    let comment = fine("a").replace("a:1.2.3", "a:1.2.3 # kubevet: ignore[latest-image-tag] gone");
    let annotation = fine("b").replace("shop}", "shop, annotations: {kubevet.io/ignore.latest-image-tag: gone}}");
    let config = "ignore:\n  - {rule: latest-image-tag, name: c}\n  - {rule: latest-image-tag, until: 2020-01-01}\n";
    let dir =
        folder(&[("a.yaml", &comment), ("b.yaml", &annotation), ("c.yaml", &fine("c")), ("kubevet.yaml", config)]);
    assert_eq!(
        check(dir.path(), &[]),
        [
            "a.yaml:7:34: warning[unused-suppression]: `ignore[latest-image-tag]` suppresses nothing",
            "b.yaml:3:52: warning[unused-suppression]: the annotation `kubevet.io/ignore.latest-image-tag` suppresses nothing",
            "kubevet.yaml:2:5: warning[unused-suppression]: this entry of `ignore` suppresses nothing",
            "kubevet.yaml:3:5: warning[expired-suppression]: this entry of `ignore` expired after 2020-01-01",
        ]
    );
    assert_eq!(check(dir.path(), &["--ignore", "latest-image-tag"]).len(), 1, "what did not run is not unused");
    assert_eq!(check(dir.path(), &["--ignore", "hygiene"]), [""; 0], "it is a rule like others");
    assert_eq!(check(dir.path(), &["a.yaml"]).len(), 1, "a part of what the configuration speaks of");
}

#[test]
fn what_was_not_selected_is_not_unused() {
    let text = pod("a").replace("    - name", "    # kubevet: ignore[unknown-field] known\n    - name");
    let dir = folder(&[("a.yaml", &text)]);
    let out = run(dir.path(), &["check", "-q", "-f", "concise", "--select", "host-pid,unused-suppression"]);
    assert_eq!(String::from_utf8_lossy(&out.stdout), "");
    assert!(check(dir.path(), &[])[0].contains("unused-suppression"));
}

#[test]
fn a_baseline_survives_moved_lines_and_renamed_files() {
    let dir = folder(&[("k8s/a.yaml", &format!("{}---\n{}", pod("one"), pod("two")))]);
    assert_eq!(write_baseline(dir.path(), &["--baseline", "known.json"]), "2 findings written to known.json\n");
    assert_eq!(check(dir.path(), &["--baseline", "known.json"]), [""; 0]);
    let moved = format!("# moved\n\n{}---\n{}", pod("two").replace("kind: Pod\n", "\nkind: Pod\n"), pod("one"));
    fs::remove_file(dir.path().join("k8s/a.yaml")).expect("the file goes");
    fs::write(dir.path().join("k8s/b.yaml"), moved).expect("a file");
    assert_eq!(check(dir.path(), &["--baseline", "known.json"]), [""; 0]);
    assert_eq!(check(&dir.path().join("k8s"), &["--baseline", "../known.json"]), [""; 0], "from elsewhere");
    fs::write(dir.path().join("k8s/c.yaml"), pod("three")).expect("a file");
    assert_eq!(check(dir.path(), &["--baseline", "known.json"]).len(), 1, "what is new is found");
}

/// A baseline over dev/ says nothing about prod/, even where the objects have one name.
#[test]
fn a_baseline_does_not_know_another_environments_twin() {
    let dir = folder(&[("dev/a.yaml", &pod("one"))]);
    write_baseline(dir.path(), &["--baseline", "known.json"]);
    write(dir.path(), "prod/a.yaml", &pod("one"));
    let found = check(dir.path(), &["--baseline", "known.json"]);
    assert!(found.len() == 1 && found[0].starts_with("prod/a.yaml:7:"), "{found:?}");
}

#[test]
fn a_baseline_recognises_a_file_that_moved_unless_there_are_two() {
    let dir = folder(&[("dev/a.yaml", &pod("one"))]);
    write_baseline(dir.path(), &["--baseline", "known.json"]);
    fs::remove_file(dir.path().join("dev/a.yaml")).expect("the file goes");
    write(dir.path(), "apps/shop/b.yaml", &pod("one"));
    assert_eq!(check(dir.path(), &["--baseline", "known.json"]), [""; 0]);
    write(dir.path(), "apps/other/b.yaml", &pod("one"));
    let found = check(dir.path(), &["--baseline", "known.json"]);
    assert_eq!(found.len(), 3, "both, and the entry that no longer occurs: {found:?}");
}

/// A container put first is new, and the one that was there before is not.
#[test]
fn a_baseline_knows_list_items_by_their_keys() {
    let dir = folder(&[("a.yaml", &pod("one"))]);
    write_baseline(dir.path(), &["--baseline", "known.json"]);
    let sidecar = pod("one").replace("    - name: a\n", "    - name: z\n      image: example.com/z\n    - name: a\n");
    fs::write(dir.path().join("a.yaml"), sidecar).expect("a file");
    let found = check(dir.path(), &["--baseline", "known.json"]);
    assert!(found.len() == 1 && found[0].starts_with("a.yaml:7:"), "{found:?}");
}

/// Baselines of version 1 know findings by the numbers of list items and in any folder, as they did.
#[test]
fn baselines_of_version_1_are_read() {
    let known = r#"{"version": 1, "findings": [
        {"file": "dev/a.yaml", "rule": "latest-image-tag", "fingerprint": "FINGERPRINT", "count": 1}]}"#;
    let dir = folder(&[("dev/a.yaml", &pod("one"))]);
    write_baseline(dir.path(), &["--baseline", "new.json"]);
    let new: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.path().join("new.json")).expect("the file")).expect("JSON");
    assert_eq!(new["version"], 2);
    let first = new["findings"][0]["fingerprintV1"].as_str().expect("beside the new one");
    write(dir.path(), "old.json", &known.replace("FINGERPRINT", first));
    assert_eq!(check(dir.path(), &["--baseline", "old.json"]), [""; 0]);
    fs::write(dir.path().join("dev/a.yaml"), pod("two")).expect("a file");
    assert_eq!(check(dir.path(), &["--baseline", "old.json"]).len(), 2, "another pod, and an entry without a finding");
}

/// Names do not identify objects: the annotation of one Job says nothing about another of the same (or of no) name.
#[test]
fn an_annotation_holds_for_its_own_object_alone() {
    let job = |annotations: &str| {
        format!(
            "- apiVersion: batch/v1\n  kind: Job\n  metadata: {{generateName: load-, namespace: shop{annotations}}}\n  spec:\n    \
             template:\n      spec: {{hostPID: true, restartPolicy: Never, containers: [{{name: a, image: a}}]}}\n"
        )
    };
    let ignored = job(", annotations: {kubevet.io/ignore.host-pid: known}");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{ignored}{}", job(""));
    let dir = folder(&[("a.yaml", &list)]);
    let found = check(dir.path(), &["--ignore", "latest-image-tag"]);
    assert!(found.len() == 1 && found[0].starts_with("a.yaml:15:") && found[0].contains("host-pid"), "{found:?}");
}

#[test]
fn entries_of_a_baseline_that_do_not_occur_are_found_and_dropped() {
    let two = "    - {name: b, image: example.com/b}\n";
    let dir = folder(&[("k8s/a.yaml", &(pod("one") + two)), ("k8s/b.yaml", &pod("two")), ("c.yaml", &pod("three"))]);
    let known = ["--baseline", "known.json"];
    assert_eq!(write_baseline(dir.path(), &known), "4 findings written to known.json\n");
    let fixed = pod("one").replace("example.com/a", "example.com/a:1.2.3");
    fs::write(dir.path().join("k8s/a.yaml"), fixed + two).expect("a file");
    fs::remove_file(dir.path().join("k8s/b.yaml")).expect("the file goes");
    let stale = [
        "known.json:14:15: warning[unused-suppression]: `latest-image-tag` in k8s/a.yaml no longer occurs",
        "known.json:30:15: warning[unused-suppression]: `latest-image-tag` in k8s/b.yaml no longer occurs",
    ];
    assert_eq!(check(dir.path(), &known), stale);
    assert_eq!(check(&dir.path().join("k8s"), &["--baseline", "../known.json"]).len(), 2, "from elsewhere");
    assert_eq!(check(dir.path(), &["c.yaml", known[0], known[1]]), [""; 0], "out of view");
    assert_eq!(check(dir.path(), &["--ignore", "latest-image-tag", known[0], known[1]]), [""; 0], "did not run");

    assert_eq!(write_baseline(dir.path(), &["k8s", known[0], known[1]]), "2 findings written to known.json\n");
    assert_eq!(check(dir.path(), &known), [""; 0], "what lies elsewhere was kept");
}

#[test]
fn what_is_no_baseline_is_neither_read_nor_written_over() {
    let dir = folder(&[("a.yaml", &pod("one")), ("other.json", "{\"a\": 1}\n")]);
    for arguments in
        [&["check", "--baseline", "other.json"][..], &["check", "--baseline", "other.json", "--write-baseline"]]
    {
        let out = run(dir.path(), arguments);
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.code() == Some(2) && said.contains("other.json: not a baseline"), "{said}");
    }
    assert_eq!(fs::read_to_string(dir.path().join("other.json")).expect("the file"), "{\"a\": 1}\n");
    let out = run(dir.path(), &["check", "--baseline", "none.json"]);
    assert_eq!(
        String::from_utf8_lossy(&out.stderr),
        "error: none.json: there is no such file; --write-baseline creates it\n"
    );
    let out = run(dir.path(), &["check", "--write-baseline"]);
    assert_eq!(String::from_utf8_lossy(&out.stderr), "error: --write-baseline needs --baseline FILE\n");
}
