//! Repositories of one shape and any size, for the bench of growth and for the tests that hold what it found.
//!
//! In: the name of a shape and a size `n`. Out: files below a folder. What takes long to check in such a repository has to
//! grow in step with `n`: everything else in it stays as it is.

use std::fs;
use std::path::{Path, PathBuf};

mod crowds;
mod document;
mod files;
mod gitops;
mod lists;
mod objects;
mod text;

/// One kind of repository.
pub struct Shape {
    /// What grows.
    pub name: &'static str,
    /// The largest of the three sizes; the others are a half and a quarter of it.
    pub largest: usize,
    /// Arguments that differ from `check --format json .`.
    pub args: &'static [&'static str],
    /// A run before the one that is measured.
    pub before: Option<&'static [&'static str]>,
    /// Writes the repository.
    pub write: fn(usize, &mut Folder),
}

impl Shape {
    const fn new(name: &'static str, largest: usize, write: fn(usize, &mut Folder)) -> Self {
        Self { name, largest, args: &[], before: None, write }
    }

    const fn args(self, args: &'static [&'static str]) -> Self {
        Self { args, ..self }
    }

    const fn before(self, before: &'static [&'static str]) -> Self {
        Self { before: Some(before), ..self }
    }

    /// The three sizes, each twice the one before.
    pub fn sizes(&self) -> [usize; 3] {
        [self.largest / 4, self.largest / 2, self.largest]
    }
}

/// Every shape.
pub fn all() -> impl Iterator<Item = &'static Shape> {
    [document::SHAPES, lists::SHAPES, text::SHAPES, objects::SHAPES, gitops::SHAPES, files::SHAPES, crowds::SHAPES]
        .into_iter()
        .flatten()
}

/// A folder that files are written to.
pub struct Folder {
    root: PathBuf,
    made: PathBuf,
    pack: String,
    packs: usize,
}

/// A packed file is written from this many bytes on.
const PACK: usize = 64 << 10;

impl Folder {
    /// Writes one repository into a folder, which is made.
    pub fn fill(root: &Path, shape: &Shape, n: usize) {
        let mut folder = Self { root: root.to_owned(), made: PathBuf::new(), pack: String::new(), packs: 0 };
        fs::create_dir_all(root).expect("the folder can be made");
        (shape.write)(n, &mut folder);
        folder.close_pack();
    }

    /// A file of its own.
    pub fn file(&mut self, name: &str, text: &str) {
        let path = self.root.join(name);
        let parent = path.parent().expect("a file lies in a folder");
        if parent != self.made {
            fs::create_dir_all(parent).expect("the folder can be made");
            self.made = parent.to_owned();
        }
        fs::write(path, text).expect("the file can be written");
    }

    /// An object in a file with many others, so that the number of files hardly counts.
    pub fn object(&mut self, text: &str) {
        self.pack.push_str("---\n");
        self.pack.push_str(text);
        if !text.ends_with('\n') {
            self.pack.push('\n');
        }
        if self.pack.len() >= PACK {
            self.close_pack();
        }
    }

    fn close_pack(&mut self) {
        let text = std::mem::take(&mut self.pack);
        if !text.is_empty() {
            self.file(&format!("pack-{:05}.yaml", self.packs), &text);
            self.packs += 1;
        }
    }
}

/// Lines made for each number below `n`.
fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for i in 0..n {
        text.push_str(&line(i));
        text.push('\n');
    }
    text
}

/// A Deployment as careful people write them, in a namespace and with one label `app`.
fn deployment(name: &str, namespace: &str, app: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}, labels: {{app: {app}}}}}\n\
         spec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {app}}}}}\n  template:\n    metadata: {{labels: {{app: {app}}}}}\n    \
         spec:\n      containers:\n        - name: main\n          image: registry.example.com/a/{name}:1.2.3\n          \
         ports: [{{name: http, containerPort: 8080}}]\n          resources:\n            requests: {{cpu: 100m, memory: 64Mi}}\n            \
         limits: {{memory: 64Mi}}\n"
    )
}

/// A Pod with that text in its `spec`, which is indented by two.
fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: shop}}\nspec:\n{spec}")
}

/// A Pod with one container and that text in it, which is indented by six.
fn container(fields: &str) -> String {
    pod(&format!("  containers:\n    - name: a\n      image: example.com/a:1.0.0\n{fields}"))
}

/// An object of some kind with that text behind its metadata.
fn object(api_version: &str, kind: &str, name: &str, rest: &str) -> String {
    format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n{rest}")
}
