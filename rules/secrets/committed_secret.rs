use super::{advise, is_default, names};
use crate::rule::prelude::*;

rule! {
    /// A Secret with real values in the repository.
    ///
    /// Base64 is not encryption: whoever can read the repository, now or later, has the values, and removing the file does
    /// not remove them from the history. Values that are empty, placeholders or references to a vault are not reported;
    /// neither are files encrypted with SOPS, SealedSecrets, or keys that hold nothing confidential (a user name, a host).
    ///
    /// **How to fix**: keep the values outside (External Secrets, a vault), or encrypt them (SOPS, SealedSecret), and rotate
    /// what was committed.
    id: "committed-secret",
    severity: Error,
    peers: &["kubescape:C-0208", "kics:using_kubernetes_native_secret_management", "semgrep:secrets-in-config-file"],
    references: &["https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
                  "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html"],
    check: Check::KindInSet(&["Secret"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if object.root.str_at("type") == Some("kubernetes.io/service-account-token") || object.root.get("sops").is_some() {
        return;
    }
    let mut known = Memo::new();
    let fields = ["data", "stringData"].into_iter().filter_map(|field| Some((field, object.root.get(field)?)));
    let entries = fields.flat_map(|(field, map)| map.entries().map(move |entry| (field == "data", entry)));
    let real: Vec<(bool, Entry<'t>)> =
        entries.filter(|(encoded, entry)| is_held(*encoded, *entry, &mut known)).collect();
    // The one that is a secret by its name tells more than the first.
    let named = real.iter().find(|(_, entry)| secrecy::names_secret(entry.name));
    let Some(&(encoded, shown)) = named.or(real.first()) else { return };
    let more = if real.len() == 1 { String::new() } else { format!(" and {} more", real.len() - 1) };
    let message = format!("{} is committed with a value for `{}`{more}", object.title(), shown.name);
    let rendered = context.item().surroundings.rendered;
    // Whoever installs a chart gives what its own values only stand in for; a token is one wherever it stands.
    let given = |encoded: bool, entry: Entry<'t>| {
        rendered && entry.value.by() == Some(By::Values) && secrecy::token(&plain(encoded, entry)).is_none()
    };
    let names = names_beside(object);
    let default = real.iter().all(|&(encoded, entry)| is_default(entry.value, &plain(encoded, entry), &names));
    let most = if given(encoded, shown) { Severity::Warning } else { Severity::Error };
    let help = "keep the value out of the repository or encrypt it (SealedSecret, SOPS, ExternalSecret)";
    advise(context.report(Place::key(shown), message).at_most(most), default, help);
}

/// What is known of a text: whether it is a secret, as it stands or decoded, in a file of that sort, under such a name.
type Known<'t> = Memo<'t, (bool, secrecy::Sort, Named), bool>;

/// What the name of an entry says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Public,
    Secret,
    Other,
}

fn is_held<'t>(encoded: bool, entry: Entry<'t>, known: &mut Known<'t>) -> bool {
    let others = entry.value.other_places().iter().map(|(_, by)| *by);
    // A chart makes such a value anew for each installation.
    if entry.value.by().into_iter().chain(others).any(|by| by == By::Generated) {
        return false;
    }
    let named = match secrecy::is_public(entry.name) {
        true => Named::Public,
        false if secrecy::names_secret(entry.name) => Named::Secret,
        false => Named::Other,
    };
    let sort = secrecy::Sort::of(entry.name);
    let is_real = |text| known.of(text, (encoded, sort, named), || is_real(text, encoded, sort, named));
    entry.value.as_str().is_some_and(is_real)
}

/// The names that a password may repeat.
fn names_beside(object: Object<'_>) -> Vec<String> {
    let fields = ["data", "stringData"].into_iter().filter_map(|field| Some((field, object.root.get(field)?)));
    let plain = |(field, map): (&str, Node<'_>)| {
        let encoded = field == "data";
        map.entries().map(|entry| (entry.name.to_owned(), plain(encoded, entry))).collect::<Vec<_>>()
    };
    let entries: Vec<(String, String)> = fields.flat_map(plain).collect();
    let entries = entries.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let own: Vec<String> = names(object, std::iter::empty());
    own.into_iter()
        .chain(entries.filter(|(name, _)| secrecy::says_who(name)).map(|(_, value)| value.to_owned()))
        .collect()
}

/// The value that a program gets.
fn plain(encoded: bool, entry: Entry<'_>) -> String {
    let text = entry.value.as_str().unwrap_or_default();
    let decoded = base64::decode(text.trim()).filter(|_| encoded).and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.unwrap_or_else(|| text.to_owned())
}

/// Whether a text is nothing but the names of columns.
fn is_heading(text: &str) -> bool {
    let separator = [';', ',', '\t'].into_iter().find(|separator| text.contains(*separator));
    let Some(separator) = separator else { return false };
    let names: Vec<&str> = text.split(separator).collect();
    let is_name = |name: &&str| {
        let name = name.trim();
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b' '))
    };
    names.len() > 3 && names.iter().all(is_name)
}

fn is_real(text: &str, encoded: bool, sort: secrecy::Sort, named: Named) -> bool {
    let is_value = |text: &str| is_value(text, sort, named);
    if !encoded || named != Named::Public && !is_value(text) {
        return !encoded && is_value(text);
    }
    match base64::decode(text.trim()) {
        Some(bytes) => match std::str::from_utf8(&bytes) {
            Ok(decoded) => is_value(decoded),
            Err(_) => named != Named::Public && !bytes.is_empty(),
        },
        // Not base64: the server refuses it, but what was typed may still be the secret itself.
        None => named != Named::Public || is_value(text),
    }
}

fn is_value(text: &str, sort: secrecy::Sort, named: Named) -> bool {
    let trimmed = text.trim();
    let in_url = secrecy::url_password(text).is_some();
    if named == Named::Public {
        // With a password that everyone knows it shows the form of a URL.
        return in_url && !secrecy::is_well_known(text) || secrecy::token(text).is_some();
    }
    if is_heading(trimmed) || matches!(trimmed, "true" | "false") || named == Named::Other && secrecy::is_plain(text) {
        return false;
    }
    if trimmed.contains('\n') {
        // A whole file: only the secrets in it count.
        return secrecy::token(text).is_some() || in_url || secrecy::in_text(sort, text).is_some();
    }
    let literal = secrecy::looks(text) == secrecy::Looks::Value && !secrecy::only_configures(text);
    literal && (!text.contains("://") || in_url)
}
