//! Running rules over an apply set.
//!
//! In: the rules that are on, with their settings, and the set. Out: their findings, in no particular order. Objects are
//! looked at in parallel, each by all rules in turn; checks of whole sets run beside each other.

use std::cell::OnceCell;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use rustc_hash::FxHashSet;

use crate::finding::{Category, Finding};
use crate::object::{Container, Object, PodSpec, Workload};
use crate::source::SourceId;
use crate::version::VersionRange;
use crate::workspace::{ApplySet, Item};

use super::plan::Plan;
use super::{Action, Check, Context, OptionValue, RuleInfo, SetContext, Setting, Settings};

/// A rule that is on.
#[derive(Clone)]
pub struct Enabled {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// What it does.
    pub action: Action,
    /// How it is configured.
    pub settings: Settings,
    /// How it is configured for some files; nothing where it has no options that depend on the path.
    pub by_path: Option<ByPath>,
}

/// Settings that hold for some sources.
#[derive(Clone, Default)]
pub struct ByPath {
    /// The settings that there are.
    pub variants: Vec<Settings>,
    /// Which of them holds for a source; the others have the rule's general settings.
    pub of_source: FxHashMap<SourceId, usize>,
}

impl Enabled {
    /// The value that a number option has in general.
    pub fn int(&self, name: &str) -> Option<i64> {
        let option = self.rule.options.iter().find(|option| option.name == name)?;
        match (self.settings.options.get(option.name), option.default) {
            (Some(Setting::Int(value)), _) => Some(*value),
            (None, OptionValue::Int(value)) => Some(value),
            _ => None,
        }
    }

    /// The settings for objects of a source.
    fn settings_for(&self, source: SourceId) -> &Settings {
        let variant = self.by_path.as_ref().and_then(|by| by.variants.get(*by.of_source.get(&source)?));
        variant.unwrap_or(&self.settings)
    }
}

/// Runs the rules over the sets that a run divides into, as planned for all their objects.
pub fn run<'t>(plan: &Plan<'_, 't>, set: &ApplySet<'t>, versions: VersionRange) -> Vec<Finding> {
    let (whole, runner) = (plan.of_sets(), Runner { plan, set, versions });
    let is_checked = |item: &Item<'t>| plan.looks_at_any(std::slice::from_ref(item));
    let mut findings: Vec<Finding> =
        set.items().par_iter().filter(|item| is_checked(item)).flat_map_iter(|item| runner.object(item)).collect();
    let unchecked: FxHashSet<_> =
        set.items().iter().filter(|item| !is_checked(item)).map(|i| (i.source, i.document)).collect();
    let of_sets = whole.par_iter().flat_map_iter(|enabled| runner.whole(enabled));
    let place = |f: &Finding| f.subject.map_or((f.source(), f.document.unwrap_or(0)), |s| (s.source, s.document));
    let of_sets = of_sets.filter(|f| !unchecked.contains(&place(f)));
    findings.extend(of_sets.collect::<Vec<_>>());
    findings
}

struct Runner<'a, 't> {
    plan: &'a Plan<'a, 't>,
    set: &'a ApplySet<'t>,
    versions: VersionRange,
}

impl<'a, 't> Runner<'a, 't> {
    fn context(&self, enabled: &'a Enabled, item: Option<Item<'t>>) -> SetContext<'a, 't> {
        let object = Context {
            around: self.set,
            version: self.versions.to,
            oldest: self.versions.from,
            rule: &enabled.rule,
            settings: item.map_or(&enabled.settings, |item| enabled.settings_for(item.written_in())),
            item,
            reference: None,
            references: OnceCell::new(),
            findings: Vec::new(),
        };
        SetContext { set: self.set, object }
    }

    fn whole(&self, enabled: &'a Enabled) -> Vec<Finding> {
        let mut context = self.context(enabled, None);
        if let Action::Check(Check::Set(check)) = enabled.action {
            check(self.set, &mut context);
        }
        context.object.findings
    }

    fn object(&self, item: &Item<'t>) -> Vec<Finding> {
        let object = item.object;
        let Some((first, rest)) = self.plan.of_kind(object.gvk).split_first() else { return Vec::new() };
        let (view, written) = (View::of(item), item.written_in());
        let is_test = view.workload.is_some() && object.is_helm_test();
        let mut context = self.context(first, Some(*item));
        if !(is_test && is_of_service(&first.rule)) {
            view.apply(&first.action, &mut context);
        }
        for enabled in rest {
            if is_test && is_of_service(&enabled.rule) {
                continue;
            }
            let (rule, settings) = (&*enabled.rule, enabled.settings_for(written));
            (context.object.rule, context.object.settings) = (rule, settings);
            view.apply(&enabled.action, &mut context);
        }
        context.object.findings
    }
}

/// What rules look at of one object, found once for all of them.
struct View<'t> {
    object: Object<'t>,
    workload: Option<Workload<'t>>,
    pod: Option<PodSpec<'t>>,
    containers: Vec<Container<'t>>,
}

impl<'t> View<'t> {
    fn of(item: &Item<'t>) -> Self {
        let workload = item.workload();
        let pod = workload.and_then(Workload::pod_spec);
        let containers = pod.into_iter().flat_map(PodSpec::containers).collect();
        Self { object: item.object, workload, pod, containers }
    }

    /// Runs the action of the context's rule.
    fn apply(&self, action: &Action, context: &mut SetContext<'_, 't>) {
        let check = match action {
            Action::Check(check) => check,
            Action::Program(program) => return program.check(self.object, context),
        };
        let alone = &mut context.object;
        match *check {
            Check::Object(check) | Check::Kind(_, check) => check(self.object, alone),
            Check::Workload(check) => self.workload.into_iter().for_each(|workload| check(workload, alone)),
            Check::PodSpec(check) => self.pod.into_iter().for_each(|pod| check(pod, alone)),
            Check::Container(check) => self.containers.iter().for_each(|container| check(*container, alone)),
            Check::ObjectInSet(check) | Check::KindInSet(_, check) => check(self.object, context),
            Check::WorkloadInSet(check) => self.workload.into_iter().for_each(|workload| check(workload, context)),
            Check::PodSpecInSet(check) => self.pod.into_iter().for_each(|pod| check(pod, context)),
            Check::ContainerInSet(check) => self.containers.iter().for_each(|container| check(*container, context)),
            Check::Set(_) => {}
        }
    }
}

/// Whether a rule is about what serves, or runs again and again: pods of `helm test` run once, when somebody asks for it.
fn is_of_service(rule: &RuleInfo) -> bool {
    let of_category = matches!(
        rule.category,
        Category::Autoscaling | Category::Networking | Category::Reliability | Category::Resources
    );
    of_category || ["latest-image-tag", "stale-latest-image"].iter().any(|id| rule.id == *id)
}
