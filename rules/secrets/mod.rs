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

/// Whether a value is a default: one that everyone knows, or that a comment beside it calls so.
fn is_default(node: Node<'_>, value: &str) -> bool {
    secrecy::token(value).is_none() && (secrecy::is_well_known(value) || node.remarks().any(secrecy::says_default))
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
