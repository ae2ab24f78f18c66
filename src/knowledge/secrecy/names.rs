//! Names that ask for a secret.
//!
//! In: the name of a variable, key or option. Out: what it asks for ([`Asks`]). A name is cut into words; the last ones say
//! what it is about: `DB_PASSWORD` is a password, `PASSWORD_FILE` a file, `MAX_TOKENS` a number.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::words::{ABOUT, ANYWHERE, KEY_NAMES, KEY_WORDS, LOOKED_UP, MADE_UP, NO_PASSWORDS, PASSWORDS, SWITCHES};

/// What a name asks for, and so how much a value must look like a secret to be taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing secret.
    Nothing,
    /// A password: any literal value is one.
    Password,
    /// A secret that people make up (`JWT_SECRET`): words count as well.
    MadeUp,
    /// A token, or the name of an object that holds one: only what no name looks like counts.
    Token,
    /// Some key: only what looks random counts.
    Key,
}

/// Whether a variable or key of that name is meant to hold a secret.
pub fn names_secret(name: &str) -> bool {
    !matches!(asks_for(name), Asks::Nothing | Asks::Key)
}

/// What a variable or key of that name asks for.
pub fn asks_for(name: &str) -> Asks {
    if !may_name_secret(name) {
        return Asks::Nothing;
    }
    // The name of a cluster of etcd members is called a token; `ETCD_AUTH_TOKEN` says what kind of tokens it issues.
    if name.ends_with("INITIAL_CLUSTER_TOKEN")
        || matches!(name, "ETCD_AUTH_TOKEN" | "ETCD_DISCOVERY_TOKEN")
        || name == "PWD"
    {
        return Asks::Nothing;
    }
    let words = words(name);
    let numbered = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let words: Vec<String> = words.iter().map(|word| numbered(word)).filter(|word| !word.is_empty()).collect();
    let words: Vec<&str> = words.iter().flat_map(|word| parts(word)).collect();
    let Some((last, before)) = words.split_last() else { return Asks::Nothing };
    let switched = !before.is_empty() && SWITCHES.contains(&words[0]);
    if ABOUT.contains(last) && !ends_in_cookie(&words) || switched || words.iter().any(|w| ANYWHERE.contains(w)) {
        return Asks::Nothing;
    }
    match by_last_word(last, before) {
        // Written so, it is a field of a manifest as often: the key of a Secret.
        Asks::MadeUp if name.ends_with("ecretKey") => Asks::Token,
        asks => asks,
    }
}

/// What an entry of that name asks for, where its value may repeat the name: `cookie_secret=proxy-cookie-secret` names an
/// object.
pub(super) fn asks_of(name: &str, value: &str) -> Asks {
    match asks_for(name) {
        Asks::MadeUp | Asks::Token if names_key(name, value) => Asks::Nothing,
        Asks::MadeUp => {
            let (name, value) = (words(name), words(value));
            let end = &name[name.len().saturating_sub(2)..];
            if name.len() > 1 && value.len() > 2 && value.ends_with(end) { Asks::Token } else { Asks::MadeUp }
        }
        asks => asks,
    }
}

/// What an option of a program or a pair inside a text asks for: `--secret NAME` names an object as often as it holds a value.
pub(super) fn asks_of_option(name: &str, value: &str) -> Asks {
    match asks_of(name, value) {
        Asks::MadeUp if words(name).len() < 2 => Asks::Token,
        asks => asks,
    }
}

/// Whether an entry says under which key of a Secret something is found: `clientSecretKey: client-secret`,
/// `RUNTIME_SECRET_KEY: token`.
fn names_key(name: &str, value: &str) -> bool {
    let is_field = name.ends_with("ecretKey");
    let name = words(name);
    if !name.ends_with(&["SECRET".to_owned(), "KEY".to_owned()]) || !(is_field || name.len() > 2) {
        return false;
    }
    let value = words(value);
    let known = value.iter().all(|word| KEY_NAMES.contains(&word.as_str()));
    let last = value.last().map(String::as_str);
    known && if is_field { last.is_some() } else { matches!(last, Some("PASSWORD" | "TOKEN")) || value.len() > 1 }
}

/// What joined words are made of: `PGPASSWORD`, `CLIENTSECRET`.
fn parts(word: &str) -> Vec<&str> {
    const ENDS: &[&str] = &[
        "PASSWORD",
        "PASSWORDS",
        "PASSWD",
        "PASSPHRASE",
        "PASS",
        "PWD",
        "TOKEN",
        "TOKENS",
        "SECRET",
        "SECRETS",
        "CREDENTIALS",
    ];
    const KEYS: &[&str] = &["API", "SECRET", "ACCESS", "PRIVATE", "LICENSE", "ENCRYPTION", "MASTER", "AUTH", "ACCOUNT"];
    if NO_PASSWORDS.contains(&word) || word == "REQUIREPASS" {
        return vec![word];
    }
    if let Some(before) = word.strip_suffix("KEY") {
        if let Some(kind) = KEYS.iter().find(|kind| before.ends_with(**kind)) {
            let start = before.len() - kind.len();
            return [&word[..start], &word[start..before.len()], &word[before.len()..]]
                .into_iter()
                .filter(|p| !p.is_empty())
                .collect();
        }
        return vec![word];
    }
    let joined = ENDS.iter().find_map(|end| word.strip_suffix(end).filter(|before| before.len() > 1));
    joined.map_or_else(|| vec![word], |before| vec![before, &word[before.len()..]])
}

fn ends_in_cookie(words: &[&str]) -> bool {
    words.ends_with(&["ERLANG", "COOKIE"])
}

fn by_last_word(last: &str, before: &[&str]) -> Asks {
    let previous = before.last().copied().unwrap_or_default();
    let earlier = before.len().checked_sub(2).and_then(|at| before.get(at)).copied().unwrap_or_default();
    match last {
        "AUTH" if previous == "REDISCLI" => Asks::Password,
        _ if PASSWORDS.contains(&last) || matches!(last, "COOKIE" | "MASTERAUTH" | "REQUIREPASS") => Asks::Password,
        "SECRET" if before.is_empty() || MADE_UP.contains(&previous) => Asks::MadeUp,
        "SECRET" | "SECRETS" | "TOKEN" | "TOKENS" | "CREDENTIAL" | "CREDENTIALS" => Asks::Token,
        "KEY" | "KEYS" if previous == "SECRET" && LOOKED_UP.contains(&earlier) => Asks::Key,
        "KEY" if MADE_UP.contains(&previous) || previous == "ACCESS" && earlier == "SECRET" => Asks::MadeUp,
        "KEY" | "KEYS" if KEY_WORDS.contains(&previous) || MADE_UP.contains(&previous) => Asks::Token,
        "KEY" if LOOKED_UP.contains(&previous) => Asks::Nothing,
        "KEY" => Asks::Key,
        _ if before.iter().any(|w| PASSWORDS.contains(w) || matches!(*w, "SECRET" | "TOKEN" | "CREDENTIALS")) => {
            Asks::Token
        }
        _ => Asks::Nothing,
    }
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

/// A quick look: every word that makes a name secret has one of these in it.
pub(super) fn may_name_secret(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| {
        // Whole files are looked through: two letters tell most places apart. In ASCII 32 is between capitals and small letters.
        let stem = match &[pair[0] | 32, pair[1] | 32] {
            b"ke" => b"KEY".as_slice(),
            b"to" => b"TOKEN",
            b"cr" => b"CREDENTIAL",
            b"pa" => b"PASS",
            b"pw" => b"PW",
            b"se" => b"SECRET",
            b"er" => b"ERLANG",
            b"ma" => b"MASTERAUTH",
            b"re" => b"REDISCLI_AUTH",
            _ => return false,
        };
        bytes[at..].get(..stem.len()).is_some_and(|part| part.eq_ignore_ascii_case(stem))
    })
}

/// Where in a text there is what [`may_name_secret`] looks for: at least once in each line that has it.
pub(super) fn stems_in(text: &str) -> impl Iterator<Item = usize> {
    static STEMS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("(?i-u)key|token|credential|pass|pw|secret|erlang|masterauth|rediscli_auth").ok());
    STEMS.iter().flat_map(|stems| stems.find_iter(text.as_bytes())).map(|found| found.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_quick_looks_find_the_same_lines() {
        let lines = [
            "a: 1",
            "KEYS",
            "my-Tok",
            "tokEN",
            "x.cRedential",
            "compass: 3",
            "pW",
            "p w",
            "Secre",
            "secrets",
            "ERLANG",
        ];
        let lines = lines.into_iter().chain(["MASTERauth: y", "rediscli_auth", "rediscli auth", "p\u{e4}ss", ""]);
        for line in lines {
            assert_eq!(stems_in(line).next().is_some(), may_name_secret(line), "{line}");
        }
    }

    #[test]
    fn the_quick_look_misses_no_word() {
        for word in PASSWORDS.iter().chain(&["SECRET", "TOKENS", "CREDENTIALS", "API_KEY"]) {
            assert!(may_name_secret(word) && may_name_secret(&format!("my{}", word.to_lowercase())), "{word}");
        }
        assert!(may_name_secret("JWT_KEY") && !may_name_secret("LOG_LEVEL"));
    }

    #[test]
    fn names_are_told_apart() {
        for name in [
            "DB_PASSWORD",
            "apiKey",
            "JWT_SECRET",
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "dbPassword",
            "DB_PWD",
            "PGPASSWORD",
            "PASSWORD2",
            "SMTP_PASSWORD_2",
            "ADMINPASS",
            "clientsecret",
            "RABBITMQ_ERLANG_COOKIE",
        ] {
            assert!(names_secret(name), "{name}");
        }
        for (name, value) in
            [("RUNTIME_SECRET_KEY", "token"), ("clientSecretKey", "client-secret"), ("clientSecretKey", "secret")]
        {
            assert_eq!(asks_of(name, value), Asks::Nothing, "{name}: {value}");
        }
        for (name, value) in [
            ("JWT_SECRET_KEY", "jwt-secret"),
            ("RUNTIME_SECRET_KEY", "Vk93-mmPq-2"),
            ("SECRET_KEY", "secret-key"),
            ("secretKey", "supersecret"),
        ] {
            assert_ne!(asks_of(name, value), Asks::Nothing, "{name}: {value}");
        }
        for name in [
            "PASSWORD_FILE",
            "TOKEN_TTL",
            "SECRET_NAME",
            "existingSecret",
            "ENABLE_TOKEN",
            "KEYBOARD",
            "PUBLIC_TOKEN",
            "PASSWORD_ENCODER",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "external_secrets_replicas",
            "BYPASS",
            "IMAGE_PULL_SECRET",
            "LLM_MAX_NEW_TOKENS",
            "SECRET_CREDENTIALS_KEY",
            "SESSION_COOKIE",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
