//! Event, of the core group and of `events.k8s.io`.
//!
//! In: a decoded event. Out: findings, under the field names of the internal type, as the server has them. Mirrors
//! `ValidateEventCreate` of `pkg/apis/core/validation`.

use crate::api::check::names;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

/// Most bytes of an action, a reason and the name of a reporter.
const SHORT: usize = 128;
/// Most bytes of the message.
const LONG: usize = 1024;

/// An event, with the fields of both groups under one name.
struct Event<'t> {
    root: Field<'t>,
    /// Of the core group.
    core: bool,
    namespace: &'t str,
}

impl<'t> Event<'t> {
    fn pick(&self, core: &'static str, new: &'static str) -> Field<'t> {
        self.root.child(if self.core { core } else { new })
    }

    fn object_namespace(&self) -> Field<'t> {
        self.pick("involvedObject", "regarding").child("namespace")
    }
}

/// `ValidateEventCreate`. An event without a namespace is made in `default`.
pub fn event<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    let event = Event { root, core: object.gvk.group.is_empty(), namespace: object.namespace().unwrap_or("default") };
    if root.child("eventTime").is_present() {
        timed(&event, errors);
    } else {
        untimed(&event, errors);
    }
    if !event.core {
        strict(&event, errors);
    }
}

fn wrong_namespace<'t>(event: &Event<'t>, errors: &mut Errors<'t>) {
    let message = format!("the namespace of the object must be `{}`, that of the event", event.namespace);
    errors.error_at_path(ErrorType::Invalid, event.object_namespace(), "involvedObject.namespace", message);
}

/// Events of the old form: both namespaces agree.
fn untimed<'t>(event: &Event<'t>, errors: &mut Errors<'t>) {
    match event.object_namespace().text() {
        "" if event.namespace != "default" => wrong_namespace(event, errors),
        "" => {}
        namespace if namespace != event.namespace => wrong_namespace(event, errors),
        _ => {}
    }
}

/// Events of the new form, which have a time: who reports what.
fn timed<'t>(event: &Event<'t>, errors: &mut Errors<'t>) {
    if event.object_namespace().text().is_empty() && !matches!(event.namespace, "default" | "kube-system") {
        wrong_namespace(event, errors);
    }
    let controller = event.pick("reportingComponent", "reportingController");
    controller.check_required(errors, names::qualified);
    for name in ["reportingInstance", "action", "reason"] {
        let field = event.root.child(name);
        field.required_text(errors);
        at_most(field, SHORT, name, errors);
    }
    at_most(event.pick("message", "note"), LONG, "message", errors);
}

fn at_most<'t>(field: Field<'t>, most: usize, path: &str, errors: &mut Errors<'t>) {
    if field.text().len() > most {
        let message = format!("`{path}` has at most {most} bytes, not {}", field.text().len());
        errors.error_at_path(ErrorType::Invalid, field, path, message);
    }
}

/// What only `events.k8s.io/v1` asks for: a time, a type it knows, a whole series, and none of the old fields.
fn strict<'t>(event: &Event<'t>, errors: &mut Errors<'t>) {
    series(event.root.child("series"), errors);
    if !event.root.child("eventTime").is_present() {
        event.root.child("eventTime").required(errors, "");
    }
    if !matches!(event.root.child("type").text(), "Normal" | "Warning") {
        event.root.child("type").invalid(errors, "must be `Normal` or `Warning`");
    }
    let source = event.root.child("deprecatedSource");
    let has_source = ["component", "host"].iter().any(|name| !source.child(name).text().is_empty());
    let old = [
        ("deprecatedFirstTimestamp", "firstTimestamp", event.root.child("deprecatedFirstTimestamp").is_present()),
        ("deprecatedLastTimestamp", "lastTimestamp", event.root.child("deprecatedLastTimestamp").is_present()),
        ("deprecatedCount", "count", event.root.child("deprecatedCount").int().is_some_and(|count| count != 0)),
        ("deprecatedSource", "source", has_source),
    ];
    for (name, path, _) in old.into_iter().filter(|(_, _, is_set)| *is_set) {
        let message = format!("`{name}` must be left out of new events");
        errors.error_at_path(ErrorType::Invalid, event.root.child(name), path, message);
    }
}

/// `validateV1EventSeries`.
fn series<'t>(series: Field<'t>, errors: &mut Errors<'t>) {
    if !series.is_present() {
        return;
    }
    if series.child("count").int().unwrap_or(0) < 2 {
        series.child("count").invalid(errors, "must be at least 2");
    }
    if !series.child("lastObservedTime").is_present() {
        series.child("lastObservedTime").required(errors, "");
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    #[test]
    fn old_events_lie_beside_their_objects() {
        let event = |namespace: &str| {
            violations_in(
                &format!(
                    "apiVersion: v1\nkind: Event\nmetadata: {{name: a, namespace: b}}\ninvolvedObject: {{namespace: {namespace}}}"
                ),
                36,
            )
        };
        assert!(event("b").is_empty());
        assert_eq!(event("c"), ["invalid involvedObject.namespace"]);
    }

    #[test]
    fn new_events_say_who_reports_what() {
        let text = "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a}\neventTime: 2026-01-01T00:00:00Z\n\
                    deprecatedCount: 1\ntype: Odd\nseries: {count: 1}";
        let want = [
            "required action",
            "required reason",
            "required reportingController",
            "required reportingInstance",
            "invalid count",
            "invalid type",
            "required series.lastObservedTime",
            "invalid series.count",
        ];
        assert_eq!(violations_in(text, 36), want);
    }
}
