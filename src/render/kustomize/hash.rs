//! The hash behind the name of a generated object.
//!
//! In: the object. Out: ten characters of the SHA-256 of its JSON as Go writes it, in an alphabet that makes no words.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::failure::BuildResult;
use super::finish::value;
use super::node::Node;

/// The hash of an object.
///
/// # Errors
/// Where it cannot be written.
pub fn hash(node: &Node) -> BuildResult<String> {
    let text = match node.get("kind").map_or("", Node::text) {
        "ConfigMap" => encode(node, &["data", "binaryData"])?,
        "Secret" => encode(node, &["type", "data", "stringData"])?,
        _ => go_json(&value(node)?.to_json()),
    };
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let letter = |c: char| match c {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        c => c,
    };
    Ok(hex.chars().map(letter).collect())
}

fn encode(node: &Node, fields: &[&str]) -> BuildResult<String> {
    let mut parts = BTreeMap::from([("kind", node.get("kind").map_or("", Node::text).into()), ("name", "".into())]);
    for &field in fields {
        let optional = matches!(field, "binaryData" | "stringData");
        let found = match node.get(field) {
            None if optional => continue,
            None => "".into(),
            Some(scalar) if scalar.scalar().is_some() && optional => continue,
            Some(scalar) if scalar.scalar().is_some() => scalar.text().into(),
            Some(map) => value(map)?.to_json(),
        };
        parts.insert(field, found);
    }
    // The name is looked for under a key `metadata/name`, which no object has.
    Ok(go_json(&serde_json::json!(parts)))
}

/// JSON as Go's encoder writes it: keys sorted, and `<`, `>`, `&` and two separators escaped.
fn go_json(value: &serde_json::Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &serde_json::Value, out: &mut String) {
    match value {
        serde_json::Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
        serde_json::Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        serde_json::Value::String(text) => write_string(text, out),
        other => out.push_str(&other.to_string()),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
