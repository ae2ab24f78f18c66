//! What looks like a secret.
//!
//! In: names of variables and keys, and values. Out: whether a name asks for a secret, and what a value looks like: empty,
//! a reference to a secret kept elsewhere, a placeholder, a token of a known form, or simply text.

use super::tokens;

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Nothing, a switch, or a path: no secret in itself.
    Harmless,
    /// Something that is replaced by a value kept elsewhere.
    Reference,
    /// Something to be replaced by hand.
    Placeholder,
    /// A value.
    Value,
}

/// Words that make a name secret by themselves.
const SECRET_WORDS: &[&str] = &[
    "ACCESSKEY",
    "APIKEY",
    "APITOKEN",
    "AUTHTOKEN",
    "CREDENTIAL",
    "CREDENTIALS",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PASSWORDS",
    "PRIVATEKEY",
    "SECRET",
    "SECRETKEY",
    "SECRETS",
    "TOKEN",
    "TOKENS",
];

/// Words that make a name secret when `KEY` follows.
const KEY_WORDS: &[&str] =
    &["ACCESS", "API", "APP", "AUTH", "ENCRYPTION", "HMAC", "JWT", "MASTER", "PRIVATE", "SECRET", "SIGNING", "SSH"];

/// Last words that say the name is about a secret without holding one.
const ABOUT: &[&str] = &[
    "AGE",
    "ALG",
    "ALGORITHM",
    "ARN",
    "ATTEMPTS",
    "AUDIENCE",
    "BACKEND",
    "BITS",
    "CACHE",
    "CLAIM",
    "CLASS",
    "COMMAND",
    "COOKIE",
    "COUNT",
    "DAYS",
    "DIR",
    "DIRECTORY",
    "DISABLED",
    "DURATION",
    "ENABLED",
    "ENCODING",
    "ENDPOINT",
    "ENGINE",
    "EXP",
    "EXPIRATION",
    "EXPIRE",
    "EXPIRES",
    "EXPIRY",
    "FIELD",
    "FILE",
    "FILENAME",
    "FILES",
    "FORMAT",
    "GRANT",
    "HEADER",
    "HOST",
    "HOURS",
    "ID",
    "IDS",
    "IN",
    "INTERVAL",
    "ISSUER",
    "KIND",
    "LABEL",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "LIST",
    "LOCATION",
    "MANAGER",
    "MAX",
    "METHOD",
    "MIN",
    "MINUTES",
    "MODE",
    "NAME",
    "NAMES",
    "NAMESPACE",
    "NAMESPACES",
    "PARAM",
    "PATH",
    "PATHS",
    "PATTERN",
    "POLICY",
    "PORT",
    "PREFIX",
    "PROVIDER",
    "REF",
    "REFRESH",
    "REGEX",
    "REGION",
    "REQUIRED",
    "ROLE",
    "ROTATION",
    "SCHEME",
    "SCOPE",
    "SCOPES",
    "SECONDS",
    "SERVICE",
    "SIZE",
    "SOURCE",
    "STORE",
    "STRENGTH",
    "SUFFIX",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "USER",
    "USERNAME",
    "VALIDATION",
    "VALIDITY",
    "VERSION",
    "WINDOW",
];

/// First words that say so.
const SWITCHES: &[&str] = &[
    "ALLOW", "AUTO", "DISABLE", "ENABLE", "ENFORCE", "EXISTING", "HAS", "IS", "MAX", "MIN", "NO", "NUM", "REQUIRE",
    "SKIP", "USE",
];

/// Whether a variable or key of that name is meant to hold a secret.
pub fn names_secret(name: &str) -> bool {
    if !may_name_secret(name) {
        return false;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    // The name of a cluster of etcd members is called a token.
    if name.ends_with("INITIAL_CLUSTER_TOKEN") || name == "ETCD_DISCOVERY_TOKEN" {
        return false;
    }
    if ABOUT.contains(last) || words.len() > 1 && SWITCHES.contains(first) || words.contains(&"PUBLIC") {
        return false;
    }
    words.iter().any(|word| SECRET_WORDS.contains(word))
        || matches!(*last, "PWD" | "PASS")
        || words.windows(2).any(|pair| pair[1] == "KEY" && KEY_WORDS.contains(&pair[0]))
}

/// The words of a name in upper case: cut at anything but letters and digits, and where a capital follows a small letter.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || (small && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_uppercase());
        }
        small = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a value looks like.
pub fn looks(value: &str) -> Looks {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    let harmless = ["true", "false", "yes", "no", "on", "off", "none", "null", "nil", "enabled", "disabled"];
    if value.is_empty() || harmless.contains(&lower.as_str()) || is_path(value) {
        Looks::Harmless
    } else if is_reference(value) {
        Looks::Reference
    } else if is_constant(value) || value.len() < 200 && !value.contains('\n') && is_placeholder(&lower) {
        Looks::Placeholder
    } else {
        Looks::Value
    }
}

fn is_path(value: &str) -> bool {
    let path = value.starts_with('/') || value.starts_with("./") || value.starts_with("file:");
    path && !value.contains(char::is_whitespace) && value.bytes().filter(|&b| b == b'=' || b == b'+').count() == 0
}

fn is_reference(value: &str) -> bool {
    const INSIDE: &[&str] = &["$(", "${", "{{", "{%", "<%", "<path:", "ENC["];
    const BEFORE: &[&str] =
        &["vault:", "op://", "ref+", "arn:aws", "projects/", "awssm:", "gcpsm:", "env:", "secret://", "$"];
    INSIDE.iter().any(|mark| value.contains(mark)) || BEFORE.iter().any(|mark| value.starts_with(mark))
}

/// Whether a value, in small letters, is there to be replaced.
fn is_placeholder(lower: &str) -> bool {
    const INSIDE: &[&str] = &[
        "change-me",
        "change_me",
        "changeit",
        "changeme",
        "changethis",
        "change-this",
        "change_this",
        "placeholder",
        "replace-me",
        "replace_me",
        "replaceme",
        "replace-with",
        "replace_with",
        "replace with",
        "your-",
        "your_",
        "yourpass",
        "yoursecret",
        "yourtoken",
        "xxxx",
        "****",
        "base64_encoded",
        "base64-encoded",
        "base64 encoded",
        "redacted",
        "to-be-replaced",
        "set-me",
        "insert-",
        "insert_",
        "fill-in",
        "dummy",
    ];
    const WHOLE: &[&str] =
        &["todo", "tbd", "fixme", "example", "xxx", "...", "-", "change me", "secret-here", "key-here"];
    (lower.starts_with('<') && lower.ends_with('>'))
        || (lower.starts_with('[') && lower.ends_with(']') && !lower.contains(','))
        || WHOLE.contains(&lower)
        || lower.ends_with("-here")
        || INSIDE.iter().any(|mark| lower.contains(mark))
}

/// Whether a value stands in pointed brackets or is written like a constant (`API_KEY_VALUE`): nobody takes it for one.
pub fn is_bracketed(value: &str) -> bool {
    let value = value.trim();
    value.len() > 2 && value.starts_with('<') && value.ends_with('>') || is_constant(value)
}

fn is_constant(value: &str) -> bool {
    let parts: Vec<&str> = value.trim_matches('_').split('_').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase());
    parts.len() > 1 && value.len() > 7 && parts.iter().all(is_word)
}

/// What kind of credential a value is by its form alone: `an AWS access key`.
pub fn token(value: &str) -> Option<&'static str> {
    if value.len() < tokens::SHORTEST {
        return is_bearer(value).then_some("a bearer token");
    }
    if let Some(at) = memchr::memmem::find(value.as_bytes(), b"-----BEGIN ")
        && value[at..].lines().next().is_some_and(|line| line.contains("PRIVATE KEY-----"))
    {
        return Some("a private key");
    }
    if is_bearer(value) {
        return Some("a bearer token");
    }
    tokens::known(value)
}

/// A quick look: every word that makes a name secret has one of these in it.
fn may_name_secret(name: &str) -> bool {
    const STEMS: [&[u8]; 6] = [b"KEY", b"TOKEN", b"CREDENTIAL", b"PASS", b"SECRET", b"PWD"];
    let bytes = name.as_bytes();
    let starts =
        |at: usize, stem: &[u8]| bytes.get(at..at + stem.len()).is_some_and(|part| part.eq_ignore_ascii_case(stem));
    (0..bytes.len()).any(|at| {
        let first = bytes[at].to_ascii_uppercase();
        STEMS.iter().any(|stem| stem[0] == first && starts(at, stem))
    })
}

/// Whether a value is the header `Bearer TOKEN` with a token written out.
fn is_bearer(value: &str) -> bool {
    let Some((scheme, token)) = value.trim().split_once(' ') else { return false };
    let token_like =
        token.len() > 7 && token.bytes().any(|b| b.is_ascii_digit()) && !token.contains(char::is_whitespace);
    scheme.eq_ignore_ascii_case("bearer") && token_like && looks(token) == Looks::Value
}

/// The password that a URL carries: `scheme://user:PASSWORD@host`. Nothing where it is a reference or a placeholder.
pub fn url_password(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#', ' ', '\n', '"']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    (looks(password) == Looks::Value).then_some(password)
}

/// Whether a line is `some.password=VALUE` or `password: VALUE` with a literal value.
pub fn is_secret_line(line: &str) -> bool {
    let Some((key, value)) = line.split_once(['=', ':']) else { return false };
    let (key, value) = (key.trim(), value.trim().trim_matches(['"', '\'']));
    let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    let password = words(key).last().is_some_and(|last| matches!(last.as_str(), "PASSWORD" | "PASSWD"));
    plain && password && !value.contains(char::is_whitespace) && looks(value) == Looks::Value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_look_misses_no_word() {
        for word in SECRET_WORDS.iter().chain(&["PWD", "PASS"]) {
            assert!(may_name_secret(word) && may_name_secret(&format!("my{}", word.to_lowercase())), "{word}");
        }
        assert!(may_name_secret("JWT_KEY") && !may_name_secret("LOG_LEVEL"));
    }

    #[test]
    fn names_are_told_apart() {
        for name in
            ["DB_PASSWORD", "apiKey", "JWT_SECRET", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "dbPassword", "DB_PWD"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in
            ["PASSWORD_FILE", "TOKEN_TTL", "SECRET_NAME", "existingSecret", "ENABLE_TOKEN", "KEYBOARD", "PUBLIC_TOKEN"]
        {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn values_are_told_apart() {
        for (value, expected) in [
            ("", Looks::Harmless),
            ("true", Looks::Harmless),
            ("/run/secrets/db", Looks::Harmless),
            ("$(OTHER)", Looks::Reference),
            ("<path:kv/data/x#y>", Looks::Reference),
            ("<base64_encoded>", Looks::Placeholder),
            ("CHANGEME", Looks::Placeholder),
            ("admin", Looks::Value),
        ] {
            assert_eq!(looks(value), expected, "{value}");
        }
        assert_eq!(url_password("postgres://u:hunter2@db:5432/x"), Some("hunter2"));
        assert_eq!(url_password("postgres://u:$(PW)@db:5432/x"), None);
        assert_eq!(token("key AKIAIOSFODNN7EXAMPLE"), Some("an AWS access key"));
    }
}
