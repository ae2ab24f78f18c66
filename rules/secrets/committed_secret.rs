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

/// Keys that hold nothing confidential.
const PUBLIC: &[&str] = &[
    "username",
    "user",
    "host",
    "hostname",
    "port",
    "database",
    "dbname",
    "db",
    "name",
    "namespace",
    "region",
    "type",
    "url",
    "email",
    "ca.crt",
    "tls.crt",
    "project",
    "server",
    "bucket",
    "endpoint",
    "id",
    "clientid",
    "client-id",
    "client_id",
    "issuer",
    "audience",
    "enableoci",
    "insecure",
    "zone",
    "schema",
    "known_hosts",
    "sshknownhosts",
];

/// What has an identifier that is no secret: it says who somebody is, and something else proves it.
const IDENTIFIED: &[&str] = &[
    "ACCOUNT",
    "APP",
    "APPLICATION",
    "CLIENT",
    "DIRECTORY",
    "ORG",
    "ORGANIZATION",
    "PROJECT",
    "SUBSCRIPTION",
    "TENANT",
];

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if object.root.str_at("type") == Some("kubernetes.io/service-account-token") || object.root.get("sops").is_some() {
        return;
    }
    let mut known = Memo::new();
    let fields = ["data", "stringData"].into_iter().filter_map(|field| Some((field, object.root.get(field)?)));
    let mut real =
        fields.flat_map(|(field, map)| map.entries().map(move |entry| (field, entry))).filter(|(field, entry)| {
            let encoded = *field == "data";
            let sort = secrecy::Sort::of(entry.name);
            let is_real = |text| known.of(text, (encoded, sort), || is_real(text, encoded, sort));
            // A chart makes such a value anew for each installation.
            let others = entry.value.other_places().iter().map(|(_, by)| *by);
            let generated = entry.value.by().into_iter().chain(others).any(|by| by == By::Generated);
            !generated && !is_public(entry.name) && entry.value.as_str().is_some_and(is_real)
        });
    let Some((_, first)) = real.next() else { return };
    let others = real.count();
    let more = if others == 0 { String::new() } else { format!(" and {others} more") };
    let message = format!("{} is committed with a value for `{}`{more}", object.title(), first.name);
    // Whoever installs a chart gives what its own values only stand in for; a token is one wherever it stands.
    let given = context.item().surroundings.rendered && first.value.by() == Some(By::Values);
    let token = |text: &str| secrecy::token(text).is_some();
    let plain = first.value.as_str().unwrap_or_default();
    let decoded = base64::decode(plain.trim()).and_then(|bytes| String::from_utf8(bytes).ok());
    let most = match given && !token(plain) && !decoded.is_some_and(|text| token(&text)) {
        true => Severity::Warning,
        false => Severity::Error,
    };
    context
        .report(Place::key(first), message)
        .at_most(most)
        .help("keep the value out of the repository or encrypt it (SealedSecret, SOPS, ExternalSecret), and rotate it");
}

fn is_public(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let about = ["USER", "USERNAME", "HOST", "PORT", "DB", "DATABASE", "REGION", "URL", "NAME", "PATH"];
    let last = secrecy::words(key).pop().unwrap_or_default();
    let words = secrecy::words(key);
    let identifies = last == "ID" && words.iter().rev().nth(1).is_some_and(|of| IDENTIFIED.contains(&of.as_str()));
    identifies
        || PUBLIC.contains(&lower.as_str())
        || lower.ends_with(".crt")
        || lower.ends_with(".pub")
        || about.contains(&last.as_str())
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

fn is_real(text: &str, encoded: bool, sort: secrecy::Sort) -> bool {
    let is_value = |text: &str| {
        if is_heading(text.trim()) || matches!(text.trim(), "true" | "false") {
            return false;
        }
        let literal = secrecy::looks(text) == secrecy::Looks::Value;
        let in_url = secrecy::url_password(text).is_some();
        if text.trim().contains('\n') {
            // A whole file: only the secrets in it count.
            return secrecy::token(text).is_some() || in_url || secrecy::in_text(sort, text).is_some();
        }
        literal && (!text.contains("://") || in_url)
    };
    if !encoded || !is_value(text) {
        return !encoded && is_value(text);
    }
    match base64::decode(text.trim()) {
        Some(bytes) => match std::str::from_utf8(&bytes) {
            Ok(decoded) => is_value(decoded),
            Err(_) => !bytes.is_empty(),
        },
        // Not base64: the server refuses it, but what was typed may still be the secret itself.
        None => true,
    }
}
