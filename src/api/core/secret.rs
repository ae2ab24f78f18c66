//! Secret.
//!
//! In: a decoded Secret. Out: findings. Mirrors `ValidateSecret` of `pkg/apis/core/validation` on the data as
//! `Convert_v1_Secret_To_core_Secret` makes it: `stringData` overrules `data`.

use std::borrow::Cow;

use crate::api::check::names;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::go::base64;
use crate::object::Object;

/// `core.MaxSecretSize`: most bytes all values may have together.
pub const MAX_SIZE: usize = 1024 * 1024;

const SERVICE_ACCOUNT: &str = "kubernetes.io/service-account.name";

/// A Secret's data, both fields together.
struct Data<'t> {
    encoded: Field<'t>,
    plain: Field<'t>,
}

impl<'t> Data<'t> {
    /// The keys that count, with the field their value is in.
    fn entries(&self) -> impl Iterator<Item = (&'t str, Field<'t>, bool)> + use<'t> {
        let plain = self.plain;
        let encoded = self.encoded.entries().filter(move |(key, _)| plain.key(key).is_none());
        let encoded = encoded.map(|(key, value)| (key, value, true));
        encoded.chain(self.plain.entries().map(|(key, value)| (key, value, false)))
    }

    fn has(&self, key: &str) -> bool {
        self.encoded.key(key).is_some() || self.plain.key(key).is_some()
    }

    /// The bytes under a key.
    fn bytes(&self, key: &str) -> Option<Cow<'t, [u8]>> {
        match self.plain.key(key) {
            Some(value) => Some(value.text().as_bytes().into()),
            None => Some(base64::decode(self.encoded.key(key)?.text()).unwrap_or_default().into()),
        }
    }

    fn required(&self, key: &str, errors: &mut Errors<'t>) {
        let message = format!("a secret of this type needs the key `{key}`");
        errors.error_at_path(ErrorType::Required, self.encoded, path(key), message);
    }
}

fn path(key: &str) -> String {
    format!("data[{key}]")
}

/// `ValidateSecret`.
pub fn secret<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    let data = Data { encoded: root.child("data"), plain: root.child("stringData") };
    keys_and_size(&data, errors);
    match root.child("type").text() {
        "kubernetes.io/service-account-token" => service_account_token(object, errors),
        "kubernetes.io/dockercfg" => json(&data, ".dockercfg", errors),
        "kubernetes.io/dockerconfigjson" => json(&data, ".dockerconfigjson", errors),
        "kubernetes.io/basic-auth" if !data.has("username") && !data.has("password") => {
            data.required("username", errors);
            data.required("password", errors);
        }
        "kubernetes.io/ssh-auth" if data.bytes("ssh-privatekey").is_none_or(|key| key.is_empty()) => {
            data.required("ssh-privatekey", errors);
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"].into_iter().filter(|key| !data.has(key)) {
                data.required(key, errors);
            }
        }
        _ => {}
    }
}

fn keys_and_size<'t>(data: &Data<'t>, errors: &mut Errors<'t>) {
    let mut size = 0;
    for (key, value, encoded) in data.entries() {
        if let Err(why) = names::config_key(key) {
            value.invalid_map_key(errors, "data", key, why);
        }
        size += if encoded { base64::decoded_len(value.text()) } else { value.text().len() };
    }
    if size > MAX_SIZE {
        let message = format!("the data has {size} bytes: at most {MAX_SIZE} are allowed");
        errors.error_at_path(ErrorType::TooLong, data.encoded, "data", message);
    }
}

fn service_account_token<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.annotation(SERVICE_ACCOUNT).unwrap_or("").is_empty() {
        let path = format!("metadata.annotations[{SERVICE_ACCOUNT}]");
        let message = format!("a service account's token needs the annotation `{SERVICE_ACCOUNT}`");
        let at = Field::of(object.root).at(&["metadata", "annotations"]);
        errors.error_at_path(ErrorType::Required, at, path, message);
    }
}

/// The key must hold a JSON object; nothing of the content is repeated in the message.
fn json<'t>(data: &Data<'t>, key: &str, errors: &mut Errors<'t>) {
    let Some(bytes) = data.bytes(key) else { return data.required(key, errors) };
    if !is_json_object(&bytes) {
        let at = data.plain.key(key).or_else(|| data.encoded.key(key)).unwrap_or(data.encoded);
        let message = format!("the value of `{key}` is not a JSON object");
        errors.error_at_path(ErrorType::Invalid, at, path(key), message);
    }
}

/// What Go's `json.Unmarshal` reads into a map: an object, or null.
fn is_json_object(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let first = text.trim_start_matches([' ', '\t', '\n', '\r']).chars().next();
    matches!(first, Some('{' | 'n')) && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_json_object;

    #[test]
    fn docker_configurations() {
        for good in ["{}", " {\"auths\": {}}\n", "null", "{\"a\": \"\\ud800\"}"] {
            assert!(is_json_object(good.as_bytes()), "{good}");
        }
        for bad in ["", "[]", "\"x\"", "{", "{}x", "nul", "{\"a\": 1,}"] {
            assert!(!is_json_object(bad.as_bytes()), "{bad}");
        }
    }
}
