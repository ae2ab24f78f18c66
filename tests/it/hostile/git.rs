//! Repositories whose own configuration names programs: none of them is started, whatever kubevet is asked.
//!
//! Every program leaves a mark outside the repository. Where plain git would start it (`live`), that is seen first, so that
//! a test without a mark says something.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::files::write;
use crate::common::shop::{CONFIG_MAP, pod};

const ADDRESS: &str = "https://example.com/shop/web.git";

/// What kubevet is asked in each repository.
const RUNS: &[&[&str]] = &[
    &["read", "."],
    &["check", "."],
    &["check", "--since", "HEAD"],
    &["check", "--since", "HEAD~1"],
    &["check", "--since", "HEAD~1", "--repository", "k8s/pods.yaml"],
    &["check", "--repository", "k8s/pods.yaml"],
    &["check", "--fix", "--diff"],
    &["check", "--since", "HEAD", "--fix"],
];

pub(super) struct Repository {
    dir: tempfile::TempDir,
    /// Marks, programs, and an empty home.
    outside: tempfile::TempDir,
}

impl Repository {
    /// Two commits, something on top of them, something that .gitignore hides though it is tracked, and an Application
    /// that deploys from here.
    pub(super) fn new() -> Self {
        let folder = || tempfile::tempdir().expect("a folder");
        let this = Self { dir: folder(), outside: folder() };
        let deploy = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  \
             project: default\n  destination: {{name: in-cluster, namespace: shop}}\n  source: {{repoURL: {ADDRESS}, path: k8s}}\n"
        );
        this.git(&["init", "-q", "-b", "main"]);
        this.git(&["remote", "add", "origin", ADDRESS]);
        for (name, text) in [
            ("k8s/pods.yaml", pod("one")),
            ("k8s/map.yaml", CONFIG_MAP.to_owned()),
            ("deploy/web.yaml", deploy),
            ("out/kept.yaml", pod("kept")),
            (".gitignore", "/out/\n*.tmp.yaml\n".to_owned()),
        ] {
            write(this.root(), name, &text);
        }
        this.git(&["add", "-A", "-f"]);
        this.git(&["commit", "-q", "-m", "one"]);
        write(this.root(), "k8s/pods.yaml", &pod("two"));
        this.git(&["commit", "-q", "-a", "-m", "two"]);
        let program = this.program();
        fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\nexit 1\n", this.mark().display()))
            .expect("a file");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
        this.disturb();
        this
    }

    pub(super) fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Leaves a mark.
    pub(super) fn program(&self) -> PathBuf {
        self.outside.path().join("program")
    }

    /// The user's home.
    pub(super) fn home(&self) -> &Path {
        self.outside.path()
    }

    pub(super) fn mark(&self) -> PathBuf {
        self.outside.path().join("mark")
    }

    /// Touches every file, so that git could not tell without reading it, and changes one.
    fn disturb(&self) {
        for name in ["k8s/map.yaml", "deploy/web.yaml", "out/kept.yaml", ".gitignore"] {
            let text = fs::read(self.root().join(name)).expect("a file");
            fs::remove_file(self.root().join(name)).expect("the file goes");
            fs::write(self.root().join(name), text).expect("a file");
        }
        write(self.root(), "k8s/pods.yaml", &format!("{}---\n{}", pod("two"), pod("three")));
        write(self.root(), "k8s/new.yaml", &pod("new"));
        write(self.root(), "k8s/x.tmp.yaml", &pod("hidden"));
    }

    fn git(&self, arguments: &[&str]) {
        let out = self.try_git(arguments);
        assert!(out.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    fn try_git(&self, arguments: &[&str]) -> Output {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"];
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root()).args(identity).args(arguments);
        self.closed(&mut command).output().expect("git runs")
    }

    pub(super) fn closed<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("HOME", self.outside.path()).env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null())
    }

    /// Sets entries of the repository's configuration; `PROGRAM` stands for the one that leaves a mark.
    pub(super) fn configure(&self, entries: &[(&str, &str)]) {
        let program = self.program().to_string_lossy().into_owned();
        for (key, value) in entries {
            self.git(&["config", key, &value.replace("PROGRAM", &program)]);
        }
    }

    fn attributes(&self, text: &str) {
        write(self.root(), ".git/info/attributes", text);
    }

    fn kubevet(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
        self.closed(command.args(arguments).current_dir(self.root())).output().expect("the program runs")
    }

    /// Plain git leaves a mark here.
    fn is_live(&self, arguments: &[&str]) -> &Self {
        self.try_git(arguments);
        assert!(self.mark().exists(), "git {arguments:?} starts no program: the test says nothing");
        fs::remove_file(self.mark()).expect("the mark goes");
        self.disturb();
        self
    }

    /// Nothing kubevet does leaves one, and it does its job.
    fn is_harmless(&self) {
        for arguments in RUNS {
            let out = self.kubevet(arguments);
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            let mark = fs::read_to_string(self.mark()).unwrap_or_default();
            assert!(mark.is_empty(), "{arguments:?} started {mark}");
            assert!(out.status.code().is_some_and(|code| code < 2), "{arguments:?}: {said}");
        }
        let read = String::from_utf8_lossy(&self.kubevet(&["read", "."]).stdout).into_owned();
        assert!(read.contains("out/kept.yaml"), "what is tracked is read: {read}");
    }
}

#[test]
fn file_system_monitors() {
    let repository = Repository::new();
    repository.configure(&[("core.fsmonitor", "PROGRAM")]);
    repository.is_live(&["status"]).is_harmless();
    repository.configure(&[("core.fsmonitorHookVersion", "2")]);
    repository.is_live(&["ls-files"]).is_harmless();
}

#[test]
fn filters() {
    let repository = Repository::new();
    repository.configure(&[("filter.evil.clean", "PROGRAM clean %f"), ("filter.evil.smudge", "PROGRAM smudge %f")]);
    repository.attributes("* filter=evil\n");
    repository.is_live(&["diff", "HEAD"]).is_harmless();
    let repository = Repository::new();
    repository.configure(&[("filter.evil.process", "PROGRAM"), ("filter.evil.required", "true")]);
    write(repository.root(), ".gitattributes", "*.yaml filter=evil\n");
    repository.is_live(&["diff", "HEAD"]).is_harmless();
}

#[test]
fn hooks() {
    let repository = Repository::new();
    let names =
        "post-index-change reference-transaction pre-auto-gc post-checkout post-merge pre-commit fsmonitor-watchman";
    for name in names.split(' ') {
        let hook = repository.root().join(".git/hooks").join(name);
        fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
        symlink(repository.program(), hook).expect("a hook");
    }
    repository.is_live(&["status"]).is_harmless();
    repository.configure(&[("core.hooksPath", "hooks")]);
    fs::rename(repository.root().join(".git/hooks"), repository.root().join("hooks")).expect("they move");
    repository.is_live(&["update-ref", "refs/heads/other", "HEAD"]).is_harmless();
}

#[test]
fn pagers_aliases_and_whatever_else_is_a_program() {
    let repository = Repository::new();
    for name in ["ls-files", "ls-tree", "cat-file", "rev-parse", "merge-base", "config", "symbolic-ref", "diff"] {
        repository.configure(&[(&format!("alias.{name}"), "!PROGRAM"), (&format!("pager.{name}"), "PROGRAM")]);
    }
    let keys = "core.pager core.editor core.askPass core.sshCommand core.gitProxy core.alternateRefsCommand sequence.editor \
                gpg.program gpg.ssh.program credential.helper interactive.diffFilter uploadpack.packObjectsHook \
                browser.x.cmd mergetool.x.cmd difftool.x.cmd merge.x.driver trailer.x.command remote.origin.uploadpack \
                remote.origin.receivepack submodule.vendor.update";
    for key in keys.split_whitespace() {
        repository.configure(&[(key, "!PROGRAM")]);
    }
    repository.configure(&[("commit.gpgSign", "true"), ("log.showSignature", "true"), ("submodule.recurse", "true")]);
    repository.is_harmless();
}

#[test]
fn textconv_and_external_diffs() {
    let repository = Repository::new();
    repository.configure(&[
        ("diff.external", "PROGRAM"),
        ("diff.evil.command", "PROGRAM"),
        ("diff.evil.textconv", "PROGRAM"),
    ]);
    repository.attributes("* diff=evil\n");
    repository.is_live(&["diff", "HEAD"]).is_harmless();
}

#[test]
fn configuration_from_elsewhere() {
    let repository = Repository::new();
    let text = format!("[core]\n\tfsmonitor = {}\n", repository.program().display());
    write(repository.root(), "k8s/config", &text);
    repository.configure(&[("include.path", "../k8s/config")]);
    repository.is_live(&["status"]).is_harmless();
    let repository = Repository::new();
    let elsewhere = repository.outside.path().join("config");
    let text = format!("[core]\n\tfsmonitor = {}\n", repository.program().display());
    fs::write(&elsewhere, text).expect("a file");
    repository.configure(&[("includeIf.gitdir:/.path", &elsewhere.to_string_lossy())]);
    repository.is_live(&["status"]).is_harmless();
    let repository = Repository::new();
    repository.configure(&[("extensions.worktreeConfig", "true")]);
    repository.git(&["config", "--worktree", "core.fsmonitor", &repository.program().to_string_lossy()]);
    repository.is_live(&["status"]).is_harmless();
}

#[test]
fn a_repository_that_is_kept_elsewhere() {
    let repository = Repository::new();
    let elsewhere = repository.outside.path().join("git");
    fs::rename(repository.root().join(".git"), &elsewhere).expect("it moves");
    write(repository.root(), ".git", &format!("gitdir: {}\n", elsewhere.display()));
    repository.configure(&[("core.fsmonitor", "PROGRAM")]);
    repository.is_live(&["status"]).is_harmless();
}

#[test]
fn objects_that_are_kept_elsewhere() {
    let repository = Repository::new();
    let elsewhere = repository.outside.path().join("objects");
    fs::rename(repository.root().join(".git/objects"), &elsewhere).expect("they move");
    write(repository.root(), ".git/objects/info/alternates", &format!("{}\n", elsewhere.display()));
    repository.configure(&[("core.alternateRefsCommand", "PROGRAM"), ("core.fsmonitor", "PROGRAM")]);
    repository.is_live(&["status"]).is_harmless();
}

#[test]
fn submodules_with_a_configuration_of_their_own() {
    let (inner, repository) = (Repository::new(), Repository::new());
    repository.git(&["submodule", "--quiet", "add", &inner.root().to_string_lossy(), "vendor"]);
    repository.git(&["commit", "-q", "-a", "-m", "three"]);
    write(repository.root(), "vendor/k8s/pods.yaml", &pod("four"));
    let program = repository.program().to_string_lossy().into_owned();
    for (key, value) in
        [("core.fsmonitor", ""), ("filter.evil.clean", " %f"), ("diff.external", ""), ("alias.ls-tree", "")]
    {
        repository.git(&["-C", "vendor", "config", key, &(program.clone() + value)]);
    }
    write(repository.root(), ".git/modules/vendor/info/attributes", "* filter=evil\n");
    repository.is_live(&["-C", "vendor", "diff", "HEAD"]).is_harmless();
    let out = repository.kubevet(&[
        "check",
        "-q",
        "-f",
        "concise",
        "--since",
        "HEAD",
        "--select",
        "latest-image-tag",
        "vendor",
    ]);
    let found = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(found.starts_with("vendor/k8s/pods.yaml:7:14:") && !repository.mark().exists(), "{found}");
}

#[test]
fn submodules_in_a_circle_of_links() {
    let repository = Repository::new();
    let head = String::from_utf8_lossy(&repository.try_git(&["rev-parse", "HEAD"]).stdout).trim().to_owned();
    let mut last = head;
    for _ in 0..30 {
        for name in ["a", "b"] {
            repository.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{last},{name}")]);
        }
        repository.git(&["commit", "-q", "-m", "deeper"]);
        last = String::from_utf8_lossy(&repository.try_git(&["rev-parse", "HEAD"]).stdout).trim().to_owned();
    }
    symlink(".", repository.root().join("a")).expect("a link");
    symlink(".", repository.root().join("b")).expect("a link");
    repository.is_harmless();
}

#[test]
fn objects_that_would_be_fetched() {
    for address in ["ext::PROGRAM %S", "ssh://example.com/web.git", "/nowhere/web.git"] {
        let repository = Repository::new();
        let address = address.replace("PROGRAM", &repository.program().to_string_lossy());
        repository.configure(&[
            ("core.repositoryFormatVersion", "1"),
            ("extensions.partialClone", "evil"),
            ("remote.evil.url", &address),
            ("remote.evil.promisor", "true"),
            ("remote.evil.uploadpack", "PROGRAM"),
            ("core.sshCommand", "PROGRAM"),
            ("protocol.allow", "always"),
            ("protocol.ext.allow", "always"),
        ]);
        let blob = repository.try_git(&["rev-parse", "HEAD~1:k8s/pods.yaml"]).stdout;
        let blob = String::from_utf8_lossy(&blob).trim().to_owned();
        let object = repository.root().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
        fs::remove_file(object).expect("the object goes");
        if !address.starts_with('/') {
            repository.is_live(&["cat-file", "-p", &blob]);
        }
        let out = repository.kubevet(&["check", "--since", "HEAD~1"]);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.code() == Some(2) && said.contains("nothing is fetched"), "{said}");
        assert!(!repository.mark().exists(), "{}", fs::read_to_string(repository.mark()).unwrap_or_default());
    }
}

#[test]
fn a_working_tree_that_is_said_to_be_elsewhere() {
    let repository = Repository::new();
    write(repository.outside.path(), "tree/secret.yaml", &pod("secret"));
    let elsewhere = repository.outside.path().join("tree");
    repository.configure(&[("core.worktree", &elsewhere.to_string_lossy())]);
    repository.is_harmless();
    let out = repository.kubevet(&["check", "-q", "-f", "json", "--since", "HEAD", "--select", "latest-image-tag"]);
    let found = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(found.contains("k8s/new.yaml") && !found.contains("k8s/map.yaml") && !found.contains("secret"), "{found}");
}

#[test]
fn a_git_of_the_repository_is_not_run() {
    let repository = Repository::new();
    let bin = repository.root().join("bin");
    fs::create_dir(&bin).expect("a folder");
    for folder in [&bin, repository.root()] {
        fs::copy(repository.program(), folder.join("git")).expect("a program");
    }
    let linked = repository.outside.path().join("linked");
    symlink(&bin, &linked).expect("a link");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!(".::bin:{}:{}:{path}", bin.display(), linked.display());
    for arguments in RUNS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
        command.args(*arguments).current_dir(repository.root()).env("PATH", &path);
        let out = repository.closed(&mut command).output().expect("the program runs");
        assert!(!repository.mark().exists() && out.status.code().is_some_and(|code| code < 2), "{arguments:?}");
    }
}

#[test]
fn the_environment_of_a_hook_speaks_of_another_repository() {
    let (repository, other) = (Repository::new(), Repository::new());
    other.configure(&[("core.fsmonitor", "PROGRAM")]);
    for arguments in RUNS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
        command.args(*arguments).current_dir(repository.root());
        command.env("GIT_DIR", other.root().join(".git")).env("GIT_INDEX_FILE", "/dev/null");
        command.env("GIT_EXTERNAL_DIFF", other.program()).env("GIT_PAGER", other.program());
        let out = repository.closed(&mut command).output().expect("the program runs");
        assert!(!other.mark().exists() && out.status.code().is_some_and(|code| code < 2), "{arguments:?}");
        let found = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(arguments[0] != "read" || found.contains("out/kept.yaml"), "{found}");
    }
}

/// What the ledger says of git, and what `--since` says.
fn refusal(repository: &Repository, arguments: &[&str]) -> (String, String) {
    let mut all = vec!["check", "-f", "json", "--fail-on", "never"];
    all.extend(arguments);
    let out = repository.kubevet(&all);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("a report");
    let skipped = report["coverage"]["skipped"].as_array().cloned().unwrap_or_default();
    let entry = skipped.iter().find(|entry| entry["file"].as_str().is_some_and(|file| file.ends_with(".git")));
    let since = repository.kubevet(&["check", "--since", "HEAD"]);
    assert_eq!(since.status.code(), Some(2));
    (entry.map(ToString::to_string).unwrap_or_default(), String::from_utf8_lossy(&since.stderr).into_owned())
}

#[test]
fn what_git_cannot_read_is_said() {
    let repository = Repository::new();
    write(repository.root(), ".git/index", "rubbish");
    for arguments in [&["."][..], &["--repository", "k8s/pods.yaml"]] {
        let (ledger, since) = refusal(&repository, arguments);
        assert!(ledger.contains("unreadable") && since.contains("git in "), "{arguments:?}: {ledger} {since}");
    }
}

#[test]
fn a_repository_of_someone_else_is_not_asked_unless_the_user_says_so() {
    let repository = Repository::new();
    let theirs = |path: &Path| chown(path, Some(12345), Some(12345)).is_ok();
    if !theirs(&repository.root().join(".git")) || !theirs(repository.root()) {
        // Only the superuser can make such a repository.
        return;
    }
    let (ledger, since) = refusal(&repository, &["."]);
    assert!(ledger.contains("dubious ownership") && since.contains("dubious ownership"), "{ledger} {since}");
    let read = String::from_utf8_lossy(&repository.kubevet(&["read", "."]).stdout).into_owned();
    assert!(read.contains("k8s/pods.yaml") && !read.contains("out/kept.yaml"), "it goes on without git: {read}");
    let root = fs::canonicalize(repository.root()).expect("the folder");
    write(repository.outside.path(), ".gitconfig", &format!("[safe]\n\tdirectory = {}\n", root.display()));
    repository.is_harmless();
}

#[test]
fn patterns_are_read_from_files_alone() {
    let repository = Repository::new();
    let ignores = repository.root().join("k8s/.gitignore");
    let out = Command::new("mkfifo").arg(&ignores).output().expect("mkfifo runs");
    assert!(out.status.success());
    repository.is_harmless();
    fs::remove_file(&ignores).expect("it goes");
    symlink("/dev/zero", &ignores).expect("a link");
    repository.is_harmless();
    fs::remove_file(&ignores).expect("it goes");
    fs::write(&ignores, "pods.yaml\n".repeat(200_000)).expect("a file");
    let report = String::from_utf8_lossy(&repository.kubevet(&["check", "-f", "json"]).stdout).into_owned();
    assert!(report.contains("k8s/.gitignore") && report.contains("too-large"), "{report}");
}
