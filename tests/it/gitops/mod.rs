//! Repositories against what Argo CD and Flux make of them.

mod cases;
mod facts;
mod flux;
mod repository;
mod sets;
