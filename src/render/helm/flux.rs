//! A chart as Flux's helm-controller installs it.
//!
//! In: a HelmRelease, the folder of its chart in this repository, a look-up of ConfigMaps and Secrets. Out: [`Output`]: the
//! chart's values, or those of `valuesFiles` in their place, under `valuesFrom` in order, under `values`. Values have their
//! places in the object that holds them.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::given::Inline;
use super::options::{Options, Values};
use super::{Output, render_at};
use crate::files::Files;
use crate::files::name::{full, path_of};
use crate::go::base64;
use crate::go::path::clean;
use crate::render::Problem;
use crate::render::value::{Data, Value};

/// Longest name of a release.
const LONGEST_NAME: usize = 53;

/// A HelmRelease whose chart lies in this repository.
pub struct Release<'r> {
    /// The object.
    pub object: Inline,
    /// The folder of the chart.
    pub chart: &'r Path,
    /// The top of the repository that the chart comes from.
    pub top: &'r Path,
    /// The door to files.
    pub door: &'r dyn Files,
    /// The version of the cluster, where somebody says it.
    pub kube_version: Option<String>,
    /// Whether it is rendered without dependencies that are not here.
    pub partial: bool,
    /// A ConfigMap or Secret of the release's namespace, by kind and name.
    pub lookup: &'r dyn Fn(&str, &str) -> Option<Inline>,
}

/// Renders the release; what it reads of ConfigMaps and Secrets that are not here is told as absent.
pub fn render(release: &Release<'_>) -> Output {
    let mut work = Work { release, absent: Vec::new() };
    let options = work.options();
    let mut output = render_at(release.chart, &options, release.door);
    for (inline, message) in work.absent {
        let span = Some(inline.place(&mut output.rendered.sources));
        output.absent.push(Problem::new("not-rendered", span, message));
    }
    output
}

struct Work<'w> {
    release: &'w Release<'w>,
    absent: Vec<(Inline, String)>,
}

impl Work<'_> {
    fn options(&mut self) -> Options {
        let object = &self.release.object.value;
        let meta = |key| at(object, &["metadata", key]).and_then(Value::as_str).unwrap_or_default();
        let spec = |path: &[&str]| at(object, path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let target = spec(&["spec", "targetNamespace"]);
        let name = match (spec(&["spec", "releaseName"]), target) {
            (Some(name), _) => name.to_owned(),
            (None, Some(target)) => format!("{target}-{}", meta("name")),
            (None, None) => meta("name").to_owned(),
        };
        let mut options = Options {
            release_name: shortened(name),
            namespace: target.unwrap_or_else(|| meta("namespace")).to_owned(),
            include_crds: spec(&["spec", "install", "crds"]) != Some("Skip"),
            skip_tests: !is_on(object, &["spec", "test", "enable"]),
            kube_version: self.release.kube_version.clone(),
            of_cluster: self.release.kube_version.is_some(),
            local: true,
            partial: self.release.partial,
            ..Options::default()
        };
        options.own_values = self.own_values(object);
        self.values(object, &mut options.values);
        options
    }

    /// The values files that stand in for the chart's own.
    fn own_values(&mut self, object: &Value) -> Option<Vec<Values>> {
        let chart = at(object, &["spec", "chart", "spec"])?;
        let files = list(chart.get("valuesFiles"));
        let ignore_missing = is_on(chart, &["ignoreMissingValuesFiles"]);
        let mut values = Vec::new();
        for entry in files {
            let path = clean(&format!("{}/{}", full(self.release.top), entry.as_str().unwrap_or_default()));
            if ignore_missing && !self.release.door.exists(&path_of(&path)) {
                continue;
            }
            values.push(Values::File(path));
        }
        (!files.is_empty()).then_some(values)
    }

    fn values(&mut self, object: &Value, out: &mut Vec<Values>) {
        let own = at(object, &["spec", "values"]).map(|values| Values::Inline(self.release.object.of(values)));
        for reference in list(at(object, &["spec", "valuesFrom"])) {
            let Some(value) = self.referenced(reference) else { continue };
            match reference.get("targetPath").and_then(Value::as_str).filter(|path| !path.is_empty()) {
                Some(path) => {
                    out.extend(own.clone());
                    let literal = is_on(reference, &["literal"]);
                    out.push(Values::At { path: path.to_owned(), value, literal });
                }
                None => out.push(Values::Inline(value)),
            }
        }
        out.extend(own);
    }

    /// The text that an entry of `valuesFrom` names.
    fn referenced(&mut self, reference: &Value) -> Option<Inline> {
        let text = |key: &str| reference.get(key).and_then(Value::as_str);
        let (kind, name) = (text("kind").unwrap_or_default(), text("name").unwrap_or_default());
        let key = text("valuesKey").unwrap_or("values.yaml");
        let found = (self.release.lookup)(kind, name);
        let value = found.as_ref().and_then(|inline| {
            let held = |field: &str| inline.value.get(field).and_then(|data| data.get(key));
            match (kind, held("stringData"), held("data")) {
                ("Secret", Some(value), _) => Some(inline.of(value)),
                ("Secret", None, Some(value)) => decoded(value).map(|value| inline.of(&value)),
                (_, _, Some(value)) => Some(inline.of(value)),
                _ => None,
            }
        });
        let value = value.filter(|inline| !inline.value.as_str().is_some_and(is_encrypted));
        if value.is_none() && !is_on(reference, &["optional"]) {
            let what = match found {
                Some(found) if found.value.get("sops").is_some() => format!("the {kind} `{name}` is encrypted"),
                Some(_) => format!("the {kind} `{name}` has no key `{key}`"),
                None => format!("the {kind} `{name}` is not defined in this repository"),
            };
            self.absent.push((self.release.object.of(reference), format!("{what}; its values are not known")));
        }
        value
    }
}

/// The text of an entry of a Secret's `data`, at the place of the entry.
fn decoded(value: &Value) -> Option<Value> {
    let text = String::from_utf8(base64::decode(value.as_str()?)?).ok()?;
    Some(Value { data: Data::String(text.into()), origin: value.origin.clone() })
}

/// Whether SOPS has encrypted a text.
fn is_encrypted(text: &str) -> bool {
    text.starts_with("ENC[")
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

fn is_on(value: &Value, path: &[&str]) -> bool {
    matches!(at(value, path).map(|value| &value.data), Some(Data::Bool(true)))
}

fn list(value: Option<&Value>) -> &[Value] {
    match value.map(|value| &value.data) {
        Some(Data::List(items)) => items,
        _ => &[],
    }
}

/// A name that is too long keeps its beginning and gets a checksum.
fn shortened(name: String) -> String {
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let sum: String = Sha256::digest(name.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let kept: String = name.chars().take(LONGEST_NAME - 13).collect();
    format!("{kept}-{sum}")
}
