//! Texts as Go's standard library reads them.
//!
//! In: a text. Out: what Go makes of it, or that it refuses it. The server reads with these packages, so what they take
//! is what is valid, whatever a standard says. One file a package or a part of one.

pub mod base64;
pub mod duration;
pub mod ip;
pub mod time;
pub mod url;
