//! Repositories for targets that need one on disk.
//!
//! In: bytes from the fuzzer. Out: a small tree of files, links and folders in memory (`/dev/shm`), made anew for every input
//! in one folder a process; beside it a file that nobody may read or write through the tree.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Stands in a file outside the tree: no report may have it.
pub const SECRET: &str = "marker-of-a-file-outside";

/// Ends a file in the input.
const END: u8 = 0xfe;

/// Names of files, by the first byte of a file in the input.
const NAMES: &[&[u8]] = &[
    b"a.yaml",
    b"b.yaml",
    b"kustomization.yaml",
    b"base/kustomization.yaml",
    b"base/a.yaml",
    b"overlay/kustomization.yaml",
    b"overlay/patch.yaml",
    b".gitignore",
    b"base/.gitignore",
    b"kubevet.yaml",
    b"baseline.json",
    b"c.json",
    b"d/x\\y.yaml",
    b"d/x/y.yaml",
    b"\xff.yaml",
    b"\\xFF.yaml",
    b"n\n::error::.yaml",
    b"\x1b[2J\xe2\x80\xae.yml",
    b"chart/Chart.yaml",
    b"chart/templates/a.yaml",
    b"chart/values.yaml",
    b"base/Kustomization",
    b"overlay/deep/kustomization.yml",
    b"base",
    b"overlay/base",
    b"app.yaml",
];

/// What bytes from 0x80 on stand for in a text; those below stand for themselves.
const PIECES: &[&str] = &[
    "apiVersion: v1\n",
    "apiVersion: apps/v1\n",
    "apiVersion: kustomize.config.k8s.io/v1beta1\n",
    "apiVersion: argoproj.io/v1alpha1\n",
    "apiVersion: networking.k8s.io/v1\n",
    "apiVersion: apiextensions.k8s.io/v1\n",
    "apiVersion: example.com/v1\n",
    "kind: ConfigMap\n",
    "kind: Pod\n",
    "kind: Deployment\n",
    "kind: Service\n",
    "kind: Secret\n",
    "kind: Ingress\n",
    "kind: NetworkPolicy\n",
    "kind: Application\n",
    "kind: Kustomization\n",
    "kind: Namespace\n",
    "kind: CustomResourceDefinition\n",
    "kind: Role\n",
    "kind: List\nitems:\n",
    "metadata: {name: a, namespace: b}\n",
    "metadata:\n  name: a\n",
    "  namespace: b\n",
    "  labels: {app: a}\n",
    "  annotations: {kubevet.io/ignore.latest-image-tag: x}\n",
    "spec:\n",
    "  selector: {app: a}\n",
    "  selector: {matchLabels: {app: a}}\n",
    "  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: c, image: nginx}]}\n",
    "  containers:\n  - name: c\n    image: nginx:latest\n",
    "    env: [{name: A, valueFrom: {configMapKeyRef: {name: a, key: k}}}]\n",
    "    securityContext: {privileged: true}\n",
    "    ports: [{containerPort: 80}]\n",
    "  ports: [{port: 80, targetPort: 80}]\n",
    "  replicas: 2\n",
    "  replicas: \"2\"\n",
    "data: {a: 1}\n",
    "data:\n",
    "  a: yes\n",
    "resources:\n",
    "- a.yaml\n",
    "- ../base\n",
    "- base\n",
    "- overlay\n",
    "- .\n",
    "- ..\n",
    "- ../a.yaml\n",
    "- ../../outside\n",
    "- https://example.com/x\n",
    "patches:\n",
    "- path: patch.yaml\n",
    "- path: ../a.yaml\n  target: {kind: Pod}\n",
    "- patch: |\n    - {op: replace, path: /metadata/name, value: b}\n  target: {kind: Pod, name: a.*}\n",
    "patchesStrategicMerge: [patch.yaml]\n",
    "components: [../base]\n",
    "configMapGenerator: [{name: a, files: [a.yaml], literals: [k=v]}]\n",
    "secretGenerator: [{name: s, envs: [../../outside/secret.yaml]}]\n",
    "helmCharts: [{name: c, valuesFile: a.yaml}]\n",
    "namePrefix: p-\n",
    "namespace: b\n",
    "commonLabels: {app: b}\n",
    "replacements: [{source: {kind: Pod}, targets: [{select: {kind: Pod}, fieldPaths: [a]}]}]\n",
    "$patch: delete\n",
    "rules:\n",
    "  latest-image-tag: off\n",
    "  missing-network-policy: error\n",
    "overrides:\n- paths: ['**/*.yaml']\n  rules: {security: off}\n",
    "ignore:\n- rules: [images]\n  paths: ['base/**']\n  name: a*\n  reason: x\n",
    "exclude: [base]\n",
    "profile: strict\n",
    "kubernetesVersion: \"1.30\"\n",
    "schemas: [base]\n",
    "baseline: baseline.json\n",
    "honorForeignIgnores: true\n",
    "{\"version\": 2, \"findings\": [",
    "{\"file\": \"a.yaml\", \"rule\": \"latest-image-tag\", \"fingerprint\": \"0\", \"count\": 1}",
    "]}\n",
    "# kubevet: ignore[latest-image-tag] x\n",
    "# kubevet: ignore[security]\n",
    "#checkov:skip=CKV_K8S_43: x\n",
    "{{ .Values.a }}\n",
    "${A}",
    "---\n",
    "...\n",
    "- ",
    "  ",
    "    ",
    ": ",
    "&x ",
    "*x",
    "<<: *x\n",
    "!!binary ",
    "|\n",
    "\"",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "::error::",
    "##vso[task.x]",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "*.yaml\n",
    "!a.yaml\n",
    "/base/\n",
    "**/",
    "../outside/secret.yaml",
    "/dev/zero",
    "/proc/self/environ",
    "loooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong",
    "path: base\n",
    "repoURL: https://example.com/shop/web.git\n",
    "destination: {name: in-cluster, namespace: b}\n",
    "sops:\n  mac: x\n",
    "$ANSIBLE_VAULT;1.1\n",
    "status: {phase: Running}\n",
    "  uid: a\n  resourceVersion: \"1\"\n",
    "a",
    "0",
    "[",
    "]",
    "{",
];

/// A text of an input.
pub fn text(data: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(data.len() * 4);
    for &byte in data {
        match PIECES.get(usize::from(byte).wrapping_sub(0x80)) {
            Some(piece) => text.extend_from_slice(piece.as_bytes()),
            None => text.push(byte),
        }
    }
    text
}

/// The folder of this process.
pub struct Playground {
    base: PathBuf,
}

/// What lies below a folder: texts, and where links lead.
pub type Contents = BTreeMap<PathBuf, Vec<u8>>;

impl Playground {
    /// A folder of its own, in memory where there is such a place.
    pub fn new() -> Self {
        let shared = Path::new("/dev/shm");
        let parent = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let this = Self { base: parent.join(format!("kubevet-fuzz-{}", std::process::id())) };
        let _ = fs::remove_dir_all(&this.base);
        fs::create_dir_all(this.outside()).expect("a folder");
        let secret = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {SECRET}}}\ndata: {{a: 1}}\n");
        fs::write(this.outside().join("secret.yaml"), secret).expect("a file");
        this
    }

    /// The tree that is judged.
    pub fn tree(&self) -> PathBuf {
        self.base.join("tree")
    }

    /// What nobody may touch.
    pub fn outside(&self) -> PathBuf {
        self.base.join("outside")
    }

    /// A program that nobody may start, where a target makes one; and the mark it leaves.
    pub fn program(&self) -> PathBuf {
        self.base.join("bin/program")
    }

    /// See [`Playground::program`].
    pub fn mark(&self) -> PathBuf {
        self.base.join("bin/mark")
    }

    /// Makes the tree of an input: files that end with a byte 0xFE, each a name, how it is made, and its text.
    pub fn fill(&self, data: &[u8]) {
        let tree = self.tree();
        let _ = fs::remove_dir_all(&tree);
        // With a `.git` that is none, the tree is a repository's, and git has nothing to say.
        fs::create_dir_all(tree.join(".git")).expect("a folder");
        for file in data.split(|&byte| byte == END).take(12) {
            let [name, how, rest @ ..] = file else { continue };
            let (name, rest) = self.name(*name, rest);
            let Some(path) = name else { continue };
            let folder = path.parent().expect("it lies in the tree");
            let inside = || folder.canonicalize().is_ok_and(|folder| folder.starts_with(&tree));
            // A link may stand where the folder would: what is behind it is not ours to change.
            if fs::create_dir_all(folder).is_err() || !inside() || path.symlink_metadata().is_ok() {
                continue;
            }
            let text = text(rest);
            match how {
                b'L' => drop(symlink(OsStr::from_bytes(&text), &path)),
                b'D' => drop(fs::create_dir(&path)),
                _ => drop(fs::write(&path, text)),
            }
        }
    }

    /// The path of a file, and what is left of it: one of the usual names, or one from the input, which ends with a line.
    fn name<'d>(&self, choice: u8, rest: &'d [u8]) -> (Option<PathBuf>, &'d [u8]) {
        if let Some(name) = NAMES.get(usize::from(choice)) {
            return (Some(self.tree().join(OsStr::from_bytes(name))), rest);
        }
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let (name, rest) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
        let odd = |part: &[u8]| part.is_empty() || part == b"." || part == b".." || part == b".git";
        let usable = name.len() < 200 && !name.contains(&0) && !name.split(|&byte| byte == b'/').any(odd);
        let name = [name, b".yaml"].concat();
        (usable.then(|| self.tree().join(OsStr::from_bytes(&name))), rest)
    }

    /// What lies in the tree.
    pub fn contents(&self) -> Contents {
        contents(&self.tree())
    }

    /// Outside the tree everything is as it was.
    pub fn expect_untouched(&self) {
        let (outside, base) = (contents(&self.outside()), fs::read_dir(&self.base).expect("a folder").count());
        let text = outside.get(&self.outside().join("secret.yaml")).map(Vec::as_slice).unwrap_or_default();
        let same = text.ends_with(b"data: {a: 1}\n");
        assert!(same && outside.len() == 1 && base <= 3, "something outside the tree was written");
    }
}

impl Default for Playground {
    fn default() -> Self {
        Self::new()
    }
}

/// What lies below a folder.
pub fn contents(folder: &Path) -> Contents {
    let (mut all, mut folders) = (Contents::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("its kind"));
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() {
                let target = fs::read_link(&path).expect("a link");
                all.insert(path, target.as_os_str().as_bytes().to_owned());
            } else {
                let text = fs::read(&path).expect("a file");
                all.insert(path, text);
            }
        }
    }
    all
}
