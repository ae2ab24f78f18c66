//! What no manifest is: every one gets a plain answer, and none a panic or a long wait.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What a run of `kubevet check` gave: exit status, both outputs.
struct Said {
    status: i32,
    text: String,
    took: Duration,
}

fn check(folder: &Path, arguments: &[&str]) -> Said {
    let start = Instant::now();
    let out = Command::new(env!("CARGO_BIN_EXE_kubevet"))
        .args(["check", "-f", "concise"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    Said { status: out.status.code().unwrap_or(-1), text, took: start.elapsed() }
}

/// One file in a folder of its own, checked by the folder.
fn file(name: &str, bytes: impl AsRef<[u8]>) -> Said {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join(name), bytes).expect("a file");
    check(dir.path(), &["."])
}

impl Said {
    #[track_caller]
    fn expect(&self, status: i32, texts: &[&str]) {
        let shown: String = self.text.chars().take(2000).collect();
        assert_eq!(self.status, status, "{shown}");
        for text in texts {
            assert!(self.text.contains(text), "`{text}` is missing: {shown}");
        }
        assert!(self.took < Duration::from_secs(60), "{:?}", self.took);
    }
}

#[test]
fn a_binary_file_is_a_syntax_error() {
    let bytes: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    file("a.yaml", bytes).expect(1, &["a.yaml:1:", "error[yaml-syntax]", "0 objects in 1 file"]);
    file("a.yaml", [0xff, 0xfe, 0x00]).expect(1, &["error[yaml-syntax]"]);
}

#[test]
fn deep_nesting_is_refused_as_the_server_refuses_it() {
    let lists = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {}{}\n",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    file("a.yaml", lists).expect(1, &["error[yaml-syntax]"]);
    file("a.yaml", "[".repeat(100_000)).expect(1, &["error[yaml-syntax]"]);
    let below = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {}{}}}\n",
        "[".repeat(9_000),
        "]".repeat(9_000)
    );
    file("a.yaml", below).expect(1, &["error[wrong-type]"]);
    let blocks: String = (0..9_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    file("a.yaml", blocks).expect(0, &["1 other"]);
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    file("a.yaml", bomb).expect(1, &["error[yaml-syntax]", "alias"]);
}

#[test]
fn a_large_file_is_read() {
    let lines = "    one of very many lines\n".repeat(9_000);
    let document = |number: usize| {
        let head = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{number}, namespace: b}}\n");
        format!("{head}data:\n  key: |\n{lines}---\n")
    };
    let many: String = (0..217).map(document).collect();
    file("a.yaml", many).expect(0, &["217 objects in 1 file"]);
}

#[test]
fn an_empty_folder_is_clean() {
    let dir = tempfile::tempdir().expect("a folder");
    check(dir.path(), &["."]).expect(0, &["0 objects in 0 files", "no findings"]);
}

#[test]
fn a_path_that_does_not_exist_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    check(dir.path(), &["nowhere.yaml"]).expect(2, &["nowhere.yaml: no such file or directory"]);
}

#[test]
fn a_broken_configuration_is_shown_where_it_is_broken() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("kubevet.yaml"), "failOn: warnings\n").expect("a file");
    check(dir.path(), &["."]).expect(2, &["kubevet.yaml:1:9", "kubevet.yaml cannot be used"]);
    fs::write(dir.path().join("kubevet.yaml"), "rules: [").expect("a file");
    check(dir.path(), &["."]).expect(2, &["kubevet.yaml:1:", "kubevet.yaml cannot be used"]);
    check(dir.path(), &["--config", "other.yaml", "."]).expect(2, &["other.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_round_are_counted() {
    let dir = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("b.yaml", dir.path().join("a.yaml")).expect("a link");
    std::os::unix::fs::symlink("a.yaml", dir.path().join("b.yaml")).expect("a link");
    std::os::unix::fs::symlink("gone", dir.path().join("c.yaml")).expect("a link");
    std::os::unix::fs::symlink(".", dir.path().join("round")).expect("a link");
    check(dir.path(), &["."]).expect(0, &["3 unreadable"]);
    check(dir.path(), &["a.yaml"]).expect(2, &["a.yaml: "]);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_counted_in_a_walk_and_an_error_by_name() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a.yaml");
    fs::write(&path, "a: 1\n").expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("its permissions");
    if fs::read(&path).is_ok() {
        return; // root reads everything
    }
    check(dir.path(), &["."]).expect(0, &["1 unreadable"]);
    check(dir.path(), &["a.yaml"]).expect(2, &["a.yaml: "]);
}

#[test]
fn odd_texts_get_an_answer() {
    for text in
        ["", "---\n---\n", "\u{feff}", "\0", "- a\n", "%YAML 1.2\n", "{", "'", "&a", "*a", "!!binary x", "? ", "<<: 1"]
    {
        let said = file("a.yaml", text);
        assert!(said.status == 0 || said.status == 1, "{text:?}: {}", said.text);
    }
}

#[test]
fn characters_of_several_bytes_before_a_key_are_read() {
    let issuer = "apiVersion: cert-manager.io/v1alpha2\nkind: Issuer\nmetadata: {name: a, namespace: b}\nspec: {selfSigned: {}}\n";
    let notes = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n, namespace: b}\ndata:\n  # cert-manager \u{3001}version: 0.9.13\n  chart: cert-manager\n";
    for (one, other) in [(format!("\u{feff}{issuer}"), String::new()), (issuer.to_owned(), notes.to_owned())] {
        let dir = crate::common::program::tree(&[("a.yaml", &one), ("b.yaml", &other)]);
        let out = crate::common::program::run(dir.path(), &["check"]);
        assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    }
}
