//! A tree as JSON text.
//!
//! In: a node. Out: the value as YAMLToJSON of sigs.k8s.io/yaml gives it (keys in the order written, the last duplicate
//! wins), or an error where JSON has no such value (infinities, not-a-number).

use super::resolve::go_shortest;
use super::tree::{Kind, Node};

/// The JSON text of a node, on one line.
///
/// # Errors
/// The offending node, where a number has no JSON form.
pub fn to_json(node: Node<'_>) -> Result<String, Node<'_>> {
    let mut out = String::with_capacity(node.raw().len());
    let mut work = vec![Step::Value(node)];
    while let Some(step) = work.pop() {
        match step {
            Step::Text(text) => out.push_str(text),
            Step::Key(key) => {
                push_json_string(&mut out, key);
                out.push(':');
            }
            Step::Value(node) => push_value(&mut out, node, &mut work)?,
        }
    }
    Ok(out)
}

/// What is still to be written; a stack instead of recursion, since documents may be 10,000 levels deep.
enum Step<'t> {
    Value(Node<'t>),
    Key(&'t str),
    Text(&'static str),
}

fn push_value<'t>(out: &mut String, node: Node<'t>, work: &mut Vec<Step<'t>>) -> Result<(), Node<'t>> {
    match node.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Bool(b) => out.push_str(if b { "true" } else { "false" }),
        Kind::Int(i) => out.push_str(&i.to_string()),
        Kind::UInt(u) => out.push_str(&u.to_string()),
        Kind::Float(f) if f.is_finite() => out.push_str(&float(f)),
        Kind::Float(_) => return Err(node),
        Kind::String(s) => push_json_string(out, s),
        Kind::Sequence => {
            out.push('[');
            work.push(Step::Text("]"));
            for (left, item) in node.items().enumerate().rev() {
                work.push(Step::Value(item));
                if left > 0 {
                    work.push(Step::Text(","));
                }
            }
        }
        Kind::Mapping => {
            out.push('{');
            work.push(Step::Text("}"));
            let mut first = work.len();
            for entry in node.entries().rev() {
                work.push(Step::Value(entry.value));
                work.push(Step::Key(entry.name));
                work.push(Step::Text(","));
                first = work.len();
            }
            // The first entry has no comma before it; it lies on top of the stack.
            if first == work.len() && matches!(work.last(), Some(Step::Text(","))) {
                work.pop();
            }
        }
    }
    Ok(())
}

/// A float as Go's encoding/json prints it.
fn float(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0".into() } else { "0".into() };
    }
    let scientific = format!("{value:e}");
    let magnitude = value.abs();
    if !(1e-6..1e21).contains(&magnitude) {
        // encoding/json drops the leading zero of a two-digit negative exponent.
        return go_shortest(&scientific, i32::MIN).replace("e-0", "e-");
    }
    value.to_string()
}

/// Appends a text as a JSON string.
pub(crate) fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
