//! Secret values where they do not belong.

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
