//! What OpenAPI definitions of `crds` say about fields.
//!
//! In: a document of definitions. Out: a [`Config`] with the fields that hold labels, annotations, names of other objects.

use super::config::{Config, FieldSpec, Gvk, NameReference, Section, merge};
use super::failure::BuildResult;
use super::node::Node;

/// Reads it.
///
/// # Errors
/// Where two definitions contradict each other.
pub fn read(document: &Node) -> BuildResult<Config> {
    let mut config = Config::default();
    for entry in document.entries() {
        let Some(properties) = properties(&entry.value) else { continue };
        if ["kind", "apiVersion", "metadata"].iter().all(|name| properties.get(name).is_some()) {
            let kind = entry.key.text.rsplit('.').next().unwrap_or_default();
            let gvk = Gvk { kind: kind.into(), ..Gvk::default() };
            Walk { document, gvk, config: &mut config }.definition(&entry.key.text, &mut Vec::new())?;
        }
    }
    Ok(config)
}

fn properties(definition: &Node) -> Option<&Node> {
    definition.at(&["Schema", "properties"]).or_else(|| definition.at(&["schema", "properties"]))
}

/// Deepest chain of definitions; one that refers to itself ends here.
const DEPTH: usize = 50;

struct Walk<'a> {
    document: &'a Node,
    gvk: Gvk,
    config: &'a mut Config,
}

impl Walk<'_> {
    fn definition(&mut self, name: &str, path: &mut Vec<String>) -> BuildResult<()> {
        let Some(properties) = self.document.get(name).and_then(properties).filter(|_| path.len() < DEPTH) else {
            return Ok(());
        };
        for entry in properties.entries() {
            path.push(entry.key.text.to_string());
            self.property(&entry.value, path)?;
            path.pop();
        }
        Ok(())
    }

    fn property(&mut self, property: &Node, path: &mut Vec<String>) -> BuildResult<()> {
        let says = |name: &str| property.get(name).filter(|node| node.scalar().is_some()).map(Node::value);
        let sections = [
            ("x-kubernetes-annotation", Section::CommonAnnotations),
            ("x-kubernetes-label-selector", Section::CommonLabels),
            ("x-kubernetes-identity", Section::NamePrefix),
        ];
        for (name, section) in sections {
            if says(name).is_some() {
                let spec = self.spec(path);
                merge(self.config.fields_mut(section), &[spec])?;
            }
        }
        let version = says("x-kubernetes-object-ref-api-version");
        if let (Some(version), Some(kind)) = (version, says("x-kubernetes-object-ref-kind")) {
            let key = says("x-kubernetes-object-ref-name-key").unwrap_or("name").to_owned();
            let gvk = Gvk { kind: kind.into(), version: version.into(), ..Gvk::default() };
            path.push(key);
            let fields = vec![self.spec(path)];
            path.pop();
            self.config.add_reference(&NameReference { gvk, fields })?;
        }
        match says("$ref") {
            Some(reference) => self.definition(reference, path),
            None => Ok(()),
        }
    }

    fn spec(&self, path: &[String]) -> FieldSpec {
        FieldSpec::new(self.gvk.clone(), &path.join("/"), false)
    }
}
