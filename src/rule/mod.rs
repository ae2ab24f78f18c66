//! Policy rules: what one is, and what it gets to see.
//!
//! In: rule files under `rules/`, one rule each. Out: [`Rule`], [`Context`] and the [`Registry`]. A rule says what is wrong
//! at which place; spans, paths, severities and suppressions are found here and later.

pub mod context;
pub mod docs;
pub mod examples;
mod info;
mod memo;
pub mod peers;
pub mod plan;
pub mod prelude;
pub mod profile;
pub mod registry;
mod rendered;
pub mod run;
mod set_context;
pub mod validity;

pub use context::{Context, Setting, Settings};
pub use info::{Action, Program, RuleInfo};
pub use memo::Memo;
pub use registry::Registry;
pub use set_context::SetContext;

use crate::finding::{Applicability, Severity};
use crate::object::{Container, Object, PodSpec, Workload};
use crate::workspace::ApplySet;

/// Which objects a rule looks at, and its check. What a check may ask follows from its type: one of `…InSet` looks at what is
/// applied together with the object as well, and says nothing of an object that comes alone, at admission.
pub enum Check {
    /// Every object.
    Object(for<'t> fn(Object<'t>, &mut Context<'_, 't>)),
    /// Objects of these kinds, each `group/Kind` (`Service` for the core group), in any version.
    Kind(&'static [&'static str], for<'t> fn(Object<'t>, &mut Context<'_, 't>)),
    /// Every workload.
    Workload(for<'t> fn(Workload<'t>, &mut Context<'_, 't>)),
    /// Every pod spec, in whatever workload.
    PodSpec(for<'t> fn(PodSpec<'t>, &mut Context<'_, 't>)),
    /// Every container of every pod spec.
    Container(for<'t> fn(Container<'t>, &mut Context<'_, 't>)),
    /// Every object, among the others.
    ObjectInSet(for<'t> fn(Object<'t>, &mut SetContext<'_, 't>)),
    /// Objects of these kinds, among the others.
    KindInSet(&'static [&'static str], for<'t> fn(Object<'t>, &mut SetContext<'_, 't>)),
    /// Every workload, among the others.
    WorkloadInSet(for<'t> fn(Workload<'t>, &mut SetContext<'_, 't>)),
    /// Every pod spec, among the others.
    PodSpecInSet(for<'t> fn(PodSpec<'t>, &mut SetContext<'_, 't>)),
    /// Every container of every pod spec, among the others.
    ContainerInSet(for<'t> fn(Container<'t>, &mut SetContext<'_, 't>)),
    /// All objects together, once; findings name their item.
    Set(for<'t> fn(&ApplySet<'t>, &mut SetContext<'_, 't>)),
}

impl Check {
    /// Whether it has something to say of an object of which nothing but itself is known.
    pub fn checks_alone(&self) -> bool {
        use Check::{Container, Kind, Object, PodSpec, Workload};
        matches!(self, Object(_) | Kind(..) | Workload(_) | PodSpec(_) | Container(_))
    }
}

/// The default of an option of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OptionValue {
    /// A number.
    Int(i64),
    /// A boolean.
    Bool(bool),
    /// A list of strings.
    Strings(&'static [&'static str]),
}

/// An option of a rule, set under `rules: {ID: {…}}` in `kubevet.yaml`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptionSpec {
    /// Its key, in camel case.
    pub name: &'static str,
    /// What holds where the configuration is silent.
    pub default: OptionValue,
    /// One sentence.
    pub help: &'static str,
}

/// A policy rule, as its file declares it with the [`rule!`](crate::rule!) macro.
pub struct Rule {
    /// Id in kebab case; names the bad state.
    pub id: &'static str,
    /// What it is in the default profile.
    pub severity: Severity,
    /// The version of kubevet that brought it.
    pub since: &'static str,
    /// Whether it can fix what it finds, and how safe its least safe fix is.
    pub fix: Option<Applicability>,
    /// Ids of the same check in other tools, `tool:id`.
    pub peers: &'static [&'static str],
    /// Where its advice comes from.
    pub references: &'static [&'static str],
    /// Profiles (beside `strict`) in which it runs; empty for all.
    pub profiles: &'static [&'static str],
    /// Its options.
    pub options: &'static [OptionSpec],
    /// The documentation: first a summary line, then what, why and how to fix, in Markdown.
    pub docs: &'static str,
    /// What it does.
    pub check: Check,
}

/// Declares the rule of a file: doc comment, metadata, check. Everything but `id`, `severity` and `check` may be left out.
#[macro_export]
macro_rules! rule {
    ($(#[doc = $doc:literal])* id: $id:literal, severity: $severity:ident, $($field:ident: $value:expr),* $(,)?) => {
        /// The rule of this file.
        pub static RULE: $crate::rule::Rule = $crate::rule::Rule {
            $($field: $value,)*
            ..$crate::rule::Rule::new($id, $crate::finding::Severity::$severity, concat!($($doc, "\n"),*))
        };
    };
}

impl Rule {
    /// The defaults that [`rule!`](crate::rule!) fills in.
    pub const fn new(id: &'static str, severity: Severity, docs: &'static str) -> Self {
        Self {
            id,
            severity,
            since: "0.1.0",
            fix: None,
            peers: &[],
            references: &[],
            profiles: &[],
            options: &[],
            docs,
            check: Check::Set(|_, _| {}),
        }
    }
}
