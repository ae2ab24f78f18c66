//! Kustomizations against what kustomize makes of them.

mod cases;
mod memory;
mod provenance;
