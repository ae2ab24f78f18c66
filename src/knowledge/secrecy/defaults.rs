//! Values that are no secret of anybody: the defaults of products, and what stands for a password in examples.
//!
//! In: a value, or a comment beside one. Out: whether everyone knows the value, or the comment says that it is a default. Such a
//! value is to be replaced by another one; there is nothing to rotate.

use super::names::words;
use super::texts::url_password;
use super::values::{Looks, looks};

/// Values that everyone tries first, in small letters.
const WELL_KNOWN: &[&str] = &[
    "1234",
    "12345",
    "123456",
    "12345678",
    "123456789",
    "admin",
    "admin123",
    "administrator",
    "changeit",
    "default",
    "demo",
    "example",
    "foo",
    "foobar",
    "grafana",
    "guest",
    "harbor12345",
    "letmein",
    "minio",
    "minio123",
    "minioadmin",
    "mypassword",
    "mysecret",
    "mysql",
    "mytoken",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "postgres",
    "prom-operator",
    "rabbitmq",
    "redis",
    "root",
    "sample",
    "secret",
    "somevalue",
    "test",
    "test123",
    "testing",
    "testpassword",
    "user",
];

/// Whether everyone knows a value, or the password in a URL: `Harbor12345`, `changeit`.
pub fn is_well_known(value: &str) -> bool {
    let value = url_password(value).unwrap_or(value).trim();
    WELL_KNOWN.contains(&value.to_ascii_lowercase().as_str()) || looks(value) == Looks::Placeholder
}

/// Whether a comment beside a value says that it is a default, or there to be changed.
pub fn says_default(comment: &str) -> bool {
    const SAID: &[&str] = &["CHANGE", "CHANGEME", "DEFAULT", "DUMMY", "EXAMPLE"];
    words(comment).iter().any(|word| SAID.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_told_from_secrets() {
        for value in ["Harbor12345", "minio123", "password", "postgres://u:postgres@db/x", "CHANGEME"] {
            assert!(is_well_known(value), "{value}");
        }
        for value in ["Vk93-mmPq-2", "postgres://u:hunter2@db/x", "testing-the-waters-9"] {
            assert!(!is_well_known(value), "{value}");
        }
        assert!(says_default(" CHANGE THIS IN PRODUCTION") && says_default("an example, no more"));
        assert!(!says_default("exchanged every month"));
    }
}
