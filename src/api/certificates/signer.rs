//! Names of signers: `example.com/signer`.
//!
//! In: a name. Out: what is wrong with it. Mirrors `ValidateSignerName` of `pkg/apis/core/validation`.

use crate::api::check::{Check, names};

/// `ValidateSignerName`, for a name that is not empty.
///
/// # Errors
/// Why no signer is called so.
pub fn signer_name(name: &str) -> Check {
    let Some((domain, path)) = name.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        return Err("must be a domain, `/` and a name, as in `example.com/signer-name`");
    };
    if domain.len() > 253 || name.len() > 571 {
        return Err("must be no more than 571 characters, 253 of them for the domain");
    }
    domain.split('.').try_for_each(names::dns_label).map_err(|_| "the domain before `/` must be a DNS name")?;
    if !domain.contains('.') {
        return Err("the domain before `/` must have at least two parts between dots");
    }
    let path_ok = path.split('.').try_for_each(names::dns_subdomain);
    path_ok.map_err(|_| "the name after `/` must be a DNS subdomain in lower case")
}

#[cfg(test)]
mod tests {
    use super::signer_name;

    #[test]
    fn names_of_signers() {
        assert!(signer_name("kubernetes.io/kube-apiserver-client").is_ok() && signer_name("a.b/c.d").is_ok());
        for bad in ["a.b", "a/b", "a.b/c/d", "a.B/c", "a.b/", "/c", "a..b/c"] {
            assert!(signer_name(bad).is_err(), "{bad}");
        }
    }
}
