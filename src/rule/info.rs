//! What is known of a rule, of validity or policy.
//!
//! In: the declaration of a rule file, a documented id of validity, or a policy that a user brings. Out: [`RuleInfo`], which
//! the configuration, the runner, suppressions and reports read alike; [`Action`], what the rule does.

use std::borrow::Cow;
use std::sync::Arc;

use crate::finding::{Applicability, Category, RuleId, Severity};
use crate::object::Object;

use super::validity::Validity;
use super::{Check, OptionSpec, Rule, SetContext};

/// A rule that is no function of ours: it looks at every object among the others.
pub trait Program: Send + Sync {
    /// Looks at one object and reports what is wrong with it.
    fn check<'t>(&self, object: Object<'t>, context: &mut SetContext<'_, 't>);
}

/// What a policy rule does.
#[derive(Clone)]
pub enum Action {
    /// The check of a rule file.
    Check(&'static Check),
    /// A program.
    Program(Arc<dyn Program>),
}

impl Action {
    /// Whether it has something to say of an object of which nothing but itself is known.
    pub fn checks_alone(&self) -> bool {
        match self {
            Action::Check(check) => check.checks_alone(),
            Action::Program(_) => true,
        }
    }
}

/// A rule and all that is known of it.
#[derive(Clone)]
pub struct RuleInfo {
    /// Its id.
    pub id: RuleId,
    /// What kind of rule it is; of a rule file the folder it lies in.
    pub category: Category,
    /// The severity it has unless configured otherwise.
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
    /// What it does; nothing for rules of validity, which the reader, the decoder and the validation report under.
    pub action: Option<Action>,
    docs: Cow<'static, str>,
}

impl RuleInfo {
    /// Of the rule of a file.
    pub fn of_rule(category: Category, rule: &'static Rule) -> Self {
        Self {
            id: rule.id.into(),
            category,
            severity: rule.severity,
            since: rule.since,
            fix: rule.fix,
            peers: rule.peers,
            references: rule.references,
            profiles: rule.profiles,
            options: rule.options,
            action: Some(Action::Check(&rule.check)),
            docs: rule.docs.into(),
        }
    }

    /// Of a documented id of validity.
    pub fn of_validity(entry: &'static Validity) -> Self {
        Self {
            fix: entry.fix,
            action: None,
            ..Self::documented(entry.id.into(), entry.category, entry.severity, entry.docs.into())
        }
    }

    /// Of a program.
    pub fn of_program(
        id: RuleId,
        category: Category,
        severity: Severity,
        docs: String,
        program: Arc<dyn Program>,
    ) -> Self {
        Self { action: Some(Action::Program(program)), ..Self::documented(id, category, severity, docs.into()) }
    }

    fn documented(id: RuleId, category: Category, severity: Severity, docs: Cow<'static, str>) -> Self {
        Self {
            id,
            category,
            severity,
            since: "0.1.0",
            fix: None,
            peers: &[],
            references: &[],
            profiles: &[],
            options: &[],
            action: None,
            docs,
        }
    }

    /// Whether it is policy, not validity.
    pub fn is_policy(&self) -> bool {
        self.action.is_some()
    }

    /// The first line of the documentation, without a final stop.
    pub fn summary(&self) -> &str {
        let line = self.docs.trim_start().lines().next().unwrap_or("").trim();
        line.strip_suffix('.').unwrap_or(line)
    }

    /// The documentation in Markdown: summary, what, why, how to fix.
    pub fn docs(&self) -> String {
        let lines = self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}
