//! Recorded cases: small repositories with what Argo CD or Flux makes of them, each grounded in a line of their source or in a
//! test of theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::repository::lines;

#[derive(Deserialize)]
struct Case {
    id: String,
    remote: String,
    files: BTreeMap<String, String>,
    expect: Expect,
}

#[derive(Deserialize)]
struct Expect {
    applications: Option<Vec<Wanted>>,
    objects: BTreeMap<String, Vec<Object>>,
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    namespace: String,
    project: String,
    destination: BTreeMap<String, String>,
    fields: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Object {
    #[serde(rename = "apiVersion")]
    api_version: String,
    kind: String,
    namespace: Option<String>,
    name: String,
    fields: BTreeMap<String, Value>,
    origin: Option<Lines>,
}

#[derive(Deserialize)]
struct Lines {
    file: String,
    lines: [u64; 2],
}

#[derive(Deserialize)]
struct Problem {
    about: String,
    application: Option<String>,
    #[serde(flatten)]
    place: Place,
    #[serde(default)]
    accept: Vec<Place>,
}

#[derive(Deserialize, PartialEq)]
struct Place {
    file: String,
    line: u64,
}

/// Cases that come out otherwise, each with the reason.
const OTHERWISE: &[(&str, &str)] = &[];

fn cases() -> Vec<Case> {
    let packed: &[u8] = include_bytes!("../../data/argocd-cases.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("packed text");
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

fn key(line: &Value) -> Option<String> {
    let by = line.get("application").filter(|by| by.is_object())?;
    Some(format!("{}/{}", by["namespace"].as_str()?, by["name"].as_str()?))
}

/// Whether a field is what is wanted; null stands for one that is absent.
fn has(object: &Value, fields: &BTreeMap<String, Value>) -> bool {
    fields.iter().all(|(path, wanted)| match (object.pointer(path), wanted) {
        (None, wanted) => wanted.is_null(),
        (Some(found), wanted) => found == wanted || found.is_f64() && found.as_f64() == wanted.as_f64(),
    })
}

impl Case {
    /// What is wrong with the lines of the output.
    fn complaints(&self) -> Vec<String> {
        let files = self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let lines = lines(files, &self.remote);
        let mut found = self.applications(&lines);
        found.extend(self.expect.objects.iter().flat_map(|(owner, wanted)| objects(&lines, owner, wanted)));
        found.extend(self.problems(&lines));
        found
    }

    fn applications(&self, lines: &[Value]) -> Vec<String> {
        let Some(wanted) = &self.expect.applications else { return Vec::new() };
        let mut known: BTreeMap<String, &Value> = BTreeMap::new();
        // One that something renders stands before one that lies in a file.
        for rendered in [false, true] {
            for line in lines.iter().filter(|line| (line["renderer"] != "plain") == rendered) {
                let object = &line["object"];
                let api = object["apiVersion"].as_str().unwrap_or("");
                if object["kind"] == "Application" && api.starts_with("argoproj.io/") {
                    let meta = &object["metadata"];
                    let namespace = meta["namespace"].as_str().unwrap_or("argocd");
                    known.insert(format!("{namespace}/{}", meta["name"].as_str().unwrap_or("")), object);
                }
            }
        }
        let names: BTreeSet<String> = wanted.iter().map(|app| format!("{}/{}", app.namespace, app.name)).collect();
        let mut found: Vec<String> =
            known.keys().filter(|name| !names.contains(*name)).map(|name| format!("{name} too many")).collect();
        for app in wanted {
            let Some(object) = known.get(&format!("{}/{}", app.namespace, app.name)) else {
                found.push(format!("no {}", app.name));
                continue;
            };
            let spec = &object["spec"];
            let filled = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            let destination = spec["destination"].as_object().into_iter().flatten();
            let destination: BTreeMap<String, String> =
                destination.filter_map(|(key, value)| Some((key.clone(), filled(value)?))).collect();
            let project = filled(&spec["project"]).unwrap_or("default".to_owned());
            if destination != app.destination || project != app.project || !has(object, &app.fields) {
                found.push(format!("{} is {spec}", app.name));
            }
        }
        found
    }

    fn problems(&self, lines: &[Value]) -> Vec<String> {
        let mut left: Vec<(Option<String>, &Value)> =
            lines.iter().filter_map(|line| Some((key(line), line.get("problem")?))).collect();
        let mut found = Vec::new();
        for wanted in &self.expect.problems {
            let fits = |(owner, problem): &(Option<String>, &Value)| {
                let same = wanted.application.is_none() || owner.is_none() || *owner == wanted.application;
                problem["about"] == wanted.about.as_str() && same
            };
            let at = |problem: &Value| {
                let file = problem["file"].as_str().unwrap_or("").to_owned();
                Place { file, line: problem["line"].as_u64().unwrap_or(0) }
            };
            let placed = |(_, problem): &(Option<String>, &Value)| {
                let place = at(problem);
                place == wanted.place || wanted.accept.contains(&place)
            };
            match left.iter().position(|one| fits(one) && placed(one)) {
                Some(index) => drop(left.remove(index)),
                None => {
                    let other = left.iter().find(|one| fits(one)).map(|(_, problem)| problem.to_string());
                    found
                        .push(format!("no {} at {}:{}, {other:?}", wanted.about, wanted.place.file, wanted.place.line));
                }
            }
            left.retain(|one| !fits(one));
        }
        found.extend(left.iter().map(|(_, problem)| format!("too many: {problem}")));
        found
    }
}

fn objects(lines: &[Value], owner: &str, wanted: &[Object]) -> Vec<String> {
    let mut left: Vec<&Value> =
        lines.iter().filter(|line| line["object"].is_object() && key(line).as_deref() == Some(owner)).collect();
    let mut found = Vec::new();
    for object in wanted {
        let fits = |line: &&Value| {
            let (one, meta) = (&line["object"], &line["object"]["metadata"]);
            let name = meta["name"].as_str().or(meta["generateName"].as_str());
            one["apiVersion"] == object.api_version.as_str()
                && one["kind"] == object.kind.as_str()
                && meta["namespace"].as_str() == object.namespace.as_deref()
                && name == Some(&object.name)
                && has(one, &object.fields)
        };
        let placed = |line: &&Value| {
            object.origin.as_ref().is_none_or(|wanted| {
                let mut origins = line["origins"].as_array().into_iter().flatten();
                origins.any(|origin| {
                    let line = origin["line"].as_u64().unwrap_or(0);
                    origin["file"] == wanted.file.as_str() && (wanted.lines[0]..=wanted.lines[1]).contains(&line)
                })
            })
        };
        match left.iter().position(|line| fits(line) && placed(line)) {
            Some(index) => drop(left.remove(index)),
            None => found.push(format!("{owner}: no {} {}", object.kind, object.name)),
        }
    }
    found.extend(left.iter().map(|line| format!("{owner}: too many: {}", line["object"])));
    found
}

#[test]
fn the_recorded_cases_come_out_the_same() {
    let otherwise: BTreeSet<_> = OTHERWISE.iter().map(|(id, _)| *id).collect();
    let missed: Vec<_> = cases().into_iter().map(|case| (case.complaints(), case.id)).collect();
    let missed: Vec<_> = missed.iter().filter(|(complaints, _)| !complaints.is_empty()).collect();
    let found: BTreeSet<_> = missed.iter().map(|(_, id)| id.as_str()).collect();
    let shown: Vec<_> = missed.iter().map(|(complaints, id)| format!("{id}: {}", complaints.join("; "))).collect();
    assert_eq!(found, otherwise, "{}", shown.join("\n"));
}
