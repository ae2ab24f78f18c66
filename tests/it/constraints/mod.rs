//! The constraint tables and what they are compiled into.
//!
//! `schemas/constraints/*.yaml` -> `schemas/constraints.bin`. The test fails where the compiled tables are stale;
//! `UPDATE=1 cargo test --test it constraints` writes them anew.

mod compile;

use std::path::Path;

#[test]
fn the_compiled_tables_are_current() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let compiled = compile::compile(&schemas.join("constraints")).unwrap_or_else(|error| panic!("{error}"));
    let path = schemas.join("constraints.bin");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &compiled).expect("schemas/constraints.bin can be written");
    }
    let current = std::fs::read(&path).unwrap_or_default();
    assert!(current == compiled, "stale: run UPDATE=1 cargo test --test it constraints");
}
