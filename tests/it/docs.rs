//! Generated documentation is current. `UPDATE=1 cargo test --test docs` writes it anew.

use crate::common::registry;
use std::path::{Path, PathBuf};
use std::process::Command;

use kubevet::engine::{Engine, Request, Snapshot};
use kubevet::finding::Severity;
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
    assert!(same, "docs/rules.md is not what the rules say: UPDATE=1 cargo test --test docs");
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
        assert_eq!(&text[start..end + 3], shown, "UPDATE=1 cargo test --test docs");
    }
}

/// The manifests in it are free of errors and warnings.
#[test]
fn the_hook_in_the_argo_cd_page_is_right() {
    let page = include_str!("../../docs/argocd.md");
    let block = page.split("```yaml\n").find(|block| block.starts_with("apiVersion")).expect("a manifest");
    let manifest = block.split("```").next().unwrap_or_default().as_bytes().to_vec();
    let snapshot = Snapshot::of_text("job.yaml", manifest);
    let report = Engine::default().check(&snapshot, &Request::policy()).report;
    // The Secret with the token is nobody's business to commit.
    let known = ["dangling-secret-reference", "missing-network-policy"];
    let bad: Vec<_> =
        report.active().filter(|f| f.severity > Severity::Info && !known.contains(&f.rule.as_str())).collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

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
