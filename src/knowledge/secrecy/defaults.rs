//! Values that are no secret of anybody: the defaults of products, and what stands for a password in examples.
//!
//! In: a value, or a comment beside one. Out: whether everyone knows the value, or the comment says that it is a default. Such a
//! value is to be replaced by another one; there is nothing to rotate.

use super::names::words;
use super::texts::url_password;
use super::values::{Looks, looks, says_secret};

/// Values that everyone tries first, in small letters.
const WELL_KNOWN: &[&str] = &[
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "abc123",
    "abcd1234",
    "admin",
    "admin123",
    "administrator",
    "asdf",
    "changeit",
    "default",
    "demo",
    "dummy",
    "example",
    "fake",
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
    "pass",
    "pass123",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "postgres",
    "prom-operator",
    "qwerty",
    "rabbitmq",
    "redis",
    "root",
    "sample",
    "secret",
    "somevalue",
    "test",
    "test123",
    "test1234",
    "testing",
    "testpassword",
    "user",
];

/// Whether everyone knows a value, or the password in a URL: `Harbor12345`, `changeit`.
pub fn is_well_known(value: &str) -> bool {
    let value = url_password(value).unwrap_or(value).trim();
    let lower = value.to_ascii_lowercase();
    WELL_KNOWN.contains(&lower.as_str())
        || looks(value) == Looks::Placeholder
        || is_password_itself(&lower)
        || says_secret(&lower)
        || says_throwaway(&lower)
        || is_trivial(&lower)
}

/// Whether a value is too short for anybody's secret, or one sign again and again: `123`, `xxxxxx`.
fn is_trivial(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    bytes.len() <= 3 || bytes.iter().all(|byte| *byte == bytes[0])
}

/// Whether a value is the word `password` with a few of its letters written as figures, and what rules for passwords ask for behind it:
/// `P@ssw0rd-12345!`.
fn is_password_itself(lower: &str) -> bool {
    const COUNTED: [&str; 6] = ["", "1", "12", "123", "1234", "12345"];
    let plain: String = lower
        .chars()
        .map(|c| {
            if c == '@' {
                'a'
            } else if c == '$' {
                's'
            } else {
                c
            }
        })
        .collect();
    let rest = ["password", "passw0rd"].iter().find_map(|word| plain.strip_prefix(word));
    rest.is_some_and(|rest| COUNTED.contains(&rest.trim_matches(['-', '_', '.', '!', '#'])))
}

/// Whether a value says of itself that nobody is to use it where it matters.
fn says_throwaway(lower: &str) -> bool {
    const SAID: [&str; 8] =
        ["notforprod", "donotuse", "developmentonly", "devonly", "localdev", "localonly", "testonly", "fortestingonly"];
    let letters: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    SAID.iter().any(|said| letters.contains(said))
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
        for value in [
            "P@ssw0rd-12345",
            "Passw0rd!",
            "local-dev-jwt-secret-not-for-production-use",
            "dev_only_1x",
            "Harbor12345",
            "minio123",
            "password",
            "postgres://u:postgres@db/x",
            "CHANGEME",
            "123",
            "qwerty",
            "aaaaaaaa",
        ] {
            assert!(is_well_known(value), "{value}");
        }
        for value in
            ["password-of-vk93", "p@ssw0rd-77213", "Vk93-mmPq-2", "postgres://u:hunter2@db/x", "testing-the-waters-9"]
        {
            assert!(!is_well_known(value), "{value}");
        }
        assert!(says_default(" CHANGE THIS IN PRODUCTION") && says_default("an example, no more"));
        assert!(!says_default("exchanged every month"));
    }
}
