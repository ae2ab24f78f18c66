//! What rules know of the world: Pod Security Standards, permissions, credentials, hosts, and when APIs came and went.
//!
//! In: parts of objects, names and values. Out: what they amount to. Nothing here reports: rules decide what to say of it.

pub mod agents;
pub mod apis;
pub mod balancers;
pub mod custom_apis;
pub mod gates;
pub mod hosts;
pub mod operators;
pub mod permissions;
pub mod pss;
pub mod secrecy;
