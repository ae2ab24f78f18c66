//! What looks like a secret.
//!
//! In: names of variables, keys and files, and values. Out: whether a name asks for a secret, what a value looks like, and
//! what kind of secret stands in an entry (a name with its value) or in a text. Three things decide, as in scanners for
//! secrets: the form of known tokens, the name together with a value that can be one, and what is written inside a text.

mod defaults;
mod guess;
mod names;
mod pairs;
mod public;
mod texts;
mod tokens;
mod values;
mod words;

use std::sync::LazyLock;

use memchr::memmem::Finder;

pub use defaults::{is_well_known, says_default};
pub use guess::{guessable, says_who};
pub use names::{names_secret, words};
pub use public::{is_plain, is_public, only_configures};
pub use texts::{Sort, all_in_text, in_line, in_program, in_text, url_password};
pub use values::{Looks, is_bracketed, looks};

/// The name of an entry says nothing of a value that is longer.
const LONGEST: usize = 512;

/// What kind of secret an entry of that name holds in a value of one line: `a Stripe key`.
pub fn held(name: &str, value: &str) -> Option<&'static str> {
    let by_name =
        || (value.len() < LONGEST && values::can_be(names::asks_of(name, value), value)).then_some("a secret");
    token(value).or_else(|| in_line(value)).or_else(by_name).or_else(|| texts::login_of(name, value))
}

/// What kind of secret an option of a program is given.
pub fn given(option: &str, value: &str) -> Option<&'static str> {
    let names_object =
        names::asks_of_option(option, value) == names::Asks::Token && !values::can_be(names::Asks::Token, value);
    if names_object { token(value).or_else(|| in_line(value)) } else { held(option, value) }
}

/// How what is armored begins.
static ARMOR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-----BEGIN "));

/// What kind of credential a value is by its form alone: `an AWS access key`.
pub fn token(value: &str) -> Option<&'static str> {
    if value.len() < tokens::SHORTEST {
        return texts::authorization(value);
    }
    if let Some(at) = ARMOR.find(value.as_bytes())
        && value[at..].lines().next().is_some_and(|line| line.contains("PRIVATE KEY-----"))
    {
        return Some("a private key");
    }
    texts::authorization(value).or_else(|| tokens::known(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_by_what_they_hold() {
        assert_eq!(url_password("postgres://u:hunter2@db:5432/x"), Some("hunter2"));
        assert_eq!(url_password("postgres://u:$(PW)@db:5432/x"), None);
        assert_eq!(token("key AKIAIOSFODNN7EXAMPLE"), Some("an AWS access key"));
    }
}
