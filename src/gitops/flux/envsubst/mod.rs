//! Variables in texts, as `fluxcd/pkg/envsubst` replaces them.
//!
//! In: a text, the values of variables. Out: its pieces: what stands in the text, and what a variable gives. `${name}` with
//! the operators of a shell is known, `$$` gives `$`, `$name` stays.

mod functions;
mod parse;

use parse::{Node, parse};

/// A piece of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the text, from where to where.
    Literal(usize, usize),
    /// What a variable gives, and the place of its braces.
    Value {
        /// The text.
        text: String,
        /// The variable, where its value is in the text; nothing where a default is.
        variable: Option<String>,
        /// Where the braces stand.
        at: (usize, usize),
    },
}

/// Why a text cannot be substituted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In plain words.
    pub message: &'static str,
    /// Where in the text.
    pub at: usize,
}

/// Replaces the variables of a text; those that have no value give nothing.
///
/// # Errors
/// Where the text is not of that language.
pub fn substitute(text: &str, value: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    for node in parse(text)? {
        match node {
            Node::Text(ranges) => pieces.extend(ranges.into_iter().map(|(start, end)| Piece::Literal(start, end))),
            Node::Variable(variable) => {
                let (text, known) = functions::evaluate(text, &variable, value, 0)?;
                let name = known.then(|| variable.name.clone());
                pieces.push(Piece::Value { text, variable: name, at: variable.at });
            }
        }
    }
    Ok(pieces)
}

/// Whether a name is one that a variable may have.
pub fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(template: &str) -> Result<String, &'static str> {
        let value = |name: &str| match name {
            "region" => Some("eu-west-1".to_owned()),
            "path" => Some("a/b/c.tar.gz".to_owned()),
            "empty" => Some(String::new()),
            _ => None,
        };
        let pieces = substitute(template, &value).map_err(|fault| fault.message)?;
        let shown = pieces.iter().map(|piece| match piece {
            Piece::Literal(start, end) => template[*start..*end].to_owned(),
            Piece::Value { text, .. } => text.clone(),
        });
        Ok(shown.collect())
    }

    #[test]
    fn variables_are_replaced_as_flux_does_it() {
        for (template, want) in [
            ("a-${region}-b", "a-eu-west-1-b"),
            ("${unset}|${empty}", "|"),
            ("$region $$ $${region}", "$region $ ${region}"),
            ("${unset:=dev} ${unset:-x y} ${empty:-d} ${region:-d}", "dev x y d eu-west-1"),
            ("${unset=dev} ${unset:-a${region}b}", "dev aeu-west-1b"),
            ("${region^^} ${region^} ${region,,} ${#region}", "EU-WEST-1 Eu-west-1 eu-west-1 9"),
            ("${region:3} ${region:3:4} ${region: -1}", "west-1 west eu-west-1"),
            ("${path#*/} ${path##*/} ${path%.*} ${path%%.*}", "b/c.tar.gz c.tar.gz a/b/c.tar a/b/c"),
            ("${region/-/_} ${region//-/_} ${region/#eu/us} ${region/%1/2}", "eu_west-1 eu_west_1 us-west-1 eu-west-2"),
            ("${region//-/}", "euwest1"),
        ] {
            assert_eq!(text(template).as_deref(), Ok(want), "{template}");
        }
        for template in ["${region", "${}", "${re gion}", "${region:}", "${-x}"] {
            assert!(text(template).is_err(), "{template}");
        }
    }
}
