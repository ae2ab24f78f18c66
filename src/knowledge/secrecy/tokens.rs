//! Tokens that can be told by their form.
//!
//! In: a text. Out: what kind of token stands in it. The forms are those that their makers document.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::go::base64;

/// Texts of more bytes are searched for how tokens begin before each place in them is looked at.
const LONG: usize = 256;

/// How tokens begin, found many bytes at a time: whole files have none.
static BEGINNINGS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let prefixes: Vec<String> = KNOWN.iter().map(|known| regex::escape(known.prefix)).collect();
    Regex::new(&prefixes.join("|")).ok()
});

/// A known token that stands in a text.
pub(super) fn known(value: &str) -> Option<&'static str> {
    let has_none = |value: &[u8]| BEGINNINGS.as_ref().is_some_and(|beginnings| !beginnings.is_match(value));
    let by_prefix = if value.len() > LONG && has_none(value.as_bytes()) { None } else { begun(value) };
    by_prefix.or_else(|| webhook(value)).or_else(|| json_web_token(value))
}

/// A token that is told by how it begins.
fn begun(value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    let mut before = Byte::Other;
    for (at, &byte) in bytes.iter().enumerate() {
        let here = BYTES[usize::from(byte)];
        if here == Byte::Begins && before == Byte::Other {
            let (from, to) = BY_FIRST[usize::from(byte)];
            let candidates = &KNOWN[usize::from(from)..usize::from(to)];
            if let Some(known) = candidates.iter().find(|known| known.stands_at(&bytes[at..])) {
                return Some(known.what);
            }
        }
        before = here;
    }
    None
}

/// What a byte is to somebody who looks for tokens. Tables, since whole files are looked through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    /// Neither a letter nor a digit: a token may begin behind it.
    Other,
    /// A letter or a digit.
    Inner,
    /// A letter or a digit with which some token begins.
    Begins,
}

static BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Other; 256];
    let mut at = 0;
    while at < 256 {
        if BY_FIRST[at].1 > 0 {
            bytes[at] = Byte::Begins;
        } else if (at as u8).is_ascii_alphanumeric() {
            bytes[at] = Byte::Inner;
        }
        at += 1;
    }
    bytes
};

/// A token that can be told by how it begins.
struct Known {
    prefix: &'static str,
    /// Fewest letters, digits, `_` and `-` behind the prefix.
    least: usize,
    what: &'static str,
}

/// Where among the known tokens those stand that begin with a byte: they are sorted.
static BY_FIRST: [(u8, u8); 256] = {
    let mut ranges = [(0, 0); 256];
    let mut at = 0;
    while at < KNOWN.len() {
        let first = KNOWN[at].prefix.as_bytes()[0] as usize;
        if ranges[first].1 == 0 {
            ranges[first].0 = at as u8;
        }
        ranges[first].1 = at as u8 + 1;
        at += 1;
    }
    ranges
};

/// No known token has fewer bytes.
pub(super) const SHORTEST: usize = 20;

const fn begins(prefix: &'static str, least: usize, what: &'static str) -> Known {
    Known { prefix, least, what }
}

const KNOWN: &[Known] = &[
    begins("AGE-SECRET-KEY-1", 58, "an age key"),
    begins("AIza", 35, "a Google API key"),
    begins("AKIA", 16, "an AWS access key"),
    begins("ASIA", 16, "an AWS access key"),
    begins("ATATT3xFfGF0", 40, "an Atlassian token"),
    begins("GOCSPX-", 28, "a Google OAuth client secret"),
    begins("NRAK-", 27, "a New Relic key"),
    begins("PMAK-", 24, "a Postman key"),
    begins("SG.", 20, "a SendGrid key"),
    begins("dapi", 32, "a Databricks token"),
    begins("dckr_pat_", 27, "a Docker Hub token"),
    begins("doo_v1_", 40, "a DigitalOcean token"),
    begins("dop_v1_", 40, "a DigitalOcean token"),
    begins("dp.pt.", 40, "a Doppler token"),
    begins("dt0c01.", 24, "a Dynatrace token"),
    begins("figd_", 40, "a Figma token"),
    begins("gho_", 30, "a GitHub token"),
    begins("ghp_", 30, "a GitHub token"),
    begins("ghr_", 30, "a GitHub token"),
    begins("ghs_", 30, "a GitHub token"),
    begins("ghu_", 30, "a GitHub token"),
    begins("github_pat_", 30, "a GitHub token"),
    begins("glagent-", 40, "a GitLab token"),
    begins("glc_ey", 32, "a Grafana token"),
    begins("gldt-", 18, "a GitLab token"),
    begins("glpat-", 18, "a GitLab token"),
    begins("glptt-", 30, "a GitLab token"),
    begins("glrt-", 18, "a GitLab token"),
    begins("glsa_", 32, "a Grafana token"),
    begins("gsk_", 40, "a Groq key"),
    begins("hf_", 34, "a Hugging Face token"),
    begins("hvb.", 20, "a Vault token"),
    begins("hvs.", 20, "a Vault token"),
    begins("lin_api_", 40, "a Linear key"),
    begins("npm_", 36, "an npm token"),
    begins("pplx-", 48, "a Perplexity key"),
    begins("pul-", 40, "a Pulumi token"),
    begins("pypi-AgE", 50, "a PyPI token"),
    begins("r8_", 37, "a Replicate token"),
    begins("rk_live_", 16, "a Stripe key"),
    begins("rubygems_", 48, "a RubyGems token"),
    begins("shpat_", 32, "a Shopify token"),
    begins("shpss_", 32, "a Shopify secret"),
    begins("sk-ant-", 40, "an Anthropic key"),
    begins("sk-or-v1-", 40, "an OpenRouter key"),
    begins("sk-proj-", 40, "an OpenAI key"),
    begins("sk-svcacct-", 40, "an OpenAI key"),
    begins("sk_live_", 16, "a Stripe key"),
    begins("sk_test_", 24, "a Stripe key"),
    begins("sntrys_", 40, "a Sentry token"),
    begins("sq0csp-", 40, "a Square secret"),
    begins("tskey-", 20, "a Tailscale key"),
    begins("whsec_", 24, "a webhook secret"),
    begins("xapp-", 20, "a Slack token"),
    begins("xoxa-", 20, "a Slack token"),
    begins("xoxb-", 20, "a Slack token"),
    begins("xoxe-", 20, "a Slack token"),
    begins("xoxp-", 20, "a Slack token"),
    begins("ya29.", 40, "a Google OAuth token"),
];

impl Known {
    fn stands_at(&self, text: &[u8]) -> bool {
        // The first byte is known; by the second most others are told apart.
        if text.get(1) != self.prefix.as_bytes().get(1) {
            return false;
        }
        text.strip_prefix(self.prefix.as_bytes()).is_some_and(|tail| {
            let in_token = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let body = &tail[..tail.iter().take(self.least).take_while(in_token).count()];
            // A row of one letter stands for a token.
            body.len() == self.least && body.iter().any(|byte| *byte != body[0])
        })
    }
}

/// What such addresses have in them, all of them one of the two.
static ADDRESSES: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["/webhooks/", "hooks."].map(Finder::new));
/// How a JSON object begins in base64.
static JSON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("eyJ"));

/// Addresses that are secrets themselves: whoever knows them may post.
fn webhook(value: &str) -> Option<&'static str> {
    const HOOKS: &[(&str, usize, &str)] = &[
        ("hooks.slack.com/services/", 3, "a Slack webhook"),
        ("discord.com/api/webhooks/", 2, "a Discord webhook"),
        ("discordapp.com/api/webhooks/", 2, "a Discord webhook"),
    ];
    ADDRESSES.iter().find_map(|finder| finder.find(value.as_bytes()))?;
    HOOKS.iter().find_map(|&(host, parts, what)| {
        let at = memchr::memmem::find(value.as_bytes(), host.as_bytes())?;
        let path = value[at + host.len()..].split(|c: char| !c.is_ascii_alphanumeric() && !"/_-".contains(c)).next()?;
        let last = path.split('/').nth(parts - 1)?;
        let varied = last.bytes().any(|byte| byte != last.as_bytes()[0]);
        (last.len() > 19 && varied).then_some(what)
    })
}

/// A signed JSON Web Token: three parts of base64, the first two of which are JSON objects.
fn json_web_token(value: &str) -> Option<&'static str> {
    let mut from = 0;
    while let Some(found) = JSON.find(&value.as_bytes()[from..]) {
        let at = from + found;
        let of_token = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = value.as_bytes()[at..].iter().take_while(|byte| of_token(byte)).count();
        let mut parts = value[at..at + length].split('.');
        let (header, claims, signature) = (parts.next(), parts.next(), parts.next());
        let signed = signature.is_some_and(|signature| signature.len() > 19);
        if signed && claims.is_some_and(|c| c.starts_with("eyJ")) && header.is_some_and(names_algorithm) {
            return Some("a JSON Web Token");
        }
        from = at + length.max(3);
    }
    None
}

fn names_algorithm(header: &str) -> bool {
    let plain = header.replace('-', "+").replace('_', "/");
    let padded = format!("{plain}{}", "=".repeat((4 - plain.len() % 4) % 4));
    base64::decode(&padded).is_some_and(|json| memchr::memmem::find(&json, b"\"alg\"").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tokens_are_sorted_and_found() {
        assert!(KNOWN.windows(2).all(|pair| pair[0].prefix < pair[1].prefix));
        for known in KNOWN {
            let token: String = (0..known.least).map(|at| char::from(b'a' + (at % 26) as u8)).collect();
            assert_eq!(super::known(&format!("x {}{token}", known.prefix)), Some(known.what), "{}", known.prefix);
            assert_eq!(super::known(&format!("x{}{token}", known.prefix)), None, "{}", known.prefix);
            let long = format!("{} {}{token}", "a ".repeat(LONG), known.prefix);
            assert_eq!(super::known(&long), Some(known.what), "{}", known.prefix);
        }
    }
}
