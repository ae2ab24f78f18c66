//! ConfigMap.
//!
//! In: a decoded ConfigMap. Out: findings. Mirrors `ValidateConfigMap` of `pkg/apis/core/validation`.

use crate::api::check::names;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::go::base64;
use crate::object::Object;

use super::secret::MAX_SIZE;

/// `ValidateConfigMap`.
pub fn config_map<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    let (data, binary) = (root.child("data"), root.child("binaryData"));
    let mut size = 0;
    for (key, value) in data.entries() {
        if let Err(why) = names::config_key(key) {
            value.invalid_map_key(errors, "data", key, why);
        }
        if binary.key(key).is_some() {
            value.invalid_map_key(errors, "data", key, "is also in `binaryData`");
        }
        size += value.text().len();
    }
    for (key, value) in binary.entries() {
        if let Err(why) = names::config_key(key) {
            value.invalid_map_key(errors, "binaryData", key, why);
        }
        size += base64::decoded_len(value.text());
    }
    if size > MAX_SIZE {
        let message = format!("the data has {size} bytes: at most {MAX_SIZE} are allowed");
        errors.error_at_path(ErrorType::TooLong, data, "", message);
    }
}
