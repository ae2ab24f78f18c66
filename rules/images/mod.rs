//! Image references.

mod abandoned_software;
mod frozen_image_registry;
mod image_without_digest;
mod invalid_image_reference;
mod latest_image_tag;
mod pull_policy_not_always;
mod removed_image;
mod stale_latest_image;
mod unapproved_image_registry;

rules![
    abandoned_software,
    frozen_image_registry,
    image_without_digest,
    invalid_image_reference,
    latest_image_tag,
    pull_policy_not_always,
    removed_image,
    stale_latest_image,
    unapproved_image_registry
];
