//! kubevet: everything the API server would say about the manifests in a repository, offline, at the line someone wrote.
//!
//! One way through: discover, read, identify, render, validate (schema, api), rules, suppress, report. Data goes one way;
//! `engine` is the only module that knows every stage.
#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "tests make the files they read"))]

pub mod api;
pub mod cel;
pub mod config;
pub mod coverage;
pub mod discover;
pub mod engine;
pub mod escape;
pub mod files;
pub mod finding;
pub mod fix;
pub mod gate;
mod git;
pub mod gitops;
pub mod go;
pub mod knowledge;
pub mod object;
pub mod openapi;
pub mod placeholder;
pub mod progress;
pub mod reading;
pub mod render;
pub mod report;
pub mod revision;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod schema;
pub mod session;
pub mod source;
pub mod suggest;
pub mod suppress;
pub mod version;
pub mod workspace;
pub mod yaml;
