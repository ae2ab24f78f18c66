//! Secret values where they do not belong.

rules! {
    committed_secret,
    placeholder_secret_value,
    plaintext_secret_in_annotation,
    plaintext_secret_in_args,
    plaintext_secret_in_configmap,
    plaintext_secret_in_env,
    secret_in_environment,
}
