//! Entries of Secrets that hold nothing confidential.
//!
//! In: the name of an entry, or its value. Out: whether it only says who somebody is, where something is, or how it is reached.
//! Secrets hold such things beside what is secret, so that a program finds all of it in one place.

use serde_json::Value;

use super::names::words;
use super::texts::url_password;
use super::values::{Looks, looks};

/// Names of such entries.
const PUBLIC: &[&str] = &[
    "username",
    "user",
    "host",
    "hostname",
    "port",
    "database",
    "dbname",
    "db",
    "name",
    "namespace",
    "region",
    "type",
    "url",
    "email",
    "ca.crt",
    "tls.crt",
    "cadata",
    "project",
    "server",
    "bucket",
    "endpoint",
    "id",
    "clientid",
    "client-id",
    "client_id",
    "issuer",
    "audience",
    "enableoci",
    "insecure",
    "zone",
    "schema",
    "known_hosts",
    "sshknownhosts",
];

/// Last words of such names.
const ABOUT: &[&str] = &[
    "ADDR",
    "ADDRESS",
    "BUCKET",
    "CHANNEL",
    "DATABASE",
    "DB",
    "DOMAIN",
    "EMAIL",
    "ENABLED",
    "ENDPOINT",
    "HOST",
    "HOSTNAME",
    "HOSTS",
    "ISSUER",
    "NAME",
    "NAMESPACE",
    "NAMESPACES",
    "PATH",
    "PORT",
    "PREFIX",
    "PROTO",
    "PROTOCOL",
    "PROVIDER",
    "REGION",
    "SCHEME",
    "SERVER",
    "TYPE",
    "URL",
    "USER",
    "USERNAME",
    "ZONE",
];

/// What has an identifier that is no secret: it says who somebody is, and something else proves it.
const IDENTIFIED: &[&str] = &[
    "ACCOUNT",
    "APP",
    "APPLICATION",
    "BUNDLE",
    "CLIENT",
    "DIRECTORY",
    "KEY",
    "ORG",
    "ORGANIZATION",
    "PROJECT",
    "SUBSCRIPTION",
    "TEAM",
    "TENANT",
];

/// Whether an entry of that name holds nothing confidential: `DB_USERNAME`, `MQTT_USERNAME_0`, `apns-bundle-id`.
pub fn is_public(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = words(name);
    while words.len() > 1 && words.last().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit())) {
        words.pop();
    }
    let last = words.last().map_or("", String::as_str);
    let identifies = last == "ID" && words.iter().rev().nth(1).is_some_and(|of| IDENTIFIED.contains(&of.as_str()));
    identifies
        || PUBLIC.contains(&lower.as_str())
        || lower.ends_with(".crt")
        || lower.ends_with(".pub")
        || ABOUT.contains(&last)
}

/// Whether a value is no secret unless its name says so: a protocol, a small number, a host, an address.
pub fn is_plain(value: &str) -> bool {
    const WORDS: &[&str] =
        &["amqp", "false", "grpc", "http", "https", "ldap", "ldaps", "mqtt", "smtp", "tcp", "tls", "true", "udp"];
    let value = value.trim();
    let number = value.len() < 6 && value.bytes().all(|b| b.is_ascii_digit());
    let host = || match value.split_once('@') {
        Some((user, host)) => {
            !user.is_empty() && user.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && is_host(host)
        }
        None => is_host(value),
    };
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(value)) || number || host()
}

/// `db.shop.svc.cluster.local`, `smtp.example.com:587`.
fn is_host(value: &str) -> bool {
    let (host, port) = value.split_once(':').unwrap_or((value, "0"));
    let label = |label: &str| {
        let word = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (1..20).contains(&label.len()) && word && label.bytes().filter(u8::is_ascii_digit).count() < 4
    };
    let end = host.rsplit('.').next().is_some_and(|end| end.len() > 1 && end.bytes().all(|b| b.is_ascii_alphabetic()));
    let address = host.parse::<std::net::IpAddr>().is_ok();
    let port = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    port && (address || end && host.split('.').count() > 1 && host.split('.').all(label))
}

/// Whether a value is JSON, or one setting of a file, that says how something is done, and holds nothing that can be a secret:
/// `{"tlsClientConfig":{"insecure":false}}`.
pub fn only_configures(text: &str) -> bool {
    let text = text.trim();
    let is_json = || serde_json::from_str(text).is_ok_and(|value: Value| configures("", &value));
    is_setting(text) || text.starts_with('{') && is_json()
}

/// Whether a text is one setting of a file: `enable_registration: false`, `replicas: 3`. What is in words may be anything.
fn is_setting(text: &str) -> bool {
    let Some((name, value)) = text.split_once(": ").filter(|_| !text.contains('\n')) else { return false };
    let is_name = name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let value = value.trim();
    let switched = ["true", "false", "null"].contains(&value);
    let counted = || value.parse::<i64>().is_ok() && !super::names_secret(name);
    is_name && (switched || counted())
}

fn configures(name: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Number(_) => !super::names_secret(name),
        Value::String(text) => {
            let address = text.contains("://");
            let known = is_public(name) || !super::names_secret(name) && is_plain(text) || address;
            looks(text) != Looks::Value || known && super::token(text).is_none() && url_password(text).is_none()
        }
        Value::Array(items) => items.iter().all(|item| configures(name, item)),
        Value::Object(entries) => entries.iter().all(|(name, value)| configures(name, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public_is_told_by_its_name() {
        for name in [
            "elasticsearch_logstash_prefix",
            "DEPLOYMENT_NAMESPACES",
            "ADMINER_DEFAULT_SERVER",
            "apns-bundle-id",
            "github-client-id",
            "MQTT_USERNAME_0",
            "DRONE_RPC_PROTO",
            "ACCESS_KEY_ID",
        ] {
            assert!(is_public(name), "{name}");
        }
        for name in ["password", "auth", "config", "secret-access-key", "0", "APP_KEY"] {
            assert!(!is_public(name), "{name}");
        }
    }

    #[test]
    fn what_is_plain_is_told_by_its_value() {
        for value in ["https", "8080", "db.shop.svc:5432", "ops@example.com", "10.0.0.1", "True"] {
            assert!(is_plain(value), "{value}");
        }
        for value in ["Vk93-mmPq-2", "5f3c9a1be0d24f77", "admin", "bot:hunter2x7@example.com", "938475"] {
            assert!(!is_plain(value), "{value}");
        }
    }

    #[test]
    fn json_that_holds_a_secret_does_more_than_configure() {
        for json in [
            r#"{"tlsClientConfig":{"insecure":false}}"#,
            r#"{"url":"https://example.com","retries":3,"hosts":["a.example.com"],"password":""}"#,
            "enable_registration: false",
            "max-users: 20",
        ] {
            assert!(only_configures(json), "{json}");
        }
        for json in [
            r#"{"bearerToken":"Vk93-mmPq-2"}"#,
            r#"{"url":"https://u:hunter2x7@example.com"}"#,
            r#"{"pin":"Vk93"}"#,
            r#"{"password":123456}"#,
            "password: 123456",
            "phrase: hunter2",
            "Vk93",
        ] {
            assert!(!only_configures(json), "{json}");
        }
    }
}
