//! What several tests share.

pub mod files;
pub mod shop;
