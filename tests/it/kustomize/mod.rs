//! Kustomizations against what kustomize makes of them.

mod cases;
mod limits;
mod memory;
mod provenance;
mod reading;
mod shared;
