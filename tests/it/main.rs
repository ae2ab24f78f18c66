//! The integration tests, as one program: it links once. `cargo test --test it since::` runs those of one module.
#![expect(clippy::disallowed_methods, reason = "tests run the program, and git")]

mod api;
mod apiserver;
mod applied;
mod architecture;
mod bad_input;
mod charts;
mod cli;
mod common;
mod configuration;
mod constraints;
mod discover;
mod docs;
mod foreign;
mod gitops;
mod growth;
mod helm;
mod helm_releases;
mod hook;
mod hostile;
mod kustomize;
mod limits;
mod packaging;
mod profiles;
mod reading;
mod registry;
mod rendered;
mod rendered_sets;
mod repository;
mod rules;
mod secrets;
mod sets;
mod since;
mod suppression;
mod threads;
mod versions;
