//! URLs.
//!
//! In: a URL or its parts. Out: the parts, or the URL, as Go's `net/url` has it.

use std::rc::Rc;

use super::super::template::arguments::{map, text};
use super::super::template::{CallResult, Entries, Fault, Function, Machine, Mark, Slot, Text, Type, Value};
use super::fixed;
use crate::go::url;
use Type::{Map as Dict, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "urlParse" => fixed(&[Str], |m, a| parse(m, &text(a, 0))),
        "urlJoin" => fixed(&[Dict], |_, a| join(a)),
        "getHostByName" => fixed(&[Str], |_, _| Ok(Value::string(""))),
        _ => None,
    }
}

fn parse(machine: &mut Machine, given: &Text) -> CallResult {
    let shown = given.str();
    let url = url::parse(&shown).map_err(|why| format!("unable to parse url: parse {shown:?}: {why}"))?;
    let mark = given.mark(&mut machine.marks);
    let host = unescape(url.host);
    let hostname = match (host.strip_prefix('['), host.rfind(':')) {
        (Some(inner), _) => inner.split(']').next().unwrap_or(""),
        (None, Some(colon)) => &host[..colon],
        _ => &host,
    };
    let parts = [
        ("scheme", url.scheme.to_ascii_lowercase()),
        ("hostname", hostname.to_owned()),
        ("host", host),
        ("path", unescape(url.path)),
        ("query", url.query.to_owned()),
        ("opaque", url.opaque.to_owned()),
        ("fragment", unescape(url.fragment)),
        ("userinfo", url.user.unwrap_or_default().to_owned()),
    ];
    let entries: Entries = parts
        .into_iter()
        .map(|(key, part)| (Rc::from(key), Slot { key: Mark::NONE, value: Value::text(Text::new(part, mark)) }))
        .collect();
    Ok(Value::map(entries))
}

/// The text with the bytes that escapes stand for; the escapes are valid.
fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 1..at + 3);
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &rest[at + 3..];
            }
            None => {
                out.push(b'%');
                rest = &rest[at + 1..];
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

fn escape_path(path: &str) -> String {
    let mut out = String::new();
    for b in path.bytes() {
        if b.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@!'()*".contains(&b) {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

fn join(arguments: &[Value]) -> CallResult {
    let part = |key: &str| -> Result<String, Fault> {
        match map(arguments, 0).and_then(|map| map.get(key)) {
            None => Ok(String::new()),
            Some(value) => match value.as_text() {
                Some(text) => Ok(text.str().into_owned()),
                None if value.is_nil() => Err(super::NIL_POINTER.into()),
                None => {
                    Err(format!("unable to parse {key} key, must be of type string, but {} found", value.kind_name())
                        .into())
                }
            },
        }
    };
    let (scheme, host, path) = (part("scheme")?, part("host")?, part("path")?);
    let (query, opaque, fragment) = (part("query")?, part("opaque")?, part("fragment")?);
    let user = part("userinfo")?;
    let mut out = String::new();
    if !scheme.is_empty() {
        out.push_str(&scheme);
        out.push(':');
    }
    if opaque.is_empty() {
        if !scheme.is_empty() || !host.is_empty() || !user.is_empty() {
            if !host.is_empty() || !path.is_empty() || !user.is_empty() {
                out.push_str("//");
            }
            if !user.is_empty() {
                out.push_str(&user);
                out.push('@');
            }
            out.push_str(&host);
        }
        let escaped = escape_path(&path);
        if !escaped.is_empty() && !escaped.starts_with('/') && !host.is_empty() {
            out.push('/');
        }
        if out.is_empty() && escaped.split('/').next().is_some_and(|first| first.contains(':')) {
            out.push_str("./");
        }
        out.push_str(&escaped);
    } else {
        out.push_str(&opaque);
    }
    if !query.is_empty() {
        out.push('?');
        out.push_str(&query);
    }
    if !fragment.is_empty() {
        out.push('#');
        out.push_str(&escape_path(&fragment));
    }
    Ok(Value::string(out))
}
