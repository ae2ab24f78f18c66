//! What an ApplicationSet generates.
//!
//! In: the repository, an ApplicationSet. Out: its Applications as objects, each value with the place that decided it: the
//! parameter, else the template; or the error for which Argo CD creates none of them. What only a cluster, a forge or a
//! plugin knows is noted as absent.
//!
//! `generators` gives sets of parameters (`git` from the repository, `combine` from others), `template` fills them in,
//! `patch` applies `templatePatch`.

mod combine;
mod generators;
mod git;
mod parameters;
mod patch;
mod template;

use std::collections::HashSet;

use self::generators::{Generators, Stop};
use self::template::Templates;
use super::projects::invalid_destination;
use super::{App, NAMESPACE};
use crate::render::adopt;
use crate::render::gotemplate::with_engine;
use crate::render::helm::template::MissingKey;
use crate::render::origin::{By, Origin};
use crate::render::repository::Definition;
use crate::render::value::Value;
use crate::render::world::{World, meta};
use crate::render::{Absent, Problem, Rendered};
use crate::source::{SourceMap, Span};

/// The finalizer that Argo CD gives to generated Applications.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// Expands an ApplicationSet.
pub fn render(world: &World<'_>, definition: &Definition) -> Rendered {
    let set = &definition.value;
    let none = Value::map(set.origin.clone());
    let spec = set.get("spec").unwrap_or(&none);
    let expand = |templates: Templates<'_>| expanded(world, definition, spec, templates);
    let sources = || adopt::copy(&definition.sources);
    if !spec.is_set("goTemplate") {
        return expand(Templates::fast(sources()));
    }
    let refused = |at: &Value, message: String| {
        let problems = vec![failed(at.span(), message)];
        Rendered { problems, ..definition.nothing() }
    };
    let options = spec.items_at("goTemplateOptions").iter().filter_map(Value::as_str);
    let missing = match MissingKey::of_options(options) {
        Ok(missing) => missing,
        Err(message) => return refused(spec.get("goTemplateOptions").unwrap_or(spec), message),
    };
    let made = with_engine(missing, |engine| expand(Templates::go(engine, sources())));
    made.unwrap_or_else(|| refused(spec, "the templates could not be rendered because of an internal error".to_owned()))
}

fn expanded(world: &World<'_>, definition: &Definition, spec: &Value, templates: Templates<'_>) -> Rendered {
    let mut rendered = Rendered::nothing(definition.file().to_owned(), "argocd", SourceMap::default());
    let mut expansion = Expansion { world, set: &definition.value, spec, templates };
    let (made, absent) = expansion.run();
    rendered.absent = absent.into_iter().map(Absent::from).collect();
    match made {
        Ok(made) => checked(made, &mut rendered),
        Err(problem) => {
            // The reason may be that there are too many.
            rendered.limited = true;
            rendered.problems.push(problem);
        }
    }
    rendered.sources = expansion.templates.sources;
    rendered
}

/// No Application is created for a reason that stands at a place.
fn failed(span: Span, message: impl Into<String>) -> Problem {
    Problem::new("appset-error", Some(span), message)
}

struct Expansion<'e, 't> {
    world: &'e World<'e>,
    set: &'e Value,
    spec: &'e Value,
    templates: Templates<'t>,
}

/// An Application, and the place of what it was generated from.
struct Made {
    application: Value,
    at: Span,
}

impl Expansion<'_, '_> {
    /// All Applications, or the first error; and what could not be had.
    fn run(&mut self) -> (Result<Vec<Made>, Problem>, Vec<Problem>) {
        let none = Value::map(self.spec.origin.clone());
        let template = self.spec.get("template").unwrap_or(&none);
        let (mut made, mut absent, mut error) = (Vec::new(), Vec::new(), None);
        for generator in self.spec.items_at("generators") {
            let mut generators = Generators { world: self.world, templates: &mut self.templates };
            let results = match generators.transform(generator, template, None, 1) {
                Ok(results) => results,
                Err(Stop::Unknown(problem)) => {
                    absent.push(problem);
                    continue;
                }
                Err(Stop::Failed(problem)) => {
                    error = error.or(Some(problem));
                    continue;
                }
            };
            for (template, sets) in results {
                for parameters in sets {
                    let at = parameters.span();
                    match self.application(&template, &parameters) {
                        Ok(application) => made.push(Made { application, at }),
                        Err(problem) => error = error.or(Some(problem)),
                    }
                    if made.len() > self.world.limits.objects {
                        let message = format!("more than {} Applications are generated", self.world.limits.objects);
                        return (Err(failed(generator.span(), message)), absent);
                    }
                }
            }
        }
        (error.map_or(Ok(made), Err), absent)
    }

    fn application(&mut self, template: &Value, parameters: &Value) -> Result<Value, Problem> {
        let origin = Origin::new(template.span(), By::Template);
        let mut application = Value::map(origin.clone());
        application.set("apiVersion", Value::string("argoproj.io/v1alpha1", origin.clone()));
        application.set("kind", Value::string("Application", origin.clone()));
        let mut metadata = Value::map(origin.clone());
        for field in ["name", "labels", "annotations", "finalizers"] {
            if let Some(value) = template.at(&["metadata", field]).filter(|value| !value.is_null()) {
                metadata.set(field, value.clone());
            }
        }
        application.set("metadata", metadata);
        let spec = template.get("spec").cloned().unwrap_or_else(|| Value::map(origin.clone()));
        application.set("spec", spec);
        if !parameters.entries().is_empty() {
            application = self.templates.fill_all(&application, parameters)?;
            self.finalize(&mut application, &origin);
        }
        if let Some(patch) = self.spec.get("templatePatch").filter(|patch| patch.as_str().is_some()) {
            let filled = self.templates.fill(patch, parameters)?;
            application = patch::apply(application, &filled)?;
        }
        let namespace = meta(self.set, "namespace").cloned();
        let namespace = namespace.unwrap_or_else(|| Value::string(NAMESPACE, self.set.origin.clone()));
        if let Some(metadata) = application.map_at("metadata", &origin) {
            metadata.set("namespace", namespace);
        }
        Ok(application)
    }

    /// Adds the finalizer where there is none and Applications may go with their objects.
    fn finalize(&self, application: &mut Value, origin: &Origin) {
        let policy = self.spec.get("syncPolicy");
        if policy.is_some_and(|policy| policy.is_set("preserveResourcesOnDeletion")) {
            return;
        }
        let Some(metadata) = application.map_at("metadata", origin) else { return };
        if metadata.items_at("finalizers").is_empty() {
            let origin = Origin { by: By::Default, ..origin.clone() };
            let item = Value::string(FINALIZER, origin.clone());
            metadata.set("finalizers", Value { data: crate::render::value::Data::List(vec![item]), origin });
        }
    }
}

/// Puts those Applications that Argo CD takes into the rendering.
fn checked(made: Vec<Made>, rendered: &mut Rendered) {
    let (mut names, mut bad) = (HashSet::new(), HashSet::new());
    for Made { application, at } in &made {
        let app = App::of(application);
        let why = match app.name {
            "" => Some("has no name".to_owned()),
            name if !names.insert(name.to_owned()) => {
                Some("has the name of another one: neither is created".to_owned())
            }
            _ => invalid_destination(&app).map(|why| format!("cannot be created: {why}")),
        };
        if let Some(why) = why {
            let message = format!("the generated Application `{}` {why}", app.name);
            rendered.problems.push(Problem::new("appset-app-invalid", Some(*at), message));
            bad.insert(app.name.to_owned());
        }
    }
    let good = made.into_iter().filter(|made| !bad.contains(App::of(&made.application).name));
    rendered.objects = good.map(|made| made.application).collect();
}
