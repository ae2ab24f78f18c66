//! Names of Services in configuration values.
//!
//! In: values of variables and of ConfigMap keys. Out: the hosts that must be Services of the cluster: `NAME.NS.svc…`
//! anywhere in a text, and a bare word where a whole value is a host, a `host:port` or a URL.

/// A host that a value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Host<'v> {
    /// The Service.
    pub name: &'v str,
    /// Its namespace, where the value says it.
    pub namespace: Option<&'v str>,
    /// The port, where the value says it.
    pub port: Option<i64>,
}

/// Schemes of URLs whose host is a machine.
const SCHEMES: &[&str] = &[
    "amqp",
    "amqps",
    "bolt",
    "cassandra",
    "clickhouse",
    "elasticsearch",
    "ftp",
    "grpc",
    "grpcs",
    "http",
    "https",
    "jdbc:mysql",
    "jdbc:postgresql",
    "jdbc:mariadb",
    "jdbc:sqlserver",
    "kafka",
    "ldap",
    "ldaps",
    "mariadb",
    "memcached",
    "mongodb",
    "mqtt",
    "mysql",
    "nats",
    "neo4j",
    "otlp",
    "postgres",
    "postgresql",
    "rabbitmq",
    "redis",
    "rediss",
    "smtp",
    "ssl",
    "tcp",
    "tls",
    "udp",
    "ws",
    "wss",
];

/// Words that are no host.
const NO_HOSTS: &[&str] = &[
    "all",
    "any",
    "auto",
    "default",
    "dev",
    "development",
    "disabled",
    "enabled",
    "example",
    "external",
    "false",
    "host",
    "hostname",
    "internal",
    "ip",
    "local",
    "localhost",
    "memory",
    "nil",
    "no",
    "none",
    "null",
    "off",
    "on",
    "prod",
    "production",
    "public",
    "self",
    "socket",
    "staging",
    "test",
    "todo",
    "true",
    "unix",
    "yes",
];

/// Whether a value under that name is a host or a URL: `DB_HOST`, `authUrl`, `service.addr`.
pub fn names_host(name: &str) -> bool {
    let known = ["HOST", "HOSTNAME", "URL", "URI", "ADDR", "ADDRESS", "ENDPOINT", "DSN", "BROKERS", "SERVERS"];
    let end = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).as_bytes();
    let may_be =
        |word: &&str| end.len() > word.len() && end[end.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes());
    if !known.iter().any(may_be) {
        return false;
    }
    let words = super::secrecy::words(name);
    words.len() > 1
        && words.first().is_some_and(|first| first != "VIRTUAL")
        && words.last().is_some_and(|last| known.contains(&last.as_str()))
        && !(is_address(&words) && words.iter().any(|word| OF_PEOPLE.contains(&word.as_str())))
}

/// Words beside which an address is a person's: `MAIL_FROM_ADDRESS`.
const OF_PEOPLE: &[&str] = &["BILLING", "CONTACT", "EMAIL", "FROM", "MAIL", "RECIPIENT", "REPLY", "SENDER", "USER"];

/// Whether a name speaks of an address, which may be anybody's.
fn is_address(words: &[String]) -> bool {
    words.last().is_some_and(|last| matches!(last.as_str(), "ADDRESS" | "ADDR"))
}

/// Every `NAME.NAMESPACE.svc` in a text, with or without `cluster.local`, a pod's name before it and a port after it.
pub fn qualified(text: &str) -> Vec<Host<'_>> {
    if memchr::memmem::find(text.as_bytes(), b".svc").is_none() {
        return Vec::new();
    }
    text.match_indices(".svc").filter_map(|(at, mark)| qualified_at(text, at, at + mark.len())).collect()
}

fn qualified_at(text: &str, at: usize, end: usize) -> Option<Host<'_>> {
    let tail = &text[end..];
    if tail.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    let is_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    let start = text[..at].bytes().rposition(|b| !is_host(b)).map_or(0, |before| before + 1);
    let mut labels = text[start..at].rsplit('.');
    let (namespace, name) = (labels.next()?, labels.next()?);
    // Without a further label, what stands directly before is part of the name: a placeholder, say.
    let cut =
        labels.next().is_none() && text[..start].ends_with(|c: char| !c.is_whitespace() && !"\"'=/,@:([|".contains(c));
    if cut || !is_label(name) || !is_label(namespace) {
        return None;
    }
    let domain = tail.bytes().take_while(|&b| is_host(b)).count();
    Some(Host { name, namespace: Some(namespace), port: port(&tail[domain..]) })
}

/// The host that a value is: a single word, a word with a port, or a URL with a word for its host.
pub fn bare(value: &str) -> Option<Host<'_>> {
    let (has_scheme, rest) = match value.trim().split_once("://") {
        Some((scheme, rest)) => {
            let scheme = scheme.split('+').next().unwrap_or(scheme);
            (SCHEMES.contains(&scheme).then_some(true)?, rest)
        }
        None => (false, value.trim()),
    };
    let authority = if has_scheme { rest.split(['/', '?', '#', ',', ';']).next()? } else { rest.split(',').next()? };
    let host = if has_scheme { authority.rsplit('@').next()? } else { authority };
    let name = host.split(':').next()?;
    let after = &host[name.len()..];
    if !is_label(name) || !name.bytes().any(|b| b.is_ascii_alphabetic()) || NO_HOSTS.contains(&name) {
        return None;
    }
    let port = port(after);
    (after.is_empty() || port.is_some()).then_some(Host { name, namespace: None, port })
}

fn port(after: &str) -> Option<i64> {
    let digits = after.strip_prefix(':')?;
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    digits[..end].parse().ok().filter(|port| (1..65536).contains(port))
}

/// A lower-case DNS label.
fn is_label(text: &str) -> bool {
    (1..64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualified_hosts_are_found() {
        let found = |text| qualified(text).into_iter().map(|h| (h.name, h.namespace, h.port)).collect::<Vec<_>>();
        assert_eq!(found("http://a.b.svc:80/x"), [("a", Some("b"), Some(80))]);
        assert_eq!(found("db-0.db.shop.svc.cluster.local"), [("db", Some("shop"), None)]);
        assert_eq!(found("x=a.b.svc, y=c.d.svc.cluster.local:1"), [("a", Some("b"), None), ("c", Some("d"), Some(1))]);
        assert!(found("$(X)-a.b.svc").is_empty() && found("a.svcx").is_empty() && found("*.svc").is_empty());
    }

    #[test]
    fn bare_hosts_are_found() {
        for (value, expected) in [
            ("redis", Some(("redis", None))),
            ("redis:6379", Some(("redis", Some(6379)))),
            ("postgres://u:p@db:5432/x", Some(("db", Some(5432)))),
            ("http://api/v1", Some(("api", None))),
            ("localhost:80", None),
            ("api.example.com", None),
            ("s3://bucket", None),
            ("10.0.0.1:80", None),
            ("two words", None),
        ] {
            assert_eq!(bare(value).map(|host| (host.name, host.port)), expected, "{value}");
        }
    }

    #[test]
    fn keys_are_told_apart() {
        assert!(names_host("DB_HOST") && names_host("authServiceUrl") && names_host("PRODUCT_CATALOG_SERVICE_ADDR"));
        assert!(!names_host("MAIL_FROM_ADDRESS") && !names_host("USER_EMAIL_ADDRESS") && names_host("MAIL_HOST"));
        assert!(!names_host("HOST") && !names_host("GET_HOSTS_FROM") && !names_host("HOST_NAME_LENGTH"));
    }
}
