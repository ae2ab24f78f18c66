//! Image references.
//!
//! In: what stands under `image:`. Out: [`Image`]: registry, repository, tag and digest, as the distribution
//! specification's reference grammar takes them apart.

/// A reference taken apart. Parts borrow from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image<'t> {
    /// Host (and port) of the registry, where one is written.
    pub registry: Option<&'t str>,
    /// Path within the registry.
    pub repository: &'t str,
    /// What follows the last colon of the last path segment.
    pub tag: Option<&'t str>,
    /// What follows `@`: `sha256:…`.
    pub digest: Option<&'t str>,
}

impl<'t> Image<'t> {
    /// Whether its repository is called so, or ends so behind a slash: whichever registry it was copied to.
    pub fn is_called(&self, name: &str) -> bool {
        self.repository.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }

    /// Takes a reference apart. Every text has some reading; [`Image::is_valid`] says whether it is a reference at all.
    pub fn parse(text: &'t str) -> Self {
        let (rest, digest) = split(text, 0, b'@');
        let last_segment = memchr::memrchr(b'/', rest.as_bytes()).map_or(0, |at| at + 1);
        let (path, tag) = split(rest, last_segment, b':');
        let (registry, repository) = match split(path, 0, b'/') {
            (host, Some(repository)) if is_host(host) => (Some(host), repository),
            _ => (None, path),
        };
        Self { registry, repository, tag, digest }
    }

    /// Whether the text is a well-formed reference: lower-case path components, a tag of at most 128 characters, a
    /// digest of as many small hex digits as its algorithm (SHA-256, -384 or -512, as the kubelet knows them) has.
    pub fn is_valid(self) -> bool {
        let component = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'))
                && part.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
                && part.bytes().last().is_some_and(|b| b.is_ascii_alphanumeric())
        };
        let tag_ok = self.tag.is_none_or(|tag| {
            (1..=128).contains(&tag.len())
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
                && !tag.starts_with(['.', '-'])
        });
        let digest_ok = self.digest.is_none_or(|digest| {
            digest.split_once(':').is_some_and(|(algorithm, hex)| {
                let digits = match algorithm {
                    "sha256" => 64,
                    "sha384" => 96,
                    "sha512" => 128,
                    _ => return false,
                };
                hex.len() == digits && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            })
        });
        self.repository.split('/').all(component) && tag_ok && digest_ok
    }

    /// The registry that serves it: Docker Hub where none is written.
    pub fn host(self) -> &'t str {
        self.registry.unwrap_or("docker.io")
    }

    /// The last component of the path: `postgres` of `docker.io/library/postgres:15`.
    pub fn name(self) -> &'t str {
        self.repository.rsplit('/').next().unwrap_or(self.repository)
    }
}

/// What stands before the first sign of a kind from a place on, and what behind it. Rules take one image apart again and again.
fn split(text: &str, from: usize, sign: u8) -> (&str, Option<&str>) {
    match memchr::memchr(sign, &text.as_bytes()[from..]) {
        Some(at) => (&text[..from + at], Some(&text[from + at + 1..])),
        None => (text, None),
    }
}

fn is_host(text: &str) -> bool {
    memchr::memchr2(b'.', b':', text.as_bytes()).is_some() || text == "localhost"
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn references_are_taken_apart() {
        for (text, registry, repository, tag, digest) in [
            ("nginx", None, "nginx", None, None),
            ("nginx:1.25", None, "nginx", Some("1.25"), None),
            ("library/nginx", None, "library/nginx", None, None),
            ("localhost:5000/a/b", Some("localhost:5000"), "a/b", None, None),
            ("ghcr.io/x/y:v1@sha256:ab", Some("ghcr.io"), "x/y", Some("v1"), Some("sha256:ab")),
        ] {
            assert_eq!(Image::parse(text), Image { registry, repository, tag, digest }, "{text}");
        }
        assert_eq!(Image::parse("a.b/c/d:1").name(), "d");
    }

    #[test]
    fn what_is_no_reference_is_known() {
        assert!(Image::parse("registry.k8s.io/pause:3.9").is_valid());
        for text in ["Nginx", "a//b", "nginx:", "nginx:a b", "x@sha256:zz", ""] {
            assert!(!Image::parse(text).is_valid(), "{text}");
        }
    }
}
