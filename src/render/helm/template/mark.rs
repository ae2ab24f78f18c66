//! Where rendered bytes come from.
//!
//! In: places in values files and templates. Out: a [`Mark`], a small number that stands for a set of places, so that a
//! piece of text can carry it along cheaply.

use rustc_hash::FxHashMap;

use crate::source::Span;

/// Number of a set of origins in [`Marks`]; 0 is no origin at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Mark(u32);

impl Mark {
    /// Nothing is known of where it comes from.
    pub const NONE: Mark = Mark(0);

    /// Whether nothing is known.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    /// Places in files that hold data: values files, Chart.yaml, files that a template reads. The first is the first
    /// that went into the value.
    pub data: Vec<Span>,
    /// The template text or action that wrote it.
    pub template: Option<Span>,
    /// The action that called the template which wrote it.
    pub caller: Option<Span>,
    /// It was computed so that nothing of the data is seen in it, as a checksum is.
    pub derived: bool,
    /// It is random or depends on the clock: no two renderings need to agree on it.
    pub generated: bool,
}

/// Most places that one mark remembers.
const MOST: usize = 6;

/// All marks of a rendering.
#[derive(Debug)]
pub struct Marks {
    origins: Vec<Origin>,
    numbers: FxHashMap<Origin, Mark>,
    joined: FxHashMap<(Mark, Mark), Mark>,
    placed: FxHashMap<(Mark, Span), Mark>,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            origins: vec![Origin::default()],
            numbers: FxHashMap::from_iter([(Origin::default(), Mark::NONE)]),
            joined: FxHashMap::default(),
            placed: FxHashMap::default(),
        }
    }
}

impl Marks {
    /// What a mark stands for.
    pub fn get(&self, mark: Mark) -> &Origin {
        self.origins.get(mark.0 as usize).unwrap_or(&self.origins[0])
    }

    /// The mark of a place in a file of data.
    pub fn data(&mut self, span: Span) -> Mark {
        self.number(Origin { data: vec![span], ..Origin::default() })
    }

    /// The mark of a place in a template.
    pub fn template(&mut self, span: Span) -> Mark {
        self.number(Origin { template: Some(span), ..Origin::default() })
    }

    /// The same, with the template place that wrote it; where one is known already, with the place that called that one.
    pub fn written_at(&mut self, mark: Mark, span: Span) -> Mark {
        let known = self.get(mark);
        if known.caller.is_some() || known.template == Some(span) {
            return mark;
        }
        if let Some(&known) = self.placed.get(&(mark, span)) {
            return known;
        }
        let mut origin = self.get(mark).clone();
        match origin.template {
            None => origin.template = Some(span),
            // A constant of the action itself is no template that it calls.
            Some(inner) if span.contains(inner) => {}
            Some(_) => origin.caller = Some(span),
        }
        let number = self.number(origin);
        self.placed.insert((mark, span), number);
        number
    }

    /// What was made of both.
    pub fn join(&mut self, a: Mark, b: Mark) -> Mark {
        if a == b || b.is_none() {
            return a;
        }
        if a.is_none() {
            return b;
        }
        if let Some(&known) = self.joined.get(&(a, b)) {
            return known;
        }
        let (first, second) = (self.get(a).clone(), self.get(b));
        let mut both = first;
        for &span in &second.data {
            if both.data.len() < MOST && !both.data.contains(&span) {
                both.data.push(span);
            }
        }
        both.template = both.template.or(second.template);
        both.caller = both.caller.or(second.caller);
        both.generated |= second.generated;
        both.derived |= second.derived;
        let number = self.number(both);
        self.joined.insert((a, b), number);
        number
    }

    /// The same, known to be random or of the clock.
    pub fn generated(&mut self, mark: Mark) -> Mark {
        self.number(Origin { generated: true, ..self.get(mark).clone() })
    }

    /// What was computed of it: the action that asked decides, the data are what it read.
    pub fn derived(&mut self, mark: Mark) -> Mark {
        let origin = self.get(mark);
        let derived =
            Origin { data: origin.data.clone(), derived: true, generated: origin.generated, ..Origin::default() };
        self.number(derived)
    }

    fn number(&mut self, origin: Origin) -> Mark {
        if let Some(&known) = self.numbers.get(&origin) {
            return known;
        }
        let number = Mark(self.origins.len() as u32);
        self.origins.push(origin.clone());
        self.numbers.insert(origin, number);
        number
    }
}
