//! Names and keys.
//!
//! In: a text. Out: whether it is a DNS label, a label key, a port name and so on, as
//! `k8s.io/apimachinery/pkg/util/validation` and `pkg/api/validate/content` decide it. Hand-written instead of regular
//! expressions: these run for nearly every string of an object.

use super::Check;

/// What a label of DNS names looks like.
pub const LABEL: &str =
    "must be lower case letters, digits or `-`, and start and end with a letter or digit (an RFC 1123 label)";
const LABEL_1035: &str =
    "must be lower case letters, digits or `-`, start with a letter and end with a letter or digit (a DNS-1035 label)";
const SUBDOMAIN: &str =
    "must be lower case letters, digits, `-` or `.`, and start and end with a letter or digit (an RFC 1123 subdomain)";
const QUALIFIED: &str =
    "the name part must be letters, digits, `-`, `_` or `.`, and start and end with a letter or digit";
const LABEL_VALUE: &str =
    "a label value must be empty or letters, digits, `-`, `_` or `.`, and start and end with a letter or digit";
const TOO_LONG_63: &str = "must be no more than 63 characters";
const TOO_LONG_253: &str = "must be no more than 253 characters";

fn hold(holds: bool, why: &'static str) -> Check {
    if holds { Ok(()) } else { Err(why) }
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn ends_are(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(&first), Some(&last)) if allowed(first) && allowed(last))
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, of any length.
fn is_label(text: &str) -> bool {
    ends_are(text, is_lower) && text.bytes().all(|b| is_lower(b) || b == b'-')
}

/// Labels joined by dots, of any length.
fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`, of any length.
fn is_qualified(text: &str) -> bool {
    ends_are(text, |b| b.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// IsDNS1123Label.
pub fn dns_label(text: &str) -> Check {
    hold(text.len() <= 63, TOO_LONG_63)?;
    if !is_label(text) && is_subdomain(text) {
        return Err("must not contain dots");
    }
    hold(is_label(text), LABEL)
}

/// IsDNS1035Label.
pub fn dns_1035_label(text: &str) -> Check {
    hold(text.len() <= 63, TOO_LONG_63)?;
    hold(is_label(text) && text.as_bytes()[0].is_ascii_lowercase(), LABEL_1035)
}

/// IsDNS1123Subdomain.
pub fn dns_subdomain(text: &str) -> Check {
    hold(text.len() <= 253, TOO_LONG_253)?;
    hold(is_subdomain(text), SUBDOMAIN)
}

/// IsDNS1123SubdomainCaseless.
pub fn dns_subdomain_caseless(text: &str) -> Check {
    hold(text.len() <= 253, TOO_LONG_253)?;
    hold(
        is_subdomain(&text.to_ascii_lowercase()),
        "must be letters, digits, `-` or `.`, and start and end with a letter or digit",
    )
}

/// IsDNS1123SubdomainWithUnderscore.
pub fn dns_subdomain_underscore(text: &str) -> Check {
    hold(text.len() <= 253, TOO_LONG_253)?;
    let part = |part: &str| {
        let rest = part.strip_prefix('_').unwrap_or(part);
        ends_are(rest, is_lower) && rest.bytes().all(|b| is_lower(b) || matches!(b, b'-' | b'_'))
    };
    hold(
        text.split('.').all(part),
        "must be lower case letters, digits, `_`, `-` or `.`, and start and end with a letter or digit",
    )
}

/// IsWildcardDNS1123Subdomain.
pub fn wildcard_subdomain(text: &str) -> Check {
    hold(text.len() <= 253, TOO_LONG_253)?;
    hold(text.strip_prefix("*.").is_some_and(is_subdomain), "must be `*.` and a DNS subdomain behind it")
}

/// IsQualifiedName, which is IsLabelKey: an optional DNS subdomain and `/`, then a name of up to 63 characters.
pub fn qualified(text: &str) -> Check {
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return Err("must be a name, or a DNS subdomain, one `/` and a name");
        }
        Some(("", _)) => return Err("the prefix before `/` must not be empty"),
        Some((prefix, name)) => {
            dns_subdomain(prefix).map_err(|_| "the prefix before `/` must be a DNS subdomain in lower case")?;
            name
        }
    };
    hold(!name.is_empty(), "the name part must not be empty")?;
    hold(name.len() <= 63, "the name part must be no more than 63 characters")?;
    hold(is_qualified(name), QUALIFIED)
}

/// IsValidLabelValue.
pub fn label_value(text: &str) -> Check {
    hold(text.len() <= 63, TOO_LONG_63)?;
    hold(text.is_empty() || is_qualified(text), LABEL_VALUE)
}

/// IsDomainPrefixedKey.
pub fn domain_prefixed_key(text: &str) -> Check {
    qualified(text)?;
    hold(text.contains('/'), "must be a DNS subdomain, `/` and a name, such as `example.com/name`")
}

/// IsDomainPrefixedPath: `example.com/any/path`.
pub fn domain_prefixed_path(text: &str) -> Check {
    match text.split_once('/') {
        Some((host, path)) if !host.is_empty() && !path.is_empty() => {
            dns_subdomain(host)?;
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b);
            hold(
                path.bytes().all(allowed),
                "the path after the domain contains characters that are not allowed in a URL path",
            )
        }
        _ => Err("must be a domain, `/` and a path, such as `example.com/name`"),
    }
}

/// IsFullyQualifiedName: a subdomain of at least three labels.
pub fn fully_qualified(text: &str) -> Check {
    dns_subdomain(text)?;
    hold(text.split('.').count() >= 3, "must be a domain of at least three parts between dots")
}

/// IsFullyQualifiedDomainName: a subdomain of at least two labels, a final dot allowed.
pub fn fully_qualified_domain(text: &str) -> Check {
    let text = text.strip_suffix('.').unwrap_or(text);
    dns_subdomain(text)?;
    hold(text.split('.').count() >= 2, "must be a domain of at least two parts between dots")?;
    text.split('.').try_for_each(dns_label)
}

/// IsCIdentifier.
pub fn c_identifier(text: &str) -> Check {
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    hold(
        first && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
        "must be letters, digits or `_`, and not start with a digit (a C identifier)",
    )
}

/// The name of an environment variable: IsRelaxedEnvVarName since 1.32 (RelaxedEnvironmentVariableValidation), before
/// that IsEnvVarName.
pub fn env_name(text: &str, relaxed: bool) -> Check {
    if relaxed {
        hold(!text.is_empty(), "must not be empty")?;
        let printable = text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'=');
        return hold(printable, "must be printable ASCII characters other than `=`");
    }
    let first = text.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    hold(
        first && text.bytes().all(is_key_byte),
        "must be letters, digits, `_`, `-` or `.`, and not start with a digit",
    )?;
    no_parent_prefix(text)
}

/// IsConfigMapKey: a key of a ConfigMap or Secret.
pub fn config_key(text: &str) -> Check {
    hold(text.len() <= 253, TOO_LONG_253)?;
    hold(!text.is_empty() && text.bytes().all(is_key_byte), "must be letters, digits, `-`, `_` or `.`, and not empty")?;
    no_parent_prefix(text)
}

fn is_key_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

/// hasChDirPrefix.
fn no_parent_prefix(text: &str) -> Check {
    hold(text != ".", "must not be `.`")?;
    hold(!text.starts_with(".."), "must not start with `..`")
}

/// IsValidPortName: the service names of IANA (RFC 6335).
pub fn port_name(text: &str) -> Check {
    hold(text.len() <= 15, "must be no more than 15 characters")?;
    hold(
        !text.is_empty() && text.bytes().all(|b| is_lower(b) || b == b'-'),
        "must be lower case letters, digits and `-` only",
    )?;
    hold(text.bytes().any(|b| b.is_ascii_lowercase()), "must contain at least one letter")?;
    hold(!text.contains("--"), "must not contain two hyphens in a row")?;
    hold(!text.starts_with('-') && !text.ends_with('-'), "must not begin or end with a hyphen")
}

/// IsHTTPHeaderName.
pub fn http_header(text: &str) -> Check {
    hold(
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
        "must be letters, digits or `-` (the name of an HTTP header)",
    )
}

/// IsValidPercent.
pub fn percent(text: &str) -> Check {
    let digits = text.strip_suffix('%').unwrap_or("");
    hold(!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()), "must be a number and `%`, such as `25%`")
}

/// IsPathSegmentName: what can stand in a URL's path.
pub fn path_segment(text: &str) -> Check {
    hold(text != "." && text != "..", "must not be `.` or `..`")?;
    path_segment_prefix(text)
}

/// IsPathSegmentPrefix.
pub fn path_segment_prefix(text: &str) -> Check {
    hold(!text.contains('/'), "must not contain `/`")?;
    hold(!text.contains('%'), "must not contain `%`")
}

/// A lower case UUID in the form 8-4-4-4-12 (`k8s-uuid`).
pub fn uuid(text: &str) -> Check {
    let fits = |(at, b): (usize, u8)| match at {
        8 | 13 | 18 | 23 => b == b'-',
        _ => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
    };
    hold(
        text.len() == 36 && text.bytes().enumerate().all(fits),
        "must be a lower case UUID of 8-4-4-4-12 hexadecimal digits",
    )
}

/// maskTrailingDash: a name prefix (`generateName`) as the server checks it.
pub fn masked_prefix(text: &str) -> std::borrow::Cow<'_, str> {
    match text.get(..text.len().saturating_sub(2)) {
        Some(front) if text.len() > 1 && text.ends_with('-') => format!("{front}a").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_subdomains() {
        for good in ["a", "my-name", "123-abc", "a--b"] {
            assert!(dns_label(good).is_ok() && dns_subdomain(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "ä", "a/b"] {
            assert!(dns_label(bad).is_err() && dns_subdomain(bad).is_err(), "{bad}");
        }
        assert_eq!(dns_label("a.b"), Err("must not contain dots"));
        assert!(dns_subdomain("a.b").is_ok() && dns_subdomain("a..b").is_err());
        assert!(dns_1035_label("1a").is_err() && dns_1035_label("a1").is_ok() && dns_1035_label("").is_err());
        assert!(dns_subdomain_underscore("_a.b_c").is_ok() && dns_subdomain_underscore("a_").is_err());
    }

    #[test]
    fn qualified_names() {
        for good in ["a", "A.b_c-1", "example.com/Name"] {
            assert!(qualified(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "Example.com/a", "a/b/c", "a b", "-a"] {
            assert!(qualified(bad).is_err(), "{bad}");
        }
        assert!(domain_prefixed_key("a").is_err() && domain_prefixed_path("a.b/c/d").is_ok());
    }

    #[test]
    fn ports_and_variables() {
        assert!(port_name("http-2").is_ok());
        for bad in ["", "-a", "a--b", "80", "HTTP", "a-very-long-port-name"] {
            assert!(port_name(bad).is_err(), "{bad}");
        }
        assert!(env_name("1 A", true).is_ok() && env_name("1A", false).is_err() && env_name("a=b", true).is_err());
        assert!(config_key("..a").is_err() && config_key(".a").is_ok());
        assert_eq!(masked_prefix("ab--"), "aba");
    }
}
