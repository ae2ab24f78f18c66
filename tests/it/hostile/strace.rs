//! What kubevet asks the operating system for over a hostile repository, as strace sees it.
//!
//! In: a repository whose configuration names programs and whose tree leads out of itself. Out: no program but git is started, no
//! file is opened but those of the tree and what the C library, the Rust runtime and git need, nothing is changed outside the
//! tree, and no socket is made. Where there is no strace, or it may not look, the tests say so and pass.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use super::git::Repository;
use super::tree::{pipe, put};
use crate::common::files::write;

/// What is opened outside the tree: by the loader and the C library, by the Rust runtime, which counts processors, and by git.
const SYSTEM: &[&str] = &[
    "/lib/",
    "/lib64/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/local/lib/",
    "/nix/store/",
    // The allocator asks how the system hands out memory.
    "/proc/sys/vm/overcommit_memory",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/usr/share/locale/",
    "/etc/locale.alias",
    "/sys/fs/cgroup/",
    "/sys/devices/system/cpu/",
    "/dev/null",
    "/etc/gitconfig",
    "/usr/local/etc/gitconfig",
];

/// What the runtime asks `/proc` about the process itself.
const OF_ITSELF: &[&str] = &["maps", "cgroup", "mountinfo", "mounts", "stat", "status"];

const CALLS: &str = "trace=execve,execveat,open,openat,openat2,creat,connect,socket,bind,sendto,unlink,unlinkat,rename,renameat,\
                     renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,mknod,mknodat,chmod,fchmodat,chown,lchown,fchownat,\
                     truncate,utimensat";

/// A system call that worked.
struct Call {
    name: String,
    line: String,
    /// The paths it names, or for one that opens a file the path of that.
    paths: Vec<String>,
}

/// Why the tests cannot look, if they cannot.
fn blind() -> Option<&'static str> {
    let probe = Command::new("strace").args(["-f", "-y", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    match probe {
        Err(_) => Some("strace is not installed"),
        Ok(status) if !status.success() => Some("strace may not look at programs here"),
        Ok(_) => None,
    }
}

/// The calls of a program, and of what it starts, in a repository.
fn calls(repository: &Repository, program: &str, arguments: &[&str]) -> Vec<Call> {
    let traces = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("strace");
    command.args(["-ff", "-y", "-e", CALLS, "-o"]).arg(traces.path().join("t")).arg(program);
    let out = repository.closed(command.args(arguments).current_dir(repository.root())).output().expect("strace runs");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(program == "git" || out.status.code().is_some_and(|code| code < 2), "{arguments:?}: {said}");
    let files = fs::read_dir(traces.path()).expect("a folder").map(|entry| entry.expect("an entry").path());
    let texts = files.map(|file| String::from_utf8_lossy(&fs::read(file).expect("a trace")).into_owned());
    let calls: Vec<_> = texts.flat_map(|text| text.lines().filter_map(call).collect::<Vec<_>>()).collect();
    assert!(calls.len() > 20, "{arguments:?}: strace saw little");
    calls
}

/// A line `NAME(ARGUMENTS) = RESULT`; nothing for a call that failed, and for what is no call.
fn call(line: &str) -> Option<Call> {
    let (before, result) = line.rsplit_once(" = ")?;
    let (name, arguments) = before.split_once('(')?;
    if result.starts_with('-') || result.starts_with('?') {
        return None;
    }
    let opened = result.split_once('<').map(|(_, path)| path.trim_end_matches('>').to_owned());
    let named = arguments.split('"').skip(1).step_by(2).map(str::to_owned);
    let paths =
        if name.starts_with("open") || name == "creat" { opened.into_iter().collect() } else { named.collect() };
    Some(Call { name: name.to_owned(), line: line.to_owned(), paths })
}

/// What none of the calls may be.
fn expect_harmless(repository: &Repository, arguments: &[&str]) {
    let root = fs::canonicalize(repository.root()).expect("the folder");
    let home = repository.home().join(".gitconfig");
    let inside = |path: &str| {
        let path = Path::new(path);
        let climbs = path.components().any(|part| part == std::path::Component::ParentDir);
        !climbs && (path.is_relative() || path.starts_with(&root) || path.starts_with(repository.root()))
    };
    for Call { name, line, paths } in calls(repository, env!("CARGO_BIN_EXE_kubevet"), arguments) {
        let first = paths.first().map(String::as_str).unwrap_or_default();
        let allowed = match name.as_str() {
            "execve" | "execveat" => {
                first.ends_with("/git") && !inside(first) || first == env!("CARGO_BIN_EXE_kubevet")
            }
            "socket" | "connect" | "bind" | "sendto" => false,
            // git opens the folder of its working tree by a path of its own.
            "open" | "openat" | "openat2" | "creat" if is_read(&line) => {
                let itself = first.strip_prefix("/proc/").and_then(|rest| rest.rsplit('/').next());
                let system = SYSTEM.iter().any(|start| first.starts_with(start))
                    || itself.is_some_and(|name| OF_ITSELF.contains(&name));
                inside(first) || system || Path::new(first) == home
            }
            "open" | "openat" | "openat2" | "creat" => inside(first) || first == "/dev/null",
            _ => paths.iter().all(|path| inside(path)),
        };
        assert!(allowed, "{arguments:?}: {line}");
    }
    assert!(!repository.mark().exists(), "{}", fs::read_to_string(repository.mark()).unwrap_or_default());
}

fn is_read(line: &str) -> bool {
    !["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| line.contains(flag))
}

/// A repository that names programs and other places wherever it can.
fn hostile() -> Repository {
    let repository = Repository::new();
    let root = repository.root();
    repository.configure(&[
        ("core.fsmonitor", "PROGRAM"),
        ("core.pager", "PROGRAM"),
        ("core.sshCommand", "PROGRAM"),
        ("alias.ls-files", "!PROGRAM"),
        ("diff.external", "PROGRAM"),
        ("filter.evil.clean", "PROGRAM"),
        ("filter.evil.process", "PROGRAM"),
        ("credential.helper", "!PROGRAM"),
        ("remote.evil.url", "ext::PROGRAM"),
    ]);
    write(root, ".gitattributes", "* filter=evil diff=evil\n");
    for name in [&b"n\n::error::.yaml"[..], b"\xff.yaml", b"d/x\\y.yaml", b"\x1b[2J.yaml"] {
        put(root, name);
    }
    write(repository.home(), "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n");
    let (secret, home) = (repository.home().join("secret.yaml"), repository.home());
    for (target, name) in [
        (secret.as_path(), "k8s/out.yaml"),
        (home, "k8s/out"),
        (Path::new("/etc/passwd"), "k8s/passwd.yaml"),
        (Path::new("/dev/zero"), "k8s/zero.yaml"),
        (Path::new("/"), "k8s/everything"),
        (&home.join("none.yaml"), "k8s/dangling.yaml"),
        (Path::new(".."), "k8s/up"),
        (Path::new("../.git/config"), "k8s/config.yaml"),
    ] {
        symlink(target, root.join(name)).expect("a link");
    }
    pipe(&root.join("k8s/pipe.yaml"));
    let kustomization = format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../k8s, {0}, out, https://example.com/base]\n\
         configMapGenerator: [{{name: m, files: [{0}/secret.yaml, /etc/passwd]}}]\npatches: [{{path: {0}/secret.yaml}}]\n",
        home.display()
    );
    write(root, "overlay/kustomization.yaml", &kustomization);
    write(root, "kubevet.yaml", "rules: {latest-image-tag: warning}\nexclude: [\"../*\", \"/etc/*\"]\n");
    repository
}

#[test]
fn no_other_program_no_other_file_and_no_network() {
    if let Some(why) = blind() {
        let message = format!("skipped: {why}\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
        return;
    }
    let repository = hostile();
    // Plain git starts what the repository names, and strace sees it: the test says something.
    let program = repository.program().to_string_lossy().into_owned();
    let seen = calls(&repository, "git", &["status"]);
    assert!(seen.iter().any(|call| call.name == "execve" && call.line.contains(&program)), "git status starts nothing");
    fs::remove_file(repository.mark()).expect("the mark goes");
    let never = ["--fail-on", "never"];
    for arguments in [
        &["read", "."][..],
        &["check", "."],
        &["check", "--repository", "k8s/pods.yaml"],
        &["check", "--since", "HEAD"],
        &["check", "--since", "HEAD~1", "-f", "json=report.json"],
        &["check", "--unsafe-fixes", "."],
        &["check", "--baseline", "known.json", "--write-baseline", "."],
    ] {
        let more = if arguments[0] == "check" { &never[..] } else { &[] };
        expect_harmless(&repository, &[arguments, more].concat());
    }
}
