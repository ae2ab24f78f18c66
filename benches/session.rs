//! What a process that lives on takes: `cargo bench --bench session`. `KUBEVET_TREE=DIR` names a folder for the sessions to be held
//! over, with `KUBEVET_FILE` as the file in it that changes; else it is the corpus.
#![expect(clippy::disallowed_methods, reason = "the program itself is measured, on files made for it")]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use divan::{Bencher, black_box};
use kubevet::engine::{Changes, Engine, Request, Snapshot};
use kubevet::session::Session;

#[expect(dead_code, reason = "another bench uses the rest")]
mod corpus;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const POD: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"}},"spec":{"containers":
[{"name":"web","image":"example.com/web:1.2.3","ports":[{"containerPort":8080}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"},
"limits":{"memory":"64Mi"}},"securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,
"readOnlyRootFilesystem":true,"seccompProfile":{"type":"RuntimeDefault"}},"readinessProbe":{"httpGet":{"path":"/","port":8080}}}],
"serviceAccountName":"web","automountServiceAccountToken":false}}"#;

/// Its definition is 600 kB of JSON.
const PROMETHEUS: &str = r#"{"apiVersion":"monitoring.coreos.com/v1","kind":"Prometheus","metadata":{"name":"main","namespace":"monitoring"},
"spec":{"replicas":2,"retention":"30d","serviceAccountName":"prometheus","serviceMonitorSelector":{"matchLabels":{"team":"a"}},
"resources":{"requests":{"memory":"400Mi"}},"storage":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],
"resources":{"requests":{"storage":"10Gi"}}}}}}}"#;

/// One decision on admission by an engine that has made one before.
#[divan::bench(args = ["Pod", "Prometheus"], sample_count = 100)]
fn admission(bencher: Bencher<'_, '_>, kind: &str) {
    let text = if kind == "Pod" { POD } else { PROMETHEUS };
    let (engine, snapshot) = (Engine::default(), Snapshot::of_text("<admission>", text));
    let check = || engine.check(black_box(&snapshot), &Request::admission()).report;
    assert!(check().coverage.validated == 1, "{kind} has a schema");
    bencher.bench_local(|| on_this_thread().install(|| check().findings.len()));
}

/// The pool whose only thread is this one, of which there can be no other.
fn on_this_thread() -> &'static rayon::ThreadPool {
    static POOL: OnceLock<rayon::ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
        pool.build().expect("a pool can be made")
    })
}

/// The tree that sessions are held over, and the file in it that changes.
fn tree() -> (PathBuf, PathBuf) {
    match (std::env::var_os("KUBEVET_TREE"), std::env::var_os("KUBEVET_FILE")) {
        (Some(tree), Some(file)) => (tree.into(), file.into()),
        _ => {
            let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
            corpus::write(&root);
            let file = root.join("team-00/app-0000/deployment.yaml");
            (root, file)
        }
    }
}

/// From a text that changed to the new report: a comment, or the first image that is named. `seen` is a change that any object may see,
/// one more object; `any` where it is not known which file changed.
#[divan::bench(args = ["cold", "any", "comment", "image", "seen"], sample_count = 10)]
fn one_change(bencher: Bencher<'_, '_>, what: &str) {
    let (root, file) = tree();
    let name = file.display().to_string();
    let text = std::fs::read_to_string(&file).expect("the file can be read");
    let snapshot = Snapshot::of_paths(vec![root]);
    let (engine, mut session) = (Engine::default(), Session::new(Engine::default(), Request::policy()));
    session.check(&snapshot, Changes::Any);
    let mut turn = 0;
    bencher
        .with_inputs(|| {
            turn += 1;
            snapshot.clone().with_texts([(name.clone(), changed(&text, what, turn).into_bytes())])
        })
        .bench_local_values(|snapshot| match what {
            "cold" => engine.check(&snapshot, &Request::policy()).report.findings.len(),
            "any" => session.check(&snapshot, Changes::Any).report.findings.len(),
            _ => session.check(&snapshot, Changes::Texts(&[&name])).report.findings.len(),
        });
}

/// A text with a change of a sort, another one each turn.
fn changed(text: &str, what: &str, turn: usize) -> String {
    let image = |line: &str| line.trim_start_matches([' ', '-']).starts_with("image: ");
    match (what, text.lines().find(|line| image(line))) {
        ("image", Some(line)) => text.replacen(line, &format!("{}-{turn}", line.trim_end()), 1),
        ("seen", _) => format!("{text}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: made-{turn}}}\n"),
        _ => format!("# {turn}\n{text}"),
    }
}
