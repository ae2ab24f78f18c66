//! What the program has to say about one place.
//!
//! In: what a validator, a rule or the reader found. Out: [`Finding`]: rule, severity, message, places, the object it is
//! about, its path in it, and a fix where one is mechanical. Nothing here knows how a finding is shown.

mod identity;
mod link;
mod rule_id;

use std::borrow::Cow;
use std::sync::Arc;

pub use identity::{Subject, folder_of};
pub use link::{Link, Wiring};
pub use rule_id::RuleId;

use crate::escape;
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
        /// What kind of rule a finding comes from. The first four are validity, the rest policy.
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
    Syntax "syntax" "Text that the server's YAML reader refuses, loses or reads differently than it looks.",
    Schema "schema" "What the API server refuses when it decodes an object: types, unknown fields, unknown kinds.",
    Api "api" "What the API server refuses when it validates a decoded object.",
    Render "render" "Sources that their own tool refuses to render, so that nothing in them is applied.",
    Wiring "wiring" "References to objects that do not exist.",
    Security "security" "What a workload may do to its node, its cluster and its neighbours.",
    Rbac "rbac" "Permissions granted.",
    Secrets "secrets" "Secret values where they do not belong.",
    Networking "networking" "How traffic reaches workloads, and what keeps it away.",
    Reliability "reliability" "What keeps a workload available.",
    Autoscaling "autoscaling" "Autoscalers and what they scale.",
    Resources "resources" "Requests, limits and quotas.",
    Images "images" "Image references.",
    Deprecation "deprecation" "APIs, fields and annotations that were removed or will be.",
    Gitops "gitops" "What Argo CD and Flux make of the repository.",
    Hygiene "hygiene" "Names, labels, namespaces, and suppressions themselves.",
}

impl Category {
    /// Whether findings of this category say what the API server refuses, or the tool that makes its objects.
    pub fn is_validity(self) -> bool {
        matches!(self, Category::Syntax | Category::Schema | Category::Api | Category::Render)
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

/// The object a finding is about, to be shown: what identifies it is its [`Subject`].
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
    /// `metadata.generateName`, where it is written.
    pub generate_name: Option<String>,
    /// How the file that it comes from calls it, where it was built.
    pub written: Option<Box<WrittenName>>,
}

/// Namespace and name of an object as a file has them, before anything was put before or behind them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct WrittenName {
    /// Namespace.
    pub namespace: Option<String>,
    /// Name.
    pub name: Option<String>,
}

impl ObjectRef {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Its name, and the one that its file has for it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let written = self.written.as_ref().and_then(|written| written.name.as_deref());
        self.name.as_deref().into_iter().chain(written)
    }

    /// Its namespace, and the one that its file has for it.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        let written = self.written.as_ref().and_then(|written| written.namespace.as_deref());
        self.namespace.as_deref().into_iter().chain(written)
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

/// Edits that fix a finding; all of them or none.
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

/// What is missing, where something other than a manifest may provide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// An object.
    Object {
        /// Its kind.
        kind: Arc<str>,
        /// Its name.
        name: Arc<str>,
    },
    /// A file, as it is referred to.
    File(Arc<str>),
    /// An API that a setting of the API server switches on.
    Api,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
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
    /// 0-based number of the document in its file: of the one that holds the place.
    pub document: Option<u32>,
    /// The file and the number of the document that the object itself comes from, where it was built.
    pub home: Option<(SourceId, u32)>,
    /// The object, where it is about one.
    pub subject: Option<Subject>,
    /// The object as it is shown.
    pub object: Option<Arc<ObjectRef>>,
    /// Path in the object, as the API server prints it; empty for the object as a whole.
    pub path: String,
    /// The path with list items named by their keys, where that is another text.
    pub keyed_path: Option<String>,
    /// What it is about, where that is not the object it is shown at: a namespace as a whole. It is recognised by that.
    pub about: Option<Arc<str>>,
    /// What it misses.
    pub missing: Option<Missing>,
    /// How to fix it.
    pub fix: Option<Fix>,
    /// What suppressed it, if anything did.
    pub suppressed: Option<Suppression>,
    /// The sets it holds in.
    pub sets: InSets,
}

/// The sets that a finding holds in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InSets {
    /// The names of those that have one, sorted: the folders of kustomization roots.
    pub names: Vec<Arc<str>>,
    /// Its file belongs to others, in which it does not hold.
    pub some: bool,
    /// The objects of the other sets that it is about just as well.
    pub others: Vec<Subject>,
}

impl InSets {
    /// Takes in the names of more sets.
    pub fn add(&mut self, names: impl IntoIterator<Item = Arc<str>>) {
        self.names.extend(names);
        self.names.sort_unstable();
        self.names.dedup();
    }
}

impl Finding {
    /// A finding without object, path, help or fix.
    pub fn new(
        rule: impl Into<RuleId>,
        category: Category,
        severity: Severity,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Self {
            rule: rule.into(),
            category,
            severity,
            message: escape::message(message.into()),
            help: None,
            primary: Label { span, message: String::new() },
            related: Vec::new(),
            document: None,
            home: None,
            subject: None,
            object: None,
            path: String::new(),
            keyed_path: None,
            about: None,
            missing: None,
            fix: None,
            suppressed: None,
            sets: InSets::default(),
        }
    }

    /// The source of its primary place.
    pub fn source(&self) -> SourceId {
        self.primary.span.source
    }

    /// Adds to the help why something is told as it is.
    pub fn explain(&mut self, why: &str) {
        let help = self.help.take().filter(|help| !help.is_empty());
        self.help = Some(help.map_or_else(|| why.to_owned(), |help| format!("{help}; {why}")));
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

    /// Bounds the length of every text: a report must not grow with what it quotes. Names stay as they are.
    pub fn bound(&mut self) {
        let bound = |text: &mut String| *text = escape::message(std::mem::take(text));
        bound(&mut self.message);
        self.help.iter_mut().for_each(bound);
        self.related.iter_mut().for_each(|label| bound(&mut label.message));
        self.fix.iter_mut().for_each(|fix| bound(&mut fix.description));
        self.suppressed.iter_mut().for_each(|suppression| bound(&mut suppression.reason));
        if let Cow::Owned(shorter) = escape::bounded(&self.path, escape::MAX_MESSAGE) {
            self.path = shorter;
        }
    }
}
