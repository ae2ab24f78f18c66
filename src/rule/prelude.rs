//! Everything a rule file needs.

pub use crate::finding::{Applicability, Edit};
pub use crate::object::{Container, Image, Labels, Object, PodSpec, Role, Workload, WorkloadKind, selector};
pub use crate::rule;
pub use crate::rule::{Check, Context, OptionSpec, OptionValue};
pub use crate::version::KubeVersion;
pub use crate::workspace::{ApplySet, Item, may_be_same};
pub use crate::yaml::{Entry, Kind, Node, Place, Style};
