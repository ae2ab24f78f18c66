//! Where a Kustomization takes its files from.
//!
//! In: its spec, Flux's sources. Out: the folder in this repository; or that it lies elsewhere.

use crate::render::Problem;
use crate::render::repository::Around;
use crate::render::value::Value;
use crate::render::world::World;
use crate::workspace::Presence;

/// Where the files are.
pub enum Place {
    /// In a folder of this repository.
    Folder(String),
    /// Somewhere else.
    Elsewhere(Problem),
}

/// Finds the folder.
///
/// # Errors
/// Where it is not in the repository that it should be in.
pub fn folder(world: &World<'_>, around: &Around, spec: &Value, namespace: &str) -> Result<Place, Problem> {
    let path = spec.filled("path");
    let text = path.and_then(Value::as_str).unwrap_or_default();
    let folder = joined(text);
    let at = path.unwrap_or(spec).span();
    let presence = world.presence(&folder);
    let elsewhere = |message: &str| {
        let span = Some(spec.get("sourceRef").map_or(at, Value::span));
        Ok(Place::Elsewhere(Problem::new("not-rendered", span, message.to_owned())))
    };
    match spec.get("sourceRef").and_then(|reference| is_here(world, around, reference, namespace)) {
        Some(true) => {}
        None if presence == Presence::Directory => {}
        _ => return elsewhere("the source is not this repository at this revision; nothing is fetched"),
    }
    match presence {
        Presence::Directory => Ok(Place::Folder(folder)),
        Presence::Unknown => elsewhere("the path goes through a submodule or a link"),
        Presence::Nothing if !world.checkout.has_address() => elsewhere("the path does not exist"),
        Presence::File | Presence::Nothing => {
            let why = if presence == Presence::File { "is a file, not a folder" } else { "is not in this repository" };
            Err(Problem::new("build-failed", Some(at), format!("`{text}` {why}")))
        }
    }
}

/// Whether the source is this repository; nothing where no file says what the source is.
pub fn is_here(world: &World<'_>, around: &Around, reference: &Value, namespace: &str) -> Option<bool> {
    if reference.str_at("kind") != Some("GitRepository") {
        return Some(false);
    }
    let namespace = reference.filled("namespace").and_then(Value::as_str).unwrap_or(namespace);
    let full = (namespace.to_owned(), reference.str_at("name")?.to_owned());
    let source = around.flux_sources.get(&("GitRepository".to_owned(), full))?.get("spec")?;
    let revision = |field: &str| source.at(&["ref", field]).and_then(Value::as_str).filter(|text| !text.is_empty());
    if ["commit", "tag", "semver"].iter().any(|field| revision(field).is_some()) {
        return Some(false);
    }
    let branch = revision("name").or_else(|| revision("branch"));
    Some(world.is_here(source.str_at("url").unwrap_or_default(), branch.or(Some("master"))))
}

/// A path below the top: `..` does not lead out of it.
pub fn joined(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_does_not_lead_out() {
        assert_eq!([joined("./apps"), joined("../../apps/./web"), joined("/")], ["apps", "apps/web", ""]);
    }
}
