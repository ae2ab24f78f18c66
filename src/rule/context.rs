//! What a rule may know, and how it reports.
//!
//! In: the run's settings, the apply set and the object at hand. Out: findings with spans, paths and the object filled in.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::finding::{Applicability, Finding, Fix, Label, Missing, ObjectRef, Severity};
use crate::knowledge::agents::Signs;
use crate::object::{Container, Object, PodSpec, Reference, WorkloadKind};
use crate::version::KubeVersion;
use crate::workspace::{ApplySet, Item};
use crate::yaml::edit::Patch;
use crate::yaml::{Node, Place};

use super::{OptionValue, RuleInfo};

/// What the configuration says about one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The severity it reports with.
    pub severity: Severity,
    /// A published standard is checked, which knows no exceptions for what is known to need them.
    pub standard: bool,
    /// Everything is asked for: a published standard is checked, or every rule is on. What merely looks like an exception is none.
    pub exact: bool,
    /// Options that differ from their defaults.
    pub options: FxHashMap<&'static str, Setting>,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// A number.
    Int(i64),
    /// A boolean.
    Bool(bool),
    /// A list of strings.
    Strings(Vec<String>),
}

impl From<OptionValue> for Setting {
    fn from(value: OptionValue) -> Self {
        match value {
            OptionValue::Int(value) => Setting::Int(value),
            OptionValue::Bool(value) => Setting::Bool(value),
            OptionValue::Strings(values) => Setting::Strings(values.iter().map(|&value| value.to_owned()).collect()),
        }
    }
}

/// Handed to the check of a rule that looks at one object: what else there is it cannot ask.
pub struct Context<'a, 't> {
    /// The version checked for; of several the newest.
    pub version: KubeVersion,
    /// The oldest version checked for: fixes must not use what it does not know.
    pub oldest: KubeVersion,
    /// What is applied together with the object at hand; nothing more than itself where it comes alone.
    pub(super) around: &'a ApplySet<'t>,
    pub(super) rule: &'a RuleInfo,
    pub(super) settings: &'a Settings,
    /// The object at hand; nothing for checks of whole sets.
    pub(super) item: Option<Item<'t>>,
    pub(super) reference: Option<Arc<ObjectRef>>,
    /// What the pod at hand refers to, found when first asked for.
    pub(super) references: OnceCell<Rc<[Reference<'t>]>>,
    pub(super) findings: Vec<Finding>,
}

impl<'a, 't> Context<'a, 't> {
    /// The item at hand.
    ///
    /// # Panics
    /// In a check of whole sets, which has none.
    pub fn item(&self) -> Item<'t> {
        self.item.expect("only checks of one object ask for it")
    }

    /// Reports on the object at hand. In a check of whole sets use [`Context::report_on`].
    pub fn report<'p>(&mut self, place: impl Into<Place<'p>>, message: impl Into<String>) -> Draft<'_> {
        let (item, reference) = (self.item(), self.reference());
        // The place lies in the same tree as the item; only its lifetime is shorter.
        self.push(&item, &place.into(), &reference, message.into())
    }

    /// Reports on an item of the set. Nothing is kept where the item is not checked.
    pub fn report_on<'p>(
        &mut self,
        item: &Item<'_>,
        place: impl Into<Place<'p>>,
        message: impl Into<String>,
    ) -> Draft<'_> {
        let reference = Arc::new(item.object.reference());
        self.push(item, &place.into(), &reference, message.into())
    }

    /// What the pod of the object at hand refers to: [`PodSpec::references`], found once for all rules.
    pub fn references(&self, pod: PodSpec<'t>) -> Rc<[Reference<'t>]> {
        self.references.get_or_init(|| pod.references().into()).clone()
    }

    /// The limit that a container of the object at hand has once the server has applied the LimitRanges of its namespace: at
    /// admission it has, and what is written counts.
    pub fn effective_limit(&self, container: Container<'t>, resource: &str) -> Option<Node<'t>> {
        self.around.effective_limit(&self.item(), container, resource)
    }

    /// The same of its request.
    pub fn effective_request(&self, container: Container<'t>, resource: &str) -> Option<Node<'t>> {
        self.around.effective_request(&self.item(), container, resource)
    }

    /// What speaks for it that the pod of the object at hand does its work on its node.
    pub fn signs(&self, pod: PodSpec<'t>) -> Signs<'t> {
        if pod.workload.kind != WorkloadKind::DaemonSet {
            return Signs::default();
        }
        let item = self.item();
        let enforced = |name: &str| self.around.namespace_labels(name, &item).get("pod-security.kubernetes.io/enforce");
        let admits = |name: &str| name == "kube-system" || enforced(name) == Some("privileged");
        Signs::of(pod, item.namespace().is_some_and(admits))
    }

    /// The objects of that kind and name in the folder of the object at hand.
    pub fn beside<'b>(&'b self, kind: &'b str, name: &'b str) -> impl Iterator<Item = &'b Item<'t>> {
        let item = self.item();
        self.around.named(kind, name, item.namespace()).filter(move |other| self.around.lie_side_by_side(&item, other))
    }

    /// The objects of that kind in the repository, in whatever set.
    pub fn known<'b>(&'b self, group: &'b str, kind: &'b str) -> impl Iterator<Item = &'b Item<'t>> {
        self.around.known_of_kind(group, kind)
    }

    /// Whether something in the repository ends TLS for a host that Ingresses of a class serve, in whatever set, or holds a certificate
    /// of it.
    pub fn ends_tls_for(&self, host: &str, class: Option<&str>) -> bool {
        self.around.ends_tls_for(host, class)
    }

    /// The images of the pods that the Service at hand selects.
    pub fn images_behind(&self, selector: Node<'_>) -> Vec<&'t str> {
        let selected = self.around.selected_by_map(selector, self.item().namespace());
        let pods = selected.iter().filter_map(|(_, workload)| workload.pod_spec());
        pods.flat_map(PodSpec::containers).filter_map(|container| container.image_node()?.as_str()).collect()
    }

    /// Whether a Service sends traffic to the port of that name of the pod at hand.
    pub fn is_called_by(&self, name: &str) -> bool {
        self.around.is_called_by(&self.item(), name)
    }

    /// Whether what the object at hand is applied with is for OpenShift.
    pub fn is_for_openshift(&self) -> bool {
        self.around.is_for_openshift(&self.item())
    }

    /// Whether everything is asked for: what is implied by something worse as well.
    pub fn is_exact(&self) -> bool {
        self.settings.exact
    }

    /// Whether the repository defines the role that the item binds (`kind` is `Role`, of its own namespace, or
    /// `ClusterRole`), and a test holds for every one that it may be.
    pub fn binds_only(&self, kind: &str, name: &str, test: impl Fn(Object<'t>) -> bool) -> bool {
        let namespace = self.item().namespace().filter(|_| kind == "Role");
        let mut roles = self.around.named(kind, name, namespace).peekable();
        roles.peek().is_some() && roles.all(|item| test(item.object))
    }

    /// Whether a CustomResourceDefinition of what is applied together defines a resource of a group, or any.
    pub fn defines(&self, group: &str, plural: Option<&str>) -> bool {
        let specs = self.around.of_kind("apiextensions.k8s.io", "CustomResourceDefinition");
        let mut specs = specs.filter_map(|item| item.object.spec());
        specs.any(|spec| {
            let named = spec.at(&["names", "plural"]).and_then(Node::as_str);
            spec.str_at("group") == Some(group) && plural.is_none_or(|plural| named == Some(plural))
        })
    }

    fn reference(&mut self) -> Arc<ObjectRef> {
        if let Some(reference) = &self.reference {
            return reference.clone();
        }
        let reference = Arc::new(self.item().object.reference());
        self.reference = Some(reference.clone());
        reference
    }

    fn push(&mut self, item: &Item<'_>, place: &Place<'_>, reference: &Arc<ObjectRef>, message: String) -> Draft<'_> {
        let (category, severity) = (self.rule.category, self.settings.severity);
        let mut finding = Finding::new(self.rule.id.clone(), category, severity, message, place.span());
        finding.path = place.path(item.object.root);
        item.object.attach_to(&mut finding, item.document, reference);
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        Draft { rule: self.rule, settings: self.settings, finding: &mut self.findings[last] }
    }

    fn setting(&self, name: &str) -> (Option<&'a Setting>, OptionValue) {
        let spec = self.rule.options.iter().find(|option| option.name == name);
        let default = spec.expect("a rule asks only for the options it declares").default;
        (self.settings.options.get(name), default)
    }

    /// The value of a number option.
    pub fn int(&self, name: &str) -> i64 {
        match self.setting(name) {
            (Some(Setting::Int(value)), _) => *value,
            (None, OptionValue::Int(value)) => value,
            _ => 0,
        }
    }

    /// The value of a boolean option.
    pub fn flag(&self, name: &str) -> bool {
        match self.setting(name) {
            (Some(Setting::Bool(value)), _) => *value,
            (None, OptionValue::Bool(value)) => value,
            _ => false,
        }
    }

    /// The values of a list option.
    pub fn strings(&self, name: &str) -> Vec<&'a str> {
        match self.setting(name) {
            (Some(Setting::Strings(values)), _) => values.iter().map(String::as_str).collect(),
            (None, OptionValue::Strings(values)) => values.to_vec(),
            _ => Vec::new(),
        }
    }
}

/// A finding just made, to be completed.
pub struct Draft<'f> {
    finding: &'f mut Finding,
    rule: &'f RuleInfo,
    settings: &'f Settings,
}

impl Draft<'_> {
    /// What to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// A further place that explains it.
    pub fn related<'p>(self, place: impl Into<Place<'p>>, message: impl Into<String>) -> Self {
        self.finding.related.push(Label { span: place.into().span(), message: message.into() });
        self
    }

    /// Says what it is about, where that is not the object it is shown at; from one run to the next it is recognised by that.
    pub fn about(self, what: impl Into<Arc<str>>) -> Self {
        self.finding.about = Some(what.into());
        self
    }

    /// Names the object that it misses: a command of the repository may make it.
    pub fn missing(self, kind: &str, name: &str) -> Self {
        self.finding.missing = Some(Missing::Object { kind: kind.into(), name: name.into() });
        self
    }

    /// Lowers the severity, where the case at hand is milder than the rule.
    pub fn at_most(self, severity: Severity) -> Self {
        self.finding.severity = self.finding.severity.min(severity);
        self
    }

    /// Takes it for a remark, where what it is about is known to need it, unless a published standard is checked.
    pub fn excused(self, known: bool) -> Self {
        if known && !self.settings.standard { self.at_most(Severity::Info) } else { self }
    }

    /// Lowers the severity to a warning where something makes less of it; not in the profiles that make no exceptions.
    pub fn lessened(self, when: bool) -> Self {
        let exact = self.settings.exact || self.settings.standard;
        if when && !exact { self.at_most(Severity::Warning) } else { self }
    }

    /// Lowers the severity where signs speak for it that a pod does its work on its node, and says what they are: to a warning, or
    /// to a remark where two agree. To be called after [`Draft::help`].
    pub fn weighed(self, signs: Signs<'_>) -> Self {
        if !signs.any() || self.settings.exact {
            return self;
        }
        if let Some(help) = &mut self.finding.help {
            help.push_str(&format!(
                ", unless its work on the node needs it, as is likely of a DaemonSet that {}",
                signs.words()
            ));
        }
        self.at_most(if signs.agree() { Severity::Info } else { Severity::Warning })
    }

    /// Raises the severity, where the case at hand is worse than the rule.
    pub fn at_least(self, severity: Severity) -> Self {
        self.finding.severity = self.finding.severity.max(severity);
        self
    }

    /// How to fix it. Without effect where the patch cannot be made for certain.
    pub fn fix(self, patch: Patch) -> Self {
        let applicability = self.rule.fix.unwrap_or(Applicability::Unsafe);
        self.fix_as(applicability, patch)
    }

    /// How to fix it, where the case at hand is safer than the rule says.
    pub fn fix_as(self, applicability: Applicability, patch: Patch) -> Self {
        debug_assert!(self.rule.fix.is_some_and(|most| applicability <= most), "{} declares its fixes", self.rule.id);
        let fix = patch.finish().map(|(description, edits)| Fix { applicability, description, edits });
        self.finding.fix = fix;
        self
    }
}
