//! Everything a rule file needs.

pub use crate::api::check::{cron, ip, names};
pub use crate::finding::{Applicability, Severity};
pub use crate::gitops::argocd::project::{Allowed, Destination, Destinations, permits_source};
pub use crate::gitops::argocd::{AppSource, Application, generators, is_literal, normalized_address, sync, template};
pub use crate::go::base64;
pub use crate::knowledge::{agents, apis, balancers, custom_apis, gates, hosts, permissions, pss, secrecy};
pub use crate::object::glob;
pub use crate::object::tls::{ends_tls, ingress_class, ingress_hosts};
pub use crate::object::{Autoscaler, Backend, Container, Gvk, Image, Labels, NetworkPolicy, Object, PodSpec, Quantity};
pub use crate::object::{Reference, ReferenceKind, Role, Service, Workload, WorkloadKind, ingress_backends, selector};
pub use crate::rule;
pub use crate::rule::context::Draft;
pub use crate::rule::{Check, Context, Memo, OptionSpec, OptionValue, SetContext};
pub use crate::suggest::{closest, is_one_off};
pub use crate::version::KubeVersion;
pub use crate::workspace::{ApplySet, Batch, Checkout, Delivery, Item, Ports, Presence, Sort, Unit, may_be_same};
pub use crate::yaml::edit::{Patch, value_of};
pub use crate::yaml::origin::By;
pub use crate::yaml::{Entry, Kind, Node, Place, Style};
pub use serde_json::json;
