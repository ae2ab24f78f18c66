//! Values, and whether one can be the secret that a name asks for.
//!
//! In: a value, and what its name asks for. Out: what it looks like: empty, a reference to a secret kept elsewhere, a
//! placeholder, or a value; and whether that value is one that a secret of this sort can have.

use super::names::Asks;

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

/// What a value looks like.
pub fn looks(value: &str) -> Looks {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    let harmless = ["true", "false", "yes", "no", "on", "off", "none", "null", "nil", "enabled", "disabled"];
    // An empty map or list of JSON holds nothing.
    let hollow = value.chars().all(|c| matches!(c, '{' | '}' | '[' | ']' | '"' | '\'' | ',') || c.is_whitespace());
    if hollow || harmless.contains(&lower.as_str()) || is_path(value) {
        Looks::Harmless
    } else if is_reference(value) || matches!(value, "%s" | "%%s" | "%v" | "%d") {
        Looks::Reference
    } else if is_constant(value) || value.len() < 200 && !value.contains('\n') && is_placeholder(&lower) {
        Looks::Placeholder
    } else {
        Looks::Value
    }
}

/// Whether a literal can be the secret that a name asks for.
pub(super) fn can_be(asks: Asks, value: &str) -> bool {
    let value = value.trim();
    if asks == Asks::Nothing || looks(value) != Looks::Value || is_setting(value) {
        return false;
    }
    match asks {
        Asks::Nothing => false,
        Asks::Password => !value.bytes().all(|b| b.is_ascii_digit()) || value.len() > 3,
        Asks::MadeUp => !is_measure(value) && (!is_name(value) || !value.contains(['.', '/']) || is_rich(value)),
        Asks::Token => !is_measure(value) && (is_rich(value) || COMMON.contains(&value) || says_secret(value)),
        Asks::Key => is_random(value),
    }
}

/// Secrets that many take for a token.
const COMMON: &[&str] = &["secret", "mysecret", "supersecret", "topsecret", "mytoken", "secrettoken", "s3cr3t"];

/// Whether a value says in words that it is a secret, as made-up ones do: `my-super-secret-value`.
pub fn says_secret(value: &str) -> bool {
    const SAID: [&str; 4] = ["secretvalue", "supersecret", "topsecret", "verysecret"];
    let letters = || value.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase() as char);
    value.len() < 64 && {
        let letters: String = letters().collect();
        SAID.iter().any(|said| letters.contains(said))
    }
}

/// What stands for a way, not for a secret: the names of algorithms and types, prose, addresses, lists of conditions.
fn is_setting(value: &str) -> bool {
    const NAMES: &[&str] = &[
        "aes-256-gcm",
        "argon2",
        "argon2id",
        "basic",
        "bcrypt",
        "bearer",
        "boolean",
        "cleartext",
        "env",
        "hs256",
        "hs384",
        "hs512",
        "inherit",
        "integer",
        "internal",
        "jwt",
        "kubernetes",
        "ldap",
        "md5",
        "oauth",
        "oauth2",
        "object",
        "oidc",
        "opaque",
        "optional",
        "password",
        "pbkdf2",
        "plain",
        "plaintext",
        "redirect",
        "required",
        "rs256",
        "saml",
        "scram-sha-1",
        "scram-sha-256",
        "scram-sha-512",
        "scrypt",
        "sha1",
        "sha256",
        "sha512",
        "str",
        "string",
        "text",
        "undefined",
        "vault",
    ];
    let lower = value.to_ascii_lowercase();
    NAMES.contains(&lower.as_str()) && lower != "password"
        || value.contains("://")
        || value.contains("kubernetes.io/")
        || value.contains("@sha256:")
        || value.starts_with(['[', '{'])
        || value.starts_with("-----BEGIN CERTIFICATE")
        || value.starts_with("-----BEGIN PUBLIC KEY")
        || value.starts_with("ssh-rsa ")
        || value.starts_with("ssh-ed25519 ")
        || is_prose(value)
        || is_version(value)
}

/// Words with spaces between them, which no password has but a passphrase of four words and more.
fn is_prose(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let lower = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase());
    let number = |word: &&str| word.bytes().all(|b| b.is_ascii_digit());
    let word = |word: &&str| word.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    // A number among them is what those who make up phrases are asked for.
    let numbered = words.first().is_some_and(lower) && words.iter().any(number);
    let plain = words.iter().all(lower) || numbered && words.iter().all(|part| word(part) || number(part));
    words.len() > 1 && !(plain && (4..9).contains(&words.len()))
}

fn is_version(value: &str) -> bool {
    let rest = value.strip_prefix('v').unwrap_or(value);
    let number = |part: &str| !part.is_empty() && part.len() < 5 && part.bytes().all(|b| b.is_ascii_digit());
    let core = rest.split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() > 1 && core.split('.').all(number) && rest.len() < 24
}

/// A number, with or without a unit (`30m`, `3600s`, `10Mi`, `50%`).
fn is_measure(value: &str) -> bool {
    let number = value.trim_start_matches('-');
    let digits = number.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':' | b'_')).count();
    digits > 0 && number.len() - digits < 4 && number[digits..].bytes().all(|b| b.is_ascii_alphabetic() || b == b'%')
}

/// Whether a value reads like a name: words and small numbers in lower case between dashes, dots or the like.
fn is_name(value: &str) -> bool {
    value.split(['-', '_', '.', '/', ':', ',']).all(|part| {
        let letters = part.bytes().take_while(u8::is_ascii_alphabetic).count();
        let digits = part.len() - letters;
        let rest = part[letters..].bytes().all(|b| b.is_ascii_digit());
        let vowels = part.bytes().any(|b| b"aeiouyAEIOUY".contains(&b));
        let one_case = part[..letters].bytes().skip(1).filter(u8::is_ascii_uppercase).count() < 2
            || part.bytes().all(|b| !b.is_ascii_lowercase());
        rest && digits < 5 && letters < 20 && one_case && (letters < 5 || vowels)
    })
}

/// Whether a value is made as tokens are: long, and no name.
fn is_rich(value: &str) -> bool {
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let (small, large) = (value.bytes().any(|b| b.is_ascii_lowercase()), value.bytes().any(|b| b.is_ascii_uppercase()));
    let other =
        value.bytes().any(|b| b.is_ascii_punctuation() && !matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b','));
    let mixed = [digits, small, large, other].iter().filter(|has| **has).count();
    value.len() > 7 && mixed > 1 && !is_name(value) && !value.contains(char::is_whitespace)
}

/// Whether a value looks random: long, of letters and digits, with few that repeat.
fn is_random(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.bytes().any(|b| test(&b));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    value.len() > 19
        && digits > 2
        && has(u8::is_ascii_alphabetic)
        && !value.contains(char::is_whitespace)
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_'))
        && !is_name(value)
        && entropy(value) > 3.3
}

/// Shannon's entropy, in bits a byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let all = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|&count| f64::from(count) / all).map(|p| -p * p.log2()).sum()
}

fn is_path(value: &str) -> bool {
    let path = value.starts_with('/') || value.starts_with("./") || value.starts_with("file:");
    path && !value.contains(char::is_whitespace) && value.bytes().filter(|&b| b == b'=' || b == b'+').count() == 0
}

fn is_reference(value: &str) -> bool {
    const INSIDE: &[&str] = &["$(", "${", "{{", "{%", "<%", "<path:", "ENC[", "#{", "%(", "(@="];
    const BEFORE: &[&str] = &[
        "vault:",
        "op://",
        "ref+",
        "arn:aws",
        "projects/",
        "awssm:",
        "gcpsm:",
        "env:",
        "os.environ",
        "process.env.",
        "secret://",
        "$",
        "!vault",
        "sm://",
    ];
    let between = |mark: char| value.len() > 2 && value.starts_with(mark) && value.ends_with(mark);
    INSIDE.iter().any(|mark| value.contains(mark))
        || BEFORE.iter().any(|mark| value.starts_with(mark))
        || ['%', '@', '`', '~'].into_iter().any(between)
        || value.starts_with("__") && value.ends_with("__")
}

/// Whether a value, in lower case, is there to be replaced.
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
        "override_me",
        "override-me",
        "goes-here",
        "goes_here",
    ];
    if lower.starts_with("update_") || lower.starts_with("update-me") {
        return true;
    }
    const WHOLE: &[&str] = &[
        "todo",
        "tbd",
        "fixme",
        "example",
        "xxx",
        "...",
        "-",
        "change me",
        "secret-here",
        "key-here",
        "n/a",
        "unused",
    ];
    (lower.starts_with('<') && lower.ends_with('>'))
        || (lower.starts_with('[') && lower.ends_with(']') && !lower.contains(','))
        || WHOLE.contains(&lower)
        || lower.ends_with("-here")
        || INSIDE.iter().any(|mark| lower.contains(mark))
        || lower.bytes().all(|b| b == b'*' || b == b'.')
}

/// Whether a value stands in brackets or is written like a constant (`API_KEY_VALUE`): nobody takes it for one.
pub fn is_bracketed(value: &str) -> bool {
    let value = value.trim();
    let within = |open: char, close: char| value.len() > 2 && value.starts_with(open) && value.ends_with(close);
    within('<', '>') || within('[', ']') || is_constant(value)
}

/// What a template has in capitals in the place of a value.
const BARE: [&str; 12] = [
    "APIKEY",
    "CERTIFICATE",
    "CLIENTID",
    "CLIENTSECRET",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PRIVATEKEY",
    "SECRET",
    "SECRETKEY",
    "TOKEN",
    "USERNAME",
];

fn is_constant(value: &str) -> bool {
    let parts: Vec<&str> = value.trim_matches('_').split('_').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase());
    BARE.contains(&value) || parts.len() > 1 && value.len() > 6 && parts.iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("PASSWORD", Looks::Placeholder),
            ("CERTIFICATE", Looks::Placeholder),
            ("Password", Looks::Value),
            ("PASSWORT", Looks::Value),
            ("admin", Looks::Value),
        ] {
            assert_eq!(looks(value), expected, "{value}");
        }
    }

    #[test]
    fn a_token_is_no_name() {
        for value in ["regcred", "shop-api-token", "v1beta1", "odh-datacatalog-bucket", "ca-cert", "a.b.c/d"] {
            assert!(!is_rich(value), "{value}");
        }
        for value in ["hunter2hunter2", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "wJalrXUtnFEMI/K7MDENG/bPxR"] {
            assert!(is_rich(value), "{value}");
        }
    }
}
