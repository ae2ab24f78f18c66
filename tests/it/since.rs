//! `--since`: what is new since a git revision, in repositories made for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::files::write;
use crate::common::shop::{CONFIG_MAP, pod};

/// A repository for one test.
pub(crate) struct Repository {
    dir: tempfile::TempDir,
}

impl Repository {
    /// Two pods that use a tag that moves, in one file, and the ConfigMap they read.
    pub(crate) fn new() -> Self {
        let this = Self { dir: tempfile::tempdir().expect("a folder") };
        this.git(&["init", "-q", "-b", "main"]);
        this.write("k8s/pods.yaml", &format!("{}---\n{}", pod("one"), pod("two")));
        this.write("k8s/map.yaml", CONFIG_MAP);
        this.commit();
        this
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(self.path(), name, text);
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        git(self.path(), arguments);
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "state"]);
    }

    /// The findings of a run: `file:line:column: severity[rule]`, one a line.
    fn new_since(&self, arguments: &[&str]) -> Vec<String> {
        let mut all = vec!["-q", "--since"];
        all.extend(arguments);
        let out = check(self.path(), &all, None);
        assert!(out.status.code().is_some_and(|code| code < 2), "{}", text(&out.stderr));
        text(&out.stdout).lines().filter_map(|line| Some(line.split_once("]: ")?.0.to_owned() + "]")).collect()
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"];
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(identity).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let out = command.output().expect("git runs");
    assert!(out.status.success(), "git {arguments:?}: {}", text(&out.stderr));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs `kubevet check` with a few rules.
fn check(folder: &Path, arguments: &[&str], stdin: Option<&str>) -> Output {
    let select = "latest-image-tag,dangling-configmap-reference,yaml-syntax,unused-suppression,unknown-field,\
                  missing-source-path";
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["check", "-f", "concise", "--select", select]).args(arguments).current_dir(folder);
    let piped = |wanted: bool| if wanted { Stdio::piped() } else { Stdio::null() };
    command.stdin(piped(stdin.is_some())).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    if let (Some(mut input), Some(text)) = (child.stdin.take(), stdin) {
        std::io::Write::write_all(&mut input, text.as_bytes()).expect("it reads");
    }
    child.wait_with_output().expect("it ends")
}

#[test]
fn nothing_changed_nothing_is_new() {
    let repository = Repository::new();
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
    let out = check(repository.path(), &["--since", "main"], None);
    let commit = Command::new("git").arg("-C").arg(repository.path()).args(["rev-parse", "HEAD"]).output();
    let commit = text(&commit.expect("git runs").stdout)[..7].to_owned();
    let expected = format!(
        "3 objects in 2 files checked against Kubernetes 1.37: no findings\n0 documents of 3 changed since main ({commit}): 2 \
         older findings left out\n"
    );
    assert_eq!((text(&out.stdout), out.status.code()), (expected, Some(0)));
}

#[test]
fn a_changed_document_is_checked_in_full_and_the_one_beside_it_is_not() {
    let repository = Repository::new();
    let changed = pod("two").replace("      envFrom", "      tty: true\n      envFrom");
    repository.write("k8s/pods.yaml", &format!("{}---\n{changed}", pod("one")));
    let expected = ["k8s/pods.yaml:17:14: warning[latest-image-tag]"];
    assert_eq!(repository.new_since(&["HEAD"]), expected, "in the working tree");
    repository.git(&["add", "-A"]);
    assert_eq!(repository.new_since(&["HEAD"]), expected, "in the index");
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD~1"]), expected, "committed");
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
}

#[test]
fn untracked_files_are_new() {
    let repository = Repository::new();
    repository.write("k8s/a folder/ünïcode \"three\".yaml", &pod("three"));
    let found = repository.new_since(&["HEAD", "k8s"]);
    assert_eq!(found, ["k8s/a folder/ünïcode \"three\".yaml:7:14: warning[latest-image-tag]"]);
    repository.write(".gitignore", "ignored.yaml\n");
    repository.write("ignored.yaml", &pod("four"));
    assert_eq!(repository.new_since(&["HEAD", "ignored.yaml"]).len(), 1);
    assert_eq!(repository.new_since(&["HEAD", "--no-repository", "ignored.yaml"]).len(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_files_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let repository = Repository::new();
    let path = repository.path().join("k8s").join(std::ffi::OsStr::from_bytes(b"caf\xe9.yaml"));
    fs::write(&path, pod("three")).expect("a file");
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
    fs::write(&path, pod("four")).expect("a file");
    assert_eq!(repository.new_since(&["HEAD"]).len(), 1);
}

#[test]
fn what_goes_is_reported_where_it_is_missed() {
    let repository = Repository::new();
    fs::remove_file(repository.path().join("k8s/map.yaml")).expect("the file goes");
    let expected = [
        "k8s/pods.yaml:9:32: warning[dangling-configmap-reference]",
        "k8s/pods.yaml:19:32: warning[dangling-configmap-reference]",
    ];
    assert_eq!(repository.new_since(&["HEAD"]), expected, "gone from the working tree");
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD~1", "k8s"]), expected, "gone from the repository");
    assert_eq!(repository.new_since(&["HEAD~1", "k8s/pods.yaml"]), expected, "around the path");
    assert_eq!(repository.new_since(&["HEAD~1", "--no-repository", "k8s/pods.yaml"]), [""; 0], "never in view");
}

#[test]
fn moved_and_renamed_documents_are_not_new() {
    let repository = Repository::new();
    repository.git(&["mv", "k8s/pods.yaml", "k8s/all.yaml"]);
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0], "renamed");
    repository.commit();
    repository.write("k8s/all.yaml", &format!("# moved\n---\n{}", pod("one")));
    repository.write("apps/two.yaml", &pod("two").replace('\n', "\r\n"));
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0], "split in two");
    repository.write("apps/copy.yaml", &pod("two"));
    assert_eq!(repository.new_since(&["HEAD"]).len(), 1, "a copy is new");
}

#[test]
fn it_works_from_a_subdirectory_and_by_absolute_paths() {
    let repository = Repository::new();
    repository.write("k8s/pods.yaml", &format!("{}---\n{}", pod("one"), pod("three")));
    let run = |folder: PathBuf, path: &str| {
        text(&check(&folder, &["-q", "--no-repository", "--since", "HEAD", path], None).stdout)
    };
    let found = run(repository.path().join("k8s"), ".");
    assert!(found.starts_with("pods.yaml:17:14: warning[latest-image-tag]") && found.lines().count() == 1, "{found}");
    let found = run(repository.path().join("k8s"), "../k8s/pods.yaml");
    assert!(found.lines().count() > 1, "the ConfigMap is out of view for a document that is new: {found}");
    let found = run(PathBuf::from("/"), &repository.path().to_string_lossy());
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn three_dots_mean_where_the_branches_parted() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.write("k8s/three.yaml", &pod("three"));
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("k8s/pods.yaml", &pod("one").replace("a\n      envFrom", "a:1.2.3\n      envFrom"));
    repository.commit();
    repository.git(&["checkout", "-q", "feature"]);
    assert_eq!(repository.new_since(&["main..."]), ["k8s/three.yaml:7:14: warning[latest-image-tag]"]);
    assert_eq!(repository.new_since(&["main"]).len(), 3, "against the tip, what main fixed meanwhile is undone here");
}

#[test]
fn submodules_are_compared_with_the_commit_the_revision_holds() {
    let inner = Repository::new();
    let outer = Repository::new();
    outer.git(&["submodule", "--quiet", "add", &inner.path().to_string_lossy(), "parts"]);
    outer.commit();
    assert_eq!(outer.new_since(&["HEAD"]), [""; 0]);
    outer.write("parts/k8s/pods.yaml", &pod("three"));
    assert_eq!(outer.new_since(&["HEAD"]), ["parts/k8s/pods.yaml:7:14: warning[latest-image-tag]"]);
    git(&outer.path().join("parts"), &["commit", "-q", "-a", "-m", "inner"]);
    outer.commit();
    assert_eq!(outer.new_since(&["HEAD~1", "parts"]).len(), 1, "the outer revision is not known inside");
}

#[test]
fn baselines_and_fixes_see_what_is_new() {
    let repository = Repository::new();
    repository.write("k8s/pods.yaml", &format!("{}---\n{}", pod("one"), pod("three")));
    let out = check(repository.path(), &["-q", "--baseline", "known.json", "--write-baseline"], None);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(repository.new_since(&["HEAD", "--baseline", "known.json"]), [""; 0]);

    let wrong = |name: &str| pod(name).replace("      envFrom", "      comand: [a]\n      envFrom");
    repository.write("k8s/pods.yaml", &format!("{}---\n{}", wrong("one"), pod("two")));
    repository.commit();
    repository.write("k8s/pods.yaml", &format!("{}---\n{}", wrong("one"), wrong("two")));
    repository.new_since(&["HEAD", "--unsafe-fixes", "k8s"]);
    let fixed = fs::read_to_string(repository.path().join("k8s/pods.yaml")).expect("the file");
    assert_eq!(fixed.matches("comand:").count(), 1, "{fixed}");
    assert_eq!(fixed.matches("command:").count(), 1, "{fixed}");
}

#[test]
fn standard_input_is_compared_with_the_file_it_stands_for() {
    let repository = Repository::new();
    let now = format!("{}---\n{}", pod("one"), pod("three"));
    let arguments = ["-q", "--since", "HEAD", "--repository", "--stdin-filename", "k8s/pods.yaml", "-"];
    let found = text(&check(repository.path(), &arguments, Some(&now)).stdout);
    assert!(
        found.starts_with("k8s/pods.yaml:17:14: warning[latest-image-tag]") && found.lines().count() == 1,
        "{found}"
    );
    let out = check(repository.path(), &["--since", "HEAD", "-"], Some(&now));
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("--stdin-filename"), "{}", text(&out.stderr));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let repository = Repository::new();
    let fails = |folder: &Path, arguments: &[&str]| {
        let out = check(folder, arguments, None);
        assert_eq!((out.status.code(), out.stdout.is_empty()), (Some(2), true));
        text(&out.stderr)
    };
    let root = fs::canonicalize(repository.path()).expect("the folder");
    assert_eq!(
        fails(repository.path(), &["--since", "v9"]),
        format!("error: --since: no revision `v9` in {}\n", root.display())
    );
    assert!(fails(repository.path(), &["--since=--help"]).contains("no revision `--help`"));
    repository.git(&["update-ref", "refs/remotes/origin/stable", "HEAD"]);
    assert!(fails(repository.path(), &["--since", "stable"]).contains("did you mean `origin/stable`?"));

    let plain = tempfile::tempdir().expect("a folder");
    assert_eq!(fails(plain.path(), &["--since", "HEAD"]), "error: --since: . is not in a git repository\n");
    assert!(fails(plain.path(), &["--since", "HEAD", "nowhere"]).contains("nowhere"));

    repository.write("k8s/three.yaml", &pod("three"));
    repository.commit();
    let shallow = tempfile::tempdir().expect("a folder");
    git(shallow.path(), &["clone", "-q", "--depth=1", &format!("file://{}", root.display()), "clone"]);
    let said = fails(&shallow.path().join("clone"), &["--since", "HEAD~1"]);
    assert!(said.contains("the clone is shallow"), "{said}");

    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["check", "--since", "HEAD"]).current_dir(repository.path()).env("PATH", "");
    let out = command.output().expect("the program runs");
    assert_eq!(text(&out.stderr), "error: --since: git is needed, but there is no program of that name\n");
}

#[test]
fn line_ends_and_filters_of_a_checkout_are_no_change() {
    use sha2::{Digest, Sha256};
    let repository = Repository::new();
    let unchanged = |what: &str| {
        let out = check(repository.path(), &["--since", "HEAD"], None);
        assert!(text(&out.stdout).contains("\n0 documents of 3 changed"), "{what}: {}", text(&out.stdout));
        assert_eq!(out.status.code(), Some(0), "{what}");
    };
    repository.git(&["config", "core.autocrlf", "true"]);
    let pods = fs::read_to_string(repository.path().join("k8s/pods.yaml")).expect("a file");
    repository.write("k8s/pods.yaml", &pods.replace('\n', "\r\n"));
    unchanged("other line ends");
    repository.git(&["config", "core.autocrlf", "false"]);
    repository.write("k8s/pods.yaml", &pods);
    unchanged("touched");
    // What Git LFS leaves behind: a pointer in the commit, the text on disk.
    let hash: String = Sha256::digest(&pods).iter().map(|byte| format!("{byte:02x}")).collect();
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{hash}\nsize {}\n", pods.len());
    repository.write("k8s/pods.yaml", &pointer);
    repository.commit();
    repository.write("k8s/pods.yaml", &pods);
    unchanged("a pointer");
    assert_eq!(repository.new_since(&["HEAD~1"]), [""; 0]);
    repository.write("k8s/pods.yaml", &pods.replace("name: two", "name: three"));
    assert!(repository.new_since(&["HEAD"]).len() > 1, "not what the pointer stands for");
}

#[test]
fn files_that_are_not_checked_out_are_not_gone() {
    let repository = Repository::new();
    repository.git(&["update-index", "--skip-worktree", "k8s/map.yaml"]);
    fs::remove_file(repository.path().join("k8s/map.yaml")).expect("the file goes");
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
}

#[test]
fn a_filter_without_a_program_leaves_untouched_files_as_they_were() {
    let repository = Repository::new();
    // Commits other text than what is on disk, as git-crypt does.
    repository.git(&["config", "filter.crypt.clean", "sed s/one/other/"]);
    repository.write(".gitattributes", "pods.yaml filter=crypt\n");
    repository.write("k8s/pods.yaml", &format!("{}---\n{}", pod("one"), pod("three")));
    repository.commit();
    // The moment of the index has to be later than that of the file.
    std::thread::sleep(std::time::Duration::from_millis(50));
    repository.git(&["update-index", "--refresh", "--force-write-index"]);
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
}

#[test]
fn a_folder_that_was_a_chart_was_one_at_the_revision() {
    let repository = Repository::new();
    repository.write("k8s/chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\ntype: library\n");
    repository.write("k8s/chart/templates/pod.yaml", &pod("three"));
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
    fs::remove_file(repository.path().join("k8s/chart/Chart.yaml")).expect("the file goes");
    let tag = "k8s/chart/templates/pod.yaml:7:14: warning[latest-image-tag]";
    assert_eq!(repository.new_since(&["HEAD"]), [tag], "what was a template is checked from now on");
    let dangling = "k8s/chart/templates/pod.yaml:9:32: warning[dangling-configmap-reference]";
    let part = ["HEAD", "--no-repository", "k8s/chart/templates"];
    assert_eq!(repository.new_since(&part), [tag, dangling], "the file lies above the paths");
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD~1"]), [tag], "committed");
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
}

#[test]
fn a_folder_that_becomes_a_chart_was_none_at_the_revision() {
    let repository = Repository::new();
    repository.git(&["mv", "k8s/map.yaml", "k8s/gone.yaml"]);
    repository.write("k8s/chart/templates/map.yaml", CONFIG_MAP);
    fs::remove_file(repository.path().join("k8s/gone.yaml")).expect("the file goes");
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
    repository.write("k8s/chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\ntype: library\n");
    let expected = [
        "k8s/pods.yaml:9:32: warning[dangling-configmap-reference]",
        "k8s/pods.yaml:19:32: warning[dangling-configmap-reference]",
    ];
    assert_eq!(repository.new_since(&["HEAD"]), expected, "the map is a template by now");
    let paths = ["HEAD", "k8s/pods.yaml", "k8s/chart/templates"];
    assert_eq!(repository.new_since(&paths), expected, "the file lies above the paths");
}

#[test]
fn a_directory_that_is_deployed_from_was_there_at_the_revision() {
    let repository = Repository::new();
    repository.git(&["remote", "add", "origin", "https://example.com/shop.git"]);
    let source = "{repoURL: https://example.com/shop.git, path: web}";
    let destination = "{server: https://kubernetes.default.svc, namespace: shop}";
    let application = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  project: \
         default\n  source: {source}\n  destination: {destination}\n"
    );
    repository.write("k8s/application.yaml", &application);
    repository.write("web/map.yaml", &CONFIG_MAP.replace("settings", "web"));
    repository.commit();
    assert_eq!(repository.new_since(&["HEAD"]), [""; 0]);
    repository.git(&["rm", "-q", "web/map.yaml"]);
    let expected = ["k8s/application.yaml:6:57: error[missing-source-path]"];
    assert_eq!(repository.new_since(&["HEAD"]), expected);
}
