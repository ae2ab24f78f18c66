//! What the kustomizations of a repository say about its files.
//!
//! In: every kustomization file's document. Out: which files are patches, which namespace an object of a file will get,
//! and which ConfigMaps and Secrets are generated. Nothing is rendered here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::workspace::{Generated, Patch, Surroundings};
use crate::yaml::Node;

use super::overlays::{self, Plan};
use super::patches::{self, Written};

/// A name that kustomize takes for a kustomization.
pub fn is_kustomization_file(name: &str) -> bool {
    matches!(base(name), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Fields by which a kustomization changes fields of objects; components may hold more of them.
const PATCHING: [&str; 6] =
    ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "transformers", "components"];

/// One kustomization.
#[derive(Debug, Default)]
pub(super) struct Kustomization {
    pub(super) namespace: Option<String>,
    pub(super) renames: bool,
    /// It changes fields of what it takes in.
    pub(super) altered: bool,
    /// Files and directories it takes in, as names of the walk.
    pub(super) resources: Vec<String>,
    /// Those of them that are components: what they change, they change in all the others.
    pub(super) components: Vec<String>,
    /// Images whose tag or digest it sets, by name.
    pub(super) images: Vec<String>,
    /// It adds labels to selectors.
    pub(super) selects: bool,
    /// Labels that it puts on pod templates.
    pub(super) labels: Vec<(String, String)>,
    pub(super) written: Vec<Written>,
    /// Its file.
    pub(super) file: String,
    /// It is a component, which is not built by itself.
    pub(super) component: bool,
    /// It is a kustomization by its file's name alone.
    pub(super) foreign: bool,
    /// It puts templates of Helm where objects have names.
    pub(super) templated: bool,
    /// Files and folders that entries name which were made comments.
    pub(super) commented: Vec<String>,
    /// Files that it uses otherwise than as resources: patches, what generators read, configuration.
    pub(super) inputs: Vec<String>,
    pub(super) patches: Vec<Arc<Patch>>,
}

/// All kustomizations of the walk, by directory.
#[derive(Debug, Default)]
pub(super) struct Kustomizations {
    by_directory: BTreeMap<String, Kustomization>,
    patches: BTreeSet<String>,
    /// What any of them takes in.
    resources: BTreeSet<String>,
    /// What any of them uses otherwise.
    inputs: BTreeSet<String>,
    /// ConfigMaps and Secrets that are generated, with the directory of their kustomization.
    generated: Vec<(String, Generated)>,
}

impl Kustomizations {
    /// Takes up one kustomization file.
    pub(super) fn add(&mut self, file: &str, root: Node<'_>) {
        let directory = parent(file).to_owned();
        let mut this = Kustomization {
            namespace: root.str_at("namespace").map(str::to_owned),
            renames: root.get("namePrefix").is_some() || root.get("nameSuffix").is_some(),
            altered: PATCHING.iter().any(|field| root.get(field).is_some_and(|list| !list.is_empty())),
            resources: Vec::new(),
            components: strings(root, "components").map(|path| resolve(&directory, path)).collect(),
            images: items(root, "images").filter_map(pinned).map(str::to_owned).collect(),
            selects: adds_selectors(root),
            labels: pod_labels(root),
            written: patches::written(&directory, root),
            patches: Vec::new(),
            file: file.to_owned(),
            component: root.str_at("kind") == Some("Component"),
            foreign: is_foreign(root),
            templated: is_templated(root),
            commented: commented(root).map(|path| resolve(&directory, path)).collect(),
            inputs: generator_files(root).map(|path| resolve(&directory, path)).collect(),
        };
        let data = this.inputs.len();
        for field in ["resources", "bases", "components", "crds"] {
            let paths = strings(root, field).map(|path| resolve(&directory, path));
            this.resources.extend(paths);
        }
        // Paths of patches (or patches themselves, over several lines), and of kustomize's own configuration.
        for field in ["patchesStrategicMerge", "patches", "transformers", "generators", "validators", "configurations"]
        {
            let paths = strings(root, field).filter(|path| !path.contains('\n'));
            this.inputs.extend(paths.map(|path| resolve(&directory, path)));
        }
        for field in ["patches", "patchesJson6902", "replacements"] {
            let paths = items(root, field).filter_map(|item| item.str_at("path"));
            this.inputs.extend(paths.map(|path| resolve(&directory, path)));
        }
        self.patches.extend(this.inputs[data..].iter().cloned());
        self.inputs.extend(this.inputs.iter().cloned());
        for (field, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for generator in items(root, field) {
                if let Some(made) = generated(kind, generator) {
                    self.generated.push((directory.clone(), made));
                }
            }
        }
        self.resources.extend(this.resources.iter().cloned());
        self.by_directory.insert(directory, this);
    }

    /// Takes up a kustomization file that does not parse: what its lists name, line by line. It is not built, but what it names as a
    /// patch is none the less a patch.
    pub(super) fn add_text(&mut self, file: &str, text: &str) {
        let directory = parent(file);
        let mut field = "";
        for line in text.lines() {
            let begins = |c: char| c.is_ascii_alphabetic();
            if let Some((key, _)) = line.split_once(':').filter(|_| line.starts_with(begins)) {
                field = key.trim_end();
                continue;
            }
            let entry = line.trim_start().trim_start_matches("- ").trim();
            let path = entry.strip_prefix("path:").unwrap_or(entry).trim().trim_matches(['"', '\'']);
            let names = [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end)) && !path.contains([' ', ':']);
            let path = Some(resolve(directory, path)).filter(|_| names);
            match field {
                "resources" | "bases" | "components" | "crds" => self.resources.extend(path),
                "patches"
                | "patchesStrategicMerge"
                | "patchesJson6902"
                | "replacements"
                | "transformers"
                | "generators"
                | "validators"
                | "configurations" => {
                    self.patches.extend(path.clone());
                    self.inputs.extend(path);
                }
                _ => {}
            }
        }
    }

    /// Reads the patches: `text` gives the text of a file.
    pub(super) fn read_patches<'s>(&mut self, text: impl Fn(&str) -> Option<&'s str>) {
        for this in self.by_directory.values_mut() {
            this.patches = this.written.iter().filter_map(|patch| patch.read(&text)).map(Arc::new).collect();
        }
    }

    /// The folders that have one.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.by_directory.keys().map(String::as_str)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.by_directory.is_empty()
    }

    /// Whether some kustomization applies the file as a patch (or a transformer), and none takes it in as a resource.
    pub(super) fn is_patch(&self, file: &str) -> bool {
        self.patches.contains(file) && !self.resources.contains(file)
    }

    /// Whether a file lies beside or below a kustomization and none takes it in: nobody applies it as it is.
    pub(super) fn passes_over(&self, file: &str) -> bool {
        let above = std::iter::successors(Some(parent(file)), |&at| (!at.is_empty()).then(|| parent(at)));
        !self.is_empty()
            && !self.resources.contains(file)
            && above.into_iter().any(|directory| self.by_directory.contains_key(directory))
    }

    /// What the kustomizations make of every file they take in, directly or through others. Every one also gets the patches
    /// `for_all`.
    pub(super) fn surroundings(&self, for_all: &[Arc<Patch>]) -> BTreeMap<String, Arc<Surroundings>> {
        overlays::surroundings(&self.by_directory, for_all)
    }

    /// Every generated object, with the namespace it gets where that is sure.
    pub(super) fn generated(self) -> Vec<Generated> {
        let by_directory = self.by_directory;
        let inner: FxHashSet<&String> = by_directory.values().flat_map(|k| &k.resources).collect();
        let mut takers: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (directory, k) in &by_directory {
            let inner = k.resources.iter().filter(|name| by_directory.contains_key(*name) && *name != directory);
            inner.for_each(|name| takers.entry(name).or_default().push(directory));
        }
        let made = self.generated.into_iter().map(|(directory, mut made)| {
            if made.namespace.is_none() && !inner.contains(&directory) {
                made.namespace = by_directory.get(&directory).and_then(|k| k.namespace.clone());
            }
            made.roots = roots_of(&directory, &takers);
            made
        });
        made.collect()
    }

    /// The kustomizations to be built, with all they take in.
    pub(super) fn plans(&self) -> Vec<Plan> {
        overlays::plans(&self.by_directory)
    }

    /// Whether a file lies right beside a kustomization and no kustomization speaks of it.
    pub(super) fn is_unreferenced(&self, file: &str) -> bool {
        let is_own = |this: &Kustomization| !this.foreign;
        self.by_directory.get(parent(file)).is_some_and(is_own)
            && !self.resources.contains(file)
            && !self.inputs.contains(file)
    }

    /// The files that each kustomization takes in, with its directory.
    pub(super) fn taken(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.by_directory.iter();
        all.flat_map(|(directory, this)| this.resources.iter().map(move |file| (file.as_str(), directory.as_str())))
    }

    /// The directory of the kustomization that a folder lies in, or below.
    pub(super) fn around(&self, folder: &str) -> Option<&str> {
        let mut folders = std::iter::successors(Some(folder), |&at| (!at.is_empty()).then(|| parent(at)));
        folders.find_map(|folder| self.by_directory.get_key_value(folder)).map(|(directory, _)| directory.as_str())
    }

    /// The files and folders that kustomizations name in comments.
    pub(super) fn commented(&self) -> FxHashSet<String> {
        let named = self.by_directory.values().flat_map(|this| &this.commented);
        let is_here = |path: &&String| has_ending(path) || self.by_directory.contains_key(*path);
        named.filter(is_here).cloned().collect()
    }

    /// The patches whose target is a kind, whatever the name.
    pub(super) fn completing(&self) -> Vec<Arc<Patch>> {
        let all = self.by_directory.values().flat_map(|this| &this.patches);
        all.filter(|patch| patch.for_all).cloned().collect()
    }

    /// The directories of the kustomizations that put templates of Helm into names.
    pub(super) fn templated(&self) -> FxHashSet<String> {
        let made = self.by_directory.iter().filter(|(_, this)| this.templated);
        made.map(|(directory, _)| directory.clone()).collect()
    }

    /// The directories of the kustomizations that no other takes in.
    pub(super) fn roots(&self) -> FxHashSet<String> {
        overlays::roots(&self.by_directory).map(|(directory, _)| directory.clone()).collect()
    }
}

/// What the kustomizations of a repository take in, by paths from its top.
#[derive(Debug, Default)]
pub struct Claims {
    all: Kustomizations,
    /// The folders of components, which nobody builds by themselves.
    components: BTreeSet<String>,
}

impl Claims {
    /// Takes up a kustomization file.
    pub fn add(&mut self, file: &str, root: Node<'_>) {
        if root.str_at("kind") == Some("Component") {
            self.components.insert(parent(file).to_owned());
        }
        self.all.add(file, root);
    }

    /// Whether some kustomization takes a file in, be it as a patch.
    pub fn takes(&self, file: &str) -> bool {
        self.all.resources.contains(file) || self.all.patches.contains(file)
    }

    /// The folders of the kustomizations that no other takes in, sorted.
    pub fn roots(&self) -> Vec<String> {
        let roots = overlays::roots(&self.all.by_directory).map(|(folder, _)| folder);
        roots.filter(|folder| !self.components.contains(*folder)).cloned().collect()
    }
}

/// Whether a document says that it is another tool's: Flux has a Kustomization, too.
fn is_foreign(root: Node<'_>) -> bool {
    root.str_at("apiVersion").is_some_and(|api| !api.is_empty() && !api.starts_with("kustomize.config.k8s.io/"))
}

/// The files and folders that entries name which were made comments: `# - crds/a.yaml`, `#- ../certmanager`.
fn commented(root: Node<'_>) -> impl Iterator<Item = &str> {
    let tree = root.tree();
    let entry = |text: &str| Some(text.trim_start_matches('#').trim().strip_prefix("- ")?.len());
    let found = tree.comments().iter().map(|comment| comment.text(tree)).filter_map(move |text| {
        let mut words = text[text.len() - entry(text)?..].split_whitespace();
        let path = words.next()?.trim_matches(['"', '\'']);
        // A word alone may be a folder.
        let is_alone = words.next().is_none() && !path.contains(':');
        (has_ending(path) || path.starts_with('.') || is_alone).then_some(path)
    });
    found.collect::<Vec<_>>().into_iter()
}

fn has_ending(path: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| path.ends_with(end))
}

/// Whether a kustomization puts templates of Helm where objects have names: what it makes is a chart.
fn is_templated(root: Node<'_>) -> bool {
    let opens = |text: &str| text.contains("{{");
    let patches = items(root, "patches").filter_map(|patch| patch.str_at("patch"));
    ["namePrefix", "nameSuffix", "namespace"].iter().any(|field| root.str_at(field).is_some_and(opens))
        || patches.into_iter().any(|patch| patch.contains("{{ .Release.") || patch.contains("{{ .Values."))
}

/// The files that generators read, and others that are data to a kustomization.
fn generator_files(root: Node<'_>) -> impl Iterator<Item = &str> {
    let generators = ["configMapGenerator", "secretGenerator"].into_iter().flat_map(move |field| items(root, field));
    let read = generators.flat_map(|generator| {
        let env = generator.str_at("env").into_iter();
        let files = strings(generator, "files").map(|file| file.split_once('=').map_or(file, |(_, path)| path));
        strings(generator, "envs").chain(files).chain(env)
    });
    let charts = items(root, "helmCharts")
        .flat_map(|chart| chart.str_at("valuesFile").into_iter().chain(strings(chart, "additionalValuesFiles")));
    let schema = root.get("openapi").and_then(|openapi| openapi.str_at("path"));
    read.chain(charts).chain(schema)
}

/// The kustomizations that take one in and that no other takes in; itself, where it is one.
fn roots_of(directory: &str, takers: &FxHashMap<&str, Vec<&str>>) -> Vec<String> {
    let (mut open, mut seen, mut roots) = (vec![directory], FxHashSet::default(), Vec::new());
    while let Some(at) = open.pop().filter(|_| seen.len() < MOST_TAKERS) {
        match takers.get(at) {
            _ if !seen.insert(at) => {}
            Some(above) => open.extend(above),
            None => roots.push(at.to_owned()),
        }
    }
    roots.sort_unstable();
    roots
}

/// So many kustomizations are looked at for the roots that one generated object is made for.
const MOST_TAKERS: usize = 1000;

/// Whether a kustomization adds labels to selectors and pod templates.
fn adds_selectors(root: Node<'_>) -> bool {
    root.get("commonLabels").is_some_and(|labels| !labels.is_empty())
        || items(root, "labels").any(|entry| entry.get("includeSelectors").is_some_and(|node| node.raw() == "true"))
}

/// The labels that a kustomization puts on pod templates.
fn pod_labels(root: Node<'_>) -> Vec<(String, String)> {
    let is_set = |entry: Node<'_>, field: &str| entry.get(field).is_some_and(|node| node.raw() == "true");
    let on_pods = |entry: &Node<'_>| is_set(*entry, "includeSelectors") || is_set(*entry, "includeTemplates");
    let pairs = items(root, "labels").filter(on_pods).filter_map(|entry| entry.get("pairs"));
    let labels = pairs.chain(root.get("commonLabels")).flat_map(Node::entries);
    labels.filter_map(|entry| Some((entry.name.to_owned(), entry.value.as_str()?.to_owned()))).collect()
}

/// The name of an image whose tag or digest an entry of `images` sets.
fn pinned(entry: Node<'_>) -> Option<&str> {
    let set = entry.get("newTag").or_else(|| entry.get("digest"));
    set.and(entry.str_at("name"))
}

fn generated(kind: &'static str, generator: Node<'_>) -> Option<Generated> {
    let mut keys = Vec::new();
    keys.extend(strings(generator, "literals").filter_map(|text| Some(text.split_once('=')?.0.to_owned())));
    for file in strings(generator, "files") {
        let key = file.split_once('=').map_or_else(|| file.rsplit('/').next().unwrap_or(file), |(key, _)| key);
        keys.push(key.to_owned());
    }
    let open = generator.get("envs").is_some()
        || generator.get("env").is_some()
        || generator.str_at("behavior").is_some_and(|behavior| behavior != "create");
    Some(Generated {
        kind,
        name: generator.str_at("name")?.to_owned(),
        namespace: generator.str_at("namespace").map(str::to_owned),
        keys: (!open).then_some(keys),
        roots: Vec::new(),
    })
}

pub(super) fn items<'t>(root: Node<'t>, field: &str) -> impl Iterator<Item = Node<'t>> {
    root.get(field).into_iter().flat_map(Node::items)
}

pub(super) fn strings<'t>(root: Node<'t>, field: &str) -> impl Iterator<Item = &'t str> {
    items(root, field).filter_map(Node::as_str)
}

/// The directory of a file name; empty for the top.
pub(super) fn parent(file: &str) -> &str {
    memchr::memrchr(b'/', file.as_bytes()).map_or("", |at| &file[..at])
}

/// A file's name without its directory.
pub(super) fn base(file: &str) -> &str {
    memchr::memrchr(b'/', file.as_bytes()).map_or(file, |at| &file[at + 1..])
}

/// A path as seen from a directory, without `.` and `..` where the names allow.
pub fn resolve(directory: &str, path: &str) -> String {
    let absolute = directory.starts_with('/');
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn paths_are_resolved_by_name() {
        assert_eq!(resolve("a/b", "../c/x.yaml"), "a/c/x.yaml");
        assert_eq!(resolve("", "./x.yaml"), "x.yaml");
        assert_eq!(resolve("/r/a", "../../.."), "/..");
        assert_eq!(resolve("a", "../../b"), "../b");
    }
}
