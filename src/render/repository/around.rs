//! What definitions look up in each other.
//!
//! In: objects of files and of renderings. Out: AppProjects by name, Flux's sources and the data of ConfigMaps and Secrets by
//! namespace and name, the kinds that CustomResourceDefinitions define. What was rendered counts before what lies in a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::render::adopt::{self, Adopt};
use crate::render::argocd::Project;
use crate::render::value::{Entry, Value};
use crate::render::world::{Kinds, group_and_kind, meta_text};
use crate::source::SourceMap;

/// A name in a namespace.
type Name = (String, String);
/// The keys of a Secret; nothing where nobody says them.
pub type Keys = Option<BTreeSet<String>>;

/// An object and the files that its values come from.
#[derive(Debug)]
pub struct KnownObject {
    /// The object.
    pub value: Value,
    /// Its files.
    pub sources: SourceMap,
    /// The file that it is defined in.
    home: String,
}

/// What lies around definitions.
#[derive(Debug, Default)]
pub struct Around {
    /// AppProjects by name.
    pub projects: BTreeMap<String, Project>,
    /// By project, the addresses of the repositories whose Secrets name it.
    pub scoped: BTreeMap<String, Vec<String>>,
    /// Flux's sources by kind, namespace and name.
    pub flux_sources: BTreeMap<(String, Name), Value>,
    /// ConfigMaps and Secrets by kind, namespace and name, one for each file that defines them; only where something in the
    /// repository looks for values in them.
    pub(super) data: BTreeMap<(String, Name), Vec<KnownObject>>,
    /// The Secrets that something in the cluster makes from another object, with their keys.
    pub(super) made: BTreeMap<Name, Keys>,
    /// Whether something in the repository looks for values.
    pub keeps_data: bool,
    /// Kinds.
    pub kinds: Kinds,
}

impl Around {
    /// The same, to go on with.
    pub fn copy(&self) -> Self {
        let one = |known: &KnownObject| KnownObject {
            value: known.value.clone(),
            sources: adopt::copy(&known.sources),
            home: known.home.clone(),
        };
        let known = |all: &Vec<KnownObject>| all.iter().map(one).collect();
        Self {
            projects: self.projects.clone(),
            scoped: self.scoped.clone(),
            flux_sources: self.flux_sources.clone(),
            data: self.data.iter().map(|(key, data)| (key.clone(), known(data))).collect(),
            made: self.made.clone(),
            keeps_data: self.keeps_data,
            kinds: self.kinds.clone(),
        }
    }

    /// The ConfigMaps or Secrets of a name that a definition in a file may mean: the one that lies nearest to it, else all of them.
    pub fn data_of(&self, kind: &str, namespace: &str, name: &str, near: &str) -> &[KnownObject] {
        let key = (kind.to_owned(), (namespace.to_owned(), name.to_owned()));
        let all = self.data.get(&key).map_or(&[][..], Vec::as_slice);
        let shared = |known: &KnownObject| {
            let own = known.home.split('/').zip(near.split('/'));
            own.take_while(|(one, other)| one == other).count()
        };
        let most = all.iter().map(shared).max().unwrap_or_default();
        let mut nearest = all.iter().enumerate().filter(|(_, known)| shared(known) == most).map(|(at, _)| at);
        match (nearest.next(), nearest.next()) {
            (Some(at), None) => &all[at..=at],
            _ => all,
        }
    }

    /// The keys of the Secret of a name that something makes; nothing where nothing does. What makes it is often given its namespace by a
    /// kustomization.
    pub fn made_secret(&self, namespace: &str, name: &str) -> Option<&Keys> {
        let of = |namespace: &str| self.made.get(&(namespace.to_owned(), name.to_owned()));
        of(namespace).or_else(|| of(""))
    }

    /// Takes up an object.
    pub fn add(&mut self, object: &Value, sources: &SourceMap) {
        let Some(name) = meta_text(object, "name") else { return };
        let namespace = meta_text(object, "namespace").unwrap_or_default();
        let full = || (namespace.to_owned(), name.to_owned());
        if let Some((project, url)) = scoped_repository(object) {
            self.scoped.entry(project.to_owned()).or_default().push(url.to_owned());
        }
        match group_and_kind(object) {
            ("argoproj.io", "AppProject") => drop(self.projects.insert(name.to_owned(), Project::new(object.clone()))),
            ("source.toolkit.fluxcd.io", kind) => {
                self.flux_sources.insert((kind.to_owned(), full()), object.clone());
            }
            ("", kind @ ("ConfigMap" | "Secret")) if self.keeps_data => {
                let mut own = SourceMap::default();
                let home = sources.get(object.span().source).name.clone();
                let value = Adopt::new(sources, &mut own).value(object.clone());
                let all = self.data.entry((kind.to_owned(), full())).or_default();
                all.retain(|known| known.home != home);
                all.push(KnownObject { value, sources: own, home });
            }
            ("external-secrets.io", "ExternalSecret") if self.keeps_data => {
                let made = object.at(&["spec", "target", "name"]).and_then(Value::as_str).unwrap_or(name);
                self.made.insert((namespace.to_owned(), made.to_owned()), fetched(object));
            }
            ("bitnami.com", "SealedSecret") if self.keeps_data => {
                let keys = object.get("spec").map(|spec| keys(spec.entries_at("encryptedData")).collect());
                self.made.insert(full(), keys);
            }
            ("apiextensions.k8s.io", "CustomResourceDefinition") => self.kinds.add(object),
            _ => {}
        }
    }
}

/// The keys of the Secret that an ExternalSecret makes: those of its template, which takes the place of all that is fetched, or each
/// that is fetched by itself.
fn fetched(object: &Value) -> Keys {
    let spec = object.get("spec")?;
    if let Some(template) = spec.at(&["target", "template"]) {
        let data = template.entries_at("data");
        if !data.is_empty() && template.get("templateFrom").is_none() && template.str_at("mergePolicy") != Some("Merge")
        {
            return Some(keys(data).collect());
        }
    }
    let all = spec.items_at("data").iter().filter_map(|entry| entry.str_at("secretKey"));
    spec.items_at("dataFrom").is_empty().then(|| all.map(str::to_owned).collect())
}

fn keys(entries: &[Entry]) -> impl Iterator<Item = String> {
    entries.iter().map(|entry| entry.key.to_string())
}

/// The project and address that the Secret of a repository names.
fn scoped_repository(object: &Value) -> Option<(&str, &str)> {
    let label = || object.at(&["metadata", "labels"])?.str_at("argocd.argoproj.io/secret-type");
    let is_one = group_and_kind(object) == ("", "Secret") && matches!(label(), Some("repository" | "repo-creds"));
    let data = object.get("stringData").filter(|_| is_one)?;
    data.str_at("project").zip(data.str_at("url"))
}
