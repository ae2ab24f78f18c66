//! Examples of rules.
//!
//! In: the rules' fixtures, as they are when the program is built. Out: of a rule, what it reports and what it does not.

/// A manifest that a rule reports, and one that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// Reported.
    pub bad: &'static str,
    /// Not reported.
    pub good: &'static str,
}

/// By id, sorted.
const EXAMPLES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// The example of a rule, where it has one.
pub fn of(id: &str) -> Option<Example> {
    let index = EXAMPLES.binary_search_by_key(&id, |(id, _, _)| id).ok()?;
    EXAMPLES.get(index).map(|&(_, bad, good)| Example { bad, good })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_the_example_of_its_fixtures() {
        assert!(EXAMPLES.is_sorted_by_key(|(id, _, _)| id));
        let example = of("latest-image-tag").expect("it has fixtures");
        assert!(example.bad.contains("image:") && example.good.contains("image:"));
        assert_eq!(of("no-such-rule"), None);
    }
}
