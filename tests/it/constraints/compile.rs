//! Compiling constraint tables.
//!
//! In: YAML files. A document names a package's definitions (`package: io.k8s.api.batch.v1`, or a list) and under `types` for each
//! type and field one rule or a list of rules; the field `self` stands for the object. A rule is a map of operations (see
//! `OPERATIONS`) and `since`, `until` (minor versions, `1.33`), `pointer: true` where an empty string is a value, and
//! `eachVal` or `eachKey` with the operations for items, values or keys. Out: the bytes that `api::constraints` reads.

use std::collections::BTreeMap;
use std::path::Path;

use kubevet::api::constraints::{MAGIC, StringForm};
use kubevet::source::{Source, SourceId};
use kubevet::version::KubeVersion;
use kubevet::yaml::{Limits, Node, read};

const EACH_VALUE: u8 = 1;
const EACH_KEY: u8 = 2;
const POINTER: u8 = 4;

/// Definitions by name, each with its rules, packed.
type Types = BTreeMap<String, Vec<Vec<u8>>>;

#[derive(Default)]
struct Compiler {
    strings: Vec<String>,
    types: Types,
}

pub fn compile(folder: &Path) -> Result<Vec<u8>, String> {
    let mut compiler = Compiler::default();
    compiler.string("");
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "yaml")) {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        compiler.file(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(compiler.finish())
}

impl Compiler {
    fn string(&mut self, text: &str) -> u16 {
        let at = self.strings.iter().position(|known| known == text).unwrap_or_else(|| {
            assert!(text.len() < 256, "{text} is too long");
            self.strings.push(text.to_owned());
            self.strings.len() - 1
        });
        at as u16
    }

    fn file(&mut self, text: &str) -> Result<(), String> {
        let source = Source::from_text(SourceId(0), "constraints", text);
        for document in read(&source, &Limits::default()) {
            let tree = document.tree.map_err(|error| error.message)?;
            let package = tree.root().get("package").ok_or("a document needs a `package`")?;
            let packages: Vec<_> = if package.is_sequence() { package.items().collect() } else { vec![package] };
            for entry in tree.root().get("types").ok_or("a document needs `types`")?.entries() {
                let fields = entry.value.entries();
                let name = entry.name;
                let rules = fields.map(|field| self.field(field.name, field.value).map_err(|e| format!("{name}.{e}")));
                let rules: Vec<_> = rules.collect::<Result<Vec<_>, _>>()?.concat();
                for package in packages.iter().filter_map(|package| package.as_str()) {
                    self.types.entry(format!("{package}.{name}")).or_default().extend(rules.iter().cloned());
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, name: &str, value: Node<'_>) -> Result<Vec<Vec<u8>>, String> {
        let rules: Vec<_> = if value.is_sequence() { value.items().collect() } else { vec![value] };
        let mut packed = Vec::new();
        for rule in rules {
            self.rule(name, rule, 0, rule, &mut packed).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(packed)
    }

    /// The operations in `rule`; versions and flags are those of `outer`.
    fn rule(
        &mut self,
        field: &str,
        rule: Node<'_>,
        flags: u8,
        outer: Node<'_>,
        packed: &mut Vec<Vec<u8>>,
    ) -> Result<(), String> {
        let flags = if outer.get("pointer").is_some() { flags | POINTER } else { flags };
        for entry in rule.entries() {
            match entry.name {
                "since" | "until" | "pointer" => {}
                "eachVal" => self.rule(field, entry.value, flags | EACH_VALUE, outer, packed)?,
                "eachKey" => self.rule(field, entry.value, flags | EACH_KEY, outer, packed)?,
                name => {
                    let mut bytes = self.string(if field == "self" { "" } else { field }).to_le_bytes().to_vec();
                    bytes.extend([bound(outer, "since")?, bound(outer, "until")?, flags]);
                    self.operation(name, entry.value, &mut bytes)?;
                    packed.push(bytes);
                }
            }
        }
        Ok(())
    }

    fn operation(&mut self, name: &str, value: Node<'_>, bytes: &mut Vec<u8>) -> Result<(), String> {
        let number = || value.as_i64().ok_or_else(|| format!("`{name}` needs a number"));
        match name {
            "required" => bytes.push(1),
            "forbidden" => bytes.push(2),
            "minimum" | "maximum" | "maxLength" | "maxItems" => {
                let code = [("minimum", 3), ("maximum", 4), ("maxLength", 6), ("maxItems", 7)];
                bytes.push(code.iter().find(|(known, _)| *known == name).map_or(0, |(_, code)| *code));
                bytes.extend(number()?.to_le_bytes());
            }
            "range" => {
                bytes.push(5);
                let ends: Vec<_> = value.items().filter_map(Node::as_i64).collect();
                let [least, most] = ends[..] else { return Err("`range` needs two numbers".to_owned()) };
                bytes.extend([least.to_le_bytes(), most.to_le_bytes()].concat());
            }
            "format" => {
                let wanted = value.as_str().unwrap_or("");
                let at = StringForm::ALL.iter().position(|(known, _)| *known == wanted);
                bytes.extend([9, at.ok_or_else(|| format!("unknown format {wanted}"))? as u8]);
            }
            "unique" => bytes.push(10),
            "nonEmpty" => bytes.push(14),
            "enum" => self.list(8, value, bytes),
            "listMapKey" => self.list(11, value, bytes),
            "zeroOrOneOf" => self.list(12, value, bytes),
            "union" => self.list(13, value, bytes),
            _ => return Err(format!("unknown operation `{name}`")),
        }
        Ok(())
    }

    fn list(&mut self, code: u8, value: Node<'_>, bytes: &mut Vec<u8>) {
        let items: Vec<_> = value.items().filter_map(Node::as_str).collect();
        bytes.extend([code, items.len() as u8]);
        for item in items {
            bytes.extend(self.string(item).to_le_bytes());
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let types = std::mem::take(&mut self.types);
        let names: Vec<_> = types.keys().map(|name| self.string(name)).collect();
        let mut out = MAGIC.to_vec();
        out.extend((self.strings.len() as u16).to_le_bytes());
        for text in &self.strings {
            out.push(text.len() as u8);
            out.extend(text.as_bytes());
        }
        out.extend((types.len() as u16).to_le_bytes());
        let mut at = out.len() + 8 * types.len();
        let mut rules = Vec::new();
        for (name, packed) in names.iter().zip(types.values()) {
            out.extend(name.to_le_bytes());
            out.extend((at as u32).to_le_bytes());
            out.extend((packed.len() as u16).to_le_bytes());
            let packed = packed.concat();
            at += packed.len();
            rules.extend(packed);
        }
        out.extend(rules);
        out
    }
}

fn bound(rule: Node<'_>, field: &str) -> Result<u8, String> {
    let Some(node) = rule.get(field) else { return Ok(0) };
    KubeVersion::parse(node.raw().trim_matches(['"', '\'']))
        .map(|version| version.0)
        .ok_or_else(|| format!("`{field}` must be a version such as 1.33"))
}
