//! URLs as Go's `net/url` takes them apart.
//!
//! In: a text. Out: its parts, or why Go refuses it. Mirrors `url.Parse` and `url.ParseRequestURI`: what matters here is
//! what they refuse, and which parts they find; escapes are checked but not undone.

/// The parts of a URL that validation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Url<'a> {
    /// Before the first `:`, as written; empty if there is none.
    pub scheme: &'a str,
    /// User information before `@`, where there is any.
    pub user: Option<&'a str>,
    /// Host and port.
    pub host: &'a str,
    /// What stands behind the scheme where that is no path: `a@b` of `mailto:a@b`.
    pub opaque: &'a str,
    /// The path.
    pub path: &'a str,
    /// Between `?` and `#`.
    pub query: &'a str,
    /// After `#`.
    pub fragment: &'a str,
}

/// Takes a URL apart.
///
/// # Errors
/// Why it is none.
pub fn parse(text: &str) -> Result<Url<'_>, &'static str> {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    escapes(fragment)?;
    Ok(Url { fragment, ..without_fragment(text, false)? })
}

/// Takes a URL apart as it stands in a request: an absolute URI or an absolute path, in which `#` is a character.
///
/// # Errors
/// Why it is none.
pub fn parse_request(text: &str) -> Result<Url<'_>, &'static str> {
    match text {
        "" => Err("it is empty"),
        "*" => Ok(Url { path: text, ..Url::default() }),
        _ => without_fragment(text, true),
    }
}

fn without_fragment(text: &str, request: bool) -> Result<Url<'_>, &'static str> {
    if text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Err("it contains a control character");
    }
    let (scheme, rest) = split_scheme(text)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let url = Url { scheme, query, ..Url::default() };
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            return Ok(Url { opaque: rest, ..url });
        }
        if request {
            return Err("it is not an absolute path");
        }
        let first = rest.split('/').next().unwrap_or("");
        if first.contains(':') {
            return Err("the first part of its path holds a `:`");
        }
    }
    let authority = rest.strip_prefix("//").filter(|_| !scheme.is_empty() || !request && !rest.starts_with("///"));
    let Some(authority) = authority else {
        escapes(rest)?;
        return Ok(Url { path: rest, ..url });
    };
    let at = authority.find('/').unwrap_or(authority.len());
    let (authority, path) = authority.split_at(at);
    escapes(path)?;
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    check_user(user.unwrap_or(""))?;
    check_host(host)?;
    Ok(Url { user, host, path, ..url })
}

/// getScheme: letters, then letters, digits, `+`, `-` and `.`, up to a `:`.
fn split_scheme(text: &str) -> Result<(&str, &str), &'static str> {
    if text.is_empty() {
        return Ok(("", ""));
    }
    let scheme_byte = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    let len = text.bytes().take_while(|&b| scheme_byte(b)).count();
    match text.as_bytes().get(len) {
        Some(b':') if len == 0 => Err("it has no scheme before its `:`"),
        Some(b':') if text.as_bytes()[0].is_ascii_alphabetic() => Ok((&text[..len], &text[len + 1..])),
        _ => Ok(("", text)),
    }
}

/// Every `%` must be followed by two hexadecimal digits.
fn escapes(text: &str) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    let fine = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let all = bytes.iter().enumerate().filter(|(_, b)| **b == b'%').all(|(at, _)| fine(at));
    if all { Ok(()) } else { Err("it contains a `%` that is not an escape") }
}

fn check_user(user: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b);
    if !user.bytes().all(allowed) {
        return Err("its user information holds characters that are not allowed");
    }
    escapes(user)
}

/// parseHost: a name or an address in brackets, then maybe a port.
fn check_host(host: &str) -> Result<(), &'static str> {
    let port = if host.starts_with('[') {
        let end = host.rfind(']').ok_or("its host has no `]`")?;
        &host[end + 1..]
    } else {
        host.rfind(':').map_or("", |at| &host[at..])
    };
    let port_ok = port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
    if !port_ok {
        return Err("its port is not a number");
    }
    let allowed = |b: u8| b >= 0x80 || b.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:[]<>\"%".contains(&b);
    if !host.bytes().all(allowed) {
        return Err("its host holds characters that are not allowed");
    }
    host_escapes(host)
}

/// In a host only bytes outside of ASCII may be escaped.
fn host_escapes(host: &str) -> Result<(), &'static str> {
    escapes(host)?;
    let mut escaped = host.split('%').skip(1);
    let zone = host.starts_with('[');
    let fine = |hex: &str| matches!(hex.as_bytes().first(), Some(b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F'));
    if escaped.all(|rest| zone || fine(rest)) { Ok(()) } else { Err("its host holds an escape that is not allowed") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = parse("https://u@h.example:8443/p/q?x=1#f").expect("a URL");
        assert_eq!((url.scheme, url.user, url.host), ("https", Some("u"), "h.example:8443"));
        assert_eq!((url.path, url.query, url.fragment), ("/p/q", "x=1", "f"));
        assert_eq!(parse("mailto:a@b?c").map(|url| (url.opaque, url.path, url.query)), Ok(("a@b", "", "c")));
        assert_eq!(parse("a/b").map(|url| url.scheme), Ok(""));
        assert_eq!(parse("with:colon").map(|url| (url.scheme, url.host)), Ok(("with", "")));
        assert_eq!(parse_request("//h/p").map(|url| (url.host, url.path)), Ok(("", "//h/p")));
        assert_eq!(parse_request("/p#%zz?q").map(|url| url.fragment), Err("it contains a `%` that is not an escape"));
    }

    #[test]
    fn what_go_refuses() {
        for bad in ["tab\there", ":x", "1a:b", "https://h:x/", "https://a b/", "/%zz", "https://h%20/", "https://[::1"]
        {
            assert!(parse(bad).is_err() && parse_request(bad).is_err(), "{bad}");
        }
        for bad in ["", "a/b", "?q", "#f"] {
            assert!(parse(bad).is_ok() && parse_request(bad).is_err(), "{bad}");
        }
    }
}
