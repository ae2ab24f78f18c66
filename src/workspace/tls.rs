//! The hosts for which something in the repository ends TLS.
//!
//! In: an [`ApplySet`], a host. Out: whether some object of the repository, of whatever set, ends TLS for it, or holds a certificate of
//! it. Found once, at the first need.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use super::ApplySet;
use crate::object::tls::{ENDING_TLS, hosts_with_tls};

/// The hosts, found at the first need.
pub(super) type Secured<'t> = OnceLock<FxHashSet<&'t str>>;

impl<'t> ApplySet<'t> {
    /// Whether something ends TLS for a host, by its name or for its domain.
    pub fn ends_tls_for(&self, host: &str) -> bool {
        let whole = self.whole();
        let secured = whole.secured.get_or_init(|| {
            let items = ENDING_TLS.iter().flat_map(|(group, kind)| whole.of_kind(group, kind));
            // `*` alone is what stands where nobody says a host.
            items.flat_map(|item| hosts_with_tls(item.object)).filter(|host| host.contains('.')).collect()
        });
        let of_domain = || host.split_once('.').map(|(_, domain)| format!("*.{domain}"));
        secured.contains(host) || of_domain().is_some_and(|all| secured.contains(&*all))
    }
}
