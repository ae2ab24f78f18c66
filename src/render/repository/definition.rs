//! A definition: an object that brings others.
//!
//! In: an object of a file or of a rendering. Out: [`Definition`], on its own: with the sources that its values come from.

use crate::render::Rendered;
use crate::render::adopt::{self, Adopt};
use crate::render::flux;
use crate::render::value::Value;
use crate::render::world::{group_and_kind, meta_text};
use crate::source::SourceMap;

/// What a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// An Argo CD Application.
    Application,
    /// An Argo CD ApplicationSet.
    ApplicationSet,
    /// A Flux Kustomization.
    Flux,
    /// A Flux HelmRelease.
    Release,
}

/// An object that brings others.
#[derive(Debug)]
pub struct Definition {
    /// What it is.
    pub sort: Sort,
    /// The object.
    pub value: Value,
    /// The files that its values come from.
    pub sources: SourceMap,
}

impl Sort {
    /// The tool that renders it.
    pub fn renderer(self) -> &'static str {
        match self {
            Self::Application | Self::ApplicationSet => "argocd",
            Self::Flux | Self::Release => "flux",
        }
    }
}

impl Definition {
    /// What kind of definition an object is.
    pub fn sort_of(value: &Value) -> Option<Sort> {
        Some(match group_and_kind(value) {
            ("argoproj.io", "Application") => Sort::Application,
            ("argoproj.io", "ApplicationSet") => Sort::ApplicationSet,
            // One that has nothing of what it needs is a patch of another.
            ("kustomize.toolkit.fluxcd.io", "Kustomization") if flux::kustomization::is_whole(value) => Sort::Flux,
            // One that names no chart is a patch of another.
            ("helm.toolkit.fluxcd.io", "HelmRelease") if flux::release::names_chart(value) => Sort::Release,
            _ => return None,
        })
    }

    /// Of an object that is one, with its name.
    pub fn of(value: &Value, sources: &SourceMap) -> Option<Self> {
        let sort = Self::sort_of(value)?;
        let named = meta_text(value, "name").is_some() && value.get("spec").is_some_and(Value::is_map);
        if !named {
            return None;
        }
        let mut own = SourceMap::default();
        let value = Adopt::new(sources, &mut own).value(value.clone());
        Some(Self { sort, value, sources: own })
    }

    /// The same again.
    pub fn copy(&self) -> Self {
        Self { sort: self.sort, value: self.value.clone(), sources: adopt::copy(&self.sources) }
    }

    /// The file that it stands in, by the name that users know it by.
    pub fn file(&self) -> &str {
        &self.sources.get(self.value.origin.span.source).name
    }

    /// A rendering of it of which nothing is known yet.
    pub fn nothing(&self) -> Rendered {
        Rendered::nothing(self.file().to_owned(), self.sort.renderer(), adopt::copy(&self.sources))
    }

    /// By which two definitions are told apart.
    pub fn key(&self) -> (Sort, String) {
        (self.sort, self.value.to_json().to_string())
    }
}
