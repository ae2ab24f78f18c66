//! Secret values where they do not belong.

use crate::rule::prelude::*;

mod committed_secret;
mod placeholder_secret_value;
mod plaintext_secret_in_annotation;
mod plaintext_secret_in_args;
mod plaintext_secret_in_configmap;
mod plaintext_secret_in_env;
mod plaintext_secret_in_values;
mod secret_in_environment;

rules![
    committed_secret,
    placeholder_secret_value,
    plaintext_secret_in_annotation,
    plaintext_secret_in_args,
    plaintext_secret_in_configmap,
    plaintext_secret_in_env,
    plaintext_secret_in_values,
    secret_in_environment
];

/// Whether a value is a default: one that everyone knows, that repeats a name beside it, or that a comment there calls so.
fn is_default(node: Node<'_>, value: &str, names: &[String]) -> bool {
    secrecy::token(value).is_none() && (is_known(value, names) || node.remarks().any(secrecy::says_default))
}

/// Whether everyone knows a value, or who knows the names beside it guesses it.
fn is_known(value: &str, names: &[String]) -> bool {
    secrecy::is_well_known(value) || secrecy::guessable(value, names)
}

/// The names that a password beside them may repeat: the object's own, and those that entries give to users and databases.
fn names<'a>(object: Object<'a>, entries: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let said = entries.filter(|(name, _)| secrecy::says_who(name)).map(|(_, value)| value);
    object.name().into_iter().chain(said).map(str::to_owned).collect()
}

/// Says what to do about a value. A default was never secret: another value is needed, and nothing is to be rotated.
fn advise(draft: Draft<'_>, default: bool, help: &str) {
    if default {
        let help = format!("{help}, and set another value: this one is a default or an example, which others know");
        draft.at_most(Severity::Warning).help(help);
    } else {
        draft.help(format!("{help}, and rotate it"));
    }
}
