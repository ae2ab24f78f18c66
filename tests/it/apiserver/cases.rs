//! The recorded cases, and the text each of them stands for.
//!
//! In: the packed data (`tests/data/apiserver`, see `pack.py` there, and `tests/data/customresources`, packed by the same
//! program, with its CRDs). Out: [`Case`]s and their texts.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;
use serde_json::Value;

/// A manifest that the server accepted, and that the cases alter.
#[derive(Deserialize)]
pub struct Base {
    pub id: String,
    pub object: Value,
}

/// One altered manifest and what the server said.
#[derive(Deserialize)]
pub struct Case {
    #[serde(rename = "b")]
    pub base: String,
    #[serde(rename = "k")]
    kind: Option<String>,
    #[serde(rename = "c")]
    pub class: String,
    #[serde(flatten)]
    edit: Edit,
    #[serde(rename = "t")]
    text: Option<String>,
    #[serde(rename = "x")]
    hex: Option<String>,
    #[serde(rename = "r")]
    pub status: Option<u16>,
    #[serde(rename = "f", default)]
    pub fields: Vec<String>,
    #[serde(rename = "m", default)]
    pub message: String,
}

#[derive(Deserialize)]
struct Edit {
    #[serde(rename = "o", alias = "op", default)]
    op: String,
    #[serde(rename = "p", alias = "path", default)]
    path: String,
    #[serde(rename = "v", alias = "value", default)]
    value: Value,
}

/// All bases and cases.
pub struct Cases {
    pub bases: BTreeMap<String, Value>,
    pub cases: Vec<Case>,
    /// What the server had beside the cases: CRDs.
    pub around: Vec<Value>,
}

impl Cases {
    /// Objects of the server's own kinds.
    pub fn load() -> Self {
        let bases = include_bytes!("../../data/apiserver/bases.jsonl.zst");
        Self::new(bases, include_bytes!("../../data/apiserver/cases.jsonl.zst"), Vec::new())
    }

    /// Custom resources.
    pub fn custom() -> Self {
        let crds = lines::<Base>(include_bytes!("../../data/customresources/crds.jsonl.zst"));
        let around = crds.into_iter().map(|crd| crd.object).collect();
        let bases = include_bytes!("../../data/customresources/bases.jsonl.zst");
        Self::new(bases, include_bytes!("../../data/customresources/cases.jsonl.zst"), around)
    }

    fn new(bases: &[u8], cases: &[u8], around: Vec<Value>) -> Self {
        let bases = lines::<Base>(bases).into_iter().map(|base| (base.id, base.object)).collect();
        Self { bases, cases: lines(cases), around }
    }

    /// The texts that stand beside those checked.
    pub fn around_texts(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.around.iter().enumerate().map(|(at, object)| (format!("around-{at}"), object.to_string().into_bytes()))
    }

    pub fn kind<'a>(&'a self, case: &'a Case) -> &'a str {
        case.kind.as_deref().or_else(|| self.bases[&case.base]["kind"].as_str()).unwrap_or("")
    }

    pub fn text(&self, case: &Case) -> Vec<u8> {
        if let Some(text) = &case.text {
            return text.clone().into_bytes();
        }
        if let Some(hex) = &case.hex {
            let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
            return (0..hex.len()).step_by(2).map(digit).collect();
        }
        let mut object = self.bases[&case.base].clone();
        apply(&mut object, &case.edit);
        yaml(&object).into_bytes()
    }
}

fn lines<T: for<'de> Deserialize<'de>>(packed: &[u8]) -> Vec<T> {
    let mut text = String::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed).expect("zstd data");
    decoder.read_to_string(&mut text).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn apply(root: &mut Value, edit: &Edit) {
    if edit.op == "multi" {
        for value in edit.value.as_array().expect("a list of edits") {
            apply(root, &Edit::deserialize(value).expect("an edit"));
        }
        return;
    }
    let Some((parent, last)) = edit.path.rsplit_once('/') else {
        *root = edit.value.clone();
        return;
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = root.pointer_mut(parent).expect(parent);
    match (parent, edit.op.as_str()) {
        (Value::Array(list), op) => alter_item(list, last.parse().expect("an index"), op, &edit.value),
        (Value::Object(map), op) => alter_field(map, &last, op, &edit.value),
        (other, op) => panic!("cannot {op} {last} in {other}"),
    }
}

fn alter_item(list: &mut Vec<Value>, at: usize, op: &str, value: &Value) {
    match op {
        "delete" => drop(list.remove(at)),
        "set" => list[at] = value.clone(),
        "append" => list[at].as_array_mut().expect("a list").push(value.clone()),
        _ => panic!("cannot {op} an item"),
    }
}

fn alter_field(map: &mut serde_json::Map<String, Value>, key: &str, op: &str, value: &Value) {
    match op {
        "delete" => drop(map.shift_remove(key)),
        "set" => drop(map.insert(key.to_owned(), value.clone())),
        "append" => map[key].as_array_mut().expect("a list").push(value.clone()),
        "rename" => {
            let new = value.as_str().expect("a key");
            let renamed = std::mem::take(map).into_iter();
            map.extend(renamed.map(|(name, value)| (if name == key { new.to_owned() } else { name }, value)));
        }
        _ => panic!("cannot {op} a field"),
    }
}

/// Block YAML that every reader reads alike.
fn yaml(value: &Value) -> String {
    let mut out = String::new();
    emit(value, 0, &mut out);
    out
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => false,
    }
}

fn emit(value: &Value, indent: usize, out: &mut String) {
    let pad = "  ".repeat(indent);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                out.push_str(&format!("{pad}{}:", scalar(&Value::String(key.clone()))));
                if is_block(value) {
                    out.push('\n');
                    emit(value, indent + 1, out);
                } else {
                    out.push_str(&format!(" {}\n", scalar(value)));
                }
            }
        }
        Value::Array(list) => {
            for value in list {
                let mut item = String::new();
                if is_block(value) {
                    emit(value, indent + 1, &mut item);
                } else {
                    item = format!("{pad}  {}\n", scalar(value));
                }
                out.push_str(&format!("{pad}- {}", &item[pad.len() + 2..]));
            }
        }
        _ => out.push_str(&format!("{pad}{}\n", scalar(value))),
    }
}

const RESERVED: [&str; 11] = ["y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf"];

fn scalar(value: &Value) -> String {
    let Value::String(text) = value else { return value.to_string() };
    let plain_byte = |b: u8| b.is_ascii_alphanumeric() || b"_./-".contains(&b);
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && text.bytes().all(plain_byte);
    if plain && !RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
        return text.clone();
    }
    value.to_string().replace('\u{7f}', "\\u007f")
}
