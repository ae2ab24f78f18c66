//! `kubevet init`, `--show-settings`, `--show-files`, and the filters of `kubevet rules`.

use std::fs;
use std::path::Path;

use crate::common::files::write;
use crate::common::program;

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: web, image: a:latest}]}\n";

/// Standard output, standard error and the exit status.
fn run(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let out = program::run(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&out.stdout), text(&out.stderr), out.status.code())
}

/// What it writes is at once what the next run goes by; what other tools were told is taken over.
#[test]
fn what_init_writes_is_clean_and_takes_over_other_tools_files() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "k8s/a.yaml", POD);
    write(dir.path(), ".trivyignore", "# known\nAVD-KSV-0013\nKSV-9999\nCVE-2020-1\n");
    write(dir.path(), ".kube-linter.yaml", "checks:\n  exclude: [no-liveness-probe]\n  ignorePaths: [vendor]\n");
    write(dir.path(), ".checkov.yaml", "skip-check: [CKV_K8S_9]\n");
    fs::create_dir(dir.path().join(".github")).expect("a folder");
    let (shown, _, status) = run(dir.path(), &["init", "--dry-run"]);
    assert!(shown.contains("# kubevet.yaml\n") && status == Some(0), "{shown}");
    assert!(!dir.path().join("kubevet.yaml").exists());
    let (_, told, status) = run(dir.path(), &["init"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains(".trivyignore: kubevet has no rule for KSV-9999"), "{told}");
    let configuration = fs::read_to_string(dir.path().join("kubevet.yaml")).expect("it was written");
    for line in [
        "latest-image-tag: off  # AVD-KSV-0013 in .trivyignore",
        "missing-liveness-probe: off",
        "missing-readiness-probe: off",
        "exclude: [\"vendor\"]",
    ] {
        assert!(configuration.contains(line), "{line}: {configuration}");
    }
    for file in [".pre-commit-config.yaml", ".github/workflows/kubevet.yaml", "kubevet-baseline.json"] {
        assert!(dir.path().join(file).is_file(), "{file}");
    }
    let (said, told, status) = run(dir.path(), &["check", "--select", "images", "k8s"]);
    assert_eq!(status, Some(0), "{said}{told}");
    // The workflow is called like a configuration, and is none.
    let (said, told, status) = run(dir.path(), &["check"]);
    assert_ne!(status, Some(2), "{said}{told}");
    assert!(!told.contains("unknown key"), "{told}");
    let (_, told, _) = run(dir.path(), &["init"]);
    assert!(told.contains("kubevet.yaml exists already and is left as it is"), "{told}");
}

#[test]
fn a_manifest_that_is_called_like_a_configuration_is_checked() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "apps/kubevet.yaml", POD);
    write(dir.path(), "apps/jobs/kubevet.yml", "rules: {latest-image-tag: off}\n");
    write(dir.path(), "apps/jobs/a.yaml", POD);
    let (said, told, status) = run(dir.path(), &["check", "-f", "concise"]);
    assert_eq!(status, Some(1), "{said}{told}");
    let found = |file: &str| said.contains(&format!("{file}:4:40: warning[latest-image-tag]"));
    assert!(found("apps/kubevet.yaml") && !found("apps/jobs/a.yaml"), "{said}");
}

#[test]
fn settings_and_files_are_shown() {
    let dir = tempfile::tempdir().expect("a folder");
    for file in ["a.yaml", "sub/b.yaml", "out/c.yaml"] {
        write(dir.path(), file, POD);
    }
    write(dir.path(), "kubevet.yaml", "exclude: [out]\nfailOn: error\n");
    write(dir.path(), "sub/kubevet.yaml", "rules: {latest-image-tag: info}\n");
    let (shown, _, _) = run(dir.path(), &["check", "--show-files"]);
    assert_eq!(shown, "a.yaml\nkubevet.yaml\nsub/b.yaml\nsub/kubevet.yaml\n");
    for (path, setting) in [("sub/b.yaml", "info"), ("sub", "info"), ("a.yaml", "warning"), (".", "warning")] {
        let (shown, _, status) = run(dir.path(), &["check", "--show-settings", path]);
        assert!(shown.contains(&format!("  latest-image-tag: {setting}\n")), "{path}: {shown}");
        assert_eq!(status, Some(0));
    }
    let (shown, _, _) = run(dir.path(), &["check", "--show-settings", "--ignore", "images", "--fail-on", "never", "."]);
    assert!(shown.contains("  latest-image-tag: off\n") && shown.contains("failOn: never\n"), "{shown}");
}

#[test]
fn rules_are_filtered() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ids = |arguments: &[&str]| -> Vec<String> {
        let (shown, _, _) = run(here, &[&["rules"], arguments].concat());
        let lines = shown.lines().filter_map(|line| line.strip_prefix("  "));
        lines.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    let all = ids(&[]);
    let of_images = ids(&["--category", "images"]);
    assert!(of_images.contains(&"latest-image-tag".to_owned()) && of_images.len() < all.len() / 5);
    assert!(ids(&["--fixable"]).len() < all.len() / 2);
    assert!(ids(&["CKV_K8S_14", "tag"]).contains(&"latest-image-tag".to_owned()));
    let errors = ids(&["--severity", "error", "--profile", "default"]);
    assert!(!errors.is_empty() && errors.len() < all.len());
    let (shown, told, _) = run(here, &["rules", "no such words anywhere"]);
    assert!(shown.trim().is_empty() && told.contains("no rule matches"), "{shown}{told}");
}

#[test]
fn completions_are_there_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (script, _, status) = run(Path::new("."), &["completions", shell]);
        assert!(script.contains("require-objects") && status == Some(0), "{shell}");
    }
}
