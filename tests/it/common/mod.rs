//! What several tests share.

pub mod files;
pub mod program;
pub mod shop;

/// The rules that kubevet has of its own.
pub fn registry() -> &'static kubevet::rule::Registry {
    static REGISTRY: std::sync::LazyLock<kubevet::rule::Registry> = std::sync::LazyLock::new(kubevet::rules::registry);
    &REGISTRY
}
