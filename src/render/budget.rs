//! What all roots of a run may make together.
//!
//! In: the objects of one root after the other. Out: whether they still fit. Objects are counted, and so are the values in them:
//! memory goes by these.

use super::value::{Data, Value};

/// What may still be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Objects.
    pub objects: usize,
    /// Values in them: scalars, lists and maps.
    pub values: usize,
}

impl Budget {
    /// No bound.
    pub const ENDLESS: Self = Self { objects: usize::MAX, values: usize::MAX };

    /// Takes up what a root made; nothing of it where that does not fit.
    pub fn take(&mut self, objects: &[Value]) -> bool {
        let values = objects.iter().map(size).sum();
        let left = (self.objects.checked_sub(objects.len()), self.values.checked_sub(values));
        let (Some(objects), Some(values)) = left else { return false };
        *self = Self { objects, values };
        true
    }
}

fn size(value: &Value) -> usize {
    1 + match &value.data {
        Data::List(items) => items.iter().map(size).sum(),
        Data::Map(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::origin::{By, Origin};
    use crate::source::Span;

    #[test]
    fn what_does_not_fit_is_not_counted() {
        let origin = || Origin::new(Span::default(), By::Resource);
        let mut object = Value::map(origin());
        object.set("a", Value::string("b", origin()));
        let mut budget = Budget { objects: 3, values: 5 };
        assert!(budget.take(&[object.clone(), object.clone()]));
        assert_eq!(budget, Budget { objects: 1, values: 1 });
        assert!(!budget.take(&[object]) && budget.take(&[Value::map(origin())]));
        assert_eq!(budget, Budget { objects: 0, values: 0 });
    }
}
