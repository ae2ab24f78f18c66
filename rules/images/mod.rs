//! Image references.

rules! {
    abandoned_software,
    frozen_image_registry,
    image_without_digest,
    invalid_image_reference,
    latest_image_tag,
    pull_policy_not_always,
    stale_latest_image,
    unapproved_image_registry,
}
