//! Tokens that can be told by how they begin.
//!
//! In: a text. Out: what kind of token stands in it. The forms are those that their makers document.

/// The first of the known tokens that stands in a text.
pub(super) fn known(value: &str) -> Option<&'static str> {
    let starts = value.bytes().enumerate().filter(|(_, byte)| FIRST.contains(byte)).map(|(at, _)| at);
    let words = starts.filter(|&at| at == 0 || !value.as_bytes()[at - 1].is_ascii_alphanumeric());
    let found = words.filter_map(|at| KNOWN.iter().position(|known| known.stands_at(&value.as_bytes()[at..])));
    found.min().map(|index| KNOWN[index].what)
}

/// A token that can be told by how it begins.
struct Known {
    prefix: &'static str,
    /// Fewest letters, digits, `_` and `-` behind the prefix.
    least: usize,
    what: &'static str,
}

/// What known tokens begin with.
const FIRST: &[u8] = b"Agxsrndh";

/// No known token has fewer bytes.
pub(super) const SHORTEST: usize = 20;

const fn begins(prefix: &'static str, least: usize, what: &'static str) -> Known {
    Known { prefix, least, what }
}

const KNOWN: &[Known] = &[
    begins("AKIA", 16, "an AWS access key"),
    begins("ASIA", 16, "an AWS access key"),
    begins("ghp_", 30, "a GitHub token"),
    begins("gho_", 30, "a GitHub token"),
    begins("ghs_", 30, "a GitHub token"),
    begins("github_pat_", 30, "a GitHub token"),
    begins("glpat-", 18, "a GitLab token"),
    begins("xoxb-", 20, "a Slack token"),
    begins("xoxp-", 20, "a Slack token"),
    begins("sk_live_", 16, "a Stripe key"),
    begins("rk_live_", 16, "a Stripe key"),
    begins("AIza", 35, "a Google API key"),
    begins("npm_", 36, "an npm token"),
    begins("dop_v1_", 40, "a DigitalOcean token"),
    begins("hvs.", 20, "a Vault token"),
];

impl Known {
    fn stands_at(&self, text: &[u8]) -> bool {
        text.strip_prefix(self.prefix.as_bytes()).is_some_and(|tail| {
            let in_token = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            tail.iter().take(self.least).take_while(in_token).count() == self.least
        })
    }
}
