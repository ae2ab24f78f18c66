//! The integration tests, as one program: it links once. `cargo test --test it since::` runs those of one module.

mod api;
mod apiserver;
mod architecture;
mod bad_input;
mod cli;
mod common;
mod configuration;
mod constraints;
mod discover;
mod docs;
mod foreign;
mod helm;
mod kustomize;
mod profiles;
mod reading;
mod repository;
mod rules;
mod since;
mod suppression;
mod versions;
