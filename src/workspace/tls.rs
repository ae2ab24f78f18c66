//! The hosts for which something in the repository ends TLS.
//!
//! In: an [`ApplySet`], a host, the class of the Ingresses that serve it. Out: whether some object of the repository, of whatever set, ends
//! TLS for it, or holds a certificate of it. Found once, at the first need.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ApplySet;
use crate::object::tls::{ENDING_TLS, class_of_tls, hosts_with_tls};

/// By host, the classes of Ingresses for which TLS is ended; nothing stands for all of them.
pub(super) type Secured<'t> = OnceLock<FxHashMap<&'t str, FxHashSet<Option<&'t str>>>>;

impl<'t> ApplySet<'t> {
    /// Whether something ends TLS for a host, by its name or for its domain, where Ingresses of that class serve it.
    pub fn ends_tls_for(&self, host: &str, class: Option<&str>) -> bool {
        let whole = self.whole();
        let secured = whole.secured.get_or_init(|| {
            let mut secured: FxHashMap<_, FxHashSet<_>> = FxHashMap::default();
            for item in ENDING_TLS.iter().flat_map(|(group, kind)| whole.of_kind(group, kind)) {
                let class = class_of_tls(item.object);
                // `*` alone is what stands where nobody says a host.
                for host in hosts_with_tls(item.object).into_iter().filter(|host| host.contains('.')) {
                    secured.entry(host).or_default().insert(class);
                }
            }
            secured
        });
        let is_ended = |host: &str| {
            let classes = secured.get(host);
            classes.is_some_and(|known| class.is_none() || known.contains(&None) || known.contains(&class))
        };
        let of_domain = || host.split_once('.').map(|(_, domain)| format!("*.{domain}"));
        is_ended(host) || of_domain().is_some_and(|all| is_ended(&all))
    }
}
