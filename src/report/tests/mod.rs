//! Every renderer over one sample report.

mod renderers;
pub(super) mod sample;
mod sarif;
