//! Values that can be guessed by what stands beside them.
//!
//! In: a value, and the names near it: the object's, a user's, a database's. Out: whether the value is put together from them, as
//! installers and examples do: `katib` in `katib-postgres-secrets`, `chpassword` for `chuser`, `shop_operator_password`.

use super::names::words;
use super::texts::url_password;

/// Ends of such values.
const ENDS: [&str; 6] = ["password", "passwd", "secret", "pass", "pwd", "pw"];

/// Ends of the names of users that a password leaves out.
const OF_USERS: [&str; 2] = ["user", "admin"];

/// No word of a name is shorter.
const SHORTEST: usize = 3;

/// Whether a value, or the password in a URL, is made of the names near it.
pub fn guessable(value: &str, names: &[String]) -> bool {
    let value = url_password(value).unwrap_or(value).trim().to_ascii_lowercase();
    let names: Vec<String> = names.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    if names.contains(&value) {
        return !value.is_empty();
    }
    let joined = |text: &str| parts(text).collect::<String>();
    if !value.is_empty() && names.iter().any(|name| joined(name) == joined(&value)) {
        return true;
    }
    let stems = || names.iter().flat_map(|name| OF_USERS.iter().filter_map(|end| name.strip_suffix(end)));
    let stem = ENDS.iter().find_map(|end| value.strip_suffix(end)).map(|stem| stem.trim_end_matches(['-', '_', '.']));
    let known: Vec<&str> = names.iter().flat_map(|name| parts(name)).filter(|word| word.len() >= SHORTEST).collect();
    let is_known = |word: &str| known.contains(&word) || ENDS.contains(&word);
    let of_stem = |stem: &str| {
        let stems = || stems().map(|known| known.trim_end_matches(['-', '_', '.']));
        !stem.is_empty() && (names.iter().any(|name| name == stem) || stems().any(|known| known == stem))
    };
    stem.is_some_and(|stem| of_stem(stem) || known.contains(&stem)) || parts(&value).all(is_known)
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['-', '_', '.'])
}

/// Whether an entry of that name says who somebody is, or which database is meant.
pub fn says_who(name: &str) -> bool {
    const WHO: [&str; 6] = ["USER", "USERNAME", "LOGIN", "DATABASE", "DB", "DBNAME"];
    let words = words(name);
    let of_database =
        matches!(words.as_slice(), [.., of, name] if name == "NAME" && matches!(of.as_str(), "DB" | "DATABASE"));
    of_database || words.last().is_some_and(|last| WHO.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_repeat_a_name_are_guessed() {
        let guessed = |value: &str, names: &[&str]| {
            guessable(value, &names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
        };
        assert!(guessed("OmsDB", &["oms_db"]) && !guessed("OmsDB7", &["oms_db"]));
        assert!(says_who("OMS_DB_NAME") && !says_who("OMS_NAME"));
        assert!(guessed("katib", &["katib-postgres-secrets"]));
        assert!(guessed("chpassword", &["chop-credentials", "chuser"]));
        assert!(guessed("shop_operator_password", &["shop-operator"]));
        assert!(guessed("postgres://app:App@db/x", &["app"]));
        assert!(guessed("webpass", &["web"]));
        for value in ["katib7", "Vk93-mmPq-2", "chpasswords", "xpassword", "shop-hunter2", ""] {
            assert!(!guessed(value, &["katib-postgres", "chuser", "shop"]), "{value}");
        }
    }

    #[test]
    fn names_of_users_and_databases_say_who() {
        assert!(says_who("POSTGRES_USER") && says_who("username") && says_who("dbUser") && says_who("POSTGRES_DB"));
        assert!(!says_who("PASSWORD") && !says_who("USER_TOKEN"));
    }
}
