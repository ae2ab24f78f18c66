//! States of a repository: an index, a configuration, refs and what else lies in `.git`, changed by the input. No panic, no
//! program started but git, nothing outside written, and nothing of a repository that lies elsewhere checked.
#![no_main]
#![expect(
    clippy::disallowed_methods,
    reason = "git makes the repository, and a shell the program that must not be started"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use kubevet::engine::{Engine, Request, Since, Snapshot};
use kubevet::revision::{Past, Question};
use kubevet_fuzz::reports::all_formats;
use kubevet_fuzz::repository::{Contents, Playground, contents, text};

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: \"a:latest\"}]}\n";

/// Files of `.git`, by the first byte of a file in the input.
const FILES: &[&str] = &[
    "config",
    "index",
    "HEAD",
    "packed-refs",
    "refs/heads/main",
    "refs/tags/v1",
    "info/exclude",
    "info/attributes",
    "info/sparse-checkout",
    "objects/info/alternates",
    "commondir",
    "shallow",
    "config.worktree",
    "info/grafts",
    "../.gitmodules",
    "../.gitattributes",
    "../.gitignore",
    "../k8s/a.yaml",
];

/// What bytes from 0x80 on stand for in these files, before the pieces of manifests.
const PIECES: &[&str] = &[
    "[core]\n",
    "[include]\n",
    "[remote \"origin\"]\n",
    "[extensions]\n",
    "[filter \"x\"]\n",
    "[diff \"x\"]\n",
    "fsmonitor = PROGRAM\n",
    "pager = PROGRAM\n",
    "sshCommand = PROGRAM\n",
    "hooksPath = HOOKS\n",
    "alternateRefsCommand = PROGRAM\n",
    "clean = PROGRAM\n",
    "process = PROGRAM\n",
    "textconv = PROGRAM\n",
    "[alias]\n",
    "ls-files = !PROGRAM\n",
    "cat-file = !PROGRAM\n",
    "rev-parse = !PROGRAM\n",
    "[safe]\n",
    "directory = *\n",
    "worktree = /\n",
    "bare = true\n",
    "path = config\n",
    "path = ../../outside/secret.yaml\n",
    "partialClone = origin\n",
    "url = ext::PROGRAM\n",
    "promisor = true\n",
    "uploadpack = PROGRAM\n",
    "[protocol]\n",
    "allow = always\n",
    "repositoryFormatVersion = 1\n",
    "objectFormat = sha256\n",
    "worktreeConfig = true\n",
    "[credential]\n",
    "helper = !PROGRAM\n",
    "untrackedCache = true\n",
    "splitIndex = true\n",
    "sparseCheckout = true\n",
    "preloadIndex = true\n",
    "quotePath = false\n",
    "ref: refs/heads/main\n",
    "COMMIT\n",
    "COMMIT refs/heads/main\n",
    "# pack-refs with: peeled \n",
    "^COMMIT\n",
    "refs/heads/",
    "../../outside\n",
    "* filter=x diff=x\n",
    "/k8s/\n",
    "*.yaml\n",
    "includeIf \"gitdir:**\"",
    "refStorage = reftable\n",
    "[submodule \"x\"]\n",
    "path = k8s\n",
    "update = !PROGRAM\n",
    "0000000000000000000000000000000000000000",
];

struct Repository {
    ground: Playground,
    git: Contents,
    commit: String,
}

static REPOSITORY: LazyLock<Repository> = LazyLock::new(Repository::new);

impl Repository {
    /// A repository of two files and two commits, the state of its `.git`, and a program that leaves a mark.
    fn new() -> Self {
        let ground = Playground::new();
        let tree = ground.tree();
        fs::create_dir_all(tree.join("k8s")).expect("a folder");
        fs::write(tree.join("k8s/a.yaml"), POD).expect("a file");
        fs::write(tree.join("b.yaml"), POD).expect("a file");
        for arguments in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "x"]] {
            git(&tree, arguments);
        }
        let commit = git(&tree, &["rev-parse", "HEAD"]).trim().to_owned();
        let program = ground.program();
        let hooks = program.parent().expect("a folder").join("hooks");
        fs::create_dir_all(&hooks).expect("a folder");
        fs::write(&program, format!("#!/bin/sh\n: > '{}'\n", ground.mark().display())).expect("a file");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
        for name in ["post-index-change", "reference-transaction", "fsmonitor-watchman"] {
            std::os::unix::fs::symlink(&program, hooks.join(name)).expect("a hook");
        }
        let git = contents(&tree.join(".git")).into_iter().filter(|(path, _)| !path.iter().any(|part| part == "hooks"));
        Self { git: git.collect(), commit, ground }
    }

    fn fill(&self, data: &[u8]) {
        let tree = self.ground.tree();
        let _ = fs::remove_dir_all(&tree);
        let files = self.git.iter().map(|(path, text)| (path.clone(), text.as_slice()));
        let work = ["k8s/a.yaml", "b.yaml"].map(|name| (tree.join(name), POD.as_bytes()));
        files.chain(work).for_each(|(path, text)| put(&path, text));
        fs::create_dir_all(tree.join(".git/refs/tags")).expect("a folder");
        for file in data.split(|&byte| byte == 0xfe).take(6) {
            let [which, rest @ ..] = file else { continue };
            let name = FILES[usize::from(*which) % FILES.len()];
            let path = tree.join(".git").join(name);
            let new = if name == "index" { self.index(&path, rest) } else { self.text(rest) };
            put(&path, &new);
        }
    }

    fn text(&self, data: &[u8]) -> Vec<u8> {
        let piece = |&byte: &u8| match PIECES.get(usize::from(byte).wrapping_sub(0x80)) {
            Some(piece) => piece.as_bytes().to_vec(),
            None => text(&[byte]),
        };
        let text = String::from_utf8_lossy(&data.iter().flat_map(piece).collect::<Vec<_>>()).into_owned();
        let program = self.ground.program().display().to_string();
        let hooks = self.ground.program().with_file_name("hooks").display().to_string();
        text.replace("PROGRAM", &program).replace("HOOKS", &hooks).replace("COMMIT", &self.commit).into_bytes()
    }

    /// The index with some bytes changed, cut off or put in. Its checksum is zero, which git does not look at.
    fn index(&self, path: &Path, data: &[u8]) -> Vec<u8> {
        let mut index = self.git.get(path).cloned().unwrap_or_default();
        index.truncate(index.len().saturating_sub(20));
        for change in data.chunks_exact(3) {
            let [how, place, value] = change else { continue };
            let at = usize::from(*place) % index.len().max(1);
            match how % 4 {
                0 => index.truncate(at),
                1 => index.insert(at.min(index.len()), *value),
                2 => index.extend_from_slice(&[*place, *value]),
                _ => index.get_mut(at).into_iter().for_each(|byte| *byte = *value),
            }
        }
        index.extend_from_slice(&[0; 20]);
        index
    }
}

fn put(path: &Path, text: &[u8]) {
    if fs::create_dir_all(path.parent().expect("a folder")).is_ok() {
        fs::write(path, text).expect("a file");
    }
}

fn git(tree: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    let out = Command::new("git").arg("-C").arg(tree).args(identity).args(arguments).output().expect("git runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [mode, rest @ ..] = data else { return };
    REPOSITORY.fill(rest);
    let ground = &REPOSITORY.ground;
    let before = ground.contents();
    let paths: Vec<PathBuf> = vec![ground.tree()];
    let revision = ["HEAD", "main", "v1", "HEAD...", "HEAD~1", REPOSITORY.commit.as_str()][usize::from(*mode) % 6];
    let past = Past::ask(&Question { paths: &paths, file: None, above: &[], whole: mode & 0x80 != 0 }, revision);
    let since = past.ok().map(Since::new);
    let request = Request { repository: mode & 0x40 != 0, since, ..Request::policy() };
    all_formats(&Engine::default().check(&Snapshot::of_paths(paths), &request).report);
    assert!(!ground.mark().exists(), "a program was started");
    assert!(ground.contents() == before, "something was written");
    ground.expect_untouched();
});
