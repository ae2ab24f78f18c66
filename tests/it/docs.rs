//! Generated documentation is current. `UPDATE=1 cargo test --test it docs` writes it anew.

use crate::common::files::write;
use crate::common::registry;
use std::path::{Path, PathBuf};
use std::process::Command;

use kubevet::rule::docs;

#[test]
fn the_rule_index_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let expected = docs::markdown(registry());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).expect("docs/ can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let same = written == expected;
    assert!(same, "docs/rules.md is not what the rules say: UPDATE=1 cargo test --test it docs");
}

/// The output shown in docs/argocd.md is that of the program.
#[test]
fn the_output_in_the_argo_cd_page_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("docs/argocd.md");
    let input = std::fs::File::open(root.join("docs/argocd/shop.yaml")).expect("the input is there");
    let out = Command::new(env!("CARGO_BIN_EXE_kubevet"))
        .args(["check", "--no-config", "--fail-on", "error", "-f", "concise", "-"])
        .stdin(input)
        .output()
        .expect("the program runs");
    assert_eq!(out.status.code(), Some(1));
    let shown = format!("```text\n{}```", String::from_utf8_lossy(&out.stdout));
    let text = std::fs::read_to_string(&page).expect("the page is there").replace("\r\n", "\n");
    let (start, end) =
        (text.find("```text\n").expect("a block"), text.find("```\n\nThe exit status").expect("its end"));
    if std::env::var_os("UPDATE").is_some() {
        let updated = format!("{}{shown}{}", &text[..start], &text[end + 3..]);
        std::fs::write(&page, updated).expect("docs/ can be written");
    } else {
        assert_eq!(&text[start..end + 3], shown, "UPDATE=1 cargo test --test it docs");
    }
}

/// The kustomizations that the page shows build with the components of deploy/argocd, and what they make is free of errors.
#[test]
fn the_kustomizations_in_the_argo_cd_page_build() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = include_str!("../../docs/argocd.md");
    let shown: Vec<_> = page.split("```yaml\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert_eq!(shown.len(), 2, "the plugin and the hook");
    let dir = tempfile::tempdir().expect("a folder");
    let address = regex::Regex::new(r"https://\S+\?ref=v[0-9.]+").expect("a pattern");
    let elsewhere = regex::Regex::new(r"resources: \[.*\]").expect("a pattern");
    for (name, shown) in ["plugin", "presync"].iter().zip(shown) {
        let folder = dir.path().join(name);
        let component = root.join("deploy/argocd").join(name);
        let copy = dir.path().join(format!("component-{name}"));
        std::fs::create_dir_all(&copy).expect("a folder");
        for file in std::fs::read_dir(&component).expect("the component").flatten() {
            std::fs::copy(file.path(), copy.join(file.file_name())).expect("a copy");
        }
        let shown = address.replace(shown, format!("../component-{name}"));
        write(&folder, "kustomization.yaml", &elsewhere.replace(&shown, "resources: [server.yaml]"));
        write(&folder, "server.yaml", SERVER);
        let run = |arguments: &[&str]| {
            let out = Command::new(env!("CARGO_BIN_EXE_kubevet")).args(arguments).current_dir(dir.path()).output();
            let out = out.expect("the program runs");
            assert_eq!(out.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&out.stdout));
            String::from_utf8_lossy(&out.stdout).into_owned()
        };
        run(&["check", "--no-config", "--fail-on", "error", "-f", "concise", name]);
        let applied = run(&["render", name]);
        assert!(applied.contains("ghcr.io/kubevet/kubevet:"), "{name}: {applied}");
    }
}

/// As much of Argo CD's own Deployment as the plugin's patch needs.
const SERVER: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: argocd-repo-server}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: argocd-repo-server}}
  template:
    metadata: {labels: {app.kubernetes.io/name: argocd-repo-server}}
    spec:
      containers:
        - {name: argocd-repo-server, image: \"quay.io/argoproj/argocd:v3.1.0\"}
      volumes: [{name: var-files, emptyDir: {}}, {name: plugins, emptyDir: {}}]
";

/// Ids are written where findings are made: `Finding::new("the-id", …)`, `push("the-id", …)`, `let rule = … { "the-id" }`.
#[test]
fn every_id_that_is_reported_is_documented() {
    let made = regex::Regex::new(
        r#"(?:Finding::new|push|error|warn|finding|rule:|rule = [^;]*?)[({\s]+"([a-z]+(?:-[a-z]+)+)"[,\s]"#,
    )
    .expect("the pattern is right");
    let mut found = 0;
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for id in made.captures_iter(code).map(|captures| captures[1].to_owned()) {
            found += 1;
            assert!(
                registry().find(&id).is_some(),
                "{} reports `{id}`, which src/rule/validity.rs lacks",
                file.display()
            );
        }
    }
    assert!(found > 0, "the pattern finds nothing any more");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("src/ can be read").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}
