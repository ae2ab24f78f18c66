//! Image references.

rules! {
    latest_image_tag,
}
