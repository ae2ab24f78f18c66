//! Every renderer over one sample report.

mod renderers;
mod sample;
mod sarif;
