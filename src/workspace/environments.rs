//! Words for environments.
//!
//! In: a word of the name of a file or folder. Out: whether it stands for an environment.

/// Words that stand for nothing else.
const NAMES: &[&str] = &[
    "acc",
    "acceptance",
    "dev",
    "develop",
    "development",
    "live",
    "preprod",
    "prd",
    "prod",
    "production",
    "qa",
    "stage",
    "staging",
    "stg",
    "uat",
];
/// Words that stand for tests, or somebody's own machine, as well.
const AMBIGUOUS: &[&str] = &["int", "integration", "local", "preview", "sandbox", "test", "testing"];

/// Whether a word, in small letters, is the name of an environment to some.
pub fn is_environment(word: &str) -> bool {
    names_environment(word) || AMBIGUOUS.contains(&word)
}

/// Whether a word, in small letters, is the name of an environment and of nothing else.
pub fn names_environment(word: &str) -> bool {
    NAMES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_may_be_an_environment() {
        assert!(is_environment("test") && !names_environment("test"));
        assert!(is_environment("prod") && names_environment("prod") && !is_environment("web"));
    }
}
