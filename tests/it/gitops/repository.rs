//! A repository in memory, rendered.

use std::path::Path;
use std::sync::Arc;

use kubevet::files::Memory;
use kubevet::render::kustomize::rooted::Rooted;
use kubevet::render::output::json_lines;
use kubevet::render::repository::{Asked, render};
use kubevet::render::world::World;
use kubevet::workspace::Checkout;
use serde_json::Value;

/// The address of the repository.
pub const HERE: &str = "https://git.example.com/shop/deploy.git";

/// What `kubevet render --format json` prints of a repository with these files and this remote, a value a line.
pub fn lines<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>, remote: &str) -> Vec<Value> {
    let files: Vec<_> = files.into_iter().collect();
    let memory: Memory = files.iter().copied().collect();
    let names = files.iter().map(|(name, _)| (*name).to_owned());
    let checkout = Arc::new(Checkout::new([remote], Some("main".to_owned()), names));
    let rooted = Rooted::in_repository(Path::new("."), &memory).expect("a repository");
    let world = World {
        files: rooted,
        checkout,
        foreign: Default::default(),
        commit: None,
        limits: Default::default(),
        partly: false,
        kube_version: None,
    };
    let sets = render(&world, &Asked { plain: true, ..Asked::default() });
    let text: String = sets.iter().map(json_lines).collect();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The objects of an Application, as `kind/namespace/name`.
pub fn objects(lines: &[Value], application: &str) -> Vec<String> {
    let of = |line: &&Value| line["application"]["name"] == application && line["object"].is_object();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let name = |line: &Value| {
        let (object, meta) = (&line["object"], &line["object"]["metadata"]);
        format!("{}/{}/{}", text(&object["kind"]), text(&meta["namespace"]), text(&meta["name"]))
    };
    lines.iter().filter(of).map(name).collect()
}

/// The problems, as `about file:line`.
pub fn problems(lines: &[Value]) -> Vec<String> {
    let one = |line: &Value| {
        let problem = line.get("problem")?;
        let text = |key: &str| problem[key].as_str().unwrap_or("-").to_owned();
        Some(format!("{} {}:{}", text("about"), text("file"), problem["line"]))
    };
    lines.iter().filter_map(one).collect()
}

/// An Application of this repository.
pub fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: {HERE}, targetRevision: main, {source}}}\n  destination: {{server: 'https://kubernetes.default.svc', namespace: shop}}\n"
    )
}

/// A ConfigMap.
pub fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}
