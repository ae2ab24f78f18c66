//! Variables of the environment in fields of an Application.
//!
//! In: a text, the variables that Argo CD sets for a build. Out: the text with `$NAME` and `${NAME}` replaced as Go's
//! `os.Expand` does it: a name that is not set gives nothing, `$$` gives `$`.

/// The variables that Argo CD sets.
#[derive(Debug, Default, Clone)]
pub struct Environment {
    variables: Vec<(&'static str, String)>,
}

impl Environment {
    /// From names and values.
    pub fn new(variables: Vec<(&'static str, String)>) -> Self {
        Self { variables }
    }

    fn value<'a>(&'a self, name: &'a str) -> &'a str {
        if name == "$" {
            return name;
        }
        self.variables.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The text with its variables replaced.
    pub fn expand(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            if after.is_empty() {
                out.push('$');
                return out;
            }
            let (name, taken) = name(after);
            match (name, taken) {
                // What is no name is kept, a broken `${` is not.
                ("", 0) => out.push('$'),
                (name, _) => out.push_str(self.value(name)),
            }
            rest = &after[taken..];
        }
        out + rest
    }
}

/// The name that follows a `$` (empty where the syntax is broken), and how many bytes it takes.
fn name(text: &str) -> (&str, usize) {
    let special = |c: char| matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-') || c.is_ascii_digit();
    if let Some(inner) = text.strip_prefix('{') {
        if inner.starts_with(special) && inner[1..].starts_with('}') {
            return (&inner[..1], 3);
        }
        return match inner.find('}') {
            Some(end) => (&inner[..end], end + 2),
            None => ("", 1),
        };
    }
    if text.starts_with(special) {
        return (&text[..1], 1);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_as_go_does_it() {
        let environment = Environment::new(vec![("ARGOCD_APP_NAME", "web".to_owned())]);
        for (text, want) in [
            ("a-$ARGOCD_APP_NAME.x", "a-web.x"),
            ("${ARGOCD_APP_NAME}-7", "web-7"),
            ("$unset/env.yaml", "/env.yaml"),
            ("$$HOME $1x ${}", "$HOME x "),
            ("a$", "a$"),
            ("a$.b", "a$.b"),
            ("${open", "open"),
        ] {
            assert_eq!(environment.expand(text), want, "{text}");
        }
    }
}
