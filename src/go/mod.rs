//! Texts as Go's standard library reads them.
//!
//! In: a text. Out: what Go makes of it, or that it refuses it. The server reads with these packages, so what they take
//! is what is valid, whatever a standard says. One file a package or a part of one; `glob` is one that Helm and Argo CD use.

pub mod base64;
pub mod duration;
pub mod glob;
pub mod ip;
pub mod path;
pub mod time;
pub mod url;
