//! What the program has to say about one place.
//!
//! In: what a validator, a rule or the reader found. Out: [`Finding`]: rule, severity, message, places, the object it is
//! about, its path in it, and a fix where one is mechanical. Nothing here knows how a finding is shown.

use std::sync::Arc;

use crate::source::{SourceId, Span};

/// How bad it is. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Will probably hurt.
    Warning,
    /// The server refuses it, or it cannot work.
    Error,
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    /// `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == name)
    }
}

macro_rules! categories {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// What kind of rule a finding comes from. The first three are validity, the rest policy.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Category {
            $(#[doc = $doc] $variant,)*
        }

        impl Category {
            /// All categories, validity first.
            pub const ALL: &[Category] = &[$(Category::$variant),*];

            /// The name used on the command line, in configuration and in reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Category::$variant => $name,)* }
            }

            /// One sentence on what belongs there.
            pub fn description(self) -> &'static str {
                match self { $(Category::$variant => $doc,)* }
            }
        }
    };
}

categories! {
    Syntax "syntax" "Text that the server's YAML reader refuses, loses or reads otherwise than it looks.",
    Schema "schema" "What the API server refuses when it decodes an object: types, unknown fields, unknown kinds.",
    Api "api" "What the API server refuses when it validates a decoded object.",
    Wiring "wiring" "References between objects that lead nowhere.",
    Security "security" "What a workload may do to its node, its cluster and its neighbours.",
    Rbac "rbac" "Permissions granted.",
    Secrets "secrets" "Secret values where they do not belong.",
    Networking "networking" "How traffic reaches workloads, and what keeps it away.",
    Reliability "reliability" "What keeps a workload available.",
    Autoscaling "autoscaling" "Autoscalers and what they scale.",
    Resources "resources" "Requests, limits and quotas.",
    Images "images" "Image references.",
    Deprecation "deprecation" "APIs, fields and annotations that went away or will.",
    Gitops "gitops" "What Argo CD and Flux make of the repository.",
    Hygiene "hygiene" "Names, labels, namespaces, and suppressions themselves.",
}

impl Category {
    /// Whether findings of this category say what the API server refuses.
    pub fn is_validity(self) -> bool {
        matches!(self, Category::Syntax | Category::Schema | Category::Api)
    }

    /// The category of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|category| category.as_str() == name)
    }
}

/// A place and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The bytes.
    pub span: Span,
    /// A few words; empty for a primary label that the message explains.
    pub message: String,
}

/// The object a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ObjectRef {
    /// As written.
    pub api_version: String,
    /// As written.
    pub kind: String,
    /// `metadata.namespace`, where it is written.
    pub namespace: Option<String>,
    /// `metadata.name`, where it is written.
    pub name: Option<String>,
}

impl ObjectRef {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// Meaning is kept or is beyond doubt.
    Safe,
    /// May change what the author wants.
    Unsafe,
    /// Only to show: the text holds a placeholder.
    Display,
}

impl Applicability {
    /// `safe`, `unsafe` or `display`.
    pub fn as_str(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::Display => "display",
        }
    }
}

/// Replaces the bytes of a span by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// Edits that mend a finding; all of them or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// What it does, in the imperative.
    pub description: String,
    /// The edits, in the order of the text, not overlapping.
    pub edits: Vec<Edit>,
}

/// What suppressed a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// `comment`, `annotation`, `config` or `baseline`; or the tool that a comment or annotation was written for.
    pub by: &'static str,
    /// The reason given; empty where none was.
    pub reason: String,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule, in kebab case.
    pub rule: &'static str,
    /// The rule's category.
    pub category: Category,
    /// As configured.
    pub severity: Severity,
    /// One sentence without a final stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The place.
    pub primary: Label,
    /// Further places that explain it.
    pub related: Vec<Label>,
    /// 0-based number of the document in its file.
    pub document: Option<u32>,
    /// The object, where the document holds one.
    pub object: Option<Arc<ObjectRef>>,
    /// Path in the object, as the API server prints it; empty for the object as a whole.
    pub path: String,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// What suppressed it, if anything did.
    pub suppressed: Option<Suppression>,
}

impl Finding {
    /// A finding without object, path, help or fix.
    pub fn new(
        rule: &'static str,
        category: Category,
        severity: Severity,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Self {
            rule,
            category,
            severity,
            message: message.into(),
            help: None,
            primary: Label { span, message: String::new() },
            related: Vec::new(),
            document: None,
            object: None,
            path: String::new(),
            fix: None,
            suppressed: None,
        }
    }

    /// The source of its primary place.
    pub fn source(&self) -> SourceId {
        self.primary.span.source
    }

    /// Sets the help text.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a further place.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: message.into() });
        self
    }

    /// A hash that survives moves of lines: of rule, group and kind, namespace, name and path. 16 hex digits.
    pub fn fingerprint(&self) -> String {
        let object = self.object.as_deref();
        let parts = [
            self.rule,
            object.map_or("", |o| o.group()),
            object.map_or("", |o| &o.kind),
            object.and_then(|o| o.namespace.as_deref()).unwrap_or(""),
            object.and_then(|o| o.name.as_deref()).unwrap_or(""),
            &self.path,
        ];
        format!("{:016x}", fnv1a(&parts))
    }
}

/// FNV-1a, 64 bits, over the parts with a zero byte after each: stable over versions and platforms.
fn fnv1a(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
