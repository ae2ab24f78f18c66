//! Charts, rendered as `helm template` renders them.
//!
//! In: a chart's files, values, flags. Out: its objects in Helm's order, each value with the place in a values file that
//! decided it, or the template text that wrote it; or why Helm refuses the chart.

pub mod capabilities;
pub mod chart;
pub mod dependencies;
pub mod engine;
pub mod functions;
pub mod manifests;
pub mod options;
pub mod origins;
pub mod release;
pub mod schema;
pub mod template;
pub mod values;

pub use options::Options;
pub use release::{Output, render};
