//! URLs.
//!
//! In: a URL or its parts. Out: the parts, or the URL, as Go's `net/url` has it.

use std::rc::Rc;

use super::super::template::arguments::{map, text};
use super::super::template::{Entries, Fault, Function, Machine, Mark, Outcome, Slot, Text, Type, Value};
use super::fixed;
use Type::{Map as Dict, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "urlParse" => fixed(&[Str], |m, a| parse(m, &text(a, 0))),
        "urlJoin" => fixed(&[Dict], |_, a| join(a)),
        "getHostByName" => fixed(&[Str], |_, _| Ok(Value::string(""))),
        _ => None,
    }
}

#[derive(Default)]
struct Url {
    scheme: String,
    opaque: String,
    user: Option<String>,
    host: String,
    path: String,
    query: String,
    fragment: String,
}

fn parse(machine: &mut Machine, given: &Text) -> Outcome {
    let url = take_apart(&given.str()).map_err(|why| format!("unable to parse url: parse {:?}: {why}", given.str()))?;
    let mark = given.mark(&mut machine.marks);
    let hostname = match (url.host.strip_prefix('['), url.host.rfind(':')) {
        (Some(inner), _) => inner.split(']').next().unwrap_or("").to_owned(),
        (None, Some(colon)) => url.host[..colon].to_owned(),
        _ => url.host.clone(),
    };
    let parts = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", unescape(&url.path).unwrap_or_default()),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", unescape(&url.fragment).unwrap_or_default()),
        ("userinfo", url.user.unwrap_or_default()),
    ];
    let entries: Entries = parts
        .into_iter()
        .map(|(key, part)| (Rc::from(key), Slot { key: Mark::NONE, value: Value::text(Text::new(part, mark)) }))
        .collect();
    Ok(Value::map(entries))
}

/// The bytes behind `%41`.
fn unescape(text: &str) -> Result<String, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            let shown: String = rest[at..].chars().take(3).collect();
            return Err(format!("invalid URL escape {shown:?}"));
        };
        out.push(byte);
        rest = &rest[at + 3..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn take_apart(text: &str) -> Result<Url, String> {
    if text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    unescape(fragment)?;
    let mut url = Url { fragment: fragment.to_owned(), ..Url::default() };
    if rest == "*" {
        url.path = "*".to_owned();
        return Ok(url);
    }
    let mut rest = rest;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    match end {
        Some(0) if rest.starts_with(':') => return Err("missing protocol scheme".to_owned()),
        Some(end) if rest[end..].starts_with(':') && rest.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            url.scheme = rest[..end].to_ascii_lowercase();
            rest = &rest[end + 1..];
        }
        _ => {}
    }
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    url.query = query.to_owned();
    let mut rest = before;
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            url.opaque = rest.to_owned();
            return Ok(url);
        }
        if rest.split('/').next().is_some_and(|first| first.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    if rest.starts_with("//") && !(url.scheme.is_empty() && rest.starts_with("///")) {
        let inner = &rest[2..];
        let end = inner.find('/').unwrap_or(inner.len());
        let authority = &inner[..end];
        rest = &inner[end..];
        let (user, host) = match authority.rfind('@') {
            Some(at) => (Some(authority[..at].to_owned()), &authority[at + 1..]),
            None => (None, authority),
        };
        check_host(host)?;
        url.user = user;
        url.host = unescape(host)?;
    }
    unescape(rest)?;
    url.path = rest.to_owned();
    Ok(url)
}

fn check_host(host: &str) -> Result<(), String> {
    let port = match host.strip_prefix('[') {
        Some(inner) => match inner.split_once(']') {
            Some((_, port)) => port,
            None => return Err("missing ']' in host".to_owned()),
        },
        None => host.find(':').map_or("", |colon| &host[colon..]),
    };
    let digits = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(digits) {
        return Err(format!("invalid port {port:?} after host"));
    }
    match host.chars().find(|c| " \"<>\\^`{|}".contains(*c)) {
        Some(c) => Err(format!("invalid character {:?} in host name", c.to_string())),
        None => Ok(()),
    }
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

fn join(arguments: &[Value]) -> Outcome {
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
