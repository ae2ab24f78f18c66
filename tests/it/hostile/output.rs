//! What comes out over a hostile tree: no byte that a terminal takes for a command, no line that a CI system takes for one,
//! no line without end, and no long wait for a suggestion.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::common::files::write;

/// Every kind of character that deceives, and what CI systems take for commands.
const HOSTILE: &str = "h\u{1b}[2J\u{7}\u{8}\u{7f}\u{9b}31m\u{85}\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{2029}\u{200b}\u{feff}\u{ad}\
                       \u{e0041}##[error]x##vso[task.x]y";

const FORMATS: [&str; 7] = ["text", "concise", "json", "sarif", "junit", "github", "gitlab"];

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env_remove("NO_COLOR").output().expect("the program runs")
}

/// The same, and what may be in the output beside plain text: styles of ours.
#[track_caller]
fn expect_harmless(folder: &Path, arguments: &[&str]) -> String {
    let out = run(folder, arguments);
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    let commands = arguments.contains(&"github");
    harmless(&stdout, commands).unwrap_or_else(|why| panic!("{arguments:?}: {why}\n{stdout}"));
    harmless(&stderr, false).unwrap_or_else(|why| panic!("{arguments:?}: {why}\n{stderr}"));
    stdout + &stderr
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what comes out is UTF-8")
}

/// Why an output is not harmless, if it is not.
fn harmless(text: &str, commands: bool) -> Result<(), String> {
    let plain = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern").replace_all(text, "").into_owned();
    let bad = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    if let Some(c) = plain.chars().find(bad) {
        return Err(format!("U+{:04X}", u32::from(c)));
    }
    for line in plain.lines() {
        let start = line.trim_start();
        let ours =
            commands && ["::error file=", "::warning file=", "::notice file="].iter().any(|c| start.starts_with(c));
        if (start.starts_with("::") && !ours) || ["##[", "##vso["].iter().any(|command| line.contains(command)) {
            return Err(format!("a command: {line}"));
        }
        if line.len() > 20_000 {
            return Err(format!("a line of {} bytes", line.len()));
        }
    }
    Ok(())
}

/// A Deployment with hostile text wherever there is room for it; in YAML's own escapes and as it is.
fn manifest() -> String {
    let escaped = "h\\e[2J\\a\\x7f\\x9b31m\\u202e\\u2066\\u2028\\ufeff\\n::error::x\\r\\n##[error]x";
    format!(
        "apiVersion: apps/v1\nkind: Deployment\n\
         metadata:\n  name: \"{escaped}\"\n  namespace: \"{escaped}\"\n  labels: {{\"{escaped}\": \"{escaped}\"}}\n\
         spec:\n  replicas: \"{escaped}\"\n  \"{escaped}\": 1\n  replica: 1 # \u{202e}\u{200b}##[error]x\n\
         \x20 selector: {{matchLabels: {{app: \"{escaped}\"}}}}\n  template:\n    spec:\n      containers:\n\
         \x20     - name: \"{escaped}\"\n        image: \"{escaped}:latest\"\n        args: ['\u{202e}', \"{escaped}\"]\n\
         \x20       env: [{{name: \"{escaped}\", valueFrom: {{configMapKeyRef: {{name: \"{escaped}\", key: k}}}}}}]\n\
         ---\napiVersion: \"x/{escaped}\"\nkind: \"{escaped}\"\nmetadata: {{name: a}}\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {{\"kubevet.io/ignore.{escaped}\": x}}\n\
         data: {{a: &\u{1b}[2J b}} # kubevet: ignore[\u{202e}##[error]x, {HOSTILE}] {HOSTILE}\n"
    )
}

/// Files whose names and texts are hostile. Not every file system takes every name.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    for name in ["a.yaml", "n\n::error::x.yaml", "::error::y.yaml", &format!("{HOSTILE}.yaml"), "##[error]z.yaml"] {
        let _ = fs::write(root.join(name), manifest());
    }
    write(root, "a/b.yaml", &format!("a: {HOSTILE}\n\u{1b}[2J: [\n"));
    write(
        root,
        "a/c.yaml",
        &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{HOSTILE}: 1\r\nspec: {{}}\r\n"),
    );
    let _ = fs::write(root.join(format!("a/values{HOSTILE}.yaml")), "a: 1\n");
    #[cfg(unix)]
    let _ = std::os::unix::fs::symlink("/nowhere", root.join("l\n::error::\u{1b}[2J.yaml"));
    dir
}

#[test]
fn no_format_writes_a_command() {
    let dir = tree();
    for format in FORMATS {
        for more in [&[][..], &["-v"], &["--color", "always"], &["--statistics"]] {
            let arguments = [&["check", "-f", format], more, &["."]].concat();
            let said = expect_harmless(dir.path(), &arguments);
            assert!(more.contains(&"--statistics") || said.contains("yaml"), "{format}: {said}");
        }
        expect_harmless(dir.path(), &["validate", "-f", format, "."]);
    }
}

#[test]
fn what_is_written_out_can_be_read() {
    let dir = tree();
    let said = expect_harmless(dir.path(), &["check", "-f", "concise", "."]);
    for shown in
        ["\nn\\n::error::x.yaml:", "\n\\u{3a}:error::y.yaml:", "\\u{1b}[2J", "\\u{202e}", "#\\u{23}[error]z.yaml:"]
    {
        assert!(said.contains(shown) || said.starts_with(shown.trim_start()), "{shown}: {said}");
    }
    let said = expect_harmless(dir.path(), &["check", "-f", "github", "."]);
    assert!(said.contains("file=n%0A%3A%3Aerror%3A%3Ax.yaml,line="), "{said}");
    let said = expect_harmless(dir.path(), &["check", "-f", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&said).expect("it is JSON");
    let findings = report["findings"].as_array().expect("a list");
    assert!(findings.iter().any(|finding| finding["file"] == "n\n::error::x.yaml"), "names are exact in JSON");
    assert!(findings.iter().any(|f| f["object"]["name"].as_str().is_some_and(|name| name.contains("\u{1b}[2J"))));
}

#[test]
fn xml_holds_only_what_xml_may() {
    let dir = tree();
    let said = expect_harmless(dir.path(), &["check", "-f", "junit", "."]);
    assert!(said.contains("\\u{1b}[2J") && !said.contains('\u{fffd}'), "{said}");
}

#[test]
fn no_command_says_anything_else() {
    let dir = tree();
    let (root, hostile) = (dir.path(), HOSTILE);
    let named = format!("{HOSTILE}\n::error::z");
    for arguments in [
        &["read", "."][..],
        &["read", &named],
        &["check", &named],
        &["check", "--config", &named],
        &["check", "--baseline", &named],
        &["check", "--baseline", &format!("{named}.baseline"), "--write-baseline", "a.yaml"],
        &["check", "-f", &named],
        &["check", "-f", &format!("json={named}/x"), "-f", &format!("sarif={named}/x"), "a.yaml"],
        &["check", "--select", &named],
        &["check", "--ignore", hostile],
        &["check", "--profile", &named],
        &["check", "--kubernetes-version", &named],
        &["check", "--fail-on", &named],
        &["check", "--since", &named],
        &["check", "--color", &named],
        &["check", "--threads", &named],
        &["check", &format!("--{named}")],
        &["check", "--stdin-filename", &named, "-"],
        &[&named],
        &["explain", &named],
        &["explain", hostile],
        &["rules"],
        &["rules", "--format", &named],
        &["rules", "--format", "json"],
        &["rules", "--format", "markdown"],
        &["rules", "--profile", &named],
        &["schemas", "kinds", "--kubernetes-version", &named],
        &["schemas", "versions"],
        &["schemas", "import", &named],
        &["schemas", "import", ".", "--to", &named],
        &["admit", "--fail-on", &named],
        &["admit"],
        &["check", "--help"],
    ] {
        expect_harmless(root, arguments);
    }
    for (name, text) in [
        ("1.yaml", format!("rules: {{\"{HOSTILE}\": off}}\n")),
        (
            "2.yaml",
            "profile: \"a\\e[2J\\n::error::x\"\n\"b\\e[2J\": 1\nschemas: [\"c\\e[2J\\n::error::x\"]\n".to_owned(),
        ),
        ("3.yaml", "schemas: [\"c\\e[2J\\n::error::x\"]\n".to_owned()),
        ("4.yaml", format!("a: [{HOSTILE}\u{1b}\n")),
    ] {
        write(root, &format!("configs/{name}"), &text);
        let said = expect_harmless(root, &["check", "--config", &format!("configs/{name}"), "a.yaml"]);
        assert!(said.contains("error"), "{said}");
    }
}

#[test]
fn a_review_is_answered_in_words_for_a_terminal() {
    let review = serde_json::json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {"uid": "u", "operation": "CREATE", "object": {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
            "spec": {"containers": [{"name": HOSTILE, "image": format!("{HOSTILE}\n::error::x:latest")}]},
        }},
    });
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "review.json", &review.to_string());
    let stdin = fs::File::open(dir.path().join("review.json")).expect("it is there");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    let out = command.arg("admit").stdin(stdin).output().expect("the program runs");
    harmless(&text(&out.stdout), false).expect("harmless");
    let answer: serde_json::Value = serde_json::from_slice(&out.stdout).expect("it is JSON");
    harmless(answer["response"]["status"]["message"].as_str().unwrap_or_default(), false).expect("harmless");
}

#[test]
fn what_people_write_is_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = "# 日本語 👩‍👩‍👧 e\u{301} می‌خواهم ❤️\n";
    write(dir.path(), "é日本.yaml", &format!("{text}apiVersion: v1\nkind: Pod\nmetadata: {{name: 日本👩‍👧}}\n"));
    for format in ["text", "concise", "json"] {
        let said = expect_shown(dir.path(), format);
        assert!(said.contains("é日本.yaml") && said.contains("日本👩‍👧") && !said.contains("\\u"), "{said}");
    }
}

fn expect_shown(folder: &Path, format: &str) -> String {
    text(&run(folder, &["check", "-f", format, "."]).stdout)
}

#[test]
fn there_is_one_door_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files =
        |folder: &str| fs::read_dir(root.join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path());
    for path in files("src/cli").chain(files("src/report")).filter(|path| path.is_file()) {
        let text = fs::read_to_string(&path).expect("a file");
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // The line of progress has no text of others'.
        let writes = text.replace("stdout().is_terminal()", "").replace("stderr().is_terminal()", "");
        let writes = ["stdout()", "stderr()", "println!"].iter().any(|way| writes.contains(way));
        assert!(!writes || matches!(name, "print.rs" | "progress.rs"), "{name} goes past src/cli/print.rs");
        let raw = ["writeln!(out", "write!(out", "out.write"].iter().any(|way| text.contains(way));
        assert!(!raw || matches!(name, "print.rs" | "read.rs" | "page.rs"), "{name} goes past the page");
    }
}

#[test]
fn no_line_is_without_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let long = "K".repeat(1_000_000);
    write(dir.path(), "kind.yaml", &format!("apiVersion: v1\nkind: {long}\nmetadata: {{name: a}}\n"));
    write(dir.path(), "group.yaml", &format!("apiVersion: {long}.example/v1\nkind: {long}\nmetadata: {{name: a}}\n"));
    write(
        dir.path(),
        "key.yaml",
        &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {long}}}\nspec: {{{long}: 1}}\n"),
    );
    let deep: String = (0..4_000).map(|_| "{abcdefghij: ").collect();
    let end = "}".repeat(4_000);
    write(dir.path(), "deep.yaml", &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {deep}1{end}\n"));
    for format in FORMATS {
        let said = expect_harmless(dir.path(), &["check", "-v", "-f", format, "."]);
        assert!(said.len() < 200_000 && said.contains('…'), "{format}: {} bytes", said.len());
    }
}

#[test]
fn names_without_number_are_not_all_looked_up() {
    let names = |form: &dyn Fn(usize) -> String| (0..20_000).map(form).collect::<String>();
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
    let list = names(&|n| format!("no-such-rule-{n}, "));
    let one = [
        ("kubevet.yaml", names(&|n| format!("{}no-such-rule-{n}: off\n", if n == 0 { "rules:\n  " } else { "  " }))),
        ("kubevet.yaml", names(&|n| format!("no-such-key-{n}: off\n"))),
        ("a.yaml", format!("# kubevet: ignore[{list}] why\n{object}")),
        ("a.yaml", object.to_owned() + &names(&|n| format!("# kubevet: ignore[no-such-rule-{n}]\n"))),
        (
            "a.yaml",
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n{}",
                names(&|n| format!("    kubevet.io/ignore.no-such-rule-{n}: x\n"))
            ),
        ),
    ];
    for (index, (name, text)) in one.into_iter().enumerate() {
        let dir = tempfile::tempdir().expect("a folder");
        write(dir.path(), "b.yaml", object);
        write(dir.path(), name, &text);
        let start = Instant::now();
        let said = expect_harmless(dir.path(), &["check", "-f", "concise", "."]);
        // Not optimised and among other tests; before, each took over ten seconds where it was.
        assert!(start.elapsed() < Duration::from_secs(40), "{index}: {:?}", start.elapsed());
        assert!(said.contains("no-such"), "{index}");
        if name == "kubevet.yaml" {
            assert!(said.lines().count() < 500 && said.contains("19950 more"), "{index}: {}", said.lines().count());
        }
    }
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "b.yaml", object);
    let said = expect_harmless(dir.path(), &["check", "--select", &list[..100_000], "."]);
    assert!(said.starts_with("error: no such rule or category: `no-such-rule-0`"), "{said}");
}
