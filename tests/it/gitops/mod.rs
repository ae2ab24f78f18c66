//! Repositories against what Argo CD and Flux make of them.

mod cases;
mod facts;
mod flux;
mod order;
mod repository;
mod sets;
