//! What a repository's scripts and documents do to a cluster and to its files.
//!
//! In: the door to files, the folder of a manifest. Out: whether a command that is written in or above that folder creates an
//! object of a name, fills in a placeholder, makes a file, or puts another image in the place of one. A file is read when it is first asked
//! for, and words decide: nothing is run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::files::{Files, Kind};

use super::repository::root_of;

/// Larger files are no scripts that somebody wrote.
const LARGEST: u64 = 512 * 1024;
/// Most files that are read in one folder.
const MOST_FILES: usize = 64;
/// Most folders up from a manifest.
const MOST_LEVELS: usize = 12;
/// Folders beside those above a manifest in which scripts stand.
const BESIDE: [&str; 4] = [".github/workflows", "docs", "hack", "scripts"];

/// Kinds, and how commands call them.
const CREATED: [(&str, &[&str]); 8] = [
    ("ConfigMap", &["configmap", "configmaps", "cm"]),
    ("Namespace", &["namespace", "ns", "project"]),
    ("PersistentVolumeClaim", &["pvc", "persistentvolumeclaim"]),
    ("Role", &["role"]),
    ("ClusterRole", &["clusterrole"]),
    ("Secret", &["secret", "secrets"]),
    ("Service", &["service", "svc"]),
    ("ServiceAccount", &["serviceaccount", "iamserviceaccount", "sa"]),
];

/// What stands in every line that may make an object.
const MAKE_OBJECTS: [&str; 4] = ["create", "expose", "apply", "helm"];

/// Commands that put another image in the place of one.
const SET_IMAGE: [&str; 7] =
    ["edit set image", "kubectl set image", "sed -", "docker_build(", "custom_build(", "yq -i", ARTIFACT];
/// What stands in place of `image:` before an artifact of Skaffold.
const ARTIFACT: &str = "skaffold builds";

/// The scripts and documents around manifests.
#[derive(Debug)]
pub struct Commands<'f> {
    files: &'f dyn Files,
    /// What is looked at, where it is in no repository.
    tops: Vec<PathBuf>,
    read: MutexGuard<'f, Scripts>,
}

/// What was read of scripts and documents so far.
#[derive(Debug, Default)]
pub struct Scripts {
    known: FxHashMap<PathBuf, Arc<Lines>>,
    /// The lines that count for a folder: those of the folders around it that have some.
    around: FxHashMap<PathBuf, Arc<[Arc<Lines>]>>,
}

impl Scripts {
    /// Whether a file is read for commands, by its name.
    pub fn holds(name: &str) -> bool {
        let (folder, base) = name.rsplit_once('/').unwrap_or(("", name));
        speaks(base, folder.ends_with("workflows")) || !base.contains('.')
    }
}

/// The lines of a folder's scripts and documents.
#[derive(Debug, Default)]
struct Lines {
    all: Vec<String>,
    /// Which of them may make an object, and which put another image in the place of one: these are asked for most of all.
    of_objects: Vec<usize>,
    of_images: Vec<usize>,
}

impl Lines {
    fn new(all: Vec<String>) -> Self {
        let with = |words: &[&str]| {
            let speaks = |line: &String| words.iter().any(|word| line.contains(word));
            all.iter().enumerate().filter(|(_, line)| speaks(line)).map(|(number, _)| number).collect()
        };
        let (of_objects, of_images) = (with(&MAKE_OBJECTS), with(&SET_IMAGE));
        Self { all, of_objects, of_images }
    }

    fn some<'l>(&'l self, numbers: &'l [usize]) -> impl Iterator<Item = &'l str> {
        numbers.iter().map(|number| &*self.all[*number])
    }
}

impl<'f> Commands<'f> {
    /// `read` has what was read before. Of what lies in no repository, scripts count down from these paths.
    pub fn new(files: &'f dyn Files, paths: &[PathBuf], read: &'f Mutex<Scripts>) -> Self {
        let tops = paths.iter().filter_map(|path| files.resolve(path).ok()).collect();
        Self { files, tops, read: read.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Whether a command makes an object of a kind and name: `kubectl create secret generic NAME`, `helm install NAME`,
    /// `kubectl apply -f https://.../NAME.yaml`.
    pub fn make(&mut self, file: &Path, kind: &str, name: &str) -> bool {
        let makes = |line: &str| makes(line, kind, name);
        self.around(file).iter().any(|lines| lines.some(&lines.of_objects).any(makes))
    }

    /// Whether a placeholder is spoken of: somebody is told to fill it in, or a script does.
    pub fn fill(&mut self, file: &Path, placeholder: &str) -> bool {
        let inner = placeholder.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let name = inner.split([':', '|', ' ']).next().unwrap_or(inner);
        self.any(file, |line| line.contains(placeholder) || (name.len() > 2 && has_word(line, name)))
    }

    /// Whether a command puts something else in the place of a text: `sed "s/TEXT/$x/"`.
    pub fn replace(&mut self, file: &Path, text: &str) -> bool {
        const REPLACE: [&str; 4] = ["sed ", "perl -", "envsubst", "yq "];
        let text = text.trim_matches(['"', '\'']);
        let replaces = |line: &str| REPLACE.iter().any(|word| line.contains(word));
        self.any(file, |line| replaces(line) && has_word(line, text))
    }

    /// Whether a command or a build puts another image in the place of one.
    pub fn set_image(&mut self, file: &Path, repository: &str) -> bool {
        self.around(file).iter().any(|lines| lines.some(&lines.of_images).any(|line| has_word(line, repository)))
    }

    /// Whether a command puts another image into a file that it names: `sed -i 's@image: .*@image: $IMG@' FILE`.
    pub fn set_any_image(&mut self, file: &Path) -> bool {
        let Some(name) = file.file_name().map(|name| name.to_string_lossy().into_owned()) else { return false };
        let sets = |line: &str| line.contains("image") && has_word(line, &name);
        self.around(file).iter().any(|lines| lines.some(&lines.of_images).any(sets))
    }

    /// Whether a command builds an image or loads it into a local cluster, and none pushes it to a registry.
    pub fn build_here(&mut self, file: &Path, repository: &str) -> bool {
        const BUILD: [&str; 9] = [
            "docker build",
            "docker buildx build",
            "podman build",
            "nerdctl build",
            "buildah",
            "kind load",
            "minikube image",
            "k3d image import",
            "images import",
        ];
        let around = self.around(file);
        let says = |words: &[&str]| {
            let mut lines = around.iter().flat_map(|lines| &lines.all);
            lines.any(|line| words.iter().any(|word| line.contains(word)) && names_image(line, repository))
        };
        says(&BUILD) && !says(&["push"])
    }

    /// Whether a command applies a file, the folder that it lies in, or the kustomization above that on the server's side:
    /// `kustomize build config/crd | kubectl apply --server-side` takes in `config/crd/bases`.
    pub fn apply_on_the_server(&mut self, file: &Path) -> bool {
        let names = [file.file_name(), file.parent().and_then(Path::file_name)];
        let mut names: Vec<String> =
            names.into_iter().flatten().map(|name| name.to_string_lossy().into_owned()).collect();
        let above = file.parent().and_then(Path::parent).into_iter().flat_map(Path::ancestors).take(2);
        // One word alone says too little of a folder further up.
        let paths = above.filter_map(|folder| {
            let (own, outer) = (folder.file_name()?, folder.parent()?.file_name()?);
            Some(format!("{}/{}", outer.to_string_lossy(), own.to_string_lossy()))
        });
        names.extend(paths);
        self.any(file, |line| line.contains("--server-side") && names.iter().any(|name| has_word(line, name)))
    }

    /// Whether a command builds kustomizations with files from anywhere: `--load-restrictor LoadRestrictionsNone`.
    pub fn lift_restrictions(&mut self, file: &Path) -> bool {
        self.any(file, |line| line.contains("LoadRestrictionsNone"))
    }

    /// Whether a command, or a program that holds it, changes what is in the cluster by a file: `kubectl patch --patch-file FILE`.
    pub fn patch(&mut self, file: &Path) -> bool {
        let Some(name) = file.file_name().map(|name| name.to_string_lossy().into_owned()) else { return false };
        let changes = |line: &str| line.to_ascii_lowercase().contains("patch") || line.contains("//go:embed");
        self.any(file, |line| has_word(line, &name) && changes(line))
    }

    /// Whether a command makes a file that is not there: copies it or what it lies in, fetches it, generates it, or writes its
    /// output into it.
    pub fn write(&mut self, file: &Path, path: &str) -> bool {
        const MAKE: [&str; 9] =
            ["cp", "mv", "rsync", "curl", "wget", "tee", "controller-gen", "operator-sdk generate", "kustomize build"];
        let parts =
            || path.split('/').filter(|part| !matches!(*part, "." | "..")).take(1).chain(path.rsplit('/').take(1));
        let definition = path.ends_with(".clusterserviceversion.yaml");
        self.any(file, |line| {
            let makes = MAKE.iter().any(|word| has_word(line, word)) && parts().any(|part| has_word(line, part));
            let base = path.rsplit('/').next().unwrap_or(path);
            let target = line.rsplit_once('>').and_then(|(_, to)| to.split_whitespace().next());
            let target = target.map(|to| to.trim_matches(['"', '\'', ';']).rsplit('/').next().unwrap_or(to));
            let written = base.contains('.') && target == Some(base);
            makes || written || (definition && line.contains("generate kustomize manifests"))
        })
    }

    /// Whether a command takes a file away again that is not there: `rm -rf config/crd/group_*`.
    pub fn remove(&mut self, file: &Path, path: &str) -> bool {
        let base = path.rsplit('/').next().unwrap_or(path);
        let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
        let is_it = |word: &str| {
            let (at, name) = word.rsplit_once('/').unwrap_or(("", word));
            let matches = match name.split_once('*') {
                Some((start, end)) => start.len() > 2 && base.starts_with(start) && base.ends_with(end),
                None => name == base,
            };
            matches && (at.is_empty() || at.rsplit('/').next() == Some(folder) || path.contains(at))
        };
        self.any(file, |line| {
            has_word(line, "rm") && line.split_whitespace().any(|word| is_it(word.trim_matches(['"', '\'', ';'])))
        })
    }

    /// Whether a command makes the kustomization of a folder: `cd config/manager && cp kustomization_base.yaml kustomization.yaml`.
    pub fn write_kustomization(&mut self, file: &Path, folder: &str) -> bool {
        let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or(folder);
        let makes = |line: &str| {
            ["cp", "mv", "tee", "envsubst"].iter().any(|word| has_word(line, word))
                || line.contains("kustomize create")
                || line.contains("> kustomization")
        };
        self.any(file, |line| has_word(line, name) && line.contains("kustomiz") && makes(line))
    }

    /// The lines of commands around a file in which a text stands.
    pub fn saying(&mut self, file: &Path, text: &str) -> Vec<String> {
        let around = self.around(file);
        let lines = around.iter().flat_map(|lines| &lines.all);
        lines.filter(|line| line.contains(text)).cloned().collect()
    }

    fn any(&mut self, file: &Path, is_it: impl Fn(&str) -> bool) -> bool {
        self.around(file).iter().any(|lines| lines.all.iter().any(|line| is_it(line)))
    }

    /// The lines that count for a file.
    fn around(&mut self, file: &Path) -> Arc<[Arc<Lines>]> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Some(known) = self.read.around.get(folder) {
            return known.clone();
        }
        let folders = self.folders_around(folder).into_iter();
        let lines = folders.map(|at| self.lines(&at)).filter(|lines| !lines.all.is_empty());
        let lines: Arc<[_]> = lines.collect::<Vec<_>>().into();
        self.read.around.insert(folder.to_owned(), lines.clone());
        lines
    }

    /// The folders whose scripts count for a folder.
    fn folders_around(&self, folder: &Path) -> Vec<PathBuf> {
        let Ok(folder) = self.files.resolve(folder) else { return Vec::new() };
        let named = || self.tops.iter().map(PathBuf::as_path).filter(|top| folder.starts_with(top));
        let top = root_of(&folder, self.files).or_else(|| named().min_by_key(|top| top.as_os_str().len()));
        let top = top.unwrap_or(&folder);
        let above = folder.ancestors().take(MOST_LEVELS).take_while(|at| at.starts_with(top));
        above.flat_map(|at| std::iter::once(at.to_owned()).chain(BESIDE.iter().map(|name| at.join(name)))).collect()
    }

    fn lines(&mut self, folder: &Path) -> Arc<Lines> {
        if let Some(known) = self.read.known.get(folder) {
            return known.clone();
        }
        let in_workflows = folder.ends_with("workflows");
        let mut names: Vec<_> = self.files.list(folder).into_iter().flatten().flatten().collect();
        names.retain(|entry| {
            let name = entry.name.to_str();
            entry.kind == Kind::File && name.is_some_and(|name| speaks(name, in_workflows) || !name.contains('.'))
        });
        names.sort_by(|a, b| a.name.cmp(&b.name));
        let mut lines = Vec::new();
        for name in names.iter().take(MOST_FILES).map(|entry| &entry.name) {
            let Ok(bytes) = self.files.read(&folder.join(name), LARGEST) else { continue };
            // What has no ending is a script by its first line.
            let known = name.to_str().is_some_and(|name| speaks(name, in_workflows));
            if !known && !bytes.starts_with(b"#!") {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            match name == "skaffold.yaml" {
                true => lines.extend(text.lines().map(|line| line.replace("image:", ARTIFACT))),
                false => lines.extend(joined(&text)),
            }
        }
        let lines = Arc::new(Lines::new(lines));
        self.read.known.insert(folder.to_owned(), lines.clone());
        lines
    }
}

/// Whether a line is a command that makes an object of a kind and name.
fn makes(line: &str, kind: &str, name: &str) -> bool {
    let says = |word: &str| has_word(line, word);
    let applied = line.contains("://") && (says("apply") || says("create")) && says(name);
    is_created(line, kind, name) || applied || is_of_release(line, name)
}

/// Whether a line creates an object of a kind and name: `kubectl create secret generic NAME`.
pub fn is_created(line: &str, kind: &str, name: &str) -> bool {
    let called = CREATED.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, called)| called);
    let says = |word: &str| has_word(line, word);
    let exposed = || kind == "Service" && says("expose");
    says(name) && ((says("create") && called.iter().any(|kind| says(kind))) || exposed())
}

/// Whether a file holds commands by its name.
fn speaks(name: &str, in_workflows: bool) -> bool {
    const NAMES: [&str; 12] = [
        ".gitlab-ci.yml",
        ".justfile",
        "azure-pipelines.yml",
        "cloudbuild.yaml",
        "gnumakefile",
        "jenkinsfile",
        "justfile",
        "makefile",
        "skaffold.yaml",
        "taskfile.yaml",
        "taskfile.yml",
        "tiltfile",
    ];
    const ENDINGS: [&str; 11] = [".adoc", ".bash", ".go", ".md", ".mk", ".ps1", ".py", ".rst", ".sh", ".tf", ".zsh"];
    let name = name.to_ascii_lowercase();
    let workflow = in_workflows && (name.ends_with(".yaml") || name.ends_with(".yml"));
    workflow || NAMES.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The lines of a text, those that a backslash continues as one.
pub fn joined(text: &str) -> Vec<String> {
    let (mut lines, mut open) = (Vec::new(), String::new());
    for line in text.lines() {
        match line.trim_end().strip_suffix('\\') {
            Some(begun) => {
                open.push_str(begun);
                open.push(' ');
            }
            None if open.is_empty() => lines.push(line.to_owned()),
            None => lines.push(std::mem::take(&mut open) + line),
        }
    }
    if !open.is_empty() {
        lines.push(open);
    }
    lines
}

/// Whether a line names an image, with a tag or without: not a folder that is called so.
fn names_image(line: &str, repository: &str) -> bool {
    let words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let mut rest = words.filter_map(|word| word.strip_prefix(repository));
    rest.any(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Whether a word stands in a line by itself.
fn has_word(line: &str, word: &str) -> bool {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !word.is_empty()
        && line
            .match_indices(word)
            .any(|(at, _)| !line[..at].ends_with(goes_on) && !line[at + word.len()..].starts_with(goes_on))
}

/// Whether a line installs a chart as a release from whose name an object's begins.
fn is_of_release(line: &str, name: &str) -> bool {
    if !has_word(line, "helm") || !(has_word(line, "install") || has_word(line, "upgrade")) {
        return false;
    }
    let mut words = line.split_whitespace().skip_while(|word| !matches!(*word, "install" | "upgrade")).skip(1);
    let release = words.find(|word| !word.starts_with('-')).unwrap_or("");
    let rest = name.strip_prefix(release).filter(|_| release.len() > 1);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    fn commands(text: &str, ask: impl Fn(&mut Commands<'_>) -> bool) -> bool {
        let mut files = Memory::default();
        files.put("/r/.git/HEAD", "x");
        files.put("/r/README.md", text);
        files.put("/r/k8s/a.yaml", "kind: A");
        ask(&mut Commands::new(&files, &[], &Mutex::default()))
    }

    #[test]
    fn commands_make_objects() {
        for (line, kind, name, made) in [
            ("kubectl create secret generic web-db \\\n  --from-literal=a=b", "Secret", "web-db", true),
            ("kubectl -n x create cm web --from-file=a", "ConfigMap", "web", true),
            ("kubectl create secret generic web-db", "Secret", "web", false),
            ("kubectl create secret generic web", "ConfigMap", "web", false),
            ("kubectl apply -f https://example.com/redis.yaml", "Service", "redis", true),
            ("kubectl apply -f redis.yaml", "Service", "redis", false),
            ("helm upgrade --install redis bitnami/redis", "Service", "redis-master", true),
            ("helm install redis bitnami/redis", "Service", "redisx", false),
            ("we create what the web needs", "Secret", "web", false),
        ] {
            let found = commands(line, |commands| commands.make(Path::new("/r/k8s/a.yaml"), kind, name));
            assert_eq!(found, made, "{line}: {kind} {name}");
        }
    }

    #[test]
    fn commands_fill_in_and_set_images() {
        let at = Path::new("/r/k8s/a.yaml");
        assert!(commands("sed -i \"s/__REGION__/$region/\" k8s/*.yaml", |c| c.fill(at, "__REGION__")));
        assert!(commands("export CLUSTER=a; envsubst < a", |c| c.fill(at, "${CLUSTER:-x}")));
        assert!(!commands("export CLUSTERS=a", |c| c.fill(at, "${CLUSTER}")));
        assert!(commands("sed -i 's/api_name/web/' k8s/a.yaml", |c| c.replace(at, "api_name")));
        assert!(!commands("sed -i 's/api_names/web/' k8s/a.yaml", |c| c.replace(at, "api_name")));
        assert!(!commands("the api_name is yours", |c| c.replace(at, "api_name")));
        assert!(commands("kustomize edit set image web=registry/web:1", |c| c.set_image(at, "web")));
        assert!(commands("sed -i 's|image: web|image: web:1|' k8s/a.yaml", |c| c.set_image(at, "web")));
        assert!(commands("sed -i -e 's@image: .*@image: '\"$IMG\"'@' ./k8s/a.yaml", |c| c.set_any_image(at)));
        assert!(!commands("sed -i -e 's@image: .*@image: '\"$IMG\"'@' ./k8s/b.yaml", |c| c.set_any_image(at)));
        assert!(!commands("sed -i 's@replicas: 1@replicas: 2@' k8s/a.yaml", |c| c.set_any_image(at)));
        assert!(commands("cp -R base overlays/x/base", |c| c.write(at, "base/web/a.yaml")));
        assert!(commands("operator-sdk generate kustomize manifests -q", |c| c
            .write(at, "bases/x.clusterserviceversion.yaml")));
        assert!(!commands("cp -R other x", |c| c.write(at, "base/web/a.yaml")));
        assert!(commands("rm -rf k8s/web.io_*", |c| c.remove(at, "web.io_as.yaml")));
        assert!(!commands("rm -rf k8s/*", |c| c.remove(at, "web.io_as.yaml")));
        assert!(!commands("rm -rf bin/web.io_*", |c| c.remove(at, "web.io_as.yaml")));
        let line = "cd k8s/manager && \\\n  cp kustomization_base.yaml kustomization.yaml";
        assert!(commands(line, |c| c.write_kustomization(at, "../manager")));
        assert!(!commands(line, |c| c.write_kustomization(at, "../other")));
        assert!(commands("docker build -t web:latest ./web", |c| c.build_here(at, "web")));
        assert!(!commands("docker build -t web:latest ./web\ndocker push web:latest", |c| c.build_here(at, "web")));
        assert!(!commands("docker build -t webs:latest ./web", |c| c.build_here(at, "web")));
        for line in ["docker pull web", "used by the web", "  - image: web"] {
            assert!(!commands(line, |c| c.set_image(at, "web")), "{line}");
        }
        let mut files = Memory::default();
        files.put("/r/k8s/a.yaml", "kind: A");
        files.put("/r/.git/HEAD", "x");
        files.put("/r/skaffold.yaml", "build:\n  artifacts:\n    - image: r.example.com/web\n");
        assert!(Commands::new(&files, &[], &Mutex::default()).set_image(at, "r.example.com/web"));
    }
}
