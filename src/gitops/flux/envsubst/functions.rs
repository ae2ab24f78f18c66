//! What the operators make of a value.
//!
//! In: a variable, its value. Out: the text, and whether the value has a part in it.

use super::Fault;
use super::parse::{Node, Variable};

/// Deepest nesting.
const DEPTH: usize = 200;

/// The text that a variable gives.
pub fn evaluate(
    text: &str,
    variable: &Variable,
    value: &dyn Fn(&str) -> Option<String>,
    depth: usize,
) -> Result<(String, bool), Fault> {
    if depth > DEPTH {
        return Err(Fault { message: "braces stand too deep in one another", at: variable.at.0 });
    }
    let mut arguments = Vec::new();
    for node in &variable.arguments {
        arguments.push(match node {
            Node::Text(ranges) => ranges.iter().map(|&(start, end)| &text[start..end]).collect(),
            Node::Variable(inner) => evaluate(text, inner, value, depth + 1)?.0,
        });
    }
    let own = value(&variable.name);
    let known = own.is_some();
    let own = own.unwrap_or_default();
    let first = arguments.first().map_or("", String::as_str);
    let second = arguments.get(1).map_or("", String::as_str);
    let made = match variable.operator.as_str() {
        "," => first_letter(&own, |c| c.to_lowercase().collect()),
        ",," => own.to_lowercase(),
        "^" => first_letter(&own, |c| c.to_uppercase().collect()),
        "^^" => own.to_uppercase(),
        "#" if arguments.is_empty() => own.len().to_string(),
        "#" => without_prefix(&own, first, false),
        "##" => without_prefix(&own, first, true),
        "%" => reversed(&without_prefix(&reversed(&own), &reversed(first), false)),
        "%%" => reversed(&without_prefix(&reversed(&own), &reversed(first), true)),
        ":" => part(&own, first, arguments.get(1).map(String::as_str))
            .ok_or(Fault { message: "the length must not be negative", at: variable.at.0 })?,
        "/#" if arguments.len() == 2 => {
            own.strip_prefix(first).map_or_else(|| own.clone(), |rest| format!("{second}{rest}"))
        }
        "/%" if arguments.len() == 2 => {
            own.strip_suffix(first).map_or_else(|| own.clone(), |rest| format!("{rest}{second}"))
        }
        "/#" | "/%" => own,
        "/" => own.replacen(first, second, 1),
        "//" => own.replace(first, second),
        _ if own.is_empty() && !arguments.is_empty() => return Ok((arguments.concat(), false)),
        _ => own,
    };
    Ok((made, known))
}

fn first_letter(text: &str, change: impl Fn(char) -> String) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| change(first) + chars.as_str())
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Takes away the shortest or longest beginning that a pattern matches.
fn without_prefix(text: &str, pattern: &str, longest: bool) -> String {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]).collect();
    let mut matching = ends.iter().filter(|end| matches(pattern, &text[..**end]));
    let end = if longest { matching.next_back() } else { matching.next() };
    end.map_or_else(|| text.to_owned(), |end| text[*end..].to_owned())
}

/// Go's `path.Match` without a special role for slashes; what is no pattern matches nothing.
fn matches(pattern: &str, text: &str) -> bool {
    // A slash stands for any other character that a pattern does not use.
    let plain = |text: &str| text.replace('/', "\u{1}");
    crate::go::path::is_match(&plain(pattern), &plain(text)) == Some(true)
}

/// A part by bytes, as a shell counts from the end where the offset is negative; nothing for a negative length.
fn part(text: &str, offset: &str, length: Option<&str>) -> Option<String> {
    let Ok(offset) = offset.parse::<i64>() else { return Some(text.to_owned()) };
    let size = text.len() as i64;
    let start = if offset < 0 { (size + offset).max(0) } else { offset };
    let end = match length.map(str::parse::<i64>) {
        None => size,
        Some(Err(_)) => return Some(text.to_owned()),
        Some(Ok(length)) => start.saturating_add(length).min(size),
    };
    if start >= size {
        return Some(String::new());
    }
    let bytes = text.as_bytes().get(start as usize..usize::try_from(end).ok()?)?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}
